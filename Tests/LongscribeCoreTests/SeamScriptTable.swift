import LongscribeCore

extension SeamTable {
  /// Seams in scripts, number forms and ways to speak that trip comparisons which know only letters and words.
  static let scripts = writing + numbers + speaking + inventing

  private static let writing: [SeamRow] = [
    SeamRow("th exact overlap", "สวัสดีครับวันนี้[เราจะพูดถึงเรื่องการเดินทาง]ในประเทศไทย").dense,
    SeamRow("ja exact overlap", "皆さんこんにちは今日は[新しいプロジェクトの予定について]話したいと思います").dense,
    SeamRow("ja long vowels and small kana", "昨日は友達と一緒に[コンピューターのショーを見に]行って楽しかったです").dense,
    SeamRow(
      "ko, one word substituted",
      "여러분 안녕하세요 오늘은 [ {새로운/새로운/새우} 프로젝트 일정에 대해 이야기하려고 합니다 ] 먼저 지난달 결과를 보겠습니다"),
    SeamRow(
      "ar exact overlap",
      "مرحبا بكم في هذا الدرس [ سنتحدث اليوم عن تاريخ المدينة القديمة ] وعن الناس الذين عاشوا فيها"
    ),
    SeamRow(
      "he exact overlap",
      "שלום לכולם וברוכים הבאים [ היום נדבר על ההיסטוריה של העיר העתיקה ] ועל האנשים שגרו בה"),
    SeamRow(
      "combining marks and composed letters",
      "on a longtemps parlé de la [ {re\u{301}publique|r\u{e9}publique} et de la {liberte\u{301}|libert\u{e9}} dans ce pays ] avant de voter la loi"
    ),
    SeamRow(
      "emoji of several scalars",
      "that was a great day for us 👨‍👩‍👧 [ and we will 👍🏽 come back next summer 🇩🇪 ] with all of our friends"
    ).comparingMarks,
    SeamRow(
      "zh-en with spaces in both", "今天的课上[我们用_Python_和_Swift_写程序]然后再看结果怎么样"
    ).dense,
    SeamRow("zh-en without spaces in both", "今天的课上[我们用Python和Swift写程序]然后再看结果怎么样").dense,
    SeamRow(
      "ru, case and marks differ",
      "сегодня мы собрались здесь [ {чтобы/чтобы/Чтобы} обсудить новый {план/план,/план} работы на этот {год/год./год} ] и потом принять решение"
    ),
  ]

  private static let numbers: [SeamRow] = [
    SeamRow("zh full-width and plain digits", "我们公司今年一共有[大约{２５|25}个人参加这次的会议]明年会更多").dense,
    SeamRow("zh 二十五 and 25", "我们公司今年一共有[大约{二十五|25}个人参加这次的会议]明年会更多").dense,
    SeamRow(
      "twenty-five and 25",
      "when the new school opened it had [ about {twenty-five|25} children in every class ] but now there are fewer"
    ),
    SeamRow(
      "a numbered list", "请大家排队等着叫号[一号二号三号四号五号]六号七号八号都在后面等"
    ).dense,
    SeamRow(
      "a numbered list in digits", "次に呼ばれるのは[7番8番9番10番11番12番]13番14番15番16番17番の方です"
    ).dense,
    SeamRow(
      "a countdown",
      "everybody stand back we start in [ ten nine eight seven ] six five four three two one go"),
  ]

  private static let speaking: [SeamRow] = [
    SeamRow("zh reduplication", "大家今天辛苦了真的[谢谢谢谢你们好好好我们]明天再见").dense,
    SeamRow("zh doubled verbs", "这个问题我们应该[看看想想说说再试试]然后才能决定怎么办").dense,
    SeamRow(
      "a stutter", "well to be honest with you [ I I can can not not say ] whether it works or not"),
    SeamRow(
      "a stutter that one of them tidied up",
      "well to be honest with you [ {I I|I} can not really say today ] whether it works or not"),
    SeamRow(
      "a chorus",
      "we will rock you we will rock you [ we will rock you we will ] rock you we will rock you and the song ends"
    ).onlyTimesTell,
    SeamRow(
      "one word all along", "na na na na na na na na [ na na na na na na na na ] na na na na na na"
    ).onlyTimesTell,
    SeamRow(
      "one word said often, then others",
      "the crowd cried more more more [ more more more and then ] they all went home"),
    SeamRow(
      "nothing but music", "and now listen to this song [ (3.0) ] that was the song of the day"
    ).at(
      .valley),
  ]

  private static let inventing: [SeamRow] = [
    SeamRow(
      "a filler at right's head",
      "so thank you all for coming to this [ {/ /um so} meeting today we will look at the numbers for spring ] and then decide what to do next"
    ),
    SeamRow(
      "a burst of another language at right's head",
      "so thank you all for coming to this [ {meeting today we/meeting today we/Встреча сегодня мы} will look at the numbers for spring ] and then decide what to do next"
    ),
    SeamRow(
      "a burst of another script at right's head",
      "so thank you all for coming to this [ {meeting today we/meeting today we/今天我们开会} will look at the numbers for spring ] and then decide what to do next"
    ),
    SeamRow(
      "one word fifty times at left's tail",
      "so thank you all for coming to this [ meeting today we will look at the numbers {for spring/\(loop)/for spring} ] and then decide what to do next"
    ).onlyTimesTell,
  ]

  private static let loop = Array(repeating: "the", count: 50).joined(separator: " ")
}

/// Phrases that recognisers are known to answer where nobody speaks.
///
/// Speech models were trained on subtitles, which go on where the sound does not: credits, thanks, calls to subscribe. The table only names
/// suspects. People say most of these phrases too, so none is dropped for being here: see `InventionFilter`.
package enum KnownInventions {
  /// The phrases by the language they are in; a recogniser may answer any of them, whatever is spoken.
  ///
  /// Sources: reports of users and what projects look for (freeflow #111, vexa #617, amical #71, voquill #446, PocketShell #452,
  /// ithaka #96, javis-os #321, EnviousWispr #452); for English also the most frequent answers to sounds without speech in Barański and
  /// others, arXiv 2501.11378 (2025); 嗯 is what SenseVoice answers.
  package static let phrases: [String: [String]] = [
    "ar": ["اشتركوا في القناة", "شكرا للمشاهدة", "ترجمة نانسي قنقر"],
    "da": ["Danske tekster af Nicolai Winther"],
    "de": [
      "Copyright WDR 2019", "Copyright WDR 2020", "Copyright WDR 2021", "Danke fürs Zuschauen",
      "SWR 2020", "SWR 2021", "Untertitel der Amara.org-Community",
      "Untertitel im Auftrag des ZDF", "Untertitel im Auftrag des ZDF für funk, 2017",
      "Untertitel im Auftrag des ZDF, 2017", "Untertitel im Auftrag des ZDF, 2018",
      "Untertitel im Auftrag des ZDF, 2020", "Untertitel im Auftrag des ZDF, 2021",
      "Untertitel von Stephanie Geiges", "Untertitelung des ZDF, 2020",
      "Untertitelung im Auftrag des ZDF, 2021", "Vielen Dank", "Vielen Dank für's Zuschauen",
    ],
    "en": [
      "Bye", "Bye-bye", "Don't forget to like and subscribe", "I'll see you in the next video",
      "I'm sorry", "Like and subscribe", "Oh", "Please like and subscribe", "Please subscribe",
      "Please subscribe to my channel", "See you in the next video", "See you next time", "So",
      "Subscribe to my channel", "Subtitles by the Amara.org community", "Thank you",
      "Thank you for watching", "Thank you so much", "Thank you so much for watching",
      "Thank you very much", "Thanks", "Thanks for watching", "Transcribed by https://otter.ai",
      "Transcription by CastingWords", "you",
    ],
    "es": [
      "¡Gracias!", "¡Gracias por ver!", "Gracias por ver el video", "Suscríbete al canal",
      "Subtítulos por la comunidad de Amara.org",
      "Subtítulos realizados por la comunidad de Amara.org",
    ],
    "fr": [
      "Abonnez-vous", "Merci", "Merci d'avoir regardé cette vidéo", "Sous-titrage ST' 501",
      "Sous-titrage Société Radio-Canada", "Sous-titres réalisés par la communauté d'Amara.org",
      "Sous-titres réalisés para la communauté d'Amara.org",
    ],
    "it": [
      "Grazie", "Grazie per la visione", "Sottotitoli a cura di QTSS",
      "Sottotitoli creati dalla comunità Amara.org", "Sottotitoli e revisione a cura di QTSS",
    ],
    "ja": [
      "ありがとうございました", "おやすみなさい", "ご清聴ありがとうございました",
      "ご視聴ありがとうございました", "チャンネル登録お願いします", "チャンネル登録をお願いします",
      "次の動画でお会いしましょう", "最後までご視聴いただきありがとうございました",
    ],
    "ko": [
      "감사합니다", "구독과 좋아요 부탁드립니다", "다음 영상에서 만나요", "시청해주셔서 감사합니다", "한글자막 by 한효정",
    ],
    "nl": [
      "Bedankt voor het kijken", "Ondertiteld door de Amara.org gemeenschap",
      "Ondertitels ingediend door de Amara.org gemeenschap",
    ],
    "no": ["Teksting av Nicolai Winther", "Undertekster av Ai-Media"],
    "pl": ["Dziękuję za oglądanie", "Napisy stworzone przez społeczność Amara.org"],
    "pt": ["Legendas pela comunidade Amara.org", "Obrigado", "Obrigado por assistir"],
    "ru": [
      "Подписывайтесь на канал", "Продолжение следует...",
      "Редактор субтитров А.Синецкая Корректор А.Егорова", "Спасибо за просмотр",
      "Субтитры делал DimaTorzok", "Субтитры сделал DimaTorzok", "Субтитры создавал DimaTorzok",
    ],
    "sv": ["Undertexter från Amara.org-gemenskapen"],
    "th": ["ขอบคุณครับ", "ขอบคุณค่ะ"],
    "tr": ["Abone olmayı unutmayın", "Altyazı M.K.", "İzlediğiniz için teşekkürler"],
    "uk": ["Дякую за перегляд"],
    "vi": ["Hãy subscribe cho kênh Ghiền Mì Gõ Để không bỏ lỡ những video hấp dẫn"],
    "zh": [
      "下次再見", "下次再见", "中文字幕志愿者 李宗盛", "中文字幕由Amara.org社区提供", "中文字幕由Amara.org社群提供",
      "优优独播剧场——YoYo Television Series Exclusive", "嗯", "字幕志愿者 李宗盛", "字幕由Amara.org社区提供",
      "字幕由Amara.org社群提供", "小編字幕由Amara.org社區提供", "小编字幕由Amara.org社区提供",
      "感謝觀看", "感谢观看", "明镜需要您的支持 欢迎订阅明镜", "由Amara.org社区提供的字幕",
      "請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目", "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "謝謝大家",
      "謝謝收看", "謝謝觀看", "谢谢大家", "谢谢收看", "谢谢观看",
    ],
  ]

  private static let folded = Set(phrases.values.joined().map(fold))
  /// How phrases begin, in letters: folding is slow, and nearly all that is said begins otherwise.
  private static let openings = Set(folded.map { $0.prefix(openingLength) })
  private static let openingLength = 3
  /// Longest text that is taken for one phrase over and over, in letters.
  private static let longestRepetition = 1000

  /// Whether a text is nothing but known inventions, once or over and over.
  package static func isKnown(_ text: String) -> Bool {
    let opening = fold(String(text.lazy.filter(Script.isWordPart).prefix(openingLength)))
    guard (1...openingLength).contains(where: { openings.contains(opening.prefix($0)) }) else {
      return false
    }
    let whole = fold(text)
    if whole.isEmpty { return false }
    if folded.contains(whole) || isRepetition(whole) { return true }
    let sentences = text.split { Script.endsSentence($0) || $0.isNewline }
      .map { fold(String($0)) }.filter { !$0.isEmpty }
    return sentences.allSatisfy { folded.contains($0) || isRepetition($0) }
  }

  /// The form that is compared: case, width, punctuation and spaces do not matter.
  private static func fold(_ text: String) -> String {
    Tokenizer.fold(text).filter(Script.isWordPart)
  }

  private static func isRepetition(_ letters: String) -> Bool {
    let letters = Array(letters)
    guard letters.count <= longestRepetition, letters.count >= 2 else { return false }
    return (1...letters.count / 2).contains { length in
      letters.count.isMultiple(of: length)
        && folded.contains(String(letters[..<length]))
        && letters.indices.dropFirst(length).allSatisfy { letters[$0] == letters[$0 - length] }
    }
  }
}

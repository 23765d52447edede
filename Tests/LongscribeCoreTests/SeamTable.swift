import LongscribeCore
import Testing

/// One seam: what was said around it and what two recognisers made of it, written in one line.
///
/// `[` and `]` are the edges of the stretch that both chunks hold. Words stand as they were said and as everybody heard them, but for those in
/// braces: `{said/left/right}` where one of the two heard something else, and `{left|right}` where both are right. `(1.0)` is a pause in seconds. In
/// a line without spaces between words each character is a word, a run of Latin letters is one, and `_` is a space in the text.
struct SeamRow: Sendable, CustomTestStringConvertible {
  /// What makes it hard.
  let name: String
  let line: String
  var isDense = false
  var seam = Seam.forced
  /// Whether the texts and the recording's loudness tell what is in both, without any times.
  var isDecidableFromText = true
  /// Whether capitals and marks are compared too.
  var comparesMarks = false

  var testDescription: String { name }

  init(_ name: String, _ line: String) {
    self.name = name
    self.line = line
  }

  private func with(_ change: (inout SeamRow) -> Void) -> SeamRow {
    var row = self
    change(&row)
    return row
  }

  var dense: SeamRow { with { $0.isDense = true } }
  var onlyTimesTell: SeamRow { with { $0.isDecidableFromText = false } }
  var comparingMarks: SeamRow { with { $0.comparesMarks = true } }
  func at(_ seam: Seam) -> SeamRow { with { $0.seam = seam } }
}

/// Seams that stitchers in use get wrong, each in its own way, and a few that all get right.
enum SeamTable {
  static let rows = words + wordsOfOneChunk + characters + easy

  private static let words: [SeamRow] = [
    SeamRow(
      "exact overlap",
      "so thank you all for coming to this [ meeting today we will look at the numbers for spring ] and then decide what to do next"
    ),
    SeamRow(
      "one word substituted in the overlap",
      "so thank you all for coming to this [ meeting {today/today/sunday} we will look at the numbers for spring ] and then decide what to do next"
    ),
    SeamRow(
      "right dropped one word",
      "so thank you all for coming to this [ meeting today we will look at {the/the/} numbers for spring ] and then decide what to do next"
    ),
    SeamRow(
      "case and punctuation differ at the seam",
      "So thank you all for coming to this [ {meeting./meeting./Meeting} {We/We/we} will look at the sales numbers for {spring/spring./spring} ] and then decide what to do next."
    ).comparingMarks,
    SeamRow(
      "left cut in the middle of a word",
      "so thank you all for coming to this [ meeting today we will look at the numbers for {spring/spr/spring} ] and then decide what to do next"
    ),
    SeamRow(
      "left tail hallucination",
      "so thank you all for coming to this [ meeting today we will look at the numbers {for spring/thanks for watching everyone/for spring} ] and then decide what to do next"
    ),
    SeamRow(
      "right head hallucination",
      "so thank you all for coming to this [ {meeting today/meeting today/okay so yeah} we will look at the numbers for spring ] and then decide what to do next"
    ),
    SeamRow(
      "no four times left, five times right, six times said",
      "she looked at him and kept saying no [ no no no ] no no and then she left the room"
    ).onlyTimesTell,
    SeamRow(
      "the overlap's phrase recurs later in right",
      "and so today [ we need to talk about the budget ] because in the end we need to talk about the budget every year"
    ),
    SeamRow(
      "a number in words and in digits",
      "experts expect that the market will [ grow by {twenty five percent|25%} in the ] next year and then slow down again"
    ),
  ]

  private static let wordsOfOneChunk: [SeamRow] = [
    SeamRow(
      "the same phrase said twice, not in the overlap",
      "at the start I said we need to talk about the budget [ (1.0) ] we need to talk about the budget is what he answered"
    ).at(.valley),
    SeamRow(
      "right chunk empty",
      "we have to finish this report [ {before the end of may/before the end of may/} ] (2.0)"),
    SeamRow(
      "right missed the whole overlap",
      "we have to finish this report [ {before the end of may/before the end of may/} ] and after that the two new people start"
    ),
    SeamRow(
      "only stop-words coincide",
      "he said that the price of the house was in the papers [ (1.0) ] it was in the garden of the neighbour that we met"
    ).at(.valley),
  ]

  private static let characters: [SeamRow] = [
    SeamRow("zh exact overlap", "各位同学大家好[今天我们来讲一下光的传播]然后再看两个例子").dense,
    SeamRow("zh homophones", "她每天早上都会[在公园里跑{的|得}很快很轻松]所以身体一直不错").dense,
    SeamRow(
      "zh simplified and traditional",
      "各位同事早上好[今天{会|會}{议|議}的主要{内|內}容是{讨|討}{论|論}]明年的預算和人員"
    ).dense,
    SeamRow(
      "zh punctuation differs", "这个任务比较复杂[我们先把数{据，|据}整理一{遍。|遍，}再讨论]下一步怎么做"
    ).dense,
    SeamRow("zh one character deleted", "老实说上个月的[这个问题我们已{经/经/}讨论过三次]今天不用再说了").dense,
    SeamRow("zh a number in words and in digits", "公司去年的收入[同比增长{百分之二十五|25%}左右]但是利润没有变化").dense,
    SeamRow("zh-en, spacing differs", "为了节省时间[我们{用_|用}{Python_|Python}写了一个新工具]来处理这些文件").dense,
    SeamRow(
      "zh 好 four times left, five times right, six times said", "老师听完以后一直在说好[好好好]好好然后就走出去了"
    ).dense.onlyTimesTell,
    SeamRow("zh cut and tail hallucination", "各位同学大家好[今天我们来讲一下光的{传播/谢谢观看/传播}]然后再看两个例子").dense,
    SeamRow("zh 谢谢 and 谢谢大家, both said", "今天的课就讲到这里谢谢[(1.0)]谢谢大家下面是提问时间").dense.at(.valley),
  ]

  private static let easy: [SeamRow] = [
    SeamRow(
      "no overlap", "we walked along the river until it was dark [ ] and the lamps were lit"
    ).at(.pause),
    SeamRow(
      "overlap in a pause",
      "we walked along the river until it was dark (0.2) [ (0.4) ] (0.2) it was dark when we came home"
    ).at(.pause),
    SeamRow(
      "de exact overlap",
      "im letzten Jahr haben wir die [ Höchstgeschwindigkeit für größere Straßen überprüft und müssen sie ] ab März überall ändern"
    ),
    SeamRow("ko exact overlap", "여러분 안녕하세요 오늘은 [ 새로운 프로젝트 일정에 대해 이야기하려고 합니다 ] 먼저 지난달 결과를 보겠습니다"),
  ]
}

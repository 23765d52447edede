import LongscribeCore
import TestSupport

/// A transcript whose text and times are drawn at random, in one script or in several.
struct RandomTranscript {
  enum Script: CaseIterable {
    case english, german, chinese, japanese, korean, thai, arabic, hindi, mixed, hostile

    /// Words, or characters of scripts without spaces.
    fileprivate var words: [String] {
      switch self {
      case .english:
        "the of and in a that quick lecture about measuring responsibility however, so we saw it. which is why? no! because Dr. Newton's 1,000 U.S. don't e.g. www.example.com, state-of-the-art one two"
          .split(separator: " ").map(String.init)
      case .german:
        "der und aber Donaudampfschifffahrtsgesellschaftskapitän, weil große Übung. in einem Straßenbahnhäuschen? ja! dass wir „morgen“ gehen"
          .split(separator: " ").map(String.init)
      case .chinese: Array("我们今天来讲一讲语音识别的历史，但是首先要说明几个问题。因为它很难！对吗？「好」（是）").map(String.init)
      case .japanese: Array("今日はカタカナとひらがなのはなしをしましょう。コンピューターっていう言葉、きゃりーぱみゅぱみゅ！「はい」").map(String.init)
      case .korean:
        "오늘은 음성 인식의 역사에 대해 이야기하겠습니다. 그리고 아주, 어렵습니다!".split(separator: " ").map(String.init)
      case .thai: Array("วันนี้เราจะพูดถึงประวัติของการรู้จำเสียงพูดและน้ำใจไมตรี ๆ").map(String.init)
      case .arabic:
        "اليوم سنتحدث عن تاريخ التعرف على الكلام، وهو صعب جدا. لماذا؟".split(separator: " ").map(
          String.init)
      case .hindi:
        "आज हम वाक् पहचान के इतिहास के बारे में बात करेंगे। यह कठिन है।".split(separator: " ").map(String.init)
      case .mixed:
        Script.english.words + Script.chinese.words + Script.thai.words + Script.korean.words
          + ["👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "e\u{301}tude", "GPU集群", "3个", "50%的", "C++"]
      case .hostile:
        [
          "a<b", "-->", "<i>", "</u>", "{\\an8}", "{c:$0000ff}", "\\N", "C:\\new\\home", "&amp;",
          "&", "<00:01.00>",
          "[00:12.00]", "1", "--", "–", "♪", "“", "”", "\u{200D}", "\u{202B}", "word", "中",
          "\u{0}x", "x\ty", "a\nb",
          "NOTE", "STYLE", "WEBVTT", "00:00:01,000", "[offset:5]", "…", "¿", "e\u{301}\u{301}",
        ]
      }
    }

    fileprivate var hasSpaces: Bool { self != .chinese && self != .japanese && self != .thai }

    /// Columns of a line by the `default` profile, counted in graphemes, where all of them have one width.
    var lineLength: Int? {
      switch self {
      case .english, .german, .arabic, .hindi: 42
      case .chinese, .japanese: 16
      case .thai: 35
      case .korean, .mixed, .hostile: nil
      }
    }
  }

  /// What is known of times.
  enum Times: CaseIterable {
    /// Every word has its time, at the pace of speech.
    case words
    /// Segments have theirs.
    case segments
    /// Words overlap, stand still and run backwards.
    case broken
  }

  let transcript: Transcript
  /// What was said, without white space.
  let characters: [Character]

  init(_ script: Script, _ times: Times, seed: UInt64, gaps: Bool = false) {
    var random = SeededGenerator(seed: seed)
    var segments: [TranscriptSegment] = []
    var missing: [TranscriptGap] = []
    var position = Int64.random(in: 0...50_000, using: &random)
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      let count = Int.random(in: 1...(Bool.random(using: &random) ? 12 : 90), using: &random)
      var text = ""
      var words: [TranscriptWord] = []
      let start = position
      for _ in 0..<count {
        let word = script.words.randomElement(using: &random) ?? "x"
        if script.hasSpaces, !text.isEmpty || script == .hostile { text += " " }
        text += word
        var length = Int64(word.count) * (script.hasSpaces ? 1100 : 3600)
        if times == .broken {
          length = [0, 0, 100, 300_000, -9_000].randomElement(using: &random) ?? 0
        }
        words.append(TranscriptWord(range: TimelineRange(position, position + length), text: word))
        position = max(0, position + length)
        if times != .broken, Int.random(in: 0..<12, using: &random) == 0 {
          position += Int64.random(in: 0...24_000, using: &random)
        }
      }
      segments.append(
        TranscriptSegment(
          range: TimelineRange(start, max(start, position)), text: text,
          words: times == .segments ? [] : words, chunk: 0, isEstimated: false))
      position += [0, 0, 3_000, 12_000, 60_000].randomElement(using: &random) ?? 0
      if gaps, Bool.random(using: &random) {
        let end = position + Int64.random(in: 16...400_000, using: &random)
        missing.append(
          TranscriptGap(
            range: TimelineRange(position, end),
            failure: RecognitionFailure(.serverError, message: "it <broke>", retry: .never)))
        position = end
      }
    }
    let chunk = Chunk(
      index: 0, audio: TimelineRange(0, position + 8_000),
      owned: TimelineRange(0, position + 8_000),
      seam: nil)
    let record = JobRecord(
      chunks: [chunk], of: Envelope(), length: times == .broken ? position : position + 8_000)
    var parts = [TranscriptPart(chunk: 0, segments: segments)]
    parts += missing.map { TranscriptPart(chunk: 0, segments: [], gap: $0) }
    transcript = Transcript(record: record, parts: parts)
    characters = transcript.segments.flatMap { Self.visible($0.text) }
  }

  /// A text without white space and control characters.
  static func visible(_ text: String) -> [Character] {
    // Word by word: without the space between them the end of one and the start of the next may be one character.
    text.split(whereSeparator: \.isWhitespace).flatMap { word in
      word.filter { $0.unicodeScalars.first?.properties.generalCategory != .control }
    }
  }
}

import LongscribeCore
import TestSupport

/// A recording whose words and times are known, and a recogniser that hears it chunk by chunk: words cut by a chunk's edge are
/// garbled or missing, each chunk starts with a capital and ends with a full stop, segment times wobble.
struct SimulatedSpeech {
  struct Word {
    var text: String
    var range: TimelineRange
  }

  enum Script { case english, chinese }
  enum Answer: CaseIterable { case words, segments, text }

  var words: [Word]
  let envelope: Envelope
  let length: Int64
  let script: Script

  private static let consonants = Array("bdfgklmnprstvz")
  private static let vowels = Array("aeiou")

  /// - Parameter pauses: Whether there are pauses to cut in; without them every cut goes through speech.
  init(seconds: Int, script: Script, pauses: Bool, using random: inout SeededGenerator) {
    self.script = script
    length = Int64(seconds) * 16_000
    var words: [Word] = []
    var levels = [UInt8](repeating: 110, count: seconds * 100)
    var position: Int64 = 4800
    while true {
      let text = Self.word(script, using: &random)
      let duration =
        script == .english
        ? Int64(text.count) * 960 + 1600 : Int64.random(in: 2880...4480, using: &random)
      guard position + duration < length - 4800 else { break }
      words.append(Word(text: text, range: TimelineRange(position, position + duration)))
      for frame in position / 160..<(position + duration + 159) / 160 {
        levels[Int(frame)] = UInt8.random(in: 180...200, using: &random)
      }
      position += duration + 480
      if pauses, Int.random(in: 0..<12, using: &random) == 0 {
        position += Int64.random(in: 4800...16_000, using: &random)
      }
    }
    self.words = words
    envelope = Envelope(levels: levels)
  }

  private static func word(_ script: Script, using random: inout SeededGenerator) -> String {
    if script == .chinese {
      return Unicode.Scalar(UInt32.random(in: 0x4E00...0x5200, using: &random)).map { String($0) }
        ?? "一"
    }
    var text = ""
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      text.append(consonants.randomElement(using: &random) ?? "b")
      text.append(vowels.randomElement(using: &random) ?? "a")
    }
    return text
  }

  /// The words as they are compared: folded, without punctuation.
  var keys: [String] { words.map(\.text) }

  static func keys(of text: String) -> [String] {
    Tokenizer.tokens(of: text, segment: 0).map(\.key)
  }

  /// Where a text differs from the words that were said, in short; empty if it does not.
  func differences(from text: String) -> String {
    let said = keys
    let heard = Self.keys(of: text)
    let changes = heard.difference(from: said)
    return changes.prefix(6).map { change in
      switch change {
      case .insert(let offset, let word, _): "+\(word)@\(offset)"
      case .remove(let offset, let word, _): "-\(word)@\(offset)"
      }
    }.joined(separator: " ")
  }

  /// What the recogniser says about a chunk.
  func answer(_ chunk: Chunk, _ kind: Answer, using random: inout SeededGenerator) -> Recognition {
    var heard: [Word] = []
    for word in words where !word.range.intersection(chunk.audio).isEmpty {
      if chunk.audio.contains(word.range) {
        heard.append(word)
      } else if Bool.random(using: &random) {
        let garbled = script == .english ? word.text.reversed() + "h" : "龘"
        heard.append(Word(text: String(garbled), range: word.range.intersection(chunk.audio)))
      }
    }
    guard !heard.isEmpty else { return Recognition(text: "") }
    let separator = script == .english ? " " : ""
    let stop = script == .english ? "." : "。"
    func sentence(_ words: ArraySlice<Word>) -> String {
      let text = words.map(\.text).joined(separator: separator)
      return text.prefix(1).uppercased() + text.dropFirst()
    }
    func local(_ range: TimelineRange) -> TimelineRange {
      TimelineRange(
        max(0, range.start - chunk.audio.start),
        min(chunk.audio.length, range.end - chunk.audio.start))
    }
    let text = sentence(heard[...]) + stop
    switch kind {
    case .text: return Recognition(text: text)
    case .words:
      return Recognition(
        text: text, words: heard.map { Recognition.Word(range: local($0.range), text: $0.text) })
    case .segments:
      var segments: [Recognition.Segment] = []
      var rest = heard[...]
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 3...14, using: &random))
        rest = rest.dropFirst(part.count)
        let start = (part.first?.range.start ?? 0) + Int64.random(in: -2400...2400, using: &random)
        let end = (part.last?.range.end ?? 0) + Int64.random(in: -2400...2400, using: &random)
        segments.append(
          Recognition.Segment(
            range: local(TimelineRange(start, max(start + 160, end))), text: sentence(part) + stop))
      }
      return Recognition(
        text: segments.map(\.text).joined(separator: separator), segments: segments)
    }
  }
}

import LongscribeCore

/// A row of the table with its times: the recording, the two chunks and their answers.
struct SeamFixture {
  /// How precisely the recognisers say when something was said.
  enum Form: String, CaseIterable, Sendable {
    case words
    case segments
    case text
  }

  /// One word of an answer, with its time on the recording's timeline.
  private struct Heard {
    var text: String
    var range: TimelineRange
  }

  /// Some words that were said, and what the two made of them.
  private struct Slot {
    var said: [String] = []
    var left: [String] = []
    var right: [String] = []
    /// Whether what right heard is as good as what left heard.
    var isChoice = false
  }

  private let row: SeamRow
  private var slots: [Slot] = []
  private var left: [Heard] = []
  private var right: [Heard] = []
  private var speech: [TimelineRange] = []
  private var overlap = TimelineRange(0, 0)
  private var length: Int64 = 0

  /// Silence before the first word and after the last (0.3 s).
  private static let margin: Int64 = 4800
  /// Silence after each word (30 ms).
  private static let gap: Int64 = 480
  /// Most words and most characters of a segment.
  private static let longestSegment = (words: 9, characters: 14)

  /// - Parameter context: How many words are said before the row's and after them, each another one.
  init(_ row: SeamRow, context: Int = 0) {
    self.row = row
    var rest = row.line[...]
    var position = Self.margin
    var edges: [Int64] = []
    for number in 0..<context { add(filler(number), at: &position, edges: 0) }
    while let character = rest.first {
      switch character {
      case " ": rest.removeFirst()
      case "[", "]":
        edges.append(position)
        rest.removeFirst()
      case "(":
        let text = Self.take(&rest, through: ")")
        position += Timeline.samples(Double(text) ?? 0)
      case "{":
        let slot = self.slot(Self.take(&rest, through: "}"))
        add(slot, at: &position, edges: edges.count)
      default:
        let text = rest.prefix { !"[](){}".contains($0) }
        rest = rest.dropFirst(text.count)
        for word in words(of: String(text)) {
          add(Slot(said: [word], left: [word], right: [word]), at: &position, edges: edges.count)
        }
      }
    }
    for number in context..<2 * context { add(filler(number), at: &position, edges: 2) }
    overlap = TimelineRange(edges.first ?? 0, edges.last ?? 0)
    length = position + Self.margin
  }

  /// A word that no row says.
  private func filler(_ number: Int) -> Slot {
    let rare = Unicode.Scalar(UInt32(0x9000 + number * 37 % 0x400)).map { String(Character($0)) }
    let word = row.isDense ? rare ?? "龘" : ExactSpeech.word(number)
    return Slot(said: [word], left: [word], right: [word])
  }

  private static func take(_ rest: inout Substring, through end: Character) -> String {
    let text = rest.dropFirst().prefix { $0 != end }
    rest = rest.dropFirst(text.count + 2)
    return String(text)
  }

  private func slot(_ text: String) -> Slot {
    let isChoice = text.contains("|")
    let parts = text.split(separator: isChoice ? "|" : "/", omittingEmptySubsequences: false)
      .map { words(of: String($0)) }
    return isChoice
      ? Slot(said: parts[0], left: parts[0], right: parts[1], isChoice: true)
      : Slot(said: parts[0], left: parts[1], right: parts[2])
  }

  /// The words of a text as they are laid on the timeline.
  private func words(of text: String) -> [String] {
    guard row.isDense else { return text.split(separator: " ").map(String.init) }
    func runs(_ character: Character?) -> Bool {
      guard let character else { return false }
      return Script.isWordPart(character) && !Script.isDense(character)
    }
    var words: [String] = []
    for character in text {
      let joins = runs(character) && runs(words.last?.last)
      if let last = words.indices.last, joins || !Script.isWordPart(character) {
        words[last].append(character == "_" ? " " : character)
      } else {
        words.append(String(character))
      }
    }
    return words
  }

  /// Lays a slot on the timeline: 0.2 to 0.4 s for each word that was said.
  private mutating func add(_ slot: Slot, at position: inout Int64, edges: Int) {
    slots.append(slot)
    let start = position
    for word in slot.said {
      let duration = 3200 + min(3200, 480 * Int64(word.count(where: \.isLetter)))
      speech.append(TimelineRange(position, position + duration - Self.gap))
      position += duration
    }
    // What nobody said is heard in no time at all.
    let range = TimelineRange(start, slot.said.isEmpty ? start : position - Self.gap)
    if edges < 2 { left += Self.share(slot.left, range) }
    if edges > 0 { right += Self.share(slot.right, range) }
  }

  private static func share(_ words: [String], _ range: TimelineRange) -> [Heard] {
    let step = range.length / Int64(max(1, words.count))
    return words.indices.map { index in
      let start = range.start + Int64(index) * step
      return Heard(text: words[index], range: TimelineRange(start, start + step))
    }
  }

  // MARK: The record

  private var envelope: Envelope {
    var levels = [UInt8](repeating: 100, count: Int(length / Timeline.frameLength))
    for range in speech {
      for frame in range.frames(upTo: levels.count) { levels[frame] = 190 }
    }
    return Envelope(levels: levels)
  }

  /// The transcript that two chunks with these answers make.
  func transcript(_ form: Form) -> Transcript {
    let cut = (overlap.start + overlap.end) / 2
    let chunks = [
      Chunk(
        index: 0, audio: TimelineRange(0, overlap.end), owned: TimelineRange(0, cut), seam: nil),
      Chunk(
        index: 1, audio: TimelineRange(overlap.start, length), owned: TimelineRange(cut, length),
        seam: row.seam),
    ]
    var record = JobRecord(chunks: chunks, of: envelope, length: length)
    for (chunk, heard) in zip(chunks, [left, right]) {
      record.outcomes[chunk.index] = .answered(answer(heard, of: chunk, form))
    }
    return record.transcript()
  }

  private func text(_ heard: some Sequence<Heard>) -> String {
    heard.map(\.text).joined(separator: row.isDense ? "" : " ")
  }

  private func answer(_ heard: [Heard], of chunk: Chunk, _ form: Form) -> Recognition {
    func local(_ first: Heard, _ last: Heard) -> TimelineRange {
      TimelineRange(first.range.start - chunk.audio.start, last.range.end - chunk.audio.start)
    }
    switch form {
    case .text: return Recognition(text: text(heard))
    case .words:
      return Recognition(
        text: text(heard),
        words: heard.map { Recognition.Word(range: local($0, $0), text: Joining.trimmed($0.text)) })
    case .segments:
      var segments: [Recognition.Segment] = []
      var current: [Heard] = []
      let longest = row.isDense ? Self.longestSegment.characters : Self.longestSegment.words
      for (index, word) in heard.enumerated() {
        current.append(word)
        let ends = word.text.last.map(Script.endsSentence) ?? false
        guard ends || current.count == longest || index == heard.count - 1,
          let first = current.first
        else { continue }
        segments.append(Recognition.Segment(range: local(first, word), text: text(current)))
        current = []
      }
      return Recognition(text: text(heard), segments: segments)
    }
  }

  // MARK: What is expected

  /// A text's words as the row compares them: as they stand, or without case and marks, each Han character by itself.
  private func compared(_ text: String) -> [String] {
    if row.comparesMarks { return text.split(separator: " ").map(String.init) }
    var words: [String] = []
    var isOpen = false
    for character in text.lowercased() {
      let isDense = Script.isDense(character)
      guard character.isLetter || character.isNumber || character == "%" else {
        isOpen = false
        continue
      }
      if isOpen, !isDense {
        words[words.count - 1].append(character)
      } else {
        words.append(String(character))
      }
      isOpen = !isDense
    }
    return words
  }

  /// What was said, for messages.
  var said: String {
    slots.map { slot in
      let texts = slot.isChoice ? [slot.left, slot.right] : [slot.said]
      return texts.map { $0.joined(separator: row.isDense ? "" : " ") }.joined(separator: "|")
    }.joined(separator: row.isDense ? "" : " ")
  }

  /// Whether a text is what was said, in one of the ways to write it.
  func isRight(_ text: String) -> Bool {
    let words = compared(text)
    var ends: Set<Int> = [0]
    for slot in slots {
      let ways = (slot.isChoice ? [slot.left, slot.right] : [slot.said])
        .map { compared($0.joined(separator: row.isDense ? "" : " ")) }
      ends = Set(
        ends.flatMap { end in
          ways.filter { words[end...].starts(with: $0) }.map { end + $0.count }
        })
    }
    return ends.contains(words.count)
  }

  /// Whether a text holds all that was said, in its order, and perhaps some of it twice.
  func losesNothing(_ text: String) -> Bool {
    var rest = compared(text)[...]
    for word in slots.flatMap({ compared($0.said.joined(separator: " ")) }) {
      guard let found = rest.firstIndex(of: word) else { return false }
      rest = rest[(found + 1)...]
    }
    return true
  }
}

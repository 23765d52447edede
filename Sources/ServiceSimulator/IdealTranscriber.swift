/// Says what a good recogniser would say of a piece of a recording whose words are known.
///
/// Words wholly inside come back exactly. A word cut by an edge comes back garbled or not at all.
/// The text begins with a capital and ends with a full stop, whether or not the speaker did. All
/// chance depends on the place in the recording alone, so the same piece always sounds the same.
struct IdealTranscriber: Sendable {
  let language: ServiceSimulator.Language
  /// The share of words that come back as another word or not at all.
  let wordErrorRate: Double

  /// A word as heard, with its times in samples of the recording.
  private struct Token {
    let text: String
    let start: Int
    let end: Int
  }

  /// A word may stick out by this much and still be heard well: 10 ms.
  private static let tolerance = 160
  /// Less than this of a word is not heard at all: 20 ms.
  private static let leastAudible = 320

  func transcribe(
    _ known: KnownWords,
    at place: ChunkLocator.Place,
    sampleCount: Int,
    without hole: ClosedRange<Double>? = nil
  ) -> Recognition {
    let heard = place.start + place.content.lowerBound..<place.start + place.content.upperBound
    let tokens = known.indices(in: heard)
      .filter { index in !(hole?.contains(seconds(known.words[index].start)) ?? false) }
      .compactMap { token(for: $0, of: known, heard: heard) }
    let matchedStart = seconds(place.start)
    guard !tokens.isEmpty else { return .silence(matchedStart: matchedStart) }
    let groups = sentences(tokens)
    var texts = groups.map { join($0.map(\.text)) }
    capitalise(&texts[0])
    finish(&texts[texts.count - 1])
    let times = SegmentTimes(
      nominal: groups.map { group in
        (group.first?.start ?? 0, group.map(\.end).max() ?? 0)
      },
      chunkStart: place.start,
      sampleCount: sampleCount
    )
    let segments = zip(texts, times.seconds).map { text, time in
      Recognition.Segment(start: time.start, end: time.end, text: text)
    }
    let spoken = groups.flatMap { $0 }
    let wordTimes = SegmentTimes(
      nominal: spoken.map { (start: $0.start, end: $0.end) },
      chunkStart: place.start,
      sampleCount: sampleCount,
      wobble: 0.04
    )
    let words = zip(spoken, wordTimes.seconds).map { token, time in
      Recognition.Word(start: time.start, end: time.end, text: token.text)
    }
    return Recognition(
      text: join(texts), segments: segments, words: words, matchedStart: matchedStart)
  }

  // MARK: Words

  private func token(for index: Int, of known: KnownWords, heard: Range<Int>) -> Token? {
    let word = known.words[index]
    let start = max(word.start, heard.lowerBound)
    let end = min(word.end, heard.upperBound)
    let isCutBefore = word.start < heard.lowerBound - Self.tolerance
    let isCutAfter = word.end > heard.upperBound + Self.tolerance
    var text: String? = word.text
    if isCutBefore || isCutAfter {
      guard end - start >= Self.leastAudible else { return nil }
      let edge = isCutBefore ? heard.lowerBound : heard.upperBound
      let chance = Chance(edge, index)
      guard chance.unit(1) < 0.5 else { return nil }
      let share = Double(end - start) / Double(word.end - word.start)
      text = garbled(word.text, share: share, isCutBefore: isCutBefore, chance: chance)
    } else if wordErrorRate > 0 {
      let chance = Chance(heard.lowerBound, index)
      if chance.unit(2) < wordErrorRate {
        text = chance.unit(3) < 0.5 ? nil : substitute(for: word.text, in: known, chance: chance)
      }
    }
    return text.map { Token(text: $0, start: start, end: end) }
  }

  /// What is left of a word that was cut; never the word itself.
  private func garbled(
    _ text: String,
    share: Double,
    isCutBefore: Bool,
    chance: Chance
  ) -> String {
    let (letters, mark) = Self.split(text)
    // Where the word's end is not heard, neither is that the sentence ends.
    let keptMark = isCutBefore ? mark : ""
    if language == .chinese || letters.count < 2 {
      let choices = language == .chinese ? ["吧", "呢", "嗯", "哦"] : ["uh", "mm", "er"]
      let other = choices.filter { $0 != letters }
      return other[Int(chance.unit(4) * Double(other.count))] + keptMark
    }
    let count = max(1, min(letters.count - 1, Int(share * Double(letters.count))))
    let rest = isCutBefore ? letters.suffix(count) : letters.prefix(count)
    return rest.lowercased() + keptMark
  }

  /// Another word of the recording with the same punctuation; nil when it is the same by chance.
  private func substitute(for text: String, in known: KnownWords, chance: Chance) -> String? {
    let other = known.words[Int(chance.unit(5) * Double(known.words.count))]
    let (letters, mark) = Self.split(text)
    let otherLetters = Self.split(other.text).letters
    return otherLetters == letters || otherLetters.isEmpty ? nil : otherLetters + mark
  }

  /// A word and the punctuation after it.
  private static func split(_ text: String) -> (letters: String, mark: String) {
    let end = text.lastIndex { $0.isLetter || $0.isNumber }
    guard let end else { return (text, "") }
    let after = text.index(after: end)
    return (String(text[..<after]), String(text[after...]))
  }

  // MARK: Text

  private static let closingMarks: Set<Character> = [".", "!", "?", "。", "！", "？"]

  /// Groups of words: up to a sentence's end, a pause of 0.6 s, or 12 s.
  private func sentences(_ tokens: [Token]) -> [[Token]] {
    let rate = AudioInspector.sampleRate
    var groups: [[Token]] = []
    for token in tokens {
      if let last = groups.last?.last, let first = groups.last?.first,
        !(last.text.last.map { Self.closingMarks.contains($0) } ?? false),
        token.start - last.end <= rate * 6 / 10, token.end - first.start <= rate * 12
      {
        groups[groups.count - 1].append(token)
      } else {
        groups.append([token])
      }
    }
    return groups
  }

  private func join(_ texts: [String]) -> String {
    texts.joined(separator: language == .english ? " " : "")
  }

  private func capitalise(_ text: inout String) {
    guard language == .english, let first = text.first else { return }
    text = first.uppercased() + text.dropFirst()
  }

  private func finish(_ text: inout String) {
    guard let last = text.last, !Self.closingMarks.contains(last) else { return }
    if !last.isLetter, !last.isNumber { text.removeLast() }
    text += language == .english ? "." : "。"
  }

  private func seconds(_ samples: Int) -> Double {
    Double(samples) / Double(AudioInspector.sampleRate)
  }
}

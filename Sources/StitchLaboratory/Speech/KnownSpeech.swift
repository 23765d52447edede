package import LongscribeCore

/// A recording of which every word and its time are known.
package struct KnownSpeech: Sendable {
  /// A word as it was said.
  package struct Word: Sendable {
    /// The word in small letters.
    package var text: String
    /// When it was said.
    package var range: TimelineRange
    /// Which sentence it belongs to, counted from 0.
    package var sentence: Int
  }

  /// How somebody speaks.
  package enum Manner: Sendable {
    /// One word after the other: every cut goes through speech.
    case breathless
    /// With pauses after sentences and, more rarely, between words; but for minutes at a time without any, so that plans
    /// need cuts of every kind.
    case natural
  }

  /// What was said, in order.
  package let words: [Word]
  /// How loud it was.
  package let envelope: Envelope
  /// Length in samples.
  package let length: Int64
  /// The language.
  package let language: SpokenLanguage
  /// The words that the recogniser draws its mistakes from.
  let vocabulary: Vocabulary

  private static let sentenceWords = 5...15
  private static let sentencePause = 0.25...1.0
  private static let wordPause = 0.1...0.35
  /// Of the times that chance would let a word follow itself, the share in which it does: nobody says "the the" as often as "the".
  private static let repeats = 0.1
  /// Probability of a pause after a word inside a sentence.
  private static let wordPauses = 0.07
  private static let stretchSeconds = 30.0...150.0
  /// Share of the stretches without pauses.
  private static let breathlessStretches = 0.35
  /// Levels of speech, of the dip between two words, and of the room.
  private static let voice: ClosedRange<UInt8> = 180...200
  private static let dip: ClosedRange<UInt8> = 150...175
  private static let room: ClosedRange<UInt8> = 108...114

  /// Speech that follows from a generator.
  ///
  /// - Parameters:
  ///   - length: In samples, a whole number of envelope frames.
  ///   - vocabulary: The language's words.
  init(
    length: Int64, manner: Manner, language: SpokenLanguage, vocabulary: Vocabulary,
    using random: inout SeededNumbers
  ) {
    self.length = length
    self.language = language
    self.vocabulary = vocabulary
    var words: [Word] = []
    var levels = (0..<Int(length / Timeline.frameLength)).map { _ in
      UInt8.random(in: Self.room, using: &random)
    }
    var position: Int64 = 0
    var sentence = 0
    var left = Int.random(in: Self.sentenceWords, using: &random)
    var stretchEnd: Int64 = 0
    var pauses = false
    while true {
      if position >= stretchEnd {
        stretchEnd = position + random.length(Self.stretchSeconds)
        pauses = manner == .natural && !random.happens(Self.breathlessStretches)
      }
      let range = TimelineRange(position, position + random.length(language.wordSeconds))
      guard range.end <= length else { break }
      var text = vocabulary.draw(using: &random)
      if text == words.last?.text, !random.happens(Self.repeats) {
        text = vocabulary.draw(using: &random)
      }
      words.append(Word(text: text, range: range, sentence: sentence))
      Self.sound(range, in: &levels, using: &random)
      position = range.end
      left -= 1
      if left == 0 {
        sentence += 1
        left = Int.random(in: Self.sentenceWords, using: &random)
        if pauses { position += random.length(Self.sentencePause) }
      } else if pauses, random.happens(Self.wordPauses) {
        position += random.length(Self.wordPause)
      }
    }
    self.words = words
    envelope = Envelope(levels: levels)
  }

  private static func sound(
    _ range: TimelineRange, in levels: inout [UInt8], using random: inout SeededNumbers
  ) {
    let frames = range.frames(upTo: levels.count)
    for frame in frames {
      levels[frame] = UInt8.random(
        in: frame - frames.lowerBound < 3 ? dip : voice, using: &random)
    }
  }

  /// The words that are at least half inside a stretch.
  func words(in range: TimelineRange) -> ArraySlice<Word> {
    // Words follow each other, so their middles do too.
    func first(_ position: Int64) -> Int {
      var lower = 0
      var upper = words.count
      while lower < upper {
        let middle = (lower + upper) / 2
        let word = words[middle].range
        if word.start + word.end >= 2 * position { upper = middle } else { lower = middle + 1 }
      }
      return lower
    }
    let start = first(range.start)
    return words[start..<max(start, first(range.end))]
  }
}

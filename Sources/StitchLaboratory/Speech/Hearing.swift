package import LongscribeCore

/// What the recogniser gives beside the text.
package enum AnswerForm: String, Sendable, CaseIterable {
  /// A time for each word.
  case words = "word times"
  /// A time for each sentence.
  case segments = "segment times"
  /// Nothing.
  case text = "bare text"

  /// The quality that such times have for a plan.
  var quality: TimeQuality {
    switch self {
    case .words: .words
    case .segments: .segments
    case .text: .estimated
    }
  }
}

/// How a simulated recogniser mishears; all but seconds are probabilities.
package struct HearingNoise: Sendable {
  /// That another word is heard.
  package var substitution = 0.0
  /// That nothing is heard.
  package var deletion = 0.0
  /// That a word is heard after this one that nobody said.
  package var insertion = 0.0
  /// That a word near a chunk's edge is damaged: in equal parts it becomes a fragment of itself (of a character: another one),
  /// another word, or nothing.
  package var edgeDamage = 0.0
  /// How near that is.
  package var edgeSeconds = 0.5
  /// That a word is missing of which the chunk has at least half, but not all; with less than half it always is.
  package var cutLoss = 0.0
  /// That a chunk's text goes on with words that nobody said.
  package var invention = 0.0
  /// How many they are.
  package var inventedWords = 4
  /// Standard deviation of a time.
  package var jitterSeconds = 0.0

  /// A middling recogniser. Source: the rates that published comparisons of merge rules were simulated with.
  package static let ordinary = HearingNoise(
    substitution: 0.05, deletion: 0.02, insertion: 0.01, edgeDamage: 0.5, invention: 0.05,
    jitterSeconds: 0.15)
  /// One that makes no mistakes, but may miss a word that the chunk's edge cuts.
  package static let none = HearingNoise(cutLoss: 0.5)
}

/// What a simulated recogniser heard in one chunk.
package struct Hearing: Sendable {
  /// A word as it was heard.
  package struct Word: Sendable {
    /// The word in small letters.
    package var text: String
    /// When, on the recording's timeline.
    package var range: TimelineRange
    /// Its sentence in the speech; words that nobody said form one of their own.
    var sentence: Int
    /// The word of the speech that it stands for; `nil` if nobody said it.
    var source: Int?
  }

  /// The chunk.
  package let chunk: Chunk
  /// What was heard, in order.
  package private(set) var words: [Word] = []
  private let language: SpokenLanguage
  /// How many of the last words nobody said.
  private var inventedAtEnd = 0

  /// Lets a recogniser hear a chunk.
  init(
    _ chunk: Chunk, of speech: KnownSpeech, noise: HearingNoise, using random: inout SeededNumbers
  ) {
    self.chunk = chunk
    language = speech.language
    let said = speech.words(in: chunk.audio)
    for index in said.indices {
      let word = said[index]
      let inside = word.range.intersection(chunk.audio)
      if inside != word.range, random.happens(noise.cutLoss) { continue }
      let nearest = min(inside.start - chunk.audio.start, chunk.audio.end - inside.end)
      var text: String? = word.text
      if nearest < Timeline.samples(noise.edgeSeconds), random.happens(noise.edgeDamage) {
        text = Self.damaged(word.text, speech, using: &random)
      } else if random.happens(noise.deletion) {
        text = nil
      } else if random.happens(noise.substitution) {
        text = speech.vocabulary.draw(using: &random)
      }
      if let text {
        words.append(Word(text: text, range: inside, sentence: word.sentence, source: index))
      }
      if random.happens(noise.insertion) {
        words.append(
          Word(
            text: speech.vocabulary.draw(using: &random),
            range: TimelineRange(inside.end, inside.end), sentence: word.sentence))
      }
    }
    jitter(noise.jitterSeconds, using: &random)
    if random.happens(noise.invention) { invent(noise.inventedWords, speech, using: &random) }
  }

  /// The same without the words that nobody said at its end: for the chunk after a seam they are no matter of that seam.
  var withoutInventedEnd: Hearing {
    var hearing = self
    hearing.words.removeLast(inventedAtEnd)
    hearing.inventedAtEnd = 0
    return hearing
  }

  private static func damaged(
    _ word: String, _ speech: KnownSpeech, using random: inout SeededNumbers
  ) -> String? {
    switch Int.random(in: 0..<3, using: &random) {
    case 0:
      let half = word.count / 2
      guard half > 0 else { return speech.vocabulary.draw(using: &random) }
      return String(random.happens(0.5) ? word.prefix(half) : word.suffix(half))
    case 1: return speech.vocabulary.draw(using: &random)
    default: return nil
    }
  }

  /// Moves all words a little, without changing their order.
  private mutating func jitter(_ seconds: Double, using random: inout SeededNumbers) {
    guard seconds > 0 else { return }
    let starts = words.map { word in
      let start = word.range.start + Timeline.samples(seconds * random.normal())
      return min(chunk.audio.end, max(chunk.audio.start, start))
    }.sorted()
    for index in words.indices {
      let next = index + 1 < starts.count ? starts[index + 1] : chunk.audio.end
      words[index].range = TimelineRange(
        starts[index], min(next, starts[index] + words[index].range.length))
    }
  }

  /// Adds words after the last real one, up to the chunk's end, however little time that leaves.
  private mutating func invent(
    _ count: Int, _ speech: KnownSpeech, using random: inout SeededNumbers
  ) {
    let start = words.last?.range.end ?? chunk.audio.start
    let step = (chunk.audio.end - start) / Int64(count)
    inventedAtEnd = count
    for index in 0..<Int64(count) {
      words.append(
        Word(
          text: speech.vocabulary.draw(using: &random),
          range: TimelineRange(start + index * step, start + (index + 1) * step),
          sentence: speech.words.count))
    }
  }

  /// The answer that says this.
  package func recognition(_ form: AnswerForm) -> Recognition {
    let segments = sentences.map { sentence in
      Recognition.Segment(
        range: local(
          TimelineRange(sentence.first?.range.start ?? 0, sentence.last?.range.end ?? 0)),
        text: written(sentence))
    }
    let text = segments.map(\.text).joined(separator: language.separator)
    return switch form {
    case .words:
      Recognition(
        text: text, words: words.map { Recognition.Word(range: local($0.range), text: $0.text) })
    case .segments: Recognition(text: text, segments: segments)
    case .text: Recognition(text: text)
    }
  }

  /// The words by sentence; a sentence that the chunk's edge cuts is one, too.
  private var sentences: [ArraySlice<Word>] {
    var sentences: [ArraySlice<Word>] = []
    var start = 0
    for index in words.indices
    where index + 1 == words.count || words[index + 1].sentence != words[index].sentence {
      sentences.append(words[start...index])
      start = index + 1
    }
    return sentences
  }

  private func written(_ sentence: ArraySlice<Word>) -> String {
    let text = sentence.map(\.text).joined(separator: language.separator)
    return text.prefix(1).uppercased() + text.dropFirst() + language.stop
  }

  private func local(_ range: TimelineRange) -> TimelineRange {
    TimelineRange(range.start - chunk.audio.start, range.end - chunk.audio.start)
  }
}

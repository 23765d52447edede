/// Writes the words of a lecture and decides when each is spoken.
///
/// All times are whole samples at ``SyntheticLecture/sampleRate``.
struct LectureScript {
  private let language: SyntheticLecture.Language
  private let vocabulary: [String]
  /// The summed weights of the vocabulary, for drawing by rank.
  private let summedWeights: [Double]
  private var generator: SeededGenerator
  /// The vocabulary index of the word before, so that no word is said twice in a row.
  private var previousDraw = -1

  init(seed: UInt64, language: SyntheticLecture.Language) {
    self.language = language
    generator = SeededGenerator(seed: seed)
    vocabulary =
      switch language {
      case .english: EnglishVocabulary.words
      case .chinese: ChineseVocabulary.words
      }
    // Word frequency falls about as one over the rank; the offset keeps "the" from being every
    // tenth word.
    var sum = 0.0
    summedWeights = vocabulary.indices.map { rank in
      sum += 1 / (Double(rank) + 8)
      return sum
    }
  }

  /// The words spoken in the first `sampleCount` samples; all of them end before the end.
  mutating func words(sampleCount: Int64) -> [SyntheticLecture.Word] {
    let rate = Double(SyntheticLecture.sampleRate)
    let lastEnd = Double(sampleCount) / rate - 0.2
    var words: [SyntheticLecture.Word] = []
    var time = 0.3
    var monologue = nextMonologue(after: 0)

    script: while true {
      for place in sentence() {
        let (text, length) = draw(opensSentence: place.opensSentence)
        let end = time + length
        guard end <= lastEnd else { break script }
        words.append(
          SyntheticLecture.Word(
            start: Int64(time * rate),
            end: Int64(end * rate),
            text: text + place.mark.text(in: language)
          )
        )
        if end > monologue.upperBound {
          monologue = nextMonologue(after: end)
        }
        time = end + pause(after: place.mark, inMonologue: monologue.contains(end))
      }
    }
    closeLastSentence(of: &words)
    return words
  }

  /// What is written after a word.
  private enum Mark {
    case none, comma, fullStop, questionMark

    func text(in language: SyntheticLecture.Language) -> String {
      switch (self, language) {
      case (.none, _): ""
      case (.comma, .english): ","
      case (.comma, .chinese): "，"
      case (.fullStop, .english): "."
      case (.fullStop, .chinese): "。"
      case (.questionMark, .english): "?"
      case (.questionMark, .chinese): "？"
      }
    }
  }

  private struct Place {
    let opensSentence: Bool
    let mark: Mark
  }

  /// One to three clauses of two to eight words.
  private mutating func sentence() -> [Place] {
    let clauses = generator.whole(in: 1...3)
    let closing: Mark = generator.unit() < 0.1 ? .questionMark : .fullStop
    var places: [Place] = []
    for clause in 1...clauses {
      let length = generator.whole(in: 2...8)
      for position in 1...length {
        let mark: Mark =
          if position < length { .none } else if clause < clauses { .comma } else { closing }
        places.append(Place(opensSentence: places.isEmpty, mark: mark))
      }
    }
    return places
  }

  /// A word and how long it is spoken, in seconds.
  private mutating func draw(opensSentence: Bool) -> (text: String, length: Double) {
    let index = drawIndex()
    let word = vocabulary[index]
    switch language {
    case .english:
      let length = 0.1 + 0.06 * Double(word.count) * generator.number(in: 0.9...1.1)
      let text = opensSentence ? word.prefix(1).uppercased() + word.dropFirst() : word
      return (text, length)
    case .chinese:
      return (word, generator.number(in: 0.18...0.28))
    }
  }

  private mutating func drawIndex() -> Int {
    let total = summedWeights.last ?? 0
    while true {
      let aim = generator.unit() * total
      var low = 0
      var high = summedWeights.count - 1
      while low < high {
        let middle = (low + high) / 2
        if summedWeights[middle] > aim { high = middle } else { low = middle + 1 }
      }
      if low != previousDraw {
        previousDraw = low
        return low
      }
    }
  }

  private mutating func pause(after mark: Mark, inMonologue: Bool) -> Double {
    // Drawn even where it is not used, so that the mark decides nothing about later draws.
    let short = generator.number(in: 0.02...0.06)
    let share = generator.unit()
    if inMonologue { return short }
    return switch mark {
    case .none: short
    case .comma: 0.15 + share * 0.25
    case .fullStop, .questionMark: 0.5 + share * 0.7
    }
  }

  /// The next stretch, in seconds, in which the speaker never stops for breath.
  private mutating func nextMonologue(after time: Double) -> ClosedRange<Double> {
    let start = time + (time == 0 ? 45 : 130) + generator.unit() * 60
    return start...(start + generator.number(in: 70...100))
  }

  private func closeLastSentence(of words: inout [SyntheticLecture.Word]) {
    guard let last = words.popLast() else { return }
    let bare = last.text.filter { $0.isLetter }
    words.append(
      SyntheticLecture.Word(
        start: last.start,
        end: last.end,
        text: bare + Mark.fullStop.text(in: language)
      )
    )
  }
}

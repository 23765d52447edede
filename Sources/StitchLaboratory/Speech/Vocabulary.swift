/// The languages of the laboratory.
package enum SpokenLanguage: String, Sendable, CaseIterable {
  /// Words with spaces between them.
  case english = "en"
  /// Characters without.
  case chinese = "zh"

  /// What stands between two words.
  var separator: String { self == .english ? " " : "" }
  /// How long a word takes: 150 words or 240 characters in a minute without pauses.
  var wordSeconds: ClosedRange<Double> { self == .english ? 0.25...0.55 : 0.2...0.3 }
  /// What ends a sentence.
  var stop: String { self == .english ? "." : "。" }
}

/// Words that are drawn as often as words are in a language: the n-th most frequent in proportion to 1/n (Zipf).
struct Vocabulary: Sendable {
  let words: [String]
  /// Up to which number, of 0 ..< 1, each word is drawn.
  private let bounds: [Double]

  /// Words of a vocabulary: enough that two hundred words of a chunk have the repetitions that real ones have.
  private static let size = 2000
  private static let onsets = [
    "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "sh",
  ]
  private static let nuclei = ["a", "e", "i", "o", "u", "ai", "ea", "ou"]
  private static let codas = ["", "", "n", "r", "s", "t", "l", "nd"]
  /// Han from here on, without gaps.
  private static let firstHan: UInt32 = 0x4E00

  /// The vocabulary of a language; always the same.
  init(_ language: SpokenLanguage) {
    var random = SeededNumbers(seed: 1)
    switch language {
    case .english: words = Self.englishWords(using: &random)
    case .chinese:
      words = (0..<Self.size).shuffled(using: &random).compactMap {
        Unicode.Scalar(Self.firstHan + UInt32($0)).map(String.init)
      }
    }
    var sum = 0.0
    let sums = words.indices.map { index in
      sum += 1 / Double(index + 1)
      return sum
    }
    bounds = sums.map { $0 / sum }
  }

  /// Frequent words are short, rare ones long.
  private static func englishWords(using random: inout SeededNumbers) -> [String] {
    var words: [String] = []
    var known: Set<String> = []
    while words.count < size {
      let least = words.count < 40 ? 1 : words.count < 400 ? 1 : 2
      let most = words.count < 40 ? 1 : words.count < 400 ? 2 : 4
      var word = random.happens(0.2) ? nuclei[Int.random(in: 0..<5, using: &random)] : ""
      for _ in 0..<Int.random(in: least...most, using: &random) {
        word += onsets[Int.random(in: 0..<onsets.count, using: &random)]
        word += nuclei[Int.random(in: 0..<nuclei.count, using: &random)]
      }
      word += codas[Int.random(in: 0..<codas.count, using: &random)]
      if known.insert(word).inserted { words.append(word) }
    }
    return words
  }

  /// Draws a word.
  func draw(using random: inout SeededNumbers) -> String {
    let number = random.unit()
    var lower = 0
    var upper = bounds.count - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if bounds[middle] > number { upper = middle } else { lower = middle + 1 }
    }
    return words[lower]
  }
}

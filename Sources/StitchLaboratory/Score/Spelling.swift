/// Numbers for words, so that comparing two is comparing integers; the stitcher's own idea of a word has no part in it.
struct Spelling {
  private var numbers: [String: Int32] = [:]
  /// The number of a word.
  mutating func number(_ word: String) -> Int32 {
    if let known = numbers[word] { return known }
    let number = Int32(numbers.count)
    numbers[word] = number
    return number
  }

  /// The numbers of several words.
  mutating func numbers(_ words: some Sequence<String>) -> [Int32] {
    words.map { number($0) }
  }

}

extension SpokenLanguage {
  /// The words of a text; case and marks do not count.
  func words(of text: String) -> [String] {
    switch self {
    case .english: text.lowercased().split { !$0.isLetter }.map(String.init)
    case .chinese: text.filter(\.isLetter).map(String.init)
    }
  }
}

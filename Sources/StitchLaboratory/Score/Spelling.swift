/// Numbers for words, so that comparing two is comparing integers; the stitcher's own idea of a word has no part in it.
struct Spelling {
  private var numbers: [String: Int32] = [:]
  private let language: SpokenLanguage

  init(_ language: SpokenLanguage) {
    self.language = language
  }

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

  /// The numbers of the words of a text; case and marks do not count.
  mutating func numbers(ofText text: String) -> [Int32] {
    switch language {
    case .english: numbers(text.lowercased().split { !$0.isLetter }.lazy.map(String.init))
    case .chinese: numbers(text.lazy.filter(\.isLetter).map(String.init))
    }
  }
}

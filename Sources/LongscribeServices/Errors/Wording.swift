private import Foundation

/// Finds words in what services say.
enum Wording {
  /// Whether a word stands in a text, whatever its case. A Latin word has to stand alone: "MB" is not in "number".
  static func holds(_ word: String, in text: some StringProtocol) -> Bool {
    var start = text.startIndex
    while let found = text.range(
      of: word, options: .caseInsensitive, range: start..<text.endIndex)
    {
      let before = text[..<found.lowerBound].last
      let after = text[found.upperBound...].first
      if !joins(before, word.first) && !joins(word.last, after) { return true }
      start = found.upperBound
    }
    return false
  }

  /// Whether two neighbours are letters of one Latin word.
  private static func joins(_ left: Character?, _ right: Character?) -> Bool {
    func isLetter(_ character: Character?) -> Bool {
      character.map { $0.isASCII && $0.isLetter } ?? false
    }
    return isLetter(left) && isLetter(right)
  }
}

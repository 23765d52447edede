/// What the script of a text decides: what a token is, and whether spaces stand between tokens.
package enum Script {
  /// Code points of scripts that are written without spaces between words.
  ///
  /// Source: the blocks of the Unicode character database for Thai, Lao, Myanmar, Khmer, kana and Han. Hangul is
  /// not among them: Korean puts spaces between words.
  private static let dense: [ClosedRange<UInt32>] = [
    0x0E00...0x0E7F,  // Thai
    0x0E80...0x0EFF,  // Lao
    0x1000...0x109F,  // Myanmar
    0x1780...0x17FF,  // Khmer
    0x2E80...0x2FDF,  // CJK radicals
    0x3005...0x3007,  // ideographic iteration mark, closing mark, zero
    0x3031...0x3035,  // kana repeat marks
    0x3040...0x30FF,  // Hiragana, Katakana
    0x3105...0x312F,  // Bopomofo
    0x31F0...0x31FF,  // Katakana extensions
    0x3400...0x4DBF,  // Han extension A
    0x4E00...0x9FFF,  // Han
    0xF900...0xFAFF,  // Han compatibility
    0xFF66...0xFF9F,  // half-width Katakana
    0x1B000...0x1B16F,  // Kana supplements
    0x20000...0x3FFFF,  // Han extensions B and later
  ]

  /// Punctuation that brings its own space with it.
  private static let fullWidthMarks: [ClosedRange<UInt32>] = [
    0x3000...0x3003, 0x3008...0x3020, 0x30FB...0x30FB, 0xFF01...0xFF0F, 0xFF1A...0xFF20,
    0xFF3B...0xFF40, 0xFF5B...0xFF65,
  ]

  /// Whether a character belongs to a script without spaces, so that each is a token of its own.
  package static func isDense(_ character: Character) -> Bool {
    guard !character.isASCII, let scalar = character.unicodeScalars.first, scalar.value >= 0x0E00
    else { return false }
    return isIn(scalar.value, dense)
  }

  /// Whether no space belongs next to a character.
  package static func standsWithoutSpace(_ character: Character) -> Bool {
    guard let scalar = character.unicodeScalars.first, scalar.value >= 0x0E00 else { return false }
    return isIn(scalar.value, dense) || isIn(scalar.value, fullWidthMarks)
  }

  /// Whether a character can be part of a word.
  package static func isWordPart(_ character: Character) -> Bool {
    // Unicode's tables are slow, and most text is plain.
    if let ascii = character.asciiValue { return isWordPart(ascii: ascii) }
    return character.isLetter || character.isNumber || isDense(character)
  }

  /// Whether an ASCII character is a letter or a digit.
  package static func isWordPart(ascii: UInt8) -> Bool {
    ascii | 0x20 >= 0x61 && ascii | 0x20 <= 0x7A || ascii >= 0x30 && ascii <= 0x39
  }

  /// Marks that end a sentence.
  package static func endsSentence(_ character: Character) -> Bool {
    sentenceEnds.contains(character)
  }
  private static let sentenceEnds: Set<Character> = Set(".!?…。！？｡؟।")

  private static func isIn(_ value: UInt32, _ ranges: [ClosedRange<UInt32>]) -> Bool {
    ranges.contains { $0.contains(value) }
  }
}

/// Puts pieces of text together as their scripts ask for.
package enum Joining {
  /// What belongs between two pieces: a space, or nothing next to Han, kana, Thai and full-width marks.
  package static func separator(between left: String, and right: String) -> String {
    guard let last = left.last, let first = right.first else { return "" }
    if last.isWhitespace || first.isWhitespace { return "" }
    if Script.standsWithoutSpace(last) || Script.standsWithoutSpace(first) { return "" }
    return " "
  }

  /// A text without the white space around it.
  package static func trimmed(_ text: String) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }

  /// Pieces as one text.
  package static func joined(_ pieces: some Sequence<String>) -> String {
    var text = ""
    for piece in pieces where !piece.isEmpty {
      text += separator(between: text, and: piece)
      text += piece
    }
    return text
  }
}

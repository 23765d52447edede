extension Token {
  /// How long it takes to say, in seconds at an ordinary pace.
  package var duration: Double {
    if let seconds = SpeakingTime.ofPlain(core) { return seconds }
    return min(SpeakingTime.longest, core.reduce(0) { $0 + SpeakingTime.of($1) })
  }
}

/// How long letters, figures and signs take to say.
private enum SpeakingTime {
  /// No word takes longer: what seems to is a number or an address that nobody reads out sign by sign.
  static let longest = 3.0
  /// A word takes as long as its syllables, and those with many consonants take longer.
  private static let perLetter = 0.026
  private static let perSyllable = 0.13
  /// The name of a letter.
  private static let spelled = 0.22
  /// A figure, read by itself or as part of a number.
  private static let figure = 0.3

  /// A word of plain Latin letters and figures; `nil` if it holds anything else.
  static func ofPlain(_ word: String) -> Double? {
    var syllables = Syllables()
    var letters = 0
    var figures = 0
    var capitals = 0
    for byte in word.utf8 {
      guard byte < 0x80 else { return nil }
      switch byte {
      case 0x30...0x39:
        figures += 1
        syllables.endPart()
      case 0x41...0x5A, 0x61...0x7A:
        letters += 1
        if byte < 0x61 { capitals += 1 }
        syllables.add(byte | 0x20)
      default: syllables.endPart()
      }
    }
    let isSpelled = letters > 1 && capitals == letters && (syllables.groups == 0 || letters <= 3)
    let spoken = letters > 0 ? syllables.spoken : 0
    let seconds =
      isSpelled
      ? Double(letters) * spelled : Double(letters) * perLetter + spoken * perSyllable
    return min(longest, seconds + Double(figures) * figure)
  }

  /// A character of any script.
  static func of(_ character: Character) -> Double {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    return switch scalar.value {
    case 0x30...0x39, 0xFF10...0xFF19: figure
    // Thai, Lao, Myanmar, Khmer: two or three characters to a syllable.
    case 0x0E00...0x109F, 0x1780...0x17FF: 0.09
    // Kana: a mora.
    case 0x3040...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: 0.13
    // Hangul and Han: a syllable.
    case 0xAC00...0xD7AF: 0.18
    case 0x2E80...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: 0.21
    default: 0.08
    }
  }
}

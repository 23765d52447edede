/// How much room characters take in a line.
enum DisplayWidth {
  /// Characters that are twice as wide as Latin letters.
  ///
  /// Source: the wide and full-width ranges of Unicode's East Asian Width (UAX #11), without emoji, which their own property tells.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F,  // Hangul initial consonants
    0x2329...0x232A,  // angle brackets
    0x2E80...0x303E,  // CJK radicals and punctuation
    0x3041...0x33FF,  // kana, Bopomofo, Hangul compatibility, enclosed CJK
    0x3400...0x4DBF,  // Han extension A
    0x4E00...0xA4CF,  // Han, Yi
    0xA960...0xA97F,  // Hangul extended A
    0xAC00...0xD7A3,  // Hangul syllables
    0xF900...0xFAFF,  // Han compatibility
    0xFE10...0xFE19,  // vertical forms
    0xFE30...0xFE6F,  // CJK compatibility forms, small forms
    0xFF01...0xFF60,  // full-width forms
    0xFFE0...0xFFE6,  // full-width signs
    0x16FE0...0x1B2FF,  // Tangut, kana supplements
    0x20000...0x3FFFD,  // Han extensions B and later
  ]

  /// Signs that SubRip shows in their full-width forms.
  private static let shownWide: Set<Character> = ["<", ">", "{", "}"]

  /// Columns of a character.
  static func columns(_ character: Character) -> Int {
    if character.isASCII { return shownWide.contains(character) ? 2 : 1 }
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    if first.value >= 0x1100, isWide(first.value) || first.properties.isEmojiPresentation {
      return 2
    }
    // The selector that turns a sign into an emoji.
    if scalars.contains("\u{FE0F}") { return 2 }
    return isInvisible(first.properties.generalCategory) ? 0 : 1
  }

  /// Columns of a text.
  static func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  private static func isWide(_ value: UInt32) -> Bool {
    wide.contains { $0.contains(value) }
  }

  /// Marks that stand alone, joiners and direction signs.
  private static func isInvisible(_ category: Unicode.GeneralCategory) -> Bool {
    category == .nonspacingMark || category == .enclosingMark || category == .format
  }
}

extension SubtitleStyle.Script {
  /// Blocks of the Unicode character database. Han is Chinese until kana beside it say otherwise.
  private static let blocks: [(range: ClosedRange<UInt32>, script: Self)] = [
    (0x0600...0x06FF, .arabic), (0x0750...0x077F, .arabic), (0x0870...0x08FF, .arabic),
    (0x0900...0x0DFF, .indic), (0x0E00...0x0EFF, .thai), (0x1000...0x109F, .thai),
    (0x1100...0x11FF, .korean), (0x1780...0x17FF, .thai), (0x2E80...0x303F, .chinese),
    (0x3040...0x30FF, .japanese), (0x3100...0x312F, .chinese), (0x3130...0x318F, .korean),
    (0x31F0...0x31FF, .japanese), (0x3200...0x9FFF, .chinese), (0xA960...0xA97F, .korean),
    (0xAC00...0xD7FF, .korean), (0xF900...0xFAFF, .chinese), (0xFB50...0xFDFF, .arabic),
    (0xFE70...0xFEFF, .arabic), (0xFF01...0xFF60, .chinese), (0xFF66...0xFF9F, .japanese),
    (0x1B000...0x1B16F, .japanese), (0x20000...0x3FFFF, .chinese),
  ]

  /// The script of a character; marks and figures of Latin texts are `.other`.
  init(_ character: Character) {
    guard !character.isASCII, let value = character.unicodeScalars.first?.value, value >= 0x0600
    else {
      self = .other
      return
    }
    self = Self.blocks.first { $0.range.contains(value) }?.script ?? .other
  }
}

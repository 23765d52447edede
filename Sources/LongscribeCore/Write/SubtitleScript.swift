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

/// The length that a RIFF WAVE header claims, which libavformat replaces by what is there: without it a WAV that was cut off
/// would look whole.
enum WaveClaim {
  /// Sizes that recorders write when they do not know: none, or the largest of 31 and 32 bits, or nearly.
  private static func isUnknown(_ size: UInt32) -> Bool { size == 0 || size >= 0x7FFF_0000 }

  /// Headers are searched for their sizes this far.
  static let reach = 65_536

  /// - Parameters:
  ///   - head: The file's first bytes.
  ///   - bytesPerSecond: Of the samples; `nil` where they are compressed.
  static func seconds(head: [UInt8], bytesPerSecond: Int64?) -> Double? {
    guard let bytesPerSecond, bytesPerSecond > 0, let size = dataSize(head[...]), !isUnknown(size)
    else { return nil }
    return Double(size) / Double(bytesPerSecond)
  }

  /// The size in the header of the `data` chunk.
  private static func dataSize(_ head: ArraySlice<UInt8>) -> UInt32? {
    guard head.count >= 12, text(head, at: 0) == "RIFF", text(head, at: 8) == "WAVE" else {
      return nil
    }
    var position = 12
    while position + 8 <= head.count {
      let size = number(head, at: position + 4)
      if text(head, at: position) == "data" { return size }
      position += 8 + Int(size) + Int(size % 2)
    }
    return nil
  }

  private static func text(_ bytes: ArraySlice<UInt8>, at position: Int) -> String {
    String(decoding: bytes[position..<position + 4], as: UTF8.self)
  }

  private static func number(_ bytes: ArraySlice<UInt8>, at position: Int) -> UInt32 {
    bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}

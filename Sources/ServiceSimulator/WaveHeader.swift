/// Checks that a WAV file's own account of its sizes is true.
///
/// Files written to a pipe have sizes of 0 or 4 GiB in them; some services believe those.
enum WaveHeader {
  /// What is wrong with the header; nil when nothing is.
  static func defect(in file: ArraySlice<UInt8>) -> String? {
    guard file.count >= 12, name(in: file, at: 8) == "WAVE" else {
      return "the WAV header is not complete"
    }
    let claimed = size(in: file, at: 4)
    guard claimed == file.count - 8 else {
      return "the WAV header says \(claimed) bytes, but \(file.count - 8) follow"
    }
    var offset = 12
    var hasFormat = false
    while offset + 8 <= file.count {
      let chunk = name(in: file, at: offset)
      let size = size(in: file, at: offset + 4)
      guard offset + 8 + size <= file.count else {
        return "the WAV chunk '\(chunk)' claims \(size) bytes, more than there are"
      }
      if chunk == "fmt " { hasFormat = true }
      if chunk == "data" {
        guard hasFormat else { return "the WAV file has its data before its format" }
        return size == 0 ? "the WAV file has no samples" : nil
      }
      // Chunks begin at even places.
      offset += 8 + size + size % 2
    }
    return "the WAV file has no data chunk"
  }

  /// The samples of a file that is as plain as can be: a header of 44 bytes, 16 kHz, one channel, 16 bits; nil for any other.
  static func plainSamples(in file: ArraySlice<UInt8>) -> [Int16]? {
    guard file.count > headerBytes, defect(in: file) == nil, name(in: file, at: 12) == "fmt ",
      name(in: file, at: 36) == "data", size(in: file, at: 40) == file.count - headerBytes,
      // Samples as they are (1), one channel; then 16,000 a second; then 2 bytes for each, of 16 bits.
      size(in: file, at: 20) == 1 << 16 | 1, size(in: file, at: 24) == 16_000,
      size(in: file, at: 32) == 16 << 16 | 2
    else { return nil }
    return file.dropFirst(headerBytes).withUnsafeBytes { bytes in
      (0..<bytes.count / 2).map {
        Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self))
      }
    }
  }

  private static let headerBytes = 44

  private static func name(in file: ArraySlice<UInt8>, at offset: Int) -> String {
    String(decoding: file.dropFirst(offset).prefix(4), as: UTF8.self)
  }

  private static func size(in file: ArraySlice<UInt8>, at offset: Int) -> Int {
    file.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// The bytes before the samples of a WAV file of signed 16 bit samples, with true sizes.
///
/// Sizes of RIFF are 32 bits wide. A longer file is RF64 (EBU Tech 3306, ITU-R BS.2088): the old sizes are all ones, and a `ds64`
/// chunk before `fmt ` holds the true ones. Where the length is not known beforehand, a `JUNK` chunk of the same size, which every
/// reader skips, keeps the place for it.
package struct WaveHeader: Sendable {
  private let rate: Int
  private let channels: Int
  private let hasRoom: Bool
  private let largest: Int64

  /// - Parameters:
  ///   - rate: Samples a second.
  ///   - channels: 1 or 2.
  ///   - frames: The length, if it is known; without it the header is longer by a chunk that may stay empty.
  ///   - largest: The largest size that RIFF can tell; smaller ones are for tests.
  package init(rate: Int, channels: Int, frames: Int64?, largest: Int64 = Int64(UInt32.max)) {
    self.rate = rate
    self.channels = channels
    self.largest = largest
    hasRoom = frames.map { $0 > (largest - 36) / Int64(channels * 2) } ?? true
  }

  /// Bytes of the header, whatever the length.
  package var byteCount: Int { hasRoom ? 80 : 44 }

  /// The header of a file of so many frames; `nil` if it was promised to be short and is not.
  package func bytes(frames: Int64) -> [UInt8]? {
    let size = frames * Int64(channels) * 2
    let riffSize = Int64(byteCount - 8) + size
    let isLarge = riffSize > largest
    guard !isLarge || hasRoom else { return nil }
    var bytes: [UInt8] = []
    func append(_ text: String) { bytes += Array(text.utf8) }
    func append<T: FixedWidthInteger>(_ number: T) {
      withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
    }
    append(isLarge ? "RF64" : "RIFF")
    append(isLarge ? UInt32.max : UInt32(clamping: riffSize))
    append("WAVE")
    if hasRoom {
      append(isLarge ? "ds64" : "JUNK")
      append(UInt32(28))
      append(isLarge ? riffSize : 0)
      append(isLarge ? size : 0)
      append(isLarge ? frames : 0)
      append(UInt32(0))  // no other chunk has a size of its own there
    }
    append("fmt ")
    append(UInt32(16))
    append(UInt16(1))  // PCM
    append(UInt16(channels))
    append(UInt32(clamping: rate))
    append(UInt32(clamping: rate * channels * 2))
    append(UInt16(channels * 2))  // bytes of a sample of all channels
    append(UInt16(16))  // bits of a sample
    append("data")
    append(isLarge ? UInt32.max : UInt32(clamping: size))
    return bytes
  }
}

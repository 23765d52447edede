package import Foundation

/// Bytes with a checksum behind them.
///
/// SQLite checks the structure of its file, not what is in its rows: a flipped bit in an answer would come back as another text. FNV-1a with 64
/// bits finds every single flipped byte (draft-eastlake-fnv), which is what disks and memory do; it is no protection against somebody who wants to deceive.
package enum Seal {
  /// Bytes of the checksum.
  private static let size = 8

  /// The bytes with their checksum.
  package static func close(_ bytes: Data) -> Data {
    var sealed = bytes
    withUnsafeBytes(of: checksum(bytes).littleEndian) { sealed.append(contentsOf: $0) }
    return sealed
  }

  /// The bytes without it; `nil` if they are not what they were.
  package static func open(_ sealed: Data) -> Data? {
    guard sealed.count >= size else { return nil }
    let bytes = sealed.prefix(sealed.count - size)
    let sum = sealed.suffix(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return checksum(bytes) == sum ? Data(bytes) : nil
  }

  private static func checksum(_ bytes: Data) -> UInt64 {
    bytes.withUnsafeBytes { buffer in
      var sum: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in buffer { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
      return sum
    }
  }
}

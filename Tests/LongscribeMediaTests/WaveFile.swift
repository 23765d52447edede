import Foundation

/// Writes WAV files by hand, so that nothing that is under test makes its own input.
struct WaveFile {
  enum Encoding {
    case unsigned8
    case signed16
    case float32
  }

  var encoding = Encoding.signed16
  var rate = 16_000
  var channels = 1
  /// Speakers; 0 for none named. Any mask makes the header an extensible one.
  var mask: UInt32 = 0
  /// Interleaved, between −1 and 1.
  var samples: [Float]
  /// What the header claims instead of the truth.
  var claimedBytes: UInt32?

  /// A file with the same samples in each of the channels, each scaled by its gain.
  init(
    _ mono: [Float], rate: Int, encoding: Encoding = .signed16, gains: [Float] = [1],
    mask: UInt32 = 0
  ) {
    self.encoding = encoding
    self.rate = rate
    self.mask = mask
    channels = gains.count
    samples = gains == [1] ? mono : mono.flatMap { sample in gains.map { $0 * sample } }
  }

  var data: Data {
    let width = encoding == .unsigned8 ? 1 : encoding == .signed16 ? 2 : 4
    let size = UInt32(samples.count * width)
    let tag: UInt16 = encoding == .float32 ? 3 : 1
    var data = Data()
    func append(_ text: String) { data.append(contentsOf: text.utf8) }
    func append<T: FixedWidthInteger>(_ number: T) {
      withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
    }
    append("RIFF")
    append((claimedBytes ?? size) &+ (mask == 0 ? 36 : 60))
    append("WAVEfmt ")
    append(UInt32(mask == 0 ? 16 : 40))
    append(mask == 0 ? tag : 0xFFFE)
    append(UInt16(channels))
    append(UInt32(truncatingIfNeeded: rate))
    append(UInt32(truncatingIfNeeded: rate * channels * width))
    append(UInt16(channels * width))
    append(UInt16(width * 8))
    if mask != 0 {
      append(UInt16(22))
      append(UInt16(width * 8))
      append(mask)
      append(tag)
      data.append(contentsOf: [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71])
    }
    append("data")
    append(claimedBytes ?? size)
    data.append(body)
    return data
  }

  private var body: Data {
    switch encoding {
    case .unsigned8: Data(samples.map { UInt8(clamping: Int(($0 * 128).rounded()) + 128) })
    case .signed16: samples.map(Self.signed16).withUnsafeBytes { Data($0) }
    case .float32: samples.withUnsafeBytes { Data($0) }
    }
  }

  static func signed16(_ sample: Float) -> Int16 {
    Int16(clamping: Int((sample * 32_768).rounded()))
  }

  func write(to path: String) throws {
    try data.write(to: URL(fileURLWithPath: path))
  }
}

/// Files, whole.
enum Bytes {
  static func of(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  static func write(_ data: Data, to path: String) throws {
    try data.write(to: URL(fileURLWithPath: path))
  }

  static func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }
}

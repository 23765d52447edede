/// Writes samples as they are, behind a WAV header or without any.
struct WaveWriter: ~Copyable {
  private let descriptor: Int32
  private let header: WaveHeader?
  private let bytesPerFrame: Int64
  /// Small blocks are gathered here, so that a system call is worth its while.
  private let gathered: UnsafeMutableRawBufferPointer
  private var count = 0
  /// Where the next byte goes.
  private var position: Int64

  /// - Parameter header: `nil` for the samples alone.
  init(
    header: WaveHeader?, channels: Int, frames: Int64?, descriptor: Int32
  ) throws(StorageError) {
    self.descriptor = descriptor
    self.header = header
    bytesPerFrame = Int64(channels) * 2
    position = Int64(header?.byteCount ?? 0)
    gathered = .allocate(byteCount: 65_536, alignment: 16)
    try writeHeader(frames: frames ?? 0)
  }

  deinit { gathered.deallocate() }

  /// Appends samples.
  mutating func write(_ samples: UnsafeBufferPointer<Int16>) throws(StorageError) {
    let bytes = UnsafeRawBufferPointer(samples)
    if bytes.count > gathered.count - count { try flush() }
    if bytes.count > gathered.count / 2 {
      try TemporaryFile.write(bytes, to: descriptor, at: position)
      position += Int64(bytes.count)
    } else {
      UnsafeMutableRawBufferPointer(rebasing: gathered[count...]).copyMemory(from: bytes)
      count += bytes.count
    }
  }

  /// Writes what is left, and the true header. Returns bytes of the file.
  mutating func finish() throws(StorageError) -> Int64 {
    try flush()
    let frames = (position - Int64(header?.byteCount ?? 0)) / bytesPerFrame
    try writeHeader(frames: frames)
    return position
  }

  private mutating func flush() throws(StorageError) {
    try TemporaryFile.write(
      UnsafeRawBufferPointer(rebasing: gathered[..<count]), to: descriptor, at: position)
    position += Int64(count)
    count = 0
  }

  private func writeHeader(frames: Int64) throws(StorageError) {
    guard let header else { return }
    guard let bytes = header.bytes(frames: frames) else {
      throw StorageError(detail: "more than 4 GiB, but announced as less")
    }
    try bytes.withUnsafeBufferPointer { bytes throws(StorageError) in
      try TemporaryFile.write(UnsafeRawBufferPointer(bytes), to: descriptor, at: 0)
    }
  }
}

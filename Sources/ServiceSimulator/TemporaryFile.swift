import Glibc

/// A file that exists as long as this value.
struct TemporaryFile: ~Copyable {
  let path: String
  let descriptor: Int32

  /// Makes an empty file.
  ///
  /// - Parameter suffix: What the name ends with, such as ".raw".
  init(suffix: String = "") throws(SimulatorError) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let name = String(UInt64.random(in: .min ... .max), radix: 36)
    path = "\(folder)/simulator-\(name)\(suffix)"
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .noTemporaryFile(errno: errno) }
  }

  deinit {
    unlink(path)
    close(descriptor)
  }

  /// Writes at the current end.
  func write(_ bytes: ArraySlice<UInt8>) throws(SimulatorError) {
    let failure = bytes.withUnsafeBytes { writeAll($0) }
    if let failure { throw .noTemporaryFile(errno: failure) }
  }

  /// Writes samples of 16 bits at the current end.
  func write(_ samples: [Int16]) throws(SimulatorError) {
    let failure = samples.withUnsafeBytes { writeAll($0) }
    if let failure { throw .noTemporaryFile(errno: failure) }
  }

  /// Returns the `errno` of a failure.
  private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    var offset = 0
    while offset < bytes.count {
      let written = Glibc.write(
        descriptor,
        bytes.baseAddress.map { $0 + offset },
        bytes.count - offset
      )
      if written >= 0 {
        offset += written
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }

  var size: Int {
    var information = stat()
    return fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
  }

  /// Reads up to `limit` bytes from the beginning.
  func read(limit: Int = .max) -> [UInt8] {
    let wanted = min(limit, size)
    return [UInt8](unsafeUninitializedCapacity: max(0, wanted)) { buffer, count in
      count = readAll(into: UnsafeMutableRawBufferPointer(buffer), wanted)
    }
  }

  /// The whole file as samples of 16 bits.
  func readSamples() -> [Int16] {
    let wanted = size / 2
    return [Int16](unsafeUninitializedCapacity: wanted) { buffer, count in
      count = readAll(into: UnsafeMutableRawBufferPointer(buffer), wanted * 2) / 2
    }
  }

  /// Returns how many bytes there were.
  private func readAll(into buffer: UnsafeMutableRawBufferPointer, _ wanted: Int) -> Int {
    var count = 0
    while count < wanted {
      let got = pread(
        descriptor,
        buffer.baseAddress.map { $0 + count },
        wanted - count,
        off_t(count)
      )
      guard got > 0 else { break }
      count += got
    }
    return count
  }
}

import Glibc

/// Why a lecture could not be written.
package enum LectureWriteError: Error, Hashable, CustomStringConvertible {
  /// The file could not be opened or written; `errno` says why.
  case cannotWrite(path: String, errno: Int32)
  /// A WAV file holds at most 4 GiB.
  case tooLongForWAV

  package var description: String {
    switch self {
    case .cannotWrite(let path, let number):
      "cannot write \(path): \(String(cString: strerror(number)))"
    case .tooLongForWAV:
      "the recording is too long for a WAV file"
    }
  }
}

/// A file written from front to back, gathered in blocks of 256 KiB.
struct OutputFile: ~Copyable {
  private let path: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let blockSize = 256 * 1024

  /// Creates the file, or empties it if it is there.
  init(path: String) throws(LectureWriteError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, errno: errno) }
    buffer.reserveCapacity(Self.blockSize + 65_536)
  }

  deinit {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
  }

  mutating func write(_ bytes: [UInt8]) throws(LectureWriteError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.blockSize { try flush() }
  }

  /// Writes samples as 16-bit little-endian numbers; values beyond that are cut to it.
  mutating func write(samples: [Float]) throws(LectureWriteError) {
    for sample in samples {
      let value = Int16(max(-32768, min(32767, sample)))
      buffer.append(UInt8(truncatingIfNeeded: value))
      buffer.append(UInt8(truncatingIfNeeded: value >> 8))
    }
    if buffer.count >= Self.blockSize { try flush() }
  }

  /// Writes what is left and closes; a full disk is noticed here at the latest.
  mutating func close() throws(LectureWriteError) {
    try flush()
    let closing = descriptor
    descriptor = -1
    guard Glibc.close(closing) == 0 else { throw .cannotWrite(path: path, errno: errno) }
  }

  private mutating func flush() throws(LectureWriteError) {
    var offset = 0
    while offset < buffer.count {
      let written = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
      }
      if written < 0 {
        guard errno == EINTR else { throw .cannotWrite(path: path, errno: errno) }
      } else {
        offset += written
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

private import Foundation
private import Glibc

/// A file without a name: it is gone with its last descriptor, even after `kill -9`.
package final class TemporaryFile: Sendable {
  package let descriptor: Int32

  /// - Parameter folder: Where it lies; it takes up room there while it lives.
  package init(in folder: String) throws(StorageError) {
    // O_TMPFILE never has a name at all; not every file system knows it.
    var descriptor = open(folder, O_RDWR | O_CLOEXEC | Self.unnamed, 0o600)
    if descriptor < 0 {
      var template = Array("\(folder)/longscribe-XXXXXX".utf8CString)
      descriptor = template.withUnsafeMutableBufferPointer { buffer in
        guard let name = buffer.baseAddress else { return -1 }
        let created = mkstemp(name)
        guard created >= 0 else { return -1 }
        unlink(name)
        _ = fcntl(created, F_SETFD, FD_CLOEXEC)
        return created
      }
    }
    guard descriptor >= 0 else { throw StorageError(folder) }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Linux's O_TMPFILE (x86-64 and arm64 alike but for O_DIRECTORY, which it contains), a macro that Swift cannot import.
  static let unnamed: Int32 = 0o20000000 | O_DIRECTORY

  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(StorageError) {
    try Self.write(bytes, to: descriptor, at: offset)
  }

  /// Writes all bytes to a place of any seekable file; the descriptor's own position is left alone.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int64
  ) throws(StorageError) {
    var written = 0
    while written < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written,
        off_t(offset) + off_t(written))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw StorageError() }
      written += count
    }
  }

  /// Copies bytes into the buffer and returns how many; fewer than asked for only at the end.
  package func read(
    at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StorageError) -> Int {
    var total = 0
    while total < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress?.advanced(by: total), buffer.count - total,
        off_t(offset) + off_t(total))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw StorageError() }
      if count == 0 { break }
      total += count
    }
    return total
  }

  /// Size in bytes.
  package var byteCount: Int64 { Self.byteCount(of: descriptor) }

  /// Size in bytes of any open file; 0 if it has none.
  static func byteCount(of descriptor: Int32) -> Int64 {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
  }
}

/// Why temporary storage failed, in the system's words.
package struct StorageError: Error, Sendable, Hashable {
  package var detail: String

  /// The error of the last system call.
  package init(_ folder: String? = nil) {
    let reason = String(cString: strerror(errno))
    detail = folder.map { "\(FileName.printable($0)): \(reason)" } ?? reason
  }

  /// An error in somebody else's words.
  init(detail: String) {
    self.detail = detail
  }
}

private import Foundation
private import Glibc

/// A file that was opened by us, under our own descriptor: its name is never given to FFmpeg, which would read protocols into it.
package final class MediaFile: Sendable {
  /// The name as it was given, safe to print.
  package let displayName: String
  /// Where it is, from the root of the file system, with no links in it.
  package let absolutePath: String
  /// The name without its folder, safe to print.
  package let name: String
  /// The descriptor; open as long as this value lives.
  package let descriptor: Int32
  /// Size in bytes; `nil` for a pipe.
  package let byteCount: Int64?
  /// Last change in nanoseconds since 1970; `nil` for a pipe.
  package let modified: Int64?
  /// Which file it is and in what state: one with the same text has the same contents, as far as the system can tell without reading it.
  /// `nil` for a pipe.
  package let identity: String?

  /// Whether bytes arrive only once and in order.
  package var isPipe: Bool { byteCount == nil }

  package init(path: String) throws(MediaError) {
    let display = FileName.printable(path)
    displayName = display
    absolutePath = Self.resolved(path) ?? path
    name = FileName.printable(path.split(separator: "/").last.map(String.init) ?? path)
    // With O_NONBLOCK opening a FIFO does not wait for its writer: reading does, and can be cancelled.
    let descriptor = FileName.withBytes(path) {
      open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    }
    guard descriptor >= 0 else {
      let code = errno
      let reason = String(cString: strerror(code))
      switch code {
      case ENOENT, ENOTDIR: throw MediaError(.notFound, file: display)
      // A socket cannot be opened at all, nor can a device that is not there.
      case ENXIO: throw MediaError(.notAFile, file: display, detail: "it is a socket or a device")
      default: throw MediaError(.notReadable, file: display, detail: reason)
      }
    }
    self.descriptor = descriptor
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw MediaError(.notReadable, file: display, detail: String(cString: strerror(errno)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      byteCount = Int64(status.st_size)
      modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
      // The time of the last change of the inode cannot be set back, as that of the contents can.
      identity =
        "\(status.st_dev):\(status.st_ino):\(status.st_size)"
        + ":\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
        + ":\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
    case S_IFIFO, S_IFSOCK:
      byteCount = nil
      modified = nil
      identity = nil
    case S_IFDIR:
      close(descriptor)
      throw MediaError(
        .notAFile, file: display, detail: "it is a folder; name the recordings in it")
    default:
      close(descriptor)
      throw MediaError(.notAFile, file: display, detail: "it is a device")
    }
    if byteCount == 0 {
      close(descriptor)
      throw MediaError(.empty, file: display)
    }
  }

  /// A path from the root, with no links in it; `nil` if it leads nowhere.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = FileName.withBytes(path, { realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    let bytes = UnsafeBufferPointer(start: resolved, count: strlen(resolved))
    return FileName.text(bytes.map(UInt8.init(bitPattern:)))
  }

  deinit { close(descriptor) }

  /// Copies bytes into the buffer and returns how many; 0 only at the end.
  package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer)
    throws(StorageError) -> Int
  {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw StorageError() }
    }
  }

  /// Whether size and time of change are still what they were when the file was opened.
  package var isUnchanged: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && Int64(status.st_size) == byteCount
      && Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec) == modified
  }

  /// Whether a name leads to this very file.
  package func isNamed(_ path: String) -> Bool {
    var own = stat()
    var other = stat()
    return fstat(descriptor, &own) == 0 && FileName.withBytes(path, { stat($0, &other) }) == 0
      && own.st_dev == other.st_dev
      && own.st_ino == other.st_ino
  }

  /// What the file begins with; nothing for a pipe.
  func head(_ count: Int) -> [UInt8] { isPipe ? [] : Self.head(of: descriptor, count) }

  /// The first bytes behind a descriptor.
  static func head(of descriptor: Int32, _ most: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
    }
  }
}

private import Foundation
private import Glibc

/// A file that appears under its name only when it is whole: it is written under a temporary name beside it, and renamed.
/// What is not committed leaves nothing behind.
package struct OutputFile: ~Copyable {
  /// Open for reading and writing.
  package let descriptor: Int32
  private let path: String
  private let temporary: String
  private let overwrites: Bool
  private var isCommitted = false

  /// - Parameters:
  ///   - path: The name to be; its folder exists.
  ///   - overwrites: Whether a file of that name is replaced.
  /// - Throws: `.exists` or `.notWritable`.
  package init(_ path: String, overwrites: Bool) throws(MediaError) {
    try Self.check(path, overwrites: overwrites)
    let cut = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = cut.map { String(path[...$0]) } ?? ""
    let temporary = "\(folder).longscribe-\(getpid())-\(UInt64.random(in: 0 ... .max)).part"
    let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path) }
    self.path = path
    self.temporary = temporary
    self.descriptor = descriptor
    self.overwrites = overwrites
  }

  /// Looks at the name before any work is done.
  package static func check(_ path: String, overwrites: Bool) throws(MediaError) {
    guard !path.hasSuffix("/") else {
      throw MediaError(.notWritable, file: FileName.printable(path), detail: "it names a folder")
    }
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw failure(path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw MediaError(
        .notWritable, file: FileName.printable(path), detail: "it is there and is not a file")
    }
    guard overwrites else { throw MediaError(.exists, file: FileName.printable(path)) }
  }

  /// Looks at the name before any work is done, and whether it is the recording's own.
  package static func check(
    _ path: String, for file: MediaFile, overwrites: Bool
  ) throws(MediaError) {
    if file.isNamed(path) {
      throw MediaError(
        .notWritable, file: FileName.printable(path), detail: "it is the recording itself")
    }
    try check(path, overwrites: overwrites)
  }

  /// Copies bytes to the file.
  ///
  /// - Parameter read: Fills the buffer from an offset and returns how many bytes it gave; 0 at the end.
  package func copy(
    _ read: (Int64, UnsafeMutableRawBufferPointer) throws -> Int
  ) throws(MediaError) -> Int64 {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var position: Int64 = 0
    while true {
      let count: Int
      do {
        count = try read(position, buffer)
      } catch {
        throw MediaError(
          .notReadable, file: FileName.printable(path),
          detail: (error as? StorageError)?.detail ?? "\(error)")
      }
      if count == 0 { return position }
      do throws(StorageError) {
        try TemporaryFile.write(
          UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: descriptor, at: position)
      } catch {
        throw MediaError(.notWritable, file: FileName.printable(path), detail: error.detail)
      }
      position += Int64(count)
    }
  }

  /// Gives the finished file its name.
  ///
  /// - Parameter durably: Whether it must be on disk first. What can be made again from the recording need not be, and waiting for
  ///   the disk takes as long as making it.
  package mutating func commit(durably: Bool) throws(MediaError) {
    guard !durably || fsync(descriptor) == 0 else { throw Self.failure(path) }
    if overwrites {
      guard rename(temporary, path) == 0 else { throw Self.failure(path) }
    } else if link(temporary, path) == 0 {
      unlink(temporary)
    } else if errno == EEXIST {
      throw MediaError(.exists, file: FileName.printable(path))
    } else {
      // Some file systems have no links; between looking and renaming nothing else is likely to make the name.
      try Self.check(path, overwrites: false)
      guard rename(temporary, path) == 0 else { throw Self.failure(path) }
    }
    isCommitted = true
  }

  deinit {
    close(descriptor)
    if !isCommitted { unlink(temporary) }
  }

  private static func failure(_ path: String) -> MediaError {
    MediaError(
      .notWritable, file: FileName.printable(path), detail: String(cString: strerror(errno)))
  }
}

private import Foundation
private import Glibc

/// A file that appears under its name only when it is whole. What is not committed leaves nothing behind.
///
/// Until then it has no name at all, so that not even `kill -9` leaves it; where the file system knows no such files, it is written
/// under a temporary name beside its own.
package struct OutputFile: ~Copyable {
  /// Open for reading and writing.
  package let descriptor: Int32
  private let path: String
  /// The path for errors, safe to print.
  private let displayName: String
  private let temporary: String
  /// Whether there is a file of the temporary name.
  private var hasTemporary: Bool
  private let overwrites: Bool

  /// - Parameters:
  ///   - path: The name to be; its folder exists.
  ///   - overwrites: Whether a file of that name is replaced.
  ///   - displayName: The name for errors, if not the path.
  /// - Throws: `.exists` or `.notWritable`.
  package init(
    _ path: String, overwrites: Bool, displayName: String? = nil
  ) throws(MediaError) {
    try Self.check(path, overwrites: overwrites)
    try self.init(unchecked: path, overwrites: overwrites, displayName: displayName)
  }

  /// A file that takes the place of whatever has its name, but for a folder: a link too, not what it leads to.
  ///
  /// - Throws: `.notWritable`.
  package init(replacing path: String) throws(MediaError) {
    try self.init(unchecked: path, overwrites: true, displayName: nil)
  }

  private init(
    unchecked path: String, overwrites: Bool, displayName: String?
  ) throws(MediaError) {
    let folder = Self.folder(of: path)
    let temporary = Self.temporaryName(in: folder)
    // A file without a name gets one through /proc.
    var descriptor: Int32 = -1
    if access("/proc/self/fd", X_OK) == 0 {
      descriptor = FileName.withBytes(folder.isEmpty ? "." : folder) {
        open($0, O_RDWR | O_CLOEXEC | TemporaryFile.unnamed, 0o666)
      }
    }
    let hasTemporary = descriptor < 0
    if hasTemporary {
      descriptor = FileName.withBytes(temporary) {
        open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      }
    }
    let displayName = FileName.printable(displayName ?? path)
    guard descriptor >= 0 else { throw Self.failure(displayName) }
    self.displayName = displayName
    self.hasTemporary = hasTemporary
    self.path = path
    self.temporary = temporary
    self.descriptor = descriptor
    self.overwrites = overwrites
  }

  /// The part of a path up to its last slash; empty for the current folder.
  private static func folder(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
  }

  /// A name that nothing else has, in a folder that ends with a slash or is empty.
  static func temporaryName(in folder: String) -> String {
    "\(folder).longscribe-\(getpid())-\(UInt64.random(in: 0 ... .max)).part"
  }

  /// Looks at the name before any work is done.
  package static func check(_ path: String, overwrites: Bool) throws(MediaError) {
    guard !path.hasSuffix("/") else {
      throw MediaError(.notWritable, file: FileName.printable(path), detail: "it names a folder")
    }
    var status = stat()
    guard FileName.withBytes(path, { lstat($0, &status) }) == 0 else {
      guard errno == ENOENT else { throw failure(FileName.printable(path)) }
      return try checkFolder(of: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw MediaError(
        .notWritable, file: FileName.printable(path), detail: "it is there and is not a file")
    }
    guard overwrites else { throw MediaError(.exists, file: FileName.printable(path)) }
    try checkFolder(of: path)
  }

  private static func checkFolder(of path: String) throws(MediaError) {
    let folder = folder(of: path)
    let isOpen = FileName.withBytes(folder.isEmpty ? "." : folder) { access($0, W_OK | X_OK) == 0 }
    guard !isOpen else { return }
    let reason =
      errno == ENOENT
      ? "there is no folder '\(FileName.printable(String(folder.dropLast())))'"
      : String(cString: strerror(errno))
    throw MediaError(.notWritable, file: FileName.printable(path), detail: reason)
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
          .notReadable, file: displayName, detail: (error as? StorageError)?.detail ?? "\(error)")
      }
      if count == 0 { return position }
      do throws(StorageError) {
        try TemporaryFile.write(
          UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: descriptor, at: position)
      } catch {
        throw MediaError(.notWritable, file: displayName, detail: error.detail)
      }
      position += Int64(count)
    }
  }

  /// Gives the finished file its name.
  ///
  /// - Parameter isDurable: Whether to wait until it is on disk. What can be made again from the recording is not worth that: waiting takes as
  ///   long as making it.
  package mutating func commit(isDurable: Bool = false) throws(MediaError) {
    guard !isDurable || fsync(descriptor) == 0 else { throw Self.failure(displayName) }
    if overwrites {
      // Where there is nothing to replace, no temporary name is needed, which `kill -9` could leave.
      if !hasTemporary, link(to: path) { return }
      // A link never replaces a file, a new name does.
      if !hasTemporary {
        guard link(to: temporary) else { throw Self.failure(displayName) }
        hasTemporary = true
      }
      guard rename() else { throw Self.failure(displayName) }
      hasTemporary = false
    } else if !link(to: path) {
      guard errno != EEXIST else { throw MediaError(.exists, file: displayName) }
      guard hasTemporary else { throw Self.failure(displayName) }
      // Some file systems have no links; between looking and renaming nothing else is likely to make the name.
      try Self.check(path, overwrites: false)
      guard rename() else { throw Self.failure(displayName) }
      hasTemporary = false
    }
  }

  /// Gives the file another name, or its first; `false`, with `errno`, if that cannot be, or if the name is taken.
  private func link(to name: String) -> Bool {
    FileName.withBytes(name) { name in
      hasTemporary
        ? FileName.withBytes(temporary) { Glibc.link($0, name) } == 0
        : linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0
    }
  }

  /// Gives the file its name in the place of the temporary one; `false`, with `errno`, if that cannot be.
  private func rename() -> Bool {
    FileName.withBytes(path) { path in
      FileName.withBytes(temporary) { Glibc.rename($0, path) }
    } == 0
  }

  deinit {
    close(descriptor)
    if hasTemporary { _ = FileName.withBytes(temporary) { unlink($0) } }
  }

  private static func failure(_ displayName: String) -> MediaError {
    MediaError(.notWritable, file: displayName, detail: String(cString: strerror(errno)))
  }
}

extension MediaError {
  /// The same error where it was the output's disk that failed, not that of temporary files.
  package func whileWriting(_ path: String) -> MediaError {
    code == .storage
      ? MediaError(.notWritable, file: FileName.printable(path), detail: detail) : self
  }
}

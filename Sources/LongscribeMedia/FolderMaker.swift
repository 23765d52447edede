private import Glibc

/// Makes folders. Foundation does that too, but its errors hide the system's reason.
enum FolderMaker {
  /// Makes a folder and those above it.
  ///
  /// - Returns: Whether it was not there before.
  /// - Throws: `.notWritable`, with the reason.
  static func make(_ path: String) throws(MediaError) -> Bool {
    if mkdir(path) { return true }
    var code = errno
    if code == ENOENT, let cut = path.lastIndex(of: "/"), cut > path.startIndex {
      _ = try make(String(path[..<cut]))
      if mkdir(path) { return true }
      code = errno
    }
    var status = stat()
    if FileName.withBytes(path, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR {
      return false
    }
    let reason =
      code == EEXIST ? "it is there and is not a folder" : String(cString: strerror(code))
    throw MediaError(
      .notWritable, file: FileName.printable(path),
      detail: code == EEXIST ? reason : "the folder cannot be made: \(reason)")
  }

  private static func mkdir(_ path: String) -> Bool {
    FileName.withBytes(path) { Glibc.mkdir($0, 0o777) } == 0
  }
}

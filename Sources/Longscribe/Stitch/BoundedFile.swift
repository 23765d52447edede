import Foundation
private import Glibc
private import LongscribeMedia

/// Files that are read whole, if they are not too large for that.
enum BoundedFile {
  /// Why a file was not read.
  enum Problem: Error, CustomStringConvertible {
    case tooLarge(most: Int)
    case system(String)

    var description: String {
      switch self {
      case .tooLarge(let most): "it has more than \(most / 1_000_000) MB"
      case .system(let reason): reason
      }
    }
  }

  /// The bytes of a file.
  ///
  /// - Parameter most: Bytes that it may have.
  static func read(_ path: String, most: Int) throws(Problem) -> Data {
    // A pipe would keep its reader waiting for somebody to write.
    let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
    guard descriptor >= 0 else { throw .system(String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .system("it is not a file")
    }
    guard status.st_size <= most else { throw .tooLarge(most: most) }
    var bytes = Data(count: Int(status.st_size))
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: position), buffer.count - position)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(String(cString: strerror(errno))) }
      guard count > 0 else { break }
      position += count
    }
    return bytes.prefix(position)
  }
}

extension BoundedFile {
  /// When a file was last changed, in nanoseconds since 1970; `nil` if it is not there.
  static func modified(_ path: String) -> Int64? {
    var status = stat()
    guard FileName.withBytes(path, { stat($0, &status) }) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }
}

/// The names of what is in a folder.
enum FolderListing {
  /// The names, in no order.
  static func names(in path: String) throws(BoundedFile.Problem) -> [String] {
    guard let listing = FileName.withBytes(path, { opendir($0) }) else {
      throw .system(
        errno == ENOENT
          ? "no such folder"
          : errno == ENOTDIR ? "it is not a folder" : String(cString: strerror(errno)))
    }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        FileName.text(bytes.prefix { $0 != 0 })
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}

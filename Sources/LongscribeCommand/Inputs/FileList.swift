import Longscribe

/// A list of files, as --files-from reads it. Pure: bytes in, names out.
///
/// One name a line; empty lines and those that begin with `#` do not count. A list with a NUL in it has names that end with NULs, as
/// `find -print0` writes them, and nothing else.
enum FileList {
  static func names(_ bytes: [UInt8]) -> [String] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
    if bytes.contains(0) {
      return bytes.split(separator: 0).map { FileName.text($0) }
    }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let name = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      return name.isEmpty || name.first == UInt8(ascii: "#") ? nil : FileName.text(name)
    }
  }
}

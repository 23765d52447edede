private import Glibc

/// The way from one file to another.
enum RelativePath {
  /// The bytes of the way from the folder of `page` to `file`: `./talk.m4a`, `../audio/talk.m4a`.
  ///
  /// Both are followed to where they really are, because `..` leads out of a folder's real place, not out of a link to it. The way begins with a
  /// dot: what begins with a name can be taken for the scheme of an address, such as `a:b.mp3`.
  static func bytes(to file: String, from page: String) throws(MediaError) -> [UInt8] {
    let folder = page.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(page[...$0]) } ?? "."
    let target = try names(file)
    let start = try names(folder)
    let shared = zip(start, target.dropLast()).prefix { $0 == $1 }.count
    let up = [[UInt8]](repeating: Array("..".utf8), count: start.count - shared)
    let way = (up.isEmpty ? [Array(".".utf8)] : up) + target[shared...]
    return Array(way.joined(separator: [UInt8(ascii: "/")]))
  }

  /// The names on the way from the root to a file that exists.
  private static func names(_ path: String) throws(MediaError) -> [[UInt8]] {
    let resolved = FileName.withBytes(path) { realpath($0, nil) }
    guard let resolved else {
      throw MediaError(
        .notReadable, file: FileName.printable(path), detail: String(cString: strerror(errno)))
    }
    defer { free(resolved) }
    let bytes = UnsafeBufferPointer(start: resolved, count: strlen(resolved))
    return bytes.map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: "/")).map { Array($0) }
  }
}

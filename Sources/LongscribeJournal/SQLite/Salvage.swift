private import CSQLite
import Foundation
private import Glibc

/// A copy of a damaged database in which more can be read.
///
/// # Note: What a header can spoil
///
/// SQLite opens no file whose first hundred bytes it does not believe, however whole the rest is: a single flipped byte in its magic words, or a
/// file that is shorter than the header says, and no row can be read. In the copy the header is made anew, as this program's databases have it
/// (sqlite.org/fileformat2.html, section 1.3). What cannot be read then is damaged itself, and the seals tell which rows are what they were.
enum Salvage {
  /// SQLite's own default, which is never changed here.
  private static let pageSize = 4096
  private static let headerSize = 100
  /// Pages at the least, empty ones where the file has fewer: a database in which a table's first page is missing gives no row of any table.
  private static let leastPages = 64

  /// Where the copy is made.
  static func name(of path: String) -> String { path + ".salvage" }

  /// Makes the copy; returns its path, or `nil` if that cannot be done.
  ///
  /// - Throws: If there is no room for it: what is in it has been paid for.
  static func copy(of path: String) throws(SQLiteError) -> String? {
    guard let size = size(of: path), size >= pageSize else { return nil }
    let copy = name(of: path)
    unlink(copy)
    do {
      try FileManager.default.copyItem(atPath: path, toPath: copy)
    } catch {
      guard (error as? CocoaError)?.code == .fileWriteOutOfSpace else { return nil }
      throw SQLiteError(code: SQLITE_FULL, message: "a copy of it is needed to save what it holds")
    }
    let descriptor = open(copy, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let whole = size / pageSize
    let pages = max(whole, leastPages)
    let header = header(pages: pages)
    let written = header.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    // What is left of a last page would only be in the way.
    guard written == header.count, ftruncate(descriptor, off_t(whole * pageSize)) == 0,
      ftruncate(descriptor, off_t(pages * pageSize)) == 0
    else { return nil }
    return copy
  }

  private static func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// The header of a database of so many pages that is not in WAL mode and has no free pages.
  private static func header(pages: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: headerSize)
    func put(_ value: Int, _ bytes: Int, at place: Int) {
      for index in 0..<bytes {
        header[place + index] = UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - index)))
      }
    }
    header.replaceSubrange(0..<16, with: Array("SQLite format 3".utf8) + [0])
    put(pageSize, 2, at: 16)
    // Formats for writing and reading: a rollback journal.
    put(1, 1, at: 18)
    put(1, 1, at: 19)
    // Fractions that the format prescribes.
    put(64, 1, at: 21)
    put(32, 1, at: 22)
    put(32, 1, at: 23)
    // The number of pages is believed where two counters agree.
    put(1, 4, at: 24)
    put(1, 4, at: 92)
    put(pages, 4, at: 28)
    put(1, 4, at: 40)
    // The format of the schema, and UTF-8.
    put(4, 4, at: 44)
    put(1, 4, at: 56)
    return header
  }
}

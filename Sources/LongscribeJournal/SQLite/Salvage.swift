private import CSQLite
import Foundation
private import Glibc

/// A copy of a damaged database in which more can be read.
///
/// # Note: What a header can spoil
///
/// SQLite opens no file whose first page it does not believe, however whole the rest is: a single flipped bit in its header or in the text of its
/// schema, or a file that is shorter than the header says, and no row can be read. In the copy that page is the one of a new database, whose tables
/// begin at the same pages, because they were made in the same order (sqlite.org/fileformat2.html, sections 1.3 and 2.6). What cannot be read then
/// is damaged itself, and the seals tell which rows are what they were.
enum Salvage {
  /// SQLite's own default, which is never changed here.
  static let pageSize = 4096
  /// Pages at the least, empty ones where the file has fewer: a database in which a table's first page is missing gives no row of any table.
  private static let leastPages = 64

  /// Where the copy is made.
  static func name(of path: String) -> String { path + ".salvage" }

  /// Makes the copy; returns its path, or `nil` if that cannot be done.
  ///
  /// - Parameter new: A new database, in which nothing has been removed.
  /// - Throws: If there is no room for it: what is in it has been paid for.
  static func copy(of path: String, like new: String) throws(SQLiteError) -> String? {
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
    guard let first = firstPage(of: new, pages: pages) else { return nil }
    let written = first.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    // What is left of a last page would only be in the way.
    guard written == first.count, ftruncate(descriptor, off_t(whole * pageSize)) == 0,
      ftruncate(descriptor, off_t(pages * pageSize)) == 0
    else { return nil }
    return copy
  }

  /// A file's size in bytes; `nil` if there is none.
  static func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// The first page of a new database, for one that has so many pages, is not in WAL mode and has no free pages.
  private static func firstPage(of new: String, pages: Int) -> [UInt8]? {
    guard let file = FileHandle(forReadingAtPath: new) else { return nil }
    defer { try? file.close() }
    guard let data = try? file.read(upToCount: pageSize), data.count == pageSize else { return nil }
    var page = [UInt8](data)
    func put(_ value: Int, _ bytes: Int, at place: Int) {
      for index in 0..<bytes {
        page[place + index] = UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - index)))
      }
    }
    // Formats for writing and reading: a rollback journal.
    put(1, 1, at: 18)
    put(1, 1, at: 19)
    // The number of pages is believed where two counters agree.
    put(1, 4, at: 24)
    put(1, 4, at: 92)
    put(pages, 4, at: 28)
    // The list of free pages and its length.
    put(0, 4, at: 32)
    put(0, 4, at: 36)
    return page
  }
}

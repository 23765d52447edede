private import CSQLite
private import Glibc

/// Looks at a journal without changing anything.
package enum JournalHealth {
  /// What was found.
  package enum Finding: Sendable, Hashable {
    /// There is none yet.
    case none
    /// It is whole and holds so many jobs.
    case whole(jobs: Int)
    /// A newer version of the program made it.
    case newer
    /// It cannot be read, for this reason.
    case unreadable(String)
  }

  /// SQLite's version.
  package static var version: String { String(cString: sqlite3_libversion()) }

  /// Whether there is a journal in a folder.
  package static func isThere(folder: String) -> Bool {
    access("\(folder)/\(JournalFile.name)", F_OK) == 0
  }

  /// Checks the journal in a folder.
  package static func check(folder: String) -> Finding {
    guard isThere(folder: folder) else { return .none }
    let path = "\(folder)/\(JournalFile.name)"
    do throws(SQLiteError) {
      let database = try Database(readOnly: path)
      let verdict = try database.first("PRAGMA quick_check(1)") { $0.text(0) }
      guard verdict == "ok" else { return .unreadable(verdict ?? "it cannot be checked") }
      let version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
      guard version <= Schema.version else { return .newer }
      guard version > 0 else { return .whole(jobs: 0) }
      let jobs = try database.first("SELECT count(*) FROM job") { $0.integer(0) }
      return .whole(jobs: Int(jobs ?? 0))
    } catch {
      return .unreadable(error.message)
    }
  }
}

/// File systems that are memory: what lies on them leaves less for programs, and goes with the power.
package enum MemoryFileSystem {
  /// Of tmpfs and ramfs, as statfs(2) lists them.
  private static let kinds: Set<UInt32> = [0x0102_1994, 0x8584_58F6]

  /// Whether a folder lies on one.
  package static func holds(_ path: String) -> Bool { kinds.contains(ls_file_system_kind(path)) }
}

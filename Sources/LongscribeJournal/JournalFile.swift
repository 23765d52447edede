private import CSQLite
import Foundation
private import Glibc

/// The journal's files, opened: the database and the locks beside it.
///
/// # Note: A damaged journal
///
/// A database that cannot be read is not thrown away: it is renamed, so that somebody may look at it, and a new one takes its place. Then all
/// answers that can still be read are brought over, because they have been paid for. Their seals tell which of them
/// are what they were.
///
/// Much damage shows only when a page is read for the first time, perhaps hours after the journal was opened. Then whoever finds it does the
/// same at once and goes on with the new database. Others notice by the file's number that theirs is no longer the one at the path, and
/// move to the new one before their next call. What a job of the old one decides is not kept any more, but its answers are.
struct JournalFile: ~Copyable {
  let database: Database
  let locks: OwnerLocks
  /// Our number among those who use the journal.
  let owner: Int64
  let path: String
  /// Sentences for the user about what was found.
  let notes: [String]
  /// Which file was opened.
  private let identity: FileNumber?

  /// The byte of the locks' file that whoever opens the journal holds meanwhile; owners' numbers begin at 1.
  private static let setupByte: Int64 = 0
  /// Databases up to this size are looked through whenever they are opened: a few hundredths of a second.
  private static let alwaysChecked: Int64 = 32 << 20

  private init(
    database: consuming Database, locks: consuming OwnerLocks, owner: Int64, path: String,
    notes: [String]
  ) {
    self.database = database
    self.locks = locks
    self.owner = owner
    self.path = path
    self.notes = notes
    identity = FileNumber(path)
  }

  /// Whether somebody has put another file in the place of this one.
  var isReplaced: Bool {
    guard let identity else { return false }
    return FileNumber(path) != identity
  }

  /// Opens the journal in a folder, and makes both if they are not there.
  static func open(folder: String) throws(JournalError) -> JournalFile {
    try makeFolder(folder)
    let path = "\(folder)/journal.sqlite3"
    let lockPath = "\(folder)/journal.locks"
    let locks = try OwnerLocks(lockPath)
    // One at a time looks for damage, sets aside and brings the schema up to date.
    let setup = try OwnerLocks(lockPath)
    try setup.waitFor(setupByte, path: folder)
    let network = NetworkFileSystem.name(at: folder)
    var notes: [String] = []
    if let network {
      notes.append(
        "the journal is in \(folder), on a network file system (\(network)); it works there, but more slowly and not from two machines at a time: XDG_STATE_HOME names another place"
      )
    }
    let found = try connect(path, isShared: network == nil, notes: &notes)
    var owner: Int64
    repeat {
      do throws(SQLiteError) {
        owner = try enter(found)
      } catch {
        throw error.code == SQLITE_SCHEMA
          ? JournalError(.newer, path: path, detail: error.message)
          : JournalError(error, path: path)
      }
      // A process that goes on with a journal that was set aside may have the number.
    } while try !locks.hold(owner, path: folder)
    return JournalFile(database: found, locks: locks, owner: owner, path: path, notes: notes)
  }

  /// The database; a new one, with what could be saved, if the one that is there is damaged.
  private static func connect(
    _ path: String, isShared: Bool, notes: inout [String]
  ) throws(JournalError) -> Database {
    try makeFile(path)
    let isSuspected = access(path + suspicion, F_OK) == 0
    let damage: SQLiteError
    do throws(SQLiteError) {
      let database = try database(path, isShared: isShared, isSuspected: isSuspected)
      if isSuspected { unlink(path + suspicion) }
      return database
    } catch {
      guard error.isDamage else { throw JournalError(error, path: path) }
      damage = error
    }
    let aside = try setAside(path)
    unlink(path + suspicion)
    try makeFile(path)
    do throws(SQLiteError) {
      let database = try database(path, isShared: isShared)
      let saved = bringOver(from: aside, to: database)
      notes.append(
        "the journal was damaged (\(damage.message)) and is now \(aside); \(saved) paid answers could be read and are kept"
      )
      return database
    } catch {
      throw JournalError(error, path: path)
    }
  }

  /// For its owner alone: transcripts are private.
  private static func makeFolder(_ folder: String) throws(JournalError) {
    var path = folder.hasPrefix("/") ? "" : "."
    for name in folder.split(separator: "/") {
      path += "/\(name)"
      guard mkdir(path, 0o700) != 0 else { continue }
      let reason = errno
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
        throw JournalError(
          .notWritable, path: folder, detail: "\(path): \(String(cString: strerror(reason)))")
      }
    }
  }

  /// Makes the file before SQLite does, which would give it the rights of any other; those of its companions follow it.
  ///
  /// One that is there is not opened: closing it again would take away the locks of all of this process's connections to it
  /// (sqlite.org/howtocorrupt.html, section 2.2), and another process would delete what they are writing.
  private static func makeFile(_ path: String) throws(JournalError) {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor >= 0 {
      // Whatever the process's mask.
      _ = fchmod(descriptor, 0o600)
      close(descriptor)
      return
    }
    var reason = errno
    var status = stat()
    if reason == EEXIST, lstat(path, &status) == 0 {
      if status.st_mode & S_IFMT == S_IFREG {
        if status.st_mode & 0o777 != 0o600 { _ = chmod(path, 0o600) }
        return
      }
      reason = status.st_mode & S_IFMT == S_IFLNK ? ELOOP : EEXIST
    }
    throw JournalError(.notWritable, path: path, detail: String(cString: strerror(reason)))
  }

  private static func database(
    _ path: String, isShared: Bool, isSuspected: Bool = false
  ) throws(SQLiteError) -> Database {
    let database = try Database(path)
    // Whoever is told to forget something wants it gone.
    try database.run("PRAGMA secure_delete = ON")
    try database.run("PRAGMA foreign_keys = ON")
    try database.run("PRAGMA journal_mode = \(isShared ? "WAL" : "DELETE")")
    try database.run("PRAGMA synchronous = FULL")
    guard !database.isReadOnly else {
      throw SQLiteError(
        code: SQLITE_CORRUPT, message: "its header asks for a format that is not known")
    }
    let size =
      try (database.first("PRAGMA page_count") { $0.integer(0) } ?? 0)
      * (database.first("PRAGMA page_size") { $0.integer(0) } ?? 0)
    if isSuspected || size <= alwaysChecked {
      let check = isSuspected ? "integrity_check" : "quick_check"
      let verdict = try database.first("PRAGMA \(check)(1)") { $0.text(0) }
      guard verdict == "ok" else {
        // The first line only names the database.
        let detail = verdict?.split(separator: "\n").last.map(String.init)
        throw SQLiteError(code: SQLITE_CORRUPT, message: detail ?? "it cannot be checked")
      }
    }
    try upgrade(database)
    return database
  }

  /// Brings the schema up to date; one of a newer version stays as it is.
  private static func upgrade(_ database: borrowing Database) throws(SQLiteError) {
    let version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
    guard version >= 0 else {
      throw SQLiteError(code: SQLITE_CORRUPT, message: "version \(version)")
    }
    guard version < Schema.version else { return }
    try database.transaction { () throws(SQLiteError) in
      for step in Schema.steps[Int(version)...] {
        for statement in step { try database.run(statement) }
      }
      try database.run("PRAGMA user_version = \(Schema.version)")
    } orThrow: {
      $0
    }
  }

  /// Takes a number.
  private static func enter(_ database: borrowing Database) throws(SQLiteError) -> Int64 {
    let version = try database.first("PRAGMA user_version") { $0.integer(0) } ?? 0
    guard version == Schema.version else {
      throw SQLiteError(code: SQLITE_SCHEMA, message: "version \(version)")
    }
    try database.run(
      "INSERT INTO owner(process, started) VALUES(?, ?)", .integer(Int64(getpid())),
      .integer(JournalTime.now))
    return database.lastRow
  }

  private static let companions = ["", "-wal", "-shm", "-journal"]

  /// Renames the database, and what belongs to it, to a name that is free.
  private static func setAside(_ path: String) throws(JournalError) -> String {
    let stamp = JournalTime.now
    for number in 0..<100 {
      let aside = "\(path).damaged-\(stamp)\(number == 0 ? "" : "-\(number)")"
      guard access(aside, F_OK) != 0 else { continue }
      guard rename(path, aside) == 0 else { break }
      for companion in companions.dropFirst() { rename(path + companion, aside + companion) }
      return aside
    }
    throw JournalError(
      .notWritable, path: path,
      detail: "it is damaged and cannot be renamed: \(String(cString: strerror(errno)))")
  }

  /// Copies the answers of a damaged database that can be read; returns how many.
  private static func bringOver(from path: String, to database: borrowing Database) -> Int {
    var count = copyAnswers(of: path, to: database)
    if let copy = Salvage.copy(of: path) {
      count += copyAnswers(of: copy, to: database)
      for companion in companions { unlink(copy + companion) }
    }
    return count
  }

  private static func copyAnswers(of path: String, to database: borrowing Database) -> Int {
    guard let damaged = try? Database(path) else { return 0 }
    var count = 0
    // Forwards as far as it goes, then from the other end: what lies between is what cannot be read.
    for order in ["", " DESC"] {
      try? damaged.each("SELECT key, body, raw, created, call FROM answer ORDER BY rowid\(order)") {
        row in
        let (body, raw) = (row.blob(1), row.blob(2))
        guard JobCodec.answer(body: body) != nil, Seal.open(raw) != nil else { return }
        let isNew =
          (try? database.run(
            "INSERT OR IGNORE INTO answer(key, body, raw, owner, call, created) VALUES(?, ?, ?, 0, ?, ?)",
            .text(row.text(0)), .blob(body), .blob(raw), .integer(row.integer(4)),
            .integer(row.integer(3)))) != nil
          && database.changes > 0
        if isNew { count += 1 }
      }
    }
    return count
  }

  /// What is added to the name of a database whose damage was found while it was in use.
  private static let suspicion = ".suspected"

  /// Makes whoever opens the journal next look through all of it, whatever its size.
  func suspect() {
    let descriptor = Glibc.open(path + Self.suspicion, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }
}

/// Which file a path leads to.
private struct FileNumber: Equatable {
  private let device: dev_t
  private let inode: ino_t

  /// `nil` if there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    inode = status.st_ino
  }
}

/// Times in the journal, for people and for pruning only: nothing is decided by them, so a clock that jumps does no harm.
enum JournalTime {
  /// Milliseconds since 1970.
  static var now: Int64 { milliseconds(Date()) }

  static func milliseconds(_ date: Date) -> Int64 {
    let value = (date.timeIntervalSince1970 * 1000).rounded()
    return abs(value) < 9e15 ? Int64(value) : 0
  }

  static func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}

extension JournalError {
  /// SQLite's error about a file.
  init(_ error: SQLiteError, path: String) {
    let code: Code =
      switch error.code & 0xFF {
      case SQLITE_FULL: .full
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_IOERR: .notWritable
      case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
      case SQLITE_BUSY, SQLITE_LOCKED: .busy
      default: .failed
      }
    self.init(code, path: path, detail: error.message)
  }
}

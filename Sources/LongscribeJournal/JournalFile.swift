private import CSQLite
import Foundation
private import Glibc

/// The journal's files, opened: the database and the locks beside it.
struct JournalFile: ~Copyable {
  let database: Database
  let locks: OwnerLocks
  /// Our number among those who use the journal.
  let owner: Int64
  let path: String
  /// Sentences for the user about what was found.
  let notes: [String]
  /// Which file was opened.
  let identity: FileNumber?

  /// The database's name in its folder.
  static let name = "journal.sqlite3"
  /// The byte of the locks' file that whoever opens the journal holds meanwhile; owners' numbers begin at 1.
  private static let setupByte: Int64 = 0
  /// Databases up to this size are looked through whenever they are opened: a few hundredths of a second.
  private static let alwaysChecked: Int64 = 32 << 20

  private init(
    database: consuming Database, locks: OwnerLocks, owner: Int64, path: String,
    notes: [String]
  ) {
    self.database = database
    self.locks = locks
    self.owner = owner
    self.path = path
    self.notes = notes
    identity = FileNumber(path)
  }

  /// Whether somebody has put another file in the place of this one, or of the locks.
  var isReplaced: Bool {
    guard let identity else { return false }
    return FileNumber(path) != identity || !locks.isCurrent
  }

  /// Opens the journal in a folder, and makes both if they are not there.
  ///
  /// - Parameters:
  ///   - held: The locks of an owner who opens it once more: what it was before stays present.
  ///   - before: Which database that was.
  static func open(
    folder: String, held: OwnerLocks? = nil, before: FileNumber? = nil
  ) throws(JournalError) -> JournalFile {
    try makeFolder(folder)
    let path = "\(folder)/\(name)"
    let lockPath = "\(folder)/journal.locks"
    let locks: OwnerLocks
    if let held, held.isCurrent {
      locks = held
    } else {
      locks = try OwnerLocks(lockPath)
      // In another database the numbers are those of others.
      if let held, let before, FileNumber(path) == before { try locks.hold(all: held) }
    }
    // One at a time looks for damage, sets aside and brings the schema up to date.
    let setup = try OwnerLocks(lockPath)
    try setup.waitFor(setupByte)
    let network = NetworkFileSystem.name(at: folder)
    var notes: [String] = []
    if let network {
      notes.append(
        "the journal is in \(folder), on a network file system (\(network)); it works there, but more slowly and not from two machines at a time: XDG_STATE_HOME names another place"
      )
    }
    try prepare(path, isInUse: setup.isAnybodyPresent)
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
      // Somebody who goes on with a journal that was set aside may have the number.
    } while try !locks.hold(owner)
    return JournalFile(database: found, locks: locks, owner: owner, path: path, notes: notes)
  }

  /// Finishes an interrupted repair, and makes the database's file.
  ///
  /// A log beside a database that is empty holds all that there is: but SQLite would delete it, so the file gets the size of a first page, which is
  /// in the log. Beside one that is gone it is used only if nobody has it open, who would go on writing into it.
  private static func prepare(_ path: String, isInUse: Bool) throws(JournalError) {
    _ = try JournalRepair.finish(path)
    let isThere = access(path, F_OK) == 0
    if !isThere, isInUse { try JournalRepair.setLogAside(path) }
    try makeFile(path)
    if Salvage.size(of: path) == 0, Salvage.size(of: path + "-wal") ?? 0 > 0 {
      truncate(path, off_t(Salvage.pageSize))
    }
  }

  /// The database; a new one, with what could be saved, if the one that is there is damaged.
  private static func connect(
    _ path: String, isShared: Bool, notes: inout [String]
  ) throws(JournalError) -> Database {
    let isSuspected = access(path + suspicion, F_OK) == 0
    do throws(SQLiteError) {
      let database = try database(path, isShared: isShared, isSuspected: isSuspected)
      if isSuspected { unlink(path + suspicion) }
      return database
    } catch {
      guard error.isDamage else { throw JournalError(error, path: path) }
      notes.append(try JournalRepair.replace(path, because: error))
    }
    unlink(path + suspicion)
    do throws(SQLiteError) {
      return try database(path, isShared: isShared)
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
  static func makeFile(_ path: String) throws(JournalError) {
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

  static func database(
    _ path: String, isShared: Bool, isSuspected: Bool = false
  ) throws(SQLiteError) -> Database {
    let database = try Database(path)
    // Whoever is told to forget something wants it gone.
    try database.run("PRAGMA secure_delete = ON")
    try database.run("PRAGMA foreign_keys = ON")
    // 512 KiB of pages instead of 2 MB: rows are written once, and looked up by key.
    try database.run("PRAGMA cache_size = -512")
    try database.run("PRAGMA journal_mode = \(isShared ? "WAL" : "DELETE")")
    try database.run("PRAGMA synchronous = FULL")
    guard access(path, W_OK) == 0 else {
      throw SQLiteError(code: SQLITE_READONLY, message: String(cString: strerror(errno)))
    }
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

  /// What is added to the name of a database whose damage was found while it was in use.
  private static let suspicion = ".suspected"

  /// Makes whoever opens the journal next look through all of it, whatever its size.
  func suspect() {
    let descriptor = Glibc.open(path + Self.suspicion, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
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

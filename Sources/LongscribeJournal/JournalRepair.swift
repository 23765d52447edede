private import CSQLite
import Foundation
private import Glibc

/// Puts a new database in the place of a damaged one.
///
/// # Note: A damaged journal
///
/// A database that cannot be read is not thrown away: it is renamed, so that somebody may look at it, and a new one takes its place, with all
/// answers that can still be read, because they have been paid for. Their seals tell which of them are what they were. With them
/// come the calls that are under way, or whose fate nobody knows: whoever makes one goes on having it, and no other process makes it too.
///
/// The new one is made beside the old one, in one transaction, and gets a name of its own when it is whole; from there on it takes three
/// renames, which whoever opens the journal next finishes if they were interrupted. So there is no moment in which a journal that looks
/// whole holds less than could be read. What others have written into the old one meanwhile is brought over once more at the end.
///
/// Much damage shows only when a page is read for the first time, perhaps hours after the journal was opened. Then whoever finds it does the
/// same at once and goes on with the new database. Others notice by the file's number that theirs is no longer the one at the path, and
/// move to the new one. What a job of the old one decides is not kept any more, but its answers are.
enum JournalRepair {
  /// What is added to the name of a database that is being made, and of one that is whole and waits for its place.
  private static let building = ".building"
  private static let ready = ".ready"
  private static let companions = ["-wal", "-shm", "-journal"]
  /// Numbers that calls and owners can have; others would leave no room for those to come.
  private static let numbers: Range<Int64> = 0..<(1 << 53)

  /// Finishes what an interrupted repair has begun. Whoever calls holds the lock of those who open the journal.
  ///
  /// - Returns: The damaged database's new name, if there was one in the way.
  static func finish(_ path: String) throws(JournalError) -> String? {
    guard access(path + ready, F_OK) == 0 else { return nil }
    let aside = access(path, F_OK) == 0 ? try setAside(path) : nil
    guard rename(path + ready, path) == 0 else { throw unwritable(path) }
    syncFolder(of: path)
    return aside
  }

  /// Sets a damaged database aside.
  ///
  /// - Returns: What the user should know.
  /// - Throws: If there is no room for the new one, or it cannot be written; the old one is where it was then.
  static func replace(_ path: String, because damage: SQLiteError) throws(JournalError) -> String {
    let saved: Int
    do throws(SQLiteError) {
      saved = try build(path + building, from: path)
    } catch {
      throw JournalError(error, path: path)
    }
    guard rename(path + building, path + ready) == 0 else { throw unwritable(path) }
    syncFolder(of: path)
    let aside = try finish(path) ?? path
    let late = bringLate(from: aside, to: path)
    return
      "the journal was damaged (\(damage.message)) and is now \(aside); \(max(saved, late)) paid answers could be read and are kept"
  }

  /// Makes a database with all that can be read of a damaged one; returns how many answers that is.
  private static func build(_ new: String, from path: String) throws(SQLiteError) -> Int {
    remove(new)
    defer { for companion in companions { unlink(new + companion) } }
    do throws(JournalError) {
      try JournalFile.makeFile(new)
    } catch {
      throw SQLiteError(code: SQLITE_CANTOPEN, message: error.detail)
    }
    // Without WAL it is one file, which can be renamed.
    let database = try JournalFile.database(new, isShared: false)
    return try database.transaction { () throws(SQLiteError) in
      try bringOver(from: path, to: database)
      defer { remove(Salvage.name(of: path)) }
      if let copy = try Salvage.copy(of: path, like: new) {
        try bringOver(from: copy, to: database)
      }
      return try database.first("SELECT count(*) FROM answer") { Int($0.integer(0)) } ?? 0
    } orThrow: {
      $0
    }
  }

  /// Brings over what others have written into the old database while the new one was made; returns how many answers there are then.
  private static func bringLate(from aside: String, to path: String) -> Int {
    guard let database = try? Database(path) else { return 0 }
    try? database.transaction { () throws(SQLiteError) in
      try bringOver(from: aside, to: database)
    } orThrow: {
      $0
    }
    return (try? database.first("SELECT count(*) FROM answer") { Int($0.integer(0)) }) ?? 0
  }

  /// Copies what can be read.
  ///
  /// - Throws: If the new database cannot be written.
  private static func bringOver(
    from path: String, to database: borrowing Database
  ) throws(SQLiteError) {
    guard let damaged = try? Database(path) else { return }
    var failure: SQLiteError?
    func put(_ sql: String, _ values: [SQLiteValue]) {
      guard failure == nil else { return }
      do throws(SQLiteError) {
        try database.run(sql, values)
      } catch {
        failure = error
      }
    }
    // Forwards as far as it goes, then from the other end: what lies between is what cannot be read.
    for order in ["", " DESC"] {
      try? damaged.each(
        "SELECT key, body, raw, call, created FROM answer ORDER BY rowid\(order)"
      ) { row in
        let (body, raw, call) = (row.blob(1), row.blob(2), row.integer(3))
        guard JobCodec.answer(body: body) != nil, Seal.open(raw) != nil, numbers.contains(call)
        else { return }
        put(
          "INSERT OR IGNORE INTO answer(key, body, raw, owner, call, created) VALUES(?, ?, ?, 0, ?, ?)",
          [
            .text(row.text(0)), .blob(body), .blob(raw), .integer(call),
            .integer(row.integer(4)),
          ])
      }
      try? damaged.each(
        """
        SELECT id, key, chunk, samples, owner, state, started FROM call
        WHERE state IN ('calling', 'unknown', 'charged') ORDER BY rowid\(order)
        """
      ) { row in
        guard numbers.contains(row.integer(0)), numbers.contains(row.integer(4)) else { return }
        put(
          """
          INSERT OR IGNORE INTO call(id, key, chunk, samples, owner, state, started)
          VALUES(?, ?, ?, ?, ?, ?, ?)
          """,
          [
            .integer(row.integer(0)), .text(row.text(1)), .integer(row.integer(2)),
            .integer(row.integer(3)), .integer(row.integer(4)), .text(row.text(5)),
            .integer(row.integer(6)),
          ])
      }
    }
    if let failure { throw failure }
    try raiseNumbers(of: database)
  }

  /// Lets numbers go on above those that were brought over.
  private static func raiseNumbers(of database: borrowing Database) throws(SQLiteError) {
    let highest = try database.first(
      """
      SELECT max((SELECT coalesce(max(id), 0) FROM call), (SELECT coalesce(max(call), 0) FROM answer)),
        (SELECT coalesce(max(owner), 0) FROM call)
      """
    ) { (call: $0.integer(0), owner: $0.integer(1)) }
    try database.startNumbers(call: highest?.call ?? 0, owner: highest?.owner ?? 0)
  }

  /// Renames the database, and what belongs to it, to a name that is free.
  private static func setAside(_ path: String) throws(JournalError) -> String {
    let stamp = JournalTime.now
    for number in 0..<100 {
      let aside = "\(path).damaged-\(stamp)\(number == 0 ? "" : "-\(number)")"
      guard access(aside, F_OK) != 0 else { continue }
      // Last the database itself: a log that is left behind would be taken for that of the new one.
      for companion in companions { rename(path + companion, aside + companion) }
      guard rename(path, aside) == 0 else {
        let problem = unwritable(path)
        for companion in companions { rename(aside + companion, path + companion) }
        throw problem
      }
      return aside
    }
    throw unwritable(path)
  }

  /// Renames the log of a database that is gone, and that somebody still has open.
  static func setLogAside(_ path: String) throws(JournalError) {
    let aside = "\(path).damaged-\(JournalTime.now)"
    for companion in companions where access(path + companion, F_OK) == 0 {
      guard rename(path + companion, aside + companion) == 0 else { throw unwritable(path) }
    }
  }

  /// Databases that were set aside before a time, and what belongs to them, are removed.
  static func removeAside(_ path: String, before time: Date) {
    let folder = (path as NSString).deletingLastPathComponent
    let prefix = (path as NSString).lastPathComponent + ".damaged-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where name.hasPrefix(prefix) {
      var status = stat()
      guard stat("\(folder)/\(name)", &status) == 0,
        Double(status.st_mtim.tv_sec) < time.timeIntervalSince1970
      else { continue }
      unlink("\(folder)/\(name)")
    }
  }

  private static func remove(_ path: String) {
    for companion in [""] + companions { unlink(path + companion) }
  }

  private static func unwritable(_ path: String) -> JournalError {
    JournalError(
      .notWritable, path: path,
      detail: "it is damaged and cannot be replaced: \(String(cString: strerror(errno)))")
  }

  /// Makes renames durable.
  private static func syncFolder(of path: String) {
    let descriptor = open(
      (path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

import Foundation
import LongscribeCore
import LongscribeJournal
import TestSupport
import Testing

struct JournalDamageTests {
  private let folder = StoreFolder()

  /// A job of three chunks with answers a, b and c.
  private func make() async throws {
    let store = try folder.open()
    let number = try #require(try await store.open(StoreFolder.key(), isFresh: false).number)
    for key in ["a", "b", "c"] { try await store.answer(key, "words \(key)", job: number) }
    store.keep(
      StoreFolder.record(chunks: 3).change(outcomes: [
        0: .answered("a"), 1: .answered("b"), 2: .answered("c"),
      ]), of: number)
    await store.close(number)
  }

  /// Flips a byte in the middle of a value.
  private func flip(_ column: String, of table: String, where condition: String) throws {
    let half = "length(\(column)) / 2"
    try folder.change(
      """
      UPDATE \(table) SET \(column) = CAST(substr(\(column), 1, \(half) - 1)
        || CASE substr(\(column), \(half), 1) WHEN x'58' THEN x'59' ELSE x'58' END
        || substr(\(column), \(half) + 1) AS BLOB) WHERE \(condition)
      """)
  }

  @Test("An answer with a flipped byte is asked for again, and no other is")
  func answer() async throws {
    try await make()
    try flip("body", of: "answer", where: "key = 'b'")
    let store = try folder.open()
    let found = try await store.open(StoreFolder.key(), isFresh: false)
    #expect(found.record?.outcomes.keys.sorted() == [0, 2])
    #expect(found.answerKeys == [0: "a", 2: "c"])
    #expect(try await store.granted(StoreFolder.claim("b")).abandoned == 0)
    try await store.settle(4, key: "b", .answered(Recognition(text: "words b")))
    #expect(
      try await store.claim(StoreFolder.claim("b")) == .answered(Recognition(text: "words b")))
  }

  @Test(
    "A plan with a flipped byte is made anew, and nothing is paid for again",
    arguments: [
      ("header", "job", "1"), ("body", "chunk", "place = 1"), ("levels", "envelope", "1"),
    ])
  func plan(column: String, table: String, condition: String) async throws {
    try await make()
    try flip(column, of: table, where: condition)
    let store = try folder.open()
    let found = try await store.open(StoreFolder.key(), isFresh: false)
    #expect(found.number != nil)
    #expect(found.record == nil)
    #expect(found.answerKeys.isEmpty)
    for key in ["a", "b", "c"] {
      #expect(
        try await store.claim(StoreFolder.claim(key))
          == .answered(Recognition(text: "words \(key)")))
    }
  }

  @Test("A journal of a newer version is left as it is")
  func newer() async throws {
    try await make()
    try folder.change("PRAGMA user_version = \(Schema.version + 1)")
    let error = #expect(throws: JournalError.self) { try folder.open() }
    #expect(error?.code == .newer)
    #expect(try folder.number("SELECT count(*) FROM answer") == 3)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
        !$0.contains("damaged")
      })
  }

  @Test(
    "What is no database is set aside", arguments: ["no database at all\n", "SQLite format 3\0"])
  func noDatabase(contents: String) async throws {
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let text = String(repeating: contents, count: 100)
    try text.write(toFile: folder.database, atomically: false, encoding: .utf8)
    let store = try folder.open()
    #expect(store.notes.count == 1)
    #expect(store.notes.first?.contains("damaged") == true)
    try await store.answer("a", "words")
    let aside = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.contains("damaged")
    }
    #expect(aside.count == 1)
    #expect(try String(contentsOfFile: "\(folder.path)/\(aside[0])", encoding: .utf8) == text)
    #expect(try folder.open().notes.isEmpty)
  }

  @Test("Answers of a damaged journal are brought over; its jobs begin anew and find them")
  func broughtOver() async throws {
    try await make()
    try folder.spoil(table: "envelope")
    let store = try folder.open()
    #expect(store.notes.first?.contains("3 paid answers could be read and are kept") == true)
    #expect(try await store.open(StoreFolder.key(), isFresh: false).record == nil)
    #expect(
      try await store.claim(StoreFolder.claim("c")) == .answered(Recognition(text: "words c")))
  }

  @Test(
    "A first page that is not to be believed costs no answer",
    arguments: [0, 3, 16, 18, 20, 31, 44, 56, 60, 100, 3000, 3600, 4000, 4090])
  func header(place: UInt64) async throws {
    // One flipped byte, and all was paid for again.
    try await make()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: folder.database))
    try file.seek(toOffset: place)
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: place)
    try file.write(contentsOf: Data([byte ^ 0xFF]))
    try file.close()
    let store = try folder.open()
    for key in ["a", "b", "c"] {
      #expect(
        try await store.claim(StoreFolder.claim(key))
          == .answered(Recognition(text: "words \(key)")))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
        !$0.contains("salvage")
      })
  }

  /// Spoils a table under the stores that are open.
  private func spoilInUse(_ table: String) throws {
    try folder.spoil(table: table)
    // Whoever writes makes others look at the file again.
    try folder.change("UPDATE owner SET process = 0")
  }

  @Test("Damage that is found while a journal is in use is mended, and what was asked for is done")
  func foundInUse() async throws {
    // The run ended, and only the next one went on.
    try await make()
    let store = try folder.open()
    try spoilInUse("envelope")
    let found = try await store.open(StoreFolder.key(), isFresh: false)
    #expect(found.number != nil)
    #expect(found.record == nil)
    #expect(store.notes.count == 1)
    #expect(store.notes.first?.contains("3 paid answers could be read and are kept") == true)
    #expect(
      try await store.claim(StoreFolder.claim("a")) == .answered(Recognition(text: "words a")))
    #expect(try folder.open().notes.isEmpty)
  }

  @Test(
    "A call that was under way when its journal was set aside keeps its answer, and ends no other")
  func callUnderWay() async throws {
    try await make()
    let (store, other) = (try folder.open(), try folder.open())
    let number = try #require(try await store.open(StoreFolder.key("one"), isFresh: false).number)
    let token = try await store.granted(StoreFolder.claim("d", job: number)).token
    try spoilInUse("envelope")
    _ = try await store.open(StoreFolder.key(), isFresh: false)
    #expect(store.notes.count == 1)
    // The other moves to the new journal by itself, and waits for the call.
    #expect(try await other.claim(StoreFolder.claim("d")) == .taken)
    #expect(try await other.granted(StoreFolder.claim("e")).token > token)
    #expect(other.notes.isEmpty)
    try await store.settle(token, key: "d", .answered(Recognition(text: "words d")))
    #expect(
      try await other.claim(StoreFolder.claim("d")) == .answered(Recognition(text: "words d")))
    #expect(try await store.claim(StoreFolder.claim("e")) == .taken)
    // What the old job decides goes to no job of the new journal.
    let next = try #require(try await store.open(StoreFolder.key("two"), isFresh: false).number)
    #expect(next > number)
    store.keep(StoreFolder.record(chunks: 2).change(), of: number)
    try await store.flush(number)
    #expect(try folder.number("SELECT count(*) FROM chunk") == 0)
  }

  @Test(
    "On a disk that damages what it holds a run ends rather than set one journal after the other aside"
  )
  func foundAgain() async throws {
    try await make()
    let store = try folder.open()
    try spoilInUse("envelope")
    _ = try await store.open(StoreFolder.key(), isFresh: false)
    try spoilInUse("call")
    let error = await #expect(throws: JournalError.self) {
      try await store.claim(StoreFolder.claim("d"))
    }
    #expect(error?.code == .damaged)
    let next = try folder.open()
    #expect(next.notes.first?.contains("3 paid answers could be read and are kept") == true)
  }

  @Test("What is asked afresh after a repair is not answered with what was there before")
  func freshAfterRepair() async throws {
    // Numbers of calls began at 1 again, so that all old answers looked new.
    try await make()
    try folder.spoil(table: "envelope")
    let store = try folder.open()
    #expect(store.notes.count == 1)
    let now = try await store.lastCall()
    #expect(try await store.granted(StoreFolder.claim("a", freshSince: now)).token > now)
  }

  @Test("A call whose fate nobody knew before a repair counts after it")
  func unknownAfterRepair() async throws {
    try await make()
    do {
      let store = try folder.open()
      for _ in 0..<2 {
        let token = try await store.granted(StoreFolder.claim("d")).token
        try await store.settle(token, key: "d", .unknown)
      }
    }
    try folder.spoil(table: "envelope")
    let store = try folder.open()
    #expect(store.notes.count == 1)
    #expect(try await store.claim(StoreFolder.claim("d")) == .refused(unknown: 2))
  }

  @Test(
    "A repair that was interrupted is finished by the next run, and nothing is lost",
    arguments: [true, false])
  func interruptedRepair(isSetAside: Bool) async throws {
    // As it is after the new database was whole, and before it had its place.
    try await make()
    try folder.change("PRAGMA wal_checkpoint(TRUNCATE)")
    let path = try folder.database
    try FileManager.default.copyItem(atPath: path, toPath: path + ".ready")
    if isSetAside {
      for companion in ["", "-wal", "-shm"] { unlink(path + companion) }
    } else {
      try folder.spoil(table: "answer")
    }
    let store = try folder.open()
    for key in ["a", "b", "c"] {
      #expect(
        try await store.claim(StoreFolder.claim(key))
          == .answered(Recognition(text: "words \(key)")))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count { $0.contains("damaged") } == (isSetAside ? 0 : 1))
    #expect(!names.contains { $0.contains("ready") || $0.contains("building") })
  }

  @Test("Without room for a new journal the damaged one stays where it is, and the run ends")
  func noRoom() async throws {
    try await make()
    try folder.spoil(table: "envelope")
    // A folder in the way of the new one.
    let building = try folder.database + ".building"
    try FileManager.default.createDirectory(
      atPath: building, withIntermediateDirectories: false)
    let error = #expect(throws: JournalError.self) { try folder.open() }
    #expect(error?.code == .notWritable)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
        !$0.contains("damaged")
      })
    try FileManager.default.removeItem(atPath: building)
    #expect(try folder.open().notes.first?.contains("3 paid answers") == true)
  }

  @Test("Journals that were set aside go when jobs are pruned")
  func pruneAside() async throws {
    // Transcripts of removed jobs were still to be read there.
    try await make()
    try folder.spoil(table: "envelope")
    let store = try folder.open()
    func aside() throws -> Int {
      try FileManager.default.contentsOfDirectory(atPath: folder.path).count {
        $0.contains("damaged")
      }
    }
    _ = try await store.prune(before: Date(timeIntervalSinceNow: -3600))
    #expect(try aside() > 0)
    _ = try await store.prune(before: Date(timeIntervalSinceNow: 3600))
    #expect(try aside() == 0)
  }

  @Test("A process that goes on with a journal that was set aside does not keep others out")
  func twoJournals() async throws {
    // Its number in the old journal was taken for one in the new journal.
    let old = try folder.open()
    for companion in ["", "-wal", "-shm"] {
      try FileManager.default.moveItem(
        atPath: folder.database + companion, toPath: folder.database + ".aside" + companion)
    }
    let new = try folder.open()
    try await new.answer("a", "words")
    #expect(try await old.granted(StoreFolder.claim("b")).abandoned == 0)
  }

  @Test("The files are for their owner alone, whatever the process's mask")
  func rights() async throws {
    try await make()
    let store = try folder.open()
    try await store.answer("d", "more")
    var files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      files.sorted() == [
        "journal.locks", "journal.sqlite3", "journal.sqlite3-shm", "journal.sqlite3-wal",
      ])
    files.append(".")
    for name in files {
      let rights = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/\(name)")
      #expect(rights[.posixPermissions] as? Int == (name == "." ? 0o700 : 0o600), "\(name)")
    }
  }

  @Test("Opening a journal twice in a process takes no lock away from who has it open")
  func twice() async throws {
    // Another process took itself for the last and deleted what this one was writing.
    let store = try folder.open()
    try await store.answer("a", "words")
    let database = try FileManager.default.attributesOfItem(atPath: folder.database)
    let inode = try #require(database[.systemFileNumber] as? UInt64)
    // The kernel shows a page of its table at a time, and what changes meanwhile can hide a line.
    func hasLock() throws -> Bool {
      for _ in 0..<100 {
        let table = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/locks")).readToEnd()
        let lines = String(decoding: table ?? Data(), as: UTF8.self).split(separator: "\n")
        let isThere = lines.contains {
          $0.contains("POSIX") && $0.contains(" \(getpid()) ") && $0.contains(":\(inode) ")
        }
        if isThere { return true }
      }
      return false
    }
    #expect(try hasLock())
    let other = try folder.open()
    #expect(try hasLock())
    try await other.answer("b", "words")
    try await store.answer("c", "words")
    #expect(try folder.number("SELECT count(*) FROM answer") == 3)
  }

  @Test("A home behind a symbolic link has a journal; a database that is itself a link is refused")
  func links() async throws {
    // The journal could not be opened, and so nothing be transcribed.
    let home = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: home.file("disk"), withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: home.file("home"), withDestinationPath: home.file("disk"))
    let store = try SQLiteJobStore(folder: "\(home.file("home"))/state/longscribe")
    try await store.answer("a", "words")
    #expect(
      FileManager.default.fileExists(atPath: home.file("disk/state/longscribe/journal.sqlite3")))
    let other = home.file("home/other")
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(
      atPath: "\(other)/journal.sqlite3", withDestinationPath: home.file("elsewhere"))
    let error = #expect(throws: JournalError.self) { try SQLiteJobStore(folder: other) }
    #expect(error?.code == .notWritable)
    #expect(!FileManager.default.fileExists(atPath: home.file("elsewhere")))
  }

  @Test("A database without tables gets them")
  func schema() throws {
    _ = try folder.open()
    #expect(try folder.number("PRAGMA user_version") == Schema.version)
    #expect(try folder.text("PRAGMA journal_mode") == "wal")
    #expect(
      try folder.text(
        "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name)"
      )
        == "answer,call,chunk,envelope,job,outcome,owner")
  }
}

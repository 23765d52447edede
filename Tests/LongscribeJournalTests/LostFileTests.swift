import Foundation
import LongscribeCore
import LongscribeJournal
import TestSupport
import Testing

/// Files of the journal that are gone while it is used, or when it is opened.
struct LostFileTests {
  private let folder = StoreFolder()

  @Test(
    "What is only in the log is found where the database beside it is empty or gone",
    arguments: [true, false])
  func log(isEmpty: Bool) async throws {
    // SQLite deleted the log with all answers.
    let crashed = StoreFolder()
    let store = try crashed.open()
    for key in ["a", "b"] { try await store.answer(key, "words \(key)") }
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: crashed.database + "-wal", toPath: folder.database + "-wal")
    if isEmpty { try Data().write(to: URL(fileURLWithPath: folder.database)) }
    let next = try folder.open()
    for key in ["a", "b"] {
      #expect(
        try await next.claim(StoreFolder.claim(key))
          == .answered(Recognition(text: "words \(key)")))
    }
    // The store has to be open until here: closed, it would have no log.
    #expect(store.notes.isEmpty)
  }

  @Test(
    "A journal that is removed in the middle of a run leaves others' jobs in the next one alone")
  func removed() async throws {
    // The run took another recording's job for its own, and that transcript was half of one and half of the other.
    let first = try folder.open()
    let number = try #require(try await first.open(StoreFolder.key("one"), isFresh: false).number)
    let token = try await first.granted(StoreFolder.claim("a", job: number)).token
    try FileManager.default.removeItem(atPath: folder.path)
    let second = try folder.open()
    let other = try #require(try await second.open(StoreFolder.key("two"), isFresh: false).number)
    #expect(other == number)
    try await first.settle(token, key: "a", .answered(Recognition(text: "words")))
    first.keep(StoreFolder.record(chunks: 3).change(), of: number)
    try await first.flush(number)
    #expect(try folder.number("SELECT count(*) FROM chunk") == 0)
    second.keep(StoreFolder.record(chunks: 2).change(), of: other)
    try await second.flush(other)
    #expect(try folder.number("SELECT count(*) FROM chunk") == 2)
    // Each is present for the other.
    #expect(try await first.open(StoreFolder.key("two"), isFresh: false).number == nil)
    let third = try #require(try await first.open(StoreFolder.key("three"), isFresh: false).number)
    #expect(third > number)
    #expect(try await second.open(StoreFolder.key("three"), isFresh: false).number == nil)
  }

  @Test("Locks that are removed in the middle of a run are made again")
  func locks() async throws {
    // Every call under way was taken for one of a process that is gone.
    let first = try folder.open()
    _ = try await first.granted(StoreFolder.claim("a"))
    try FileManager.default.removeItem(atPath: "\(folder.path)/journal.locks")
    _ = try await first.granted(StoreFolder.claim("b"))
    let second = try folder.open()
    #expect(try await second.claim(StoreFolder.claim("a")) == .taken)
    #expect(try await second.claim(StoreFolder.claim("b")) == .taken)
  }

  @Test(
    "A record of which a part is gone is none: its answers are found one by one",
    arguments: ["chunk", "envelope"])
  func part(table: String) async throws {
    // The recording ended early, without a gap and with status 0.
    let store = try folder.open()
    let number = try #require(try await store.open(StoreFolder.key(), isFresh: false).number)
    try await store.answer("a", "words", job: number)
    let record = StoreFolder.record(chunks: 3)
    var change = record.change(outcomes: [0: .answered("a")], isFinished: true)
    change.header.kept = JobRecord.Kept(chunks: 3, levels: record.envelope.levels.count)
    store.keep(change, of: number)
    await store.close(number)
    #expect(try await store.open(StoreFolder.key(), isFresh: false).record?.chunks.count == 3)
    await store.close(number)
    try folder.change(
      table == "chunk" ? "DELETE FROM chunk WHERE place = 2" : "DELETE FROM envelope")
    #expect(try await store.open(StoreFolder.key(), isFresh: false).record == nil)
    #expect(try await store.claim(StoreFolder.claim("a")) == .answered(Recognition(text: "words")))
  }

  @Test("A call of an owner that cannot be is not waited for")
  func impossibleOwner() async throws {
    let store = try folder.open()
    let token = try await store.granted(StoreFolder.claim("a")).token
    try folder.change("UPDATE call SET owner = -5 WHERE id = \(token)")
    #expect(try await store.granted(StoreFolder.claim("a")).abandoned == 1)
  }
}

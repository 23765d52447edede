import Foundation
import LongscribeCore
import LongscribeJournal
import Testing

struct JobTests {
  private let folder = StoreFolder()

  /// Makes a job of three chunks: one answered, one silent, one open. Returns its number.
  private func make(
    _ store: SQLiteJobStore, _ key: JobKey = StoreFolder.key(), answer: String = "a"
  ) async throws -> Int64 {
    let number = try #require(try await store.open(key, isFresh: false).number)
    try await store.answer(answer, "words", job: number)
    let change = StoreFolder.record(chunks: 3).change(
      outcomes: [0: .answered(answer), 1: .silent])
    store.keep(change, of: number)
    try await store.flush(number)
    return number
  }

  @Test("A job goes on with all that was known of it")
  func back() async throws {
    let store = try folder.open()
    let number = try await make(store)
    await store.close(number)
    let found = try await folder.open().open(StoreFolder.key(), isFresh: false)
    var expected = StoreFolder.record(chunks: 3)
    expected.outcomes = [0: .answered(Recognition(text: "words")), 1: .silent]
    expected.calls = 1
    expected.billedSamples = 16_000
    #expect(found.number == number)
    #expect(found.record == expected)
    #expect(found.answerKeys == [0: "a"])
    #expect(found.previous == nil)
  }

  @Test("Calls that a killed run had no time to count are counted by its job")
  func uncounted() async throws {
    // After kill -9 'jobs' told fewer calls than the service had charged.
    func call(_ store: SQLiteJobStore) async throws -> Int64 {
      let number = try #require(try await store.open(StoreFolder.key(), isFresh: false).number)
      store.keep(StoreFolder.record(chunks: 3).change(), of: number)
      try await store.flush(number)
      try await store.answer("a", "words", job: number)
      _ = try await store.granted(StoreFolder.claim("b", job: number))
      let (refused, _) = try await store.granted(StoreFolder.claim("c", job: number))
      try await store.settle(refused, key: "c", .refused)
      return number
    }
    var first = try Mortal(folder)
    let number = try await call(try #require(first.store))
    let second = try folder.open()
    // Of what is under way nobody can tell yet.
    let running = try #require(try await second.jobs().first)
    #expect(running.calls == 1 && running.callsOfUnknownFate == 0)
    try await first.die()
    let dead = try #require(try await second.jobs().first)
    #expect(dead.calls == 2 && dead.callsOfUnknownFate == 1)
    #expect(dead.billedSamples == 32_000)
    let record = try #require(try await second.open(StoreFolder.key(), isFresh: false).record)
    // The other one is counted when it is found.
    #expect(record.calls == 1 && record.billedSamples == 16_000)
    #expect(try await second.granted(StoreFolder.claim("b", job: number)).abandoned == 1)
    let found = try #require(try await second.jobs().first)
    #expect(found.calls == 2 && found.callsOfUnknownFate == 1)
  }

  @Test("A job grows piece by piece")
  func growth() async throws {
    let store = try folder.open()
    let number = try #require(try await store.open(StoreFolder.key(), isFresh: false).number)
    let whole = StoreFolder.record(chunks: 4)
    for index in 0..<4 {
      var change = JobChange(header: whole.header)
      change.chunks = [whole.chunks[index]]
      change.levels = (index * 100, Array(whole.envelope.levels[index * 100..<(index + 1) * 100]))
      store.keep(change, of: number)
    }
    await store.close(number)
    #expect(try await store.open(StoreFolder.key(), isFresh: false).record == whole)
  }

  @Test("While one process has a job, another gets no record to write; after that it does")
  func lease() async throws {
    var first = try Mortal(folder)
    let second = try folder.open()
    let number = try #require(
      try await first.store?.open(StoreFolder.key(), isFresh: false).number)
    #expect(try await second.open(StoreFolder.key(), isFresh: false).number == nil)
    #expect(try await second.open(StoreFolder.key(), isFresh: true).number == nil)
    #expect(try await second.open(StoreFolder.key("other"), isFresh: false).number != nil)
    try await first.die()
    // Nothing was known of it yet, so it begins anew.
    let taken = try #require(try await second.open(StoreFolder.key(), isFresh: false).number)
    #expect(taken > number)
  }

  @Test("Whoever has lost a job writes nothing to it")
  func lost() async throws {
    let (first, second) = (try folder.open(), try folder.open())
    let number = try await make(first)
    await first.close(number)
    _ = try await second.open(StoreFolder.key(), isFresh: false)
    first.keep(StoreFolder.record(chunks: 9).change(), of: number)
    try await first.flush(number)
    #expect(try folder.number("SELECT count(*) FROM chunk") == 3)
  }

  @Test("Starting over makes a new job and keeps the answers")
  func fresh() async throws {
    let store = try folder.open()
    let number = try await make(store)
    await store.close(number)
    let again = try await store.open(StoreFolder.key(), isFresh: true)
    #expect(try #require(again.number) > number)
    #expect(again.record == nil)
    #expect(try folder.number("SELECT count(*) FROM job") == 1)
    #expect(try folder.number("SELECT count(*) FROM chunk") == 0)
    #expect(try folder.number("SELECT count(*) FROM answer") == 1)
  }

  @Test("Other contents under the same path are another job, and that is said")
  func changed() async throws {
    let store = try folder.open()
    _ = try await make(store)
    let other = try await store.open(StoreFolder.key("changed"), isFresh: false)
    #expect(other.previous != nil)
    #expect(other.record == nil)
    let options = try await store.open(StoreFolder.key(options: "others"), isFresh: false)
    #expect(options.record == nil)
  }

  @Test("A job that is removed takes those answers with it that no other job has")
  func remove() async throws {
    let store = try folder.open()
    let first = try await make(store)
    let second = try #require(
      try await store.open(StoreFolder.key("copy"), isFresh: false).number)
    try await store.answer("b", "more", job: second)
    store.keep(
      StoreFolder.record(chunks: 2).change(outcomes: [0: .answered("a"), 1: .answered("b")]),
      of: second)
    await store.close(first)
    await store.close(second)
    #expect(try await store.remove([second]).counts == [1, 1, 0])
    #expect(try await store.claim(StoreFolder.claim("a")) == .answered(Recognition(text: "words")))
    #expect(try await store.remove([first, 999]).counts == [1, 1, 0])
    for table in ["job", "chunk", "outcome", "envelope", "answer", "call"] {
      #expect(try folder.number("SELECT count(*) FROM \(table)") == 0, "\(table)")
    }
  }

  @Test("What was removed is in none of the journal's files")
  func forgotten() async throws {
    let store = try folder.open()
    let number = try #require(try await store.open(StoreFolder.key(), isFresh: false).number)
    try await store.answer("a", "a confidential sentence", job: number)
    store.keep(StoreFolder.record(chunks: 1).change(outcomes: [0: .answered("a")]), of: number)
    await store.close(number)
    func isFound() throws -> Bool {
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return try files.contains { name in
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(try folder.path)/\(name)"))
        return bytes.range(of: Data("confidential".utf8)) != nil
      }
    }
    #expect(try isFound())
    _ = try await store.remove([number])
    #expect(try !isFound())
  }

  @Test("Removing and pruning leave jobs alone that a process works on, and what belongs to them")
  func running() async throws {
    var owner = try Mortal(folder)
    let number = try await make(try #require(owner.store))
    // Answered, but the job has not said so yet.
    _ = try await owner.store?.answer("b", "more", job: number)
    let other = try folder.open()
    #expect(try await other.jobs().map(\.isRunning) == [true])
    #expect(try await other.remove([number]).counts == [0, 0, 1])
    let removed = try await other.prune(before: Date(timeIntervalSinceNow: 60))
    #expect(removed.counts == [0, 0, 1])
    #expect(try folder.number("SELECT count(*) FROM answer") == 2)
    try await owner.die()
    let rest = try await other.prune(before: Date(timeIntervalSinceNow: 60))
    #expect(rest.counts == [1, 2, 0])
  }

  @Test("A process does not remove what it is working on itself")
  func own() async throws {
    // Its own lock told it nothing, so the job was removed under it.
    let store = try folder.open()
    let number = try await make(store)
    #expect(try await store.jobs().map(\.isRunning) == [true])
    #expect(try await store.remove([number]).counts == [0, 0, 1])
    await store.close(number)
    #expect(try await store.jobs().map(\.isRunning) == [false])
    #expect(try await store.remove([number]).counts == [1, 1, 0])
  }

  @Test("What could not be kept of a job is told to whoever goes on with it, and to no other")
  func failedKeep() async throws {
    // One failure ended all recordings that came later.
    let store = try folder.open()
    let number = try await make(store)
    let other = try await make(store, StoreFolder.key("other"), answer: "b")
    try folder.change("ALTER TABLE chunk RENAME TO gone")
    store.keep(StoreFolder.record(chunks: 4).change(), of: number)
    await #expect(throws: JournalError.self) { try await store.flush(number) }
    try folder.change("ALTER TABLE gone RENAME TO chunk")
    await #expect(throws: JournalError.self) {
      try await store.claim(StoreFolder.claim("c", job: number))
    }
    try await store.flush(other)
    #expect(try await store.granted(StoreFolder.claim("c", job: other)).abandoned == 0)
    await store.close(number)
    let again = try #require(try await store.open(StoreFolder.key(), isFresh: false).number)
    try await store.flush(again)
  }

  /// Makes two jobs, and an answer that belongs to none; returns the jobs' numbers.
  private func fill(_ store: SQLiteJobStore) async throws -> (Int64, Int64) {
    let old = try await make(store)
    let young = try await make(store, StoreFolder.key("young"), answer: "b")
    try await store.answer("c", "of a pipe")
    await store.close(old)
    await store.close(young)
    return (old, young)
  }

  @Test("Pruning takes what is old, with answers that no job has, and leaves what is young")
  func prune() async throws {
    var owner = try Mortal(folder)
    let (old, young) = try await fill(try #require(owner.store))
    try await owner.die()
    try folder.change("UPDATE job SET updated = 1000 WHERE id = \(old)")
    try folder.change("UPDATE answer SET created = 1000")
    try folder.change("UPDATE call SET started = 1000")
    let removed = try await folder.open().prune(before: Date(timeIntervalSince1970: 3600))
    #expect(removed.jobs == 1)
    #expect(try folder.number("SELECT id FROM job") == young)
    #expect(try folder.text("SELECT group_concat(key) FROM answer") == "b")
    #expect(try folder.number("SELECT count(*) FROM call") == 0)
  }

  @Test("A list tells how far each job is, whatever its times", arguments: [0, Int64.max, .min])
  func list(time: Int64) async throws {
    let store = try folder.open()
    let number = try await make(store)
    await store.close(number)
    try folder.change("UPDATE job SET created = \(time), updated = \(time)")
    let jobs = try await store.jobs()
    #expect(jobs.count == 1)
    #expect(jobs.first?.answered == 1)
    #expect(jobs.first?.chunks == 2)
    #expect(jobs.first?.isFinished == false)
    #expect(jobs.first?.isRunning == false)
  }

  @Test("A finished job of which something was asked again in vain has all of its chunks")
  func finished() async throws {
    // 'jobs' told "done" and 10 of 11 chunks.
    let store = try folder.open()
    let number = try await make(store)
    let change = StoreFolder.record(chunks: 3).change(isFinished: true)
    store.keep(change, of: number)
    try await store.flush(number)
    let job = try #require(try await store.jobs().first)
    #expect(job.isFinished)
    #expect(job.answered == 1 && job.chunks == 1)
  }
}

import Foundation
import LongscribeCore
import LongscribeJournal
import TestSupport

/// A journal's folder, what tests put into it, and ways to damage it.
final class StoreFolder: Sendable {
  private let folder = Result { try TemporaryFolder() }

  var path: String { get throws { try folder.get().file("longscribe") } }
  var database: String { get throws { "\(try path)/journal.sqlite3" } }

  /// Whoever opens the journal is a process of its own, as far as the journal can tell.
  func open() throws -> SQLiteJobStore { try SQLiteJobStore(folder: path) }

  /// Runs a statement on the database from outside.
  func change(_ sql: String) throws {
    let database = try Database(database)
    try database.run(sql)
  }

  /// A number from the database.
  func number(_ sql: String) throws -> Int64? {
    try Database(database).first(sql) { $0.integer(0) }
  }

  /// A text from the database.
  func text(_ sql: String) throws -> String? {
    try Database(database).first(sql) { $0.text(0) }
  }

  /// Spoils a table's root page: every check fails, but the pages of other tables are whole.
  func spoil(table: String) throws {
    // What is only in the log would be read from there.
    try change("PRAGMA wal_checkpoint(TRUNCATE)")
    let root = try number("SELECT rootpage FROM sqlite_schema WHERE name = '\(table)'") ?? 0
    let size = try number("PRAGMA page_size") ?? 0
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: database))
    try file.seek(toOffset: UInt64((root - 1) * size))
    try file.write(contentsOf: Data(repeating: 0xEE, count: 64))
    try file.close()
  }

  static let recognizer = RecognizerIdentity(provider: "test", model: "one", host: "example.test")

  static func key(_ identity: String = "file", options: String = "options") -> JobKey {
    JobKey(
      identity: identity, options: options, path: "/recordings/talk.wav", recognizer: recognizer)
  }

  static func claim(
    _ key: String, job: Int64? = nil, mostUnknown: Int? = 1, freshSince: Int64? = nil
  ) -> Claim {
    Claim(
      key: key, job: job, chunk: 0, samples: 16_000, mostUnknown: mostUnknown,
      freshSince: freshSince)
  }

  /// A record of so many chunks of a second each.
  static func record(chunks: Int) -> JobRecord {
    let rules = PlanRules(
      longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 48_000)
    var record = JobRecord(
      source: .init(name: "talk.wav", byteCount: nil, modified: nil, track: 0),
      recognizer: recognizer, rules: rules, format: .wav)
    record.chunks = (0..<chunks).map { index in
      let range = TimelineRange(Int64(index) * 16_000, Int64(index + 1) * 16_000)
      return Chunk(index: index, audio: range, owned: range, seam: nil)
    }
    record.envelope.levels = (0..<chunks * 100).map { UInt8(truncatingIfNeeded: $0) }
    return record
  }
}

extension JobRecord {
  /// All of it as one change.
  func change(outcomes: [Int: KeptOutcome] = [:], isFinished: Bool = false) -> JobChange {
    var change = JobChange(header: header)
    change.chunks = chunks
    change.levels = (0, envelope.levels)
    change.outcomes = outcomes
    change.isFinished = isFinished
    return change
  }
}

extension RemovedJobs {
  /// Jobs that are gone, answers that are gone, jobs that are being worked on.
  var counts: [Int] { [jobs, answers, running] }
}

extension SQLiteJobStore {
  /// Claims and answers in one go; returns the token.
  @discardableResult
  func answer(_ key: String, _ text: String, job: Int64? = nil) async throws -> Int64 {
    guard case .granted(let token, _) = try await claim(StoreFolder.claim(key, job: job)) else {
      throw Unexpected()
    }
    try await settle(token, key: key, .answered(Recognition(text: text)))
    return token
  }

  /// Claims a call that is to be granted; returns its token and the calls of others that were found on the way.
  func granted(_ claim: Claim) async throws -> (token: Int64, abandoned: Int) {
    guard case .granted(let token, let abandoned) = try await self.claim(claim) else {
      throw Unexpected()
    }
    return (token, abandoned)
  }
}

/// The store did something else than what the rest of the test needs.
struct Unexpected: Error {}

/// A process that may end. Its last work may outlive it by a moment, on the journal's thread.
struct Mortal {
  private(set) var store: SQLiteJobStore?
  private let locks: String

  init(_ folder: StoreFolder) throws {
    store = try folder.open()
    locks = URL(filePath: "\(try folder.path)/journal.locks").resolvingSymlinksInPath().path
  }

  /// Ends, and waits until its locks are gone: they go after all else.
  mutating func die() async throws {
    let before = descriptors
    store = nil
    for _ in 0..<5000 where descriptors >= before { try await Task.sleep(for: .milliseconds(2)) }
    guard descriptors < before else { throw Unexpected() }
  }

  /// How often the file with the locks is open.
  private var descriptors: Int {
    let folder = "/proc/self/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.count { name in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")) == locks
    }
  }
}

package import Foundation
package import LongscribeCore
private import LongscribeThreads
private import Synchronization

/// Job records and answers in an SQLite database of this machine.
///
/// All work is done on one thread of its own, in the order in which it was asked for: so what a job keeps is in the database before any later
/// claim of it is.
package final class SQLiteJobStore: JobStore {
  private struct State: ~Copyable {
    var file: JournalFile
    /// Whether commits wait for the disk.
    var isDurable = true
    /// Whether damage was found in use and mended: on a disk that damages all it holds, once is enough.
    var isMended = false
    /// What went wrong in `keep`, by job: what came after it would be a record with a hole.
    var failures: [Int64: JournalError] = [:]

    /// Opens what is at the journal's path now; if that is damaged, a new one with what could be saved.
    mutating func reopen(_ folder: String, above given: Given) throws(JournalError) {
      let (before, database) = (file.owner, file.identity)
      file = try JournalFile.open(folder: folder, held: file.locks, before: database)
      isDurable = true
      do throws(SQLiteError) {
        try file.database.startNumbers(job: given.lastJob, call: given.lastCall, owner: 0)
        // Where it is the same database after all, our jobs are still ours. In another one the number is somebody else's.
        if database != nil, file.identity == database {
          try file.database.run(
            "UPDATE job SET owner = ? WHERE owner = ?", .integer(file.owner), .integer(before))
        }
      } catch {
        throw JournalError(error, path: file.path)
      }
    }

    mutating func perform<T>(
      isDurable: Bool,
      _ work:
        @Sendable (borrowing Database, _ owner: Int64, OwnerLocks) throws(SQLiteError)
        -> T
    ) throws(SQLiteError) -> T {
      if self.isDurable != isDurable {
        // Before power is lost, WAL keeps the order of commits (sqlite.org/pragma.html, "synchronous"), so waiting for the last one waits for all.
        try file.database.run("PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
        self.isDurable = isDurable
      }
      return try work(file.database, file.owner, file.locks)
    }
  }

  /// Numbers that somebody in this process has.
  private struct Given {
    /// Jobs that are leased.
    var leases: Set<Int64> = []
    /// The highest number of a job.
    var lastJob: Int64 = 0
    /// The highest token of a call.
    var lastCall: Int64 = 0
    /// Calls that are being made.
    var calls: Set<Int64> = []
  }

  private let state: Mutex<State>
  private let given = Mutex(Given())
  private let lane = ThreadLanes(name: "longscribe journal", most: 1)
  private let folder: String
  private let found: Mutex<[String]>

  package var notes: [String] { found.withLock { $0 } }

  /// Opens the journal in a folder; blocks for some milliseconds, or as long as another process takes to do the same.
  package init(folder: String) throws(JournalError) {
    let file = try JournalFile.open(folder: folder)
    self.folder = folder
    found = Mutex(file.notes)
    state = Mutex(State(file: file))
  }

  /// Runs work on the journal's thread and turns its errors into the journal's.
  private func perform<T: Sendable>(
    _ work:
      @escaping @Sendable (borrowing Database, _ owner: Int64, OwnerLocks)
      throws(SQLiteError) -> T
  ) async throws(JournalError) -> T {
    let result = await lane.run { self.attempt(work) }
    return try result.get()
  }

  /// - Parameters:
  ///   - isDurable: Whether it is on the disk when this returns.
  ///   - isRepeatable: Whether it does no harm to do it twice: then it is, where somebody has replaced the database meanwhile.
  private func attempt<T: Sendable>(
    isDurable: Bool = true, isRepeatable: Bool = false,
    _ work:
      @Sendable (borrowing Database, _ owner: Int64, OwnerLocks) throws(SQLiteError) -> T
  ) -> Result<T, JournalError> {
    state.withLock { state in
      do throws(JournalError) {
        if state.file.isReplaced { try reopen(&state) }
        do throws(SQLiteError) {
          let result = try state.perform(isDurable: isDurable, work)
          guard isRepeatable, state.file.isReplaced else { return .success(result) }
        } catch {
          if error.isDamage { state.file.suspect() }
          guard error.isDamage, !state.isMended else {
            throw JournalError(error, path: state.file.path)
          }
          state.isMended = true
        }
        try reopen(&state)
        do throws(SQLiteError) {
          return .success(try state.perform(isDurable: isDurable, work))
        } catch {
          throw JournalError(error, path: state.file.path)
        }
      } catch {
        return .failure(error)
      }
    }
  }

  private func reopen(_ state: inout State) throws(JournalError) {
    try state.reopen(folder, above: given.withLock { $0 })
    let notes = state.file.notes
    found.withLock { found in found += notes.filter { !found.contains($0) } }
  }

  package func keep(_ change: JobChange, of job: Int64) {
    lane.submit {
      guard self.state.withLock({ $0.failures[job] == nil }) else { return }
      let result = self.attempt(isDurable: false) {
        database, owner, _ throws(SQLiteError) in
        try database.keep(change, of: job, by: owner)
      }
      guard case .failure(let error) = result else { return }
      self.state.withLock { $0.failures[job] = error }
    }
  }

  package func flush(_ job: Int64) async throws(JournalError) {
    let failure = await lane.run { self.state.withLock { $0.failures[job] } }
    if let failure { throw failure }
  }

  package func open(_ key: JobKey, isFresh: Bool) async throws(JournalError) -> OpenJob {
    try await perform { database, owner, locks throws(SQLiteError) in
      let job = try database.openJob(
        key, isFresh: isFresh, by: owner, locks: locks, leased: self.given.withLock { $0.leases })
      if let number = job.number {
        self.given.withLock {
          $0.leases.insert(number)
          $0.lastJob = max($0.lastJob, number)
        }
      }
      return job
    }
  }

  package func standing(of key: JobKey) async throws(JournalError) -> JobStanding {
    try await perform { database, _, _ throws(SQLiteError) in try database.standing(of: key) }
  }

  package func record(of key: JobKey) async throws(JournalError) -> JobRecord? {
    try await perform { database, _, _ throws(SQLiteError) in try database.record(of: key) }
  }

  package func close(_ job: Int64) async {
    _ = try? await perform { database, owner, _ throws(SQLiteError) in
      // Together: whoever opens the job between the two would lose it again.
      _ = self.given.withLock { $0.leases.remove(job) }
      try database.run(
        "UPDATE job SET owner = NULL WHERE id = ? AND owner = ?", .integer(job), .integer(owner))
    }
    state.withLock { $0.failures[job] = nil }
  }

  package func lastCall() async throws(JournalError) -> Int64 {
    try await perform { database, _, _ throws(SQLiteError) in
      let token = try database.lastCall()
      self.given.withLock { $0.lastCall = max($0.lastCall, token) }
      return token
    }
  }

  package func claim(_ claim: Claim) async throws(JournalError) -> ClaimResult {
    if let job = claim.job { try await flush(job) }
    return try await perform { database, owner, locks throws(SQLiteError) in
      let result = try database.claim(
        claim, by: owner, locks: locks, open: self.given.withLock { $0.calls })
      if case .granted(let token, _) = result {
        self.given.withLock {
          $0.lastCall = max($0.lastCall, token)
          $0.calls.insert(token)
        }
      }
      return result
    }
  }

  package func answered(
    _ keys: Set<String>, since call: Int64?
  ) async throws(JournalError) -> Set<String> {
    try await perform { database, _, _ throws(SQLiteError) in
      try database.answered(keys, since: call)
    }
  }

  package func settle(
    _ token: Int64, key: String, _ fate: CallFate
  ) async throws(JournalError) {
    let result = await lane.run {
      let result = self.attempt(isRepeatable: true) {
        database, owner, _ throws(SQLiteError) in
        try database.settle(token, key: key, fate, by: owner)
      }
      // Written or not: it is over.
      _ = self.given.withLock { $0.calls.remove(token) }
      return result
    }
    return try result.get()
  }

  package func jobs() async throws(JournalError) -> [JobSummary] {
    try await perform { database, _, locks throws(SQLiteError) in
      try database.summaries(locks)
    }
  }

  package func remove(_ jobs: [Int64]) async throws(JournalError) -> RemovedJobs {
    try await perform { database, _, locks throws(SQLiteError) in
      try database.remove(jobs, locks: locks)
    }
  }

  package func prune(before date: Date) async throws(JournalError) -> RemovedJobs {
    let path = "\(folder)/\(JournalFile.name)"
    return try await perform { database, _, locks throws(SQLiteError) in
      JournalRepair.removeAside(path, before: date)
      return try database.prune(before: JournalTime.milliseconds(date), locks: locks)
    }
  }
}

package import Foundation
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
    /// What went wrong in `keep`, for the next who waits.
    var failure: JournalError?
  }

  private let state: Mutex<State>
  /// Jobs whose lease has been given to somebody in this process.
  private let leased = Mutex<Set<Int64>>([])
  private let lane = ThreadLanes(name: "longscribe journal", most: 1)
  /// Sentences for the user about what was found when the journal was opened.
  package let notes: [String]

  /// Opens the journal in a folder; blocks for some milliseconds, or as long as another process takes to do the same.
  package init(folder: String) throws(JournalError) {
    let file = try JournalFile.open(folder: folder)
    notes = file.notes
    state = Mutex(State(file: file))
  }

  /// Runs work on the journal's thread and turns its errors into the journal's.
  private func perform<T: Sendable>(
    isDurable: Bool = true,
    _ work:
      @escaping @Sendable (borrowing Database, _ owner: Int64, borrowing OwnerLocks)
      throws(SQLiteError) -> T
  ) async throws(JournalError) -> T {
    let result = await lane.run { self.attempt(isDurable: isDurable, work) }
    return try result.get()
  }

  private func attempt<T: Sendable>(
    isDurable: Bool,
    _ work: (borrowing Database, _ owner: Int64, borrowing OwnerLocks) throws(SQLiteError) -> T
  ) -> Result<T, JournalError> {
    state.withLock { state in
      do throws(SQLiteError) {
        if state.isDurable != isDurable {
          // Before power is lost, WAL keeps the order of commits (sqlite.org/pragma.html, "synchronous"), so waiting for the last one waits for all.
          try state.file.database.run("PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
          state.isDurable = isDurable
        }
        return .success(try work(state.file.database, state.file.owner, state.file.locks))
      } catch {
        if error.isDamage { state.file.suspect() }
        return .failure(JournalError(error, path: state.file.path))
      }
    }
  }

  package func keep(_ change: JobChange, of job: Int64) {
    lane.submit {
      // What came after something that could not be kept would be a record with a hole.
      guard self.state.withLock({ $0.failure == nil }) else { return }
      let result = self.attempt(isDurable: false) { database, owner, _ throws(SQLiteError) in
        try database.keep(change, of: job, by: owner)
      }
      guard case .failure(let error) = result else { return }
      self.state.withLock { $0.failure = $0.failure ?? error }
    }
  }

  package func flush() async throws(JournalError) {
    let failure = await lane.run { self.state.withLock { $0.failure } }
    if let failure { throw failure }
  }

  package func open(_ key: JobKey, isFresh: Bool) async throws(JournalError) -> OpenJob {
    try await perform { database, owner, locks throws(SQLiteError) in
      let job = try database.openJob(
        key, isFresh: isFresh, by: owner, locks: locks, leased: self.leased.withLock { $0 })
      if let number = job.number { _ = self.leased.withLock { $0.insert(number) } }
      return job
    }
  }

  package func standing(of key: JobKey) async throws(JournalError) -> JobStanding {
    try await perform { database, _, _ throws(SQLiteError) in try database.standing(of: key) }
  }

  package func close(_ job: Int64) async {
    _ = leased.withLock { $0.remove(job) }
    _ = try? await perform { database, owner, _ throws(SQLiteError) in
      try database.run(
        "UPDATE job SET owner = NULL WHERE id = ? AND owner = ?", .integer(job), .integer(owner))
    }
  }

  package func lastCall() async throws(JournalError) -> Int64 {
    try await perform { database, _, _ throws(SQLiteError) in try database.lastCall() }
  }

  package func claim(_ claim: Claim) async throws(JournalError) -> ClaimResult {
    try await flush()
    return try await perform { database, owner, locks throws(SQLiteError) in
      try database.claim(claim, by: owner, locks: locks)
    }
  }

  package func settle(_ token: Int64, _ fate: CallFate) async throws(JournalError) {
    try await perform { database, owner, _ throws(SQLiteError) in
      try database.settle(token, fate, by: owner)
    }
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
    try await perform { database, _, locks throws(SQLiteError) in
      try database.prune(before: JournalTime.milliseconds(date), locks: locks)
    }
  }
}

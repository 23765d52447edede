public import Foundation

/// The durable home of job records and paid answers: what has been paid for is never paid for again.
///
/// One folder is one journal. Several processes may use it at the same time; each chunk is asked for by one of them. Give it to a
/// `Transcriber`, and a transcription that was interrupted goes on where it was.
public struct Journal: Sendable {
  package let store: any JobStore
  /// Sentences for the user about what was found so far: that the journal was damaged and set aside, or that it lies on a network file
  /// system. Damage may be found while it is in use, so there may be more of them after a transcription than before it.
  public var notes: [String] { store.notes }

  /// Opens the journal in a folder, and makes both if they are not there. Blocks for some milliseconds.
  ///
  /// The folder and the files in it are made for their owner alone (0700 and 0600).
  ///
  /// - Throws: `JournalError`: rights, a disk that is full or read-only, a journal that a newer version made.
  public init(folder: String) throws(JournalError) {
    store = try SQLiteJobStore(folder: folder)
  }

  /// All jobs, the one that changed last first.
  public func jobs() async throws(JournalError) -> [JobSummary] { try await store.jobs() }

  /// Removes jobs by their numbers, with the answers that no other job has. Those that are being worked on stay.
  public func remove(_ jobs: [Int64]) async throws(JournalError) -> RemovedJobs {
    try await store.remove(jobs)
  }

  /// Removes jobs and answers that have not changed since a time. Those that are being worked on stay.
  public func prune(before date: Date) async throws(JournalError) -> RemovedJobs {
    try await store.prune(before: date)
  }
}

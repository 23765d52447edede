package import LongscribeJournal

/// Keeps one job's record in the journal as it grows: each time only what is new.
package struct JobKeeper {
  private let store: any JobStore
  /// The job's number.
  private let job: Int64
  private var chunks: Int
  private var epochs: Int
  private var frames: Int
  private var calls: Int
  private var isHeard: Bool
  private var digest: String?
  private var isFinished = false
  /// The record as far as planning is kept: it goes on otherwise than it would have, because the run is being stopped.
  private var frozen: JobRecord?
  /// Under which key each answer is kept.
  private var answerKeys: [Int: String]
  /// Chunks whose outcome is new.
  private var settled: Set<Int> = []

  /// - Parameter record: What is kept already.
  package init(store: any JobStore, job: Int64, record: JobRecord?, answerKeys: [Int: String]) {
    self.store = store
    self.job = job
    self.answerKeys = answerKeys
    chunks = record?.chunks.count ?? 0
    // A job without a record is kept as soon as there is anything to keep.
    epochs = record?.epochs.count ?? 0
    frames = record?.envelope.levels.count ?? 0
    calls = record?.calls ?? 0
    isHeard = record?.length != nil
    digest = record?.source.digest
  }

  /// A chunk has an outcome.
  package mutating func settle(_ chunk: Int, key: String? = nil) {
    settled.insert(chunk)
    if let key { answerKeys[chunk] = key }
  }

  /// Whether there is anything new in a record.
  package func wants(_ record: JobRecord, isFinished: Bool, isLast: Bool) -> Bool {
    isNew(record) || !settled.isEmpty || isFinished != self.isFinished
      || isLast && frozen == nil
  }

  /// Keeps what is new in a record.
  ///
  /// - Parameter isLast: Whether its planning is kept no further; answers are.
  package mutating func keep(_ record: JobRecord, isFinished: Bool, isLast: Bool) {
    let isFrozen = frozen != nil
    var change = JobChange(header: frozen ?? record.header)
    change.header.calls = record.calls
    change.header.billedSamples = record.billedSamples
    change.header.callsOfUnknownFate = record.callsOfUnknownFate
    if !isFrozen {
      change.header.kept = JobRecord.Kept(
        chunks: record.chunks.count, levels: record.envelope.levels.count)
      change.chunks = Array(record.chunks[chunks...])
      change.levels = (frames, Array(record.envelope.levels[frames...]))
      change.isFinished = isFinished
      chunks = record.chunks.count
      frames = record.envelope.levels.count
      epochs = record.epochs.count
      isHeard = record.length != nil
      digest = record.source.digest
    }
    for index in settled where index < chunks {
      switch record.outcomes[index] {
      case .answered: change.outcomes[index] = answerKeys[index].map { .answered($0) }
      // Decided by what is not kept: chunks that stand in for this one, or the loudness up to where hearing was broken off.
      case .silent where !isFrozen: change.outcomes[index] = .silent
      case .replanned where !isFrozen: change.outcomes[index] = .replanned
      case .silent, .replanned, .failed, nil: break
      }
    }
    store.keep(change, of: job)
    if isLast, !isFrozen { frozen = change.header }
    calls = record.calls
    self.isFinished = isFinished
    settled = []
  }

  private func isNew(_ record: JobRecord) -> Bool {
    if record.calls != calls { return true }
    return frozen == nil
      && (record.chunks.count > chunks || record.epochs.count > epochs
        || (record.length != nil) != isHeard || record.source.digest != digest)
  }

  /// Waits until all is kept, and gives the job back.
  package func close() async -> JournalError? {
    var problem: JournalError?
    do throws(JournalError) {
      try await store.flush(job)
    } catch {
      problem = error
    }
    await store.close(job)
    return problem
  }
}

import Foundation
import LongscribeCore

/// Job records in the database.
extension Database {
  /// Finds or makes a job, and takes its lease.
  ///
  /// - Parameter leased: Jobs whose lease somebody else in this process has.
  func openJob(
    _ key: JobKey, isFresh: Bool, by owner: Int64, locks: OwnerLocks,
    leased: Set<Int64>
  ) throws(SQLiteError) -> OpenJob {
    try transaction { () throws(SQLiteError) in
      let found = try first(
        "SELECT id, owner FROM job WHERE identity = ? AND options = ?", .text(key.identity),
        .text(key.options)
      ) { (id: $0.integer(0), owner: $0.optionalInteger(1)) }
      var job = OpenJob()
      if let found {
        if leased.contains(found.id) { return job }
        if let other = found.owner, other != owner, locks.isPresent(other) { return job }
        if !isFresh, let record = try record(of: found.id, keys: &job.answerKeys) {
          job.number = found.id
          job.record = record
          try run(
            "UPDATE job SET owner = ?, path = ?, updated = ? WHERE id = ?", .integer(owner),
            .text(key.path), .integer(JournalTime.now), .integer(found.id))
          return job
        }
        // Its answers stay: unless they too are to be fresh, they are found by what was sent.
        try run("DELETE FROM job WHERE id = ?", .integer(found.id))
        job.answerKeys = [:]
      }
      job.previous = try first(
        "SELECT header FROM job WHERE path = ? AND identity <> ? ORDER BY updated DESC LIMIT 1",
        .text(key.path), .text(key.identity)
      ) { row in
        OpenJob.Previous(
          digest: JobCodec.decode(JobRecord.self, row.blob(0))?.source.digest)
      }
      let now = JournalTime.now
      try run(
        """
        INSERT INTO job(identity, options, path, provider, model, host, created, updated, owner)
        VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
        """, .text(key.identity), .text(key.options), .text(key.path),
        .text(key.recognizer.provider), .optional(key.recognizer.model),
        .optional(key.recognizer.host), .integer(now), .integer(now), .integer(owner))
      job.number = lastRow
      return job
    } orThrow: {
      $0
    }
  }

  func standing(of key: JobKey) throws(SQLiteError) -> JobStanding {
    let last = try first(
      """
      SELECT options, finished FROM job WHERE identity = ?
      ORDER BY updated DESC, id DESC LIMIT 1
      """, .text(key.identity)
    ) { (options: $0.text(0), isFinished: $0.integer(1) != 0) }
    guard let last else { return .unknown }
    return last.isFinished && last.options == key.options ? .finished : .other
  }

  /// The record of a job; `nil` if it has none yet, or one that cannot be read.
  func record(of key: JobKey) throws(SQLiteError) -> JobRecord? {
    // Together: else somebody might write between the tables.
    try transaction { () throws(SQLiteError) in
      let found = try first(
        "SELECT id FROM job WHERE identity = ? AND options = ?", .text(key.identity),
        .text(key.options)
      ) { $0.integer(0) }
      var keys: [Int: String] = [:]
      return try found.flatMap { job throws(SQLiteError) in try record(of: job, keys: &keys) }
    } orThrow: {
      $0
    }
  }

  /// The record of a job; `nil` if it has none yet, or one that cannot be read.
  private func record(
    of job: Int64, keys: inout [Int: String]
  ) throws(SQLiteError) -> JobRecord? {
    let header = try first("SELECT header FROM job WHERE id = ?", .integer(job)) {
      $0.isNull(0) ? nil : JobCodec.decode(JobRecord.self, $0.blob(0))
    }
    guard var record = header ?? nil else { return nil }
    if let tally = try tallies(of: job)[job] { record.count(tally) }
    let chunks = try rows(
      "SELECT body FROM chunk WHERE job = ? ORDER BY place", .integer(job)
    ) { JobCodec.decode(Chunk.self, $0.blob(0)) }
    let pieces = try rows(
      "SELECT first, levels FROM envelope WHERE job = ? ORDER BY first", .integer(job)
    ) { (first: Int($0.integer(0)), levels: Seal.open($0.blob(1))) }
    for chunk in chunks {
      guard let chunk, chunk.index == record.chunks.count else { return nil }
      record.chunks.append(chunk)
    }
    for piece in pieces {
      guard let levels = piece.levels, piece.first == record.envelope.levels.count else {
        return nil
      }
      record.envelope.levels += levels
    }
    // With fewer of them the recording would end before its end, and nobody would know.
    if let kept = record.kept {
      let found = JobRecord.Kept(
        chunks: record.chunks.count, levels: record.envelope.levels.count)
      guard found == kept else { return nil }
      record.kept = nil
    }
    let outcomes = try rows(
      """
      SELECT place, kind, answer, body FROM outcome LEFT JOIN answer ON answer.key = outcome.answer
      WHERE job = ?
      """, .integer(job)
    ) { row in
      (
        place: Int(row.integer(0)), kind: row.text(1), key: row.text(2),
        answer: row.isNull(3) ? nil : JobCodec.answer(body: row.blob(3))
      )
    }
    for outcome in outcomes where record.chunks.indices.contains(outcome.place) {
      switch outcome.kind {
      case "silent": record.outcomes[outcome.place] = .silent
      case "replanned": record.outcomes[outcome.place] = .replanned
      default:
        // An answer that is gone or damaged is asked for again.
        guard let answer = outcome.answer else { continue }
        record.outcomes[outcome.place] = .answered(answer)
        keys[outcome.place] = outcome.key
      }
    }
    return record
  }

  func keep(_ change: JobChange, of job: Int64, by owner: Int64) throws(SQLiteError) {
    try transaction { () throws(SQLiteError) in
      try run(
        "UPDATE job SET header = ?, finished = ?, updated = ? WHERE id = ? AND owner = ?",
        .blob(JobCodec.encode(change.header)), .integer(change.isFinished ? 1 : 0),
        .integer(JournalTime.now), .integer(job), .integer(owner))
      // A job that was removed, or whose lease another process has, is not ours to write.
      guard changes == 1 else { return }
      for chunk in change.chunks {
        try run(
          "INSERT OR REPLACE INTO chunk(job, place, body) VALUES(?, ?, ?)", .integer(job),
          .integer(Int64(chunk.index)), .blob(JobCodec.encode(chunk)))
      }
      for (place, outcome) in change.outcomes {
        let (kind, answer): (String, String?) =
          switch outcome {
          case .answered(let key): ("answered", key)
          case .silent: ("silent", nil)
          case .replanned: ("replanned", nil)
          }
        try run(
          "INSERT OR REPLACE INTO outcome(job, place, kind, answer) VALUES(?, ?, ?, ?)",
          .integer(job), .integer(Int64(place)), .text(kind), .optional(answer))
      }
      if !change.levels.values.isEmpty {
        try run(
          "INSERT OR REPLACE INTO envelope(job, first, levels) VALUES(?, ?, ?)", .integer(job),
          .integer(Int64(change.levels.first)),
          .blob(Seal.close(Data(change.levels.values))))
      }
    } orThrow: {
      $0
    }
  }

  func summaries(_ locks: OwnerLocks) throws(SQLiteError) -> [JobSummary] {
    let found = try rows(
      """
      SELECT id, path, provider, model, host, created, updated, owner, finished, header,
        (SELECT count(*) FROM chunk WHERE job = job.id),
        (SELECT count(*) FROM outcome WHERE job = job.id AND kind = 'answered'),
        (SELECT count(*) FROM outcome WHERE job = job.id AND kind <> 'answered')
      FROM job ORDER BY updated DESC, id DESC
      """
    ) { row in
      (
        owner: row.optionalInteger(7),
        header: row.isNull(9) ? nil : JobCodec.decode(JobRecord.self, row.blob(9)),
        summary: JobSummary(
          id: row.integer(0), path: row.text(1),
          recognizer: RecognizerIdentity(
            provider: row.text(2), model: row.optionalText(3), host: row.optionalText(4)),
          created: JournalTime.date(row.integer(5)), updated: JournalTime.date(row.integer(6)),
          isRunning: false, isFinished: row.integer(8) != 0, answered: Int(row.integer(11)),
          chunks: Int(row.integer(10) - row.integer(12)))
      )
    }
    let tallies = try tallies { !locks.isPresent($0) }
    var summaries: [JobSummary] = []
    for row in found {
      var summary = row.summary
      summary.isRunning = row.owner.map { locks.isPresent($0) } ?? false
      // What was asked again, and was given no answer, is no part of the recording.
      if summary.isFinished { summary.chunks = summary.answered }
      if var header = row.header {
        if let tally = tallies[summary.id] { header.count(tally) }
        summary.length = header.length
        summary.calls = header.calls
        summary.billedSamples = header.billedSamples
        summary.callsOfUnknownFate = header.callsOfUnknownFate
      }
      summaries.append(summary)
    }
    return summaries
  }

  func remove(_ jobs: [Int64], locks: OwnerLocks) throws(SQLiteError) -> RemovedJobs {
    let removed = try transaction { () throws(SQLiteError) in
      var removed = RemovedJobs()
      for job in jobs { try remove(job, locks: locks, into: &removed) }
      return removed
    } orThrow: {
      $0
    }
    try forget()
    return removed
  }

  private func remove(
    _ job: Int64, locks: OwnerLocks, into removed: inout RemovedJobs
  ) throws(SQLiteError) {
    let owner = try first("SELECT owner FROM job WHERE id = ?", .integer(job)) {
      $0.optionalInteger(0)
    }
    guard let owner else { return }
    if let owner, locks.isPresent(owner) {
      removed.running += 1
      return
    }
    // Those of its calls too: an answer may have come for what was planned again.
    try run(
      """
      DELETE FROM answer WHERE key IN
          (SELECT answer FROM outcome WHERE job = ?1 UNION SELECT key FROM call WHERE job = ?1)
        AND key NOT IN (SELECT answer FROM outcome WHERE job <> ?1 AND answer IS NOT NULL)
      """, .integer(job))
    removed.answers += changes
    try run("DELETE FROM call WHERE job = ?", .integer(job))
    try run("DELETE FROM job WHERE id = ?", .integer(job))
    removed.jobs += changes
  }

  func prune(before time: Int64, locks: OwnerLocks) throws(SQLiteError) -> RemovedJobs {
    let removed = try transaction { () throws(SQLiteError) in
      var removed = RemovedJobs()
      let old = try rows("SELECT id FROM job WHERE updated < ?", .integer(time)) { $0.integer(0) }
      for job in old { try remove(job, locks: locks, into: &removed) }
      // Those of pipes, and of processes that shared another's job, belong to none. A process that still runs may be about to say whose they are.
      let owners = try rows(
        "SELECT DISTINCT owner FROM answer WHERE created < ?", .integer(time)
      ) { $0.integer(0) }
      for owner in owners where !locks.isPresent(owner) {
        try run(
          """
          DELETE FROM answer WHERE owner = ? AND created < ? AND key NOT IN
            (SELECT answer FROM outcome WHERE answer IS NOT NULL)
          """, .integer(owner), .integer(time))
        removed.answers += changes
      }
      try run("DELETE FROM call WHERE started < ? AND state <> 'calling'", .integer(time))
      return removed
    } orThrow: {
      $0
    }
    try forget()
    return removed
  }

  /// Takes what was deleted out of the files as well.
  private func forget() throws(SQLiteError) {
    try run("PRAGMA wal_checkpoint(TRUNCATE)")
  }
}

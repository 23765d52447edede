import Foundation
import LongscribeCore

/// Calls and their answers in the database.
extension Database {
  /// States of a call, as they are written.
  private enum State: String {
    case calling, answered, refused, charged, unknown
  }

  /// The calls of jobs that were charged, or may have been.
  ///
  /// - Parameters:
  ///   - job: Of which job; `nil` for all.
  ///   - isOver: Whether a call that is under way by the journal ended with its owner.
  func tallies(
    of job: Int64? = nil, isOver: (_ owner: Int64) -> Bool = { _ in false }
  ) throws(SQLiteError) -> [Int64: CallTally] {
    let calls = try rows(
      "SELECT job, state, samples, owner FROM call WHERE job = ?1 OR ?1 IS NULL AND job IS NOT NULL",
      .optional(job)
    ) { (job: $0.integer(0), state: $0.text(1), samples: $0.integer(2), owner: $0.integer(3)) }
    var tallies: [Int64: CallTally] = [:]
    for call in calls {
      switch State(rawValue: call.state) {
      // Some of them were never made.
      case .refused, nil: continue
      case .calling where !isOver(call.owner): continue
      case .calling, .unknown: tallies[call.job, default: CallTally()].unknown += 1
      case .answered, .charged: break
      }
      tallies[call.job, default: CallTally()].samples.append(call.samples)
    }
    return tallies
  }

  /// - Parameter open: Calls that this process is making.
  func claim(
    _ claim: Claim, by owner: Int64, locks: OwnerLocks, open: Set<Int64>
  ) throws(SQLiteError) -> ClaimResult {
    try transaction { () throws(SQLiteError) in
      if let answer = try answer(to: claim.key, since: claim.freshSince) {
        return .answered(answer)
      }
      let begun = try rows(
        "SELECT id, owner FROM call WHERE key = ? AND state = 'calling'", .text(claim.key)
      ) { (id: $0.integer(0), owner: $0.integer(1)) }
      var abandoned = 0
      for call in begun {
        // A call of our own that has ended, and of which that could not be written, is not under way.
        if locks.holds(call.owner) ? open.contains(call.id) : locks.isPresent(call.owner) {
          return .taken
        }
        try end(call.id, key: claim.key, .unknown)
        abandoned += 1
      }
      // Whoever starts afresh does not count what was before.
      let unknown =
        try first(
          "SELECT count(*) FROM call WHERE key = ? AND state IN ('unknown', 'charged') AND id > ?",
          .text(claim.key), .integer(claim.freshSince ?? 0)
        ) { Int($0.integer(0)) } ?? 0
      if let most = claim.mostUnknown, unknown > most { return .refused(unknown: unknown) }
      try run(
        """
        INSERT INTO call(key, job, chunk, samples, owner, state, started)
        VALUES(?, ?, ?, ?, ?, 'calling', ?)
        """, .text(claim.key), .optional(claim.job), .integer(Int64(claim.chunk)),
        .integer(claim.samples), .integer(owner), .integer(JournalTime.now))
      return .granted(token: lastRow, abandoned: abandoned)
    } orThrow: {
      $0
    }
  }

  /// - Parameter call: The last call whose answer does not count; `nil` if all do.
  private func answer(
    to key: String, since call: Int64?
  ) throws(SQLiteError) -> Recognition? {
    let body = try first(
      "SELECT body FROM answer WHERE key = ? AND call > ?", .text(key), .integer(call ?? -1)
    ) { $0.blob(0) }
    return body.flatMap(JobCodec.answer)
  }

  func answered(_ keys: Set<String>, since call: Int64?) throws(SQLiteError) -> Set<String> {
    var found: Set<String> = []
    for key in keys where try answer(to: key, since: call) != nil { found.insert(key) }
    return found
  }

  /// The token of the last call that was begun.
  func lastCall() throws(SQLiteError) -> Int64 {
    try first("SELECT seq FROM sqlite_sequence WHERE name = 'call'") { $0.integer(0) } ?? 0
  }

  func settle(
    _ token: Int64, key: String, _ fate: CallFate, by owner: Int64
  ) throws(SQLiteError) {
    try transaction { () throws(SQLiteError) in
      switch fate {
      case .answered(let answer):
        let (body, raw) = JobCodec.encode(answer: answer)
        // Whoever has the token or not: the answer is right, and has been paid for.
        try run(
          """
          INSERT OR REPLACE INTO answer(key, body, raw, owner, call, created)
          VALUES(?, ?, ?, ?, ?, ?)
          """, .text(key), .blob(body), .blob(raw), .integer(owner), .integer(token),
          .integer(JournalTime.now))
        try end(token, key: key, .answered)
      case .refused: try end(token, key: key, .refused)
      case .charged: try end(token, key: key, .charged)
      case .unknown: try end(token, key: key, .unknown)
      }
    } orThrow: {
      $0
    }
  }

  /// - Parameter key: In a database that has taken the place of a damaged one, the token may be that of another call.
  private func end(_ token: Int64, key: String, _ state: State) throws(SQLiteError) {
    try run(
      "UPDATE call SET state = ?, ended = ? WHERE id = ? AND key = ? AND state = 'calling'",
      .text(state.rawValue), .integer(JournalTime.now), .integer(token), .text(key))
  }

  /// Makes numbers go on above those that another database has given, so that none of those means something else here.
  func startNumbers(job: Int64 = 0, call: Int64, owner: Int64) throws(SQLiteError) {
    for (table, number) in [("job", job), ("call", call), ("owner", owner)] {
      try run(
        "INSERT INTO sqlite_sequence(name, seq) SELECT ?1, 0 WHERE NOT EXISTS(SELECT * FROM sqlite_sequence WHERE name = ?1)",
        .text(table))
      try run(
        "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", .integer(number),
        .text(table))
    }
  }
}

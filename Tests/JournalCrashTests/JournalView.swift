import Foundation
import TestSupport

/// What a journal holds, read by Python's own SQLite: an independent witness.
struct JournalView: Decodable {
  struct Call: Decodable {
    var id: Int64
    var key: String
    var owner: Int64
    var state: String
    var chunk: Int
  }

  struct Outcome: Decodable {
    var place: Int
    var kind: String
    var answer: String?
  }

  struct Job: Decodable {
    var id: Int64
    var path: String
    var finished: Int
    /// The record's part that is no table of its own is there.
    var hasRecord: Bool
    var chunks: Int
  }

  var jobs: [Job] = []
  var calls: [Call] = []
  var outcomes: [Outcome] = []
  /// Keys of answers.
  var answers: [String] = []

  private static let script = #"""
    import json, sqlite3, sys
    base = sqlite3.connect("file:" + sys.argv[1] + "?mode=rw", uri=True, timeout=10)
    base.row_factory = sqlite3.Row
    def rows(query): return [dict(row) for row in base.execute(query)]
    if base.execute("PRAGMA user_version").fetchone()[0] == 0:
        print(json.dumps({"jobs": [], "calls": [], "outcomes": [], "answers": []}))
        sys.exit()
    jobs = rows("SELECT id, path, finished, header IS NOT NULL AS hasRecord,"
        " (SELECT count(*) FROM chunk WHERE job = job.id) AS chunks FROM job ORDER BY id")
    for job in jobs: job["hasRecord"] = bool(job["hasRecord"])
    print(json.dumps({
        "jobs": jobs,
        "calls": rows("SELECT id, key, owner, state, chunk FROM call ORDER BY id"),
        "outcomes": rows("SELECT place, kind, answer FROM outcome ORDER BY place"),
        "answers": [row["key"] for row in rows("SELECT key FROM answer")]}))
    """#

  /// Reads a journal; an empty view if there is none yet.
  ///
  /// A copy is read: whoever opens a journal after a crash puts it in order, and that is for the program under test to do.
  static func read(_ path: String) async throws -> JournalView {
    guard FileManager.default.fileExists(atPath: path) else { return JournalView() }
    let folder = try TemporaryFolder()
    for companion in ["", "-wal"] where FileManager.default.fileExists(atPath: path + companion) {
      try FileManager.default.copyItem(
        atPath: path + companion, toPath: folder.file("copy.sqlite3\(companion)"))
    }
    let result = try await Programs.run(
      "/usr/bin/python3", ["-I", "-c", script, folder.file("copy.sqlite3")], limit: 20)
    guard result.status == 0 else { throw Missing(description: "\(path): \(result.errors)") }
    return try JSONDecoder().decode(JournalView.self, from: Data(result.output.utf8))
  }

  /// Changes a journal from outside.
  static func change(_ path: String, _ statements: String) async throws {
    let script = """
      import sqlite3, sys
      base = sqlite3.connect(sys.argv[1], timeout=10)
      base.executescript(sys.argv[2])
      base.commit()
      base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
      """
    let result = try await Programs.run(
      "/usr/bin/python3", ["-I", "-c", script, path, statements], limit: 20)
    guard result.status == 0 else { throw Missing(description: "\(path): \(result.errors)") }
  }

  /// Calls in a state.
  func calls(_ state: String) -> [Call] { calls.filter { $0.state == state } }
}

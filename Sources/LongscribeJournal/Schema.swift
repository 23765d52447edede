/// The tables of the journal.
///
/// Each version of the schema is a step from the one before; `PRAGMA user_version` tells how many have been taken. Bodies are
/// JSON behind a `Seal`.
package enum Schema {
  static let steps: [[String]] = [
    [
      """
      CREATE TABLE owner(
        id INTEGER PRIMARY KEY AUTOINCREMENT, process INTEGER NOT NULL, started INTEGER NOT NULL) STRICT
      """,
      """
      CREATE TABLE job(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        identity TEXT NOT NULL, options TEXT NOT NULL, path TEXT NOT NULL,
        provider TEXT NOT NULL, model TEXT, host TEXT,
        created INTEGER NOT NULL, updated INTEGER NOT NULL,
        owner INTEGER, finished INTEGER NOT NULL DEFAULT 0,
        header BLOB, UNIQUE(identity, options)) STRICT
      """,
      "CREATE INDEX job_path ON job(path)",
      """
      CREATE TABLE chunk(
        job INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE, place INTEGER NOT NULL,
        body BLOB NOT NULL, PRIMARY KEY(job, place)) STRICT, WITHOUT ROWID
      """,
      """
      CREATE TABLE outcome(
        job INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE, place INTEGER NOT NULL,
        kind TEXT NOT NULL, answer TEXT, PRIMARY KEY(job, place)) STRICT, WITHOUT ROWID
      """,
      "CREATE INDEX outcome_answer ON outcome(answer)",
      """
      CREATE TABLE envelope(
        job INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE, first INTEGER NOT NULL,
        levels BLOB NOT NULL, PRIMARY KEY(job, first)) STRICT
      """,
      """
      CREATE TABLE answer(
        key TEXT PRIMARY KEY NOT NULL, body BLOB NOT NULL, raw BLOB NOT NULL,
        owner INTEGER NOT NULL, call INTEGER NOT NULL, created INTEGER NOT NULL) STRICT
      """,
      """
      CREATE TABLE call(
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, job INTEGER, chunk INTEGER NOT NULL,
        samples INTEGER NOT NULL, owner INTEGER NOT NULL, state TEXT NOT NULL,
        started INTEGER NOT NULL, ended INTEGER) STRICT
      """,
      "CREATE INDEX call_key ON call(key)",
    ]
  ]

  /// The version that this program writes.
  package static var version: Int64 { Int64(steps.count) }
}

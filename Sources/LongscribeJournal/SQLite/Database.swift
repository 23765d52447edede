private import CSQLite
package import Foundation

/// Why SQLite did not do what it was asked for.
package struct SQLiteError: Error, Sendable, Hashable {
  /// The extended result code (sqlite.org/rescode.html).
  package var code: Int32
  /// SQLite's own words.
  package var message: String

  /// The primary result code.
  private var primary: Int32 { code & 0xFF }

  /// Whether the file's contents are not those of a database, or not any more.
  var isDamage: Bool { primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB }
}

/// A value that is bound to a statement.
package enum SQLiteValue: Sendable {
  case null
  case integer(Int64)
  case text(String)
  case blob(Data)

  /// A number that may be missing.
  static func optional(_ value: Int64?) -> SQLiteValue { value.map(SQLiteValue.integer) ?? .null }
  /// A text that may be missing.
  static func optional(_ value: String?) -> SQLiteValue { value.map(SQLiteValue.text) ?? .null }
}

/// A connection to a database file; closed when it goes away. One thread at a time uses it.
package struct Database: ~Copyable {
  private let handle: OpaquePointer

  /// Milliseconds that an operation waits for another process's transaction: those here take a few.
  private static let patience: Int32 = 10_000

  /// Opens a file, or makes it.
  package init(_ path: String) throws(SQLiteError) {
    handle = try Self.connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
  }

  /// Opens a file that is there, to look at it.
  init(readOnly path: String) throws(SQLiteError) {
    handle = try Self.connect(path, SQLITE_OPEN_READONLY)
  }

  private static func connect(
    _ path: String, _ mode: Int32
  ) throws(SQLiteError) -> OpaquePointer {
    var handle: OpaquePointer?
    // One thread at a time is what the lane promises, so SQLite's own locks are left out (sqlite.org/threadsafe.html).
    // SQLITE_OPEN_NOFOLLOW is not among the flags: it refuses links anywhere in the path, and many a home lies behind one.
    let flags = mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard let handle else { throw SQLiteError(code: code, message: "out of memory") }
    guard code == SQLITE_OK else {
      // A connection that could not be made has to be closed all the same (sqlite.org/c3ref/open.html).
      defer { sqlite3_close_v2(handle) }
      throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }
    sqlite3_busy_timeout(handle, patience)
    return handle
  }

  deinit { sqlite3_close_v2(handle) }

  private func failure(_ code: Int32) -> SQLiteError {
    SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)))
  }

  /// Runs one statement that gives no rows, or whose rows do not matter.
  package func run(_ sql: String, _ values: SQLiteValue...) throws(SQLiteError) {
    try run(sql, values)
  }

  /// The same, with the values in a list.
  func run(_ sql: String, _ values: [SQLiteValue]) throws(SQLiteError) {
    try step(sql, values) { _ throws(SQLiteError) in }
  }

  /// Runs one statement and shows each of its rows.
  func each(_ sql: String, show: (SQLiteRow) -> Void) throws(SQLiteError) {
    try step(sql, []) { row throws(SQLiteError) in show(row) }
  }

  /// Runs one statement and takes each of its rows.
  func rows<T>(
    _ sql: String, _ values: SQLiteValue..., take: (SQLiteRow) throws(SQLiteError) -> T
  ) throws(SQLiteError) -> [T] {
    var rows: [T] = []
    try step(sql, values) { row throws(SQLiteError) in rows.append(try take(row)) }
    return rows
  }

  /// Runs one statement and takes its first row.
  package func first<T>(
    _ sql: String, _ values: SQLiteValue..., take: (SQLiteRow) throws(SQLiteError) -> T
  ) throws(SQLiteError) -> T? {
    var first: T?
    try step(sql, values) { row throws(SQLiteError) in
      if first == nil { first = try take(row) }
    }
    return first
  }

  private func step(
    _ sql: String, _ values: [SQLiteValue], take: (SQLiteRow) throws(SQLiteError) -> Void
  ) throws(SQLiteError) {
    var statement: OpaquePointer?
    let prepared = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard prepared == SQLITE_OK, let statement else { throw failure(prepared) }
    defer { sqlite3_finalize(statement) }
    for (index, value) in values.enumerated() {
      let bound = Self.bind(value, to: statement, at: Int32(index + 1))
      guard bound == SQLITE_OK else { throw failure(bound) }
    }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try take(SQLiteRow(statement: statement))
      case SQLITE_DONE: return
      case let code: throw failure(code)
      }
    }
  }

  private static func bind(
    _ value: SQLiteValue, to statement: OpaquePointer, at index: Int32
  ) -> Int32 {
    switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .integer(let number): sqlite3_bind_int64(statement, index, number)
    case .text(var text):
      text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          ls_sqlite_bind_text(statement, index, $0.baseAddress, UInt64($0.count))
        }
      }
    case .blob(let data):
      data.withUnsafeBytes {
        ls_sqlite_bind_blob(statement, index, $0.baseAddress, UInt64($0.count))
      }
    }
  }

  /// Does all of something or nothing.
  ///
  /// The write lock is taken at once (`IMMEDIATE`): a transaction that reads first and writes later would fail where another process wrote
  /// in between (sqlite.org/lang_transaction.html).
  func transaction<T, E: Error>(
    _ body: () throws(E) -> T, orThrow wrap: (SQLiteError) -> E
  ) throws(E) -> T {
    do throws(SQLiteError) {
      try run("BEGIN IMMEDIATE")
    } catch {
      throw wrap(error)
    }
    do throws(E) {
      let result = try body()
      do throws(SQLiteError) {
        try run("COMMIT")
      } catch {
        throw wrap(error)
      }
      return result
    } catch {
      // What made it fail is what matters; a transaction that SQLite has ended by itself cannot be ended again.
      try? run("ROLLBACK")
      throw error
    }
  }

  /// Whether SQLite refuses to write, although the file could be written.
  var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

  /// Rows that the last statement changed.
  var changes: Int { Int(sqlite3_changes64(handle)) }
  /// The number of the row that was inserted last.
  var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }
}

/// The row that a statement is at.
package struct SQLiteRow {
  fileprivate let statement: OpaquePointer

  /// Whether a column has no value.
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// A number; 0 where there is none.
  package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  /// A number that may be missing.
  func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  /// A text; empty where there is none.
  package func text(_ column: Int32) -> String {
    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
  }

  /// A text that may be missing.
  func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  /// Bytes; none where there are none.
  func blob(_ column: Int32) -> Data {
    guard let bytes = sqlite3_column_blob(statement, column) else { return Data() }
    return Data(bytes: bytes, count: Int(sqlite3_column_bytes(statement, column)))
  }
}

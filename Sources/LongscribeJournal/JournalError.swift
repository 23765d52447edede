/// Why the journal cannot be used.
public struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of error.
  public struct Code: RawRepresentable, Sendable, Hashable {
    /// The name in events.
    public let rawValue: String

    /// A code by its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The folder or the file cannot be made, read or written: rights, a read-only or full disk.
    public static let notWritable = Code(rawValue: "journal_not_writable")
    /// The disk is full.
    public static let full = Code(rawValue: "journal_full")
    /// A newer version of Longscribe has made it.
    public static let newer = Code(rawValue: "journal_newer")
    /// It is damaged.
    public static let damaged = Code(rawValue: "journal_damaged")
    /// Another process keeps it locked for longer than any of them should.
    public static let busy = Code(rawValue: "journal_busy")
    /// SQLite failed in another way.
    public static let failed = Code(rawValue: "journal_failed")
  }

  /// The kind of error.
  public var code: Code
  /// The file or folder, as it was named.
  public var path: String
  /// The system's or SQLite's own words.
  public var detail: String

  /// An error with every part given.
  public init(_ code: Code, path: String, detail: String) {
    self.code = code
    self.path = path
    self.detail = detail
  }

  /// One line that names the file and what can be done.
  public var description: String {
    switch code {
    case .full: "\(path): the disk with the journal is full (\(detail)); make room and go on"
    case .newer:
      "\(path): a newer version of longscribe made this journal (\(detail)); use that version"
    case .damaged: "\(path): the journal is damaged (\(detail)); the next run sets it aside"
    case .busy: "\(path): another program keeps the journal locked (\(detail))"
    case .notWritable: "\(path): the journal cannot be written (\(detail))"
    default: "\(path): the journal fails (\(detail))"
    }
  }
}

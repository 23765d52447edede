/// A key that is never printed: whatever turns a value into text gets `***`.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: String

  /// A secret without the white space that files and pipes leave around it.
  public init(_ value: String) {
    let trimmed = value.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }
    self.value = String(trimmed.reversed())
  }

  /// Whether there is anything in it.
  public var isEmpty: Bool { value.isEmpty }

  /// Whether it looks like a key: one word, so that it can stand in a header.
  public var isOneWord: Bool { !value.isEmpty && !value.contains { $0.isWhitespace } }

  /// Three stars.
  public var description: String { "***" }
  /// Three stars.
  public var debugDescription: String { "***" }
  /// Shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// The value itself, for the one header that needs it.
  package var revealed: String { value }

  /// A text in which the secret, should it occur, is replaced.
  package func redacted(from text: String) -> String {
    guard value.count >= 4 else { return text }
    return text.split(separator: value, omittingEmptySubsequences: false).joined(separator: "***")
  }
}

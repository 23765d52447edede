/// A key that is never printed: whatever turns a value into text gets `***`.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: String

  /// A secret without the white space that files and pipes leave around it.
  public init(_ value: String) {
    self.value = value.split { $0.isWhitespace }.joined()
  }

  /// Whether there is anything in it.
  public var isEmpty: Bool { value.isEmpty }

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

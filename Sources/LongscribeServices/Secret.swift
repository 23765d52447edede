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

  /// Bytes in which the secret, should it occur, is replaced.
  package func redacted(from bytes: [UInt8]) -> [UInt8] {
    let secret = Array(value.utf8)
    guard secret.count >= 8, bytes.count >= secret.count else { return bytes }
    var result: [UInt8] = []
    var position = 0
    while position < bytes.count {
      if bytes[position] == secret[0], bytes[position...].starts(with: secret) {
        result += Array("***".utf8)
        position += secret.count
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }

  /// A text in which the secret, should it occur, is replaced.
  package func redacted(from text: String) -> String {
    String(decoding: redacted(from: Array(text.utf8)), as: UTF8.self)
  }
}

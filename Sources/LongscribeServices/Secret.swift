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

  /// Bytes in which the secret, should it occur, is replaced, also where it is written as JSON or an address write it: a service's encoder
  /// may turn "/" into "\/", "\u002f" or "%2F", and whoever decodes that has the key again.
  package func redacted(from bytes: [UInt8]) -> [UInt8] {
    let secret = Array(value.utf8)
    guard secret.count >= 8, bytes.count >= secret.count else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      if let end = Self.end(of: secret, in: bytes, from: position) {
        result += Array("***".utf8)
        position = end
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }

  /// Where the secret that begins at a position ends; `nil` if it does not begin there.
  private static func end(of secret: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    for byte in secret {
      guard position < bytes.count else { return nil }
      if bytes[position] == byte {
        position += 1
      } else if let length = lengthOfEscape(for: byte, in: bytes, at: position) {
        position += length
      } else {
        return nil
      }
    }
    return position
  }

  /// How many bytes there stand for one byte in another spelling: `\/`, `\u002f`, `%2F`.
  private static func lengthOfEscape(for byte: UInt8, in bytes: [UInt8], at start: Int) -> Int? {
    func isByte(digitsFrom first: Int, count: Int) -> Bool {
      guard first + count <= bytes.count else { return false }
      return UInt32(String(decoding: bytes[first..<first + count], as: UTF8.self), radix: 16)
        == UInt32(byte)
    }
    switch bytes[start] {
    case UInt8(ascii: "%"): return isByte(digitsFrom: start + 1, count: 2) ? 3 : nil
    case UInt8(ascii: "\\"):
      guard start + 1 < bytes.count else { return nil }
      if bytes[start + 1] == UInt8(ascii: "u") {
        return isByte(digitsFrom: start + 2, count: 4) ? 6 : nil
      }
      return bytes[start + 1] == byte && !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        ? 2 : nil
    default: return nil
    }
  }

  /// A text in which the secret, should it occur, is replaced.
  package func redacted(from text: String) -> String {
    String(decoding: redacted(from: Array(text.utf8)), as: UTF8.self)
  }
}

/// One header line of a request or an answer.
///
/// Its text form hides the value, because request headers carry keys and text forms end in logs.
package struct HTTPHeader: Sendable, Hashable {
  /// The name, in the case it was written in.
  package var name: String
  /// The value, without surrounding white space.
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension HTTPHeader: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(name): <\(value.utf8.count) bytes>" }
  package var debugDescription: String { description }
  package var customMirror: Mirror {
    Mirror(self, children: ["name": name, "valueByteCount": value.utf8.count])
  }
}

extension HTTPHeader {
  /// Whether both halves may be put on the wire as they are.
  ///
  /// A name is an RFC 9110 token. A value has no control character: a line break in a value would
  /// let whoever chose it write headers of their own.
  var isWellFormed: Bool {
    let punctuation = "!#$%&'*+-.^_`|~".utf8
    let isToken = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default:
        punctuation.contains(byte)
      }
    }
    return isToken && !name.isEmpty && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// Headers that describe the framing or the connection, which only the client may set.
  static let namesOfTheClient: Set<String> = [
    "connection", "content-length", "content-type", "expect", "host", "transfer-encoding",
  ]

  /// Reads one line as it came from the wire, or returns nil for a line that is not a header.
  init?(line: some Sequence<UInt8>) {
    let bytes = Array(line)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
    let value = bytes[(colon + 1)...].drop(while: isBlank).reversed().drop(while: isBlank)
    self.init(
      String(decoding: bytes[..<colon], as: UTF8.self),
      String(decoding: value.reversed(), as: UTF8.self)
    )
  }
}

extension [HTTPHeader] {
  /// The value of the first header called `name`, whatever the case of its letters.
  package func firstValue(named name: String) -> String? {
    let wanted = name.lowercased()
    return first { $0.name.lowercased() == wanted }?.value
  }
}

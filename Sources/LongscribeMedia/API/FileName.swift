/// Names of files as text, whatever bytes they are made of.
///
/// # Note: Names that are no UTF-8
///
/// To Linux a name is bytes, and old archives are full of names in Latin-1 or GBK. Swift's strings are UTF-8, and repair what is not: the
/// repaired name is another one, and there is no such file. So each byte that does not belong to valid UTF-8 becomes
/// a private-use character of its own, U+10FF80 to U+10FFFF, and back to its byte where a name is given to the system. The
/// bytes of those very characters are taken for invalid too; so the way there and back always gives the same bytes.
public enum FileName {
  private static let first: UInt32 = 0x10FF00
  private static let escapes: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  /// The text for a name's bytes.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    var rest = Array(bytes)[...]
    while let byte = rest.first {
      if let scalar = scalar(rest.prefix(4)), !escapes.contains(scalar.value) {
        text.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else if let escape = Unicode.Scalar(first + UInt32(byte)) {
        text.append(escape)
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  /// The scalar that valid UTF-8 begins with.
  private static func scalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return scalar
  }

  /// The bytes of a name, without an end.
  public static func bytes(_ text: String) -> [UInt8] {
    guard text.unicodeScalars.contains(where: { escapes.contains($0.value) }) else {
      return Array(text.utf8)
    }
    return text.unicodeScalars.flatMap { scalar in
      escapes.contains(scalar.value)
        ? [UInt8(truncatingIfNeeded: scalar.value - first)] : Array(String(scalar).utf8)
    }
  }

  /// Lends a name to a system call.
  public static func withBytes<R>(_ text: String, _ body: (UnsafePointer<CChar>) -> R) -> R {
    let characters = bytes(text).map { CChar(bitPattern: $0) } + [0]
    return characters.withUnsafeBufferPointer { buffer in
      // Never empty, so there is an address.
      buffer.baseAddress.map(body) ?? text.withCString(body)
    }
  }

  /// A name without characters that would move the cursor or break the line, and with a mark for each byte that is no text.
  public static func printable(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { scalar in
          if escapes.contains(scalar.value) { return "\u{FFFD}" }
          return switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
          default: scalar
          }
        }))
  }
}

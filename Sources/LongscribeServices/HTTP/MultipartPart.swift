/// One part of a `multipart/form-data` body.
///
/// Parts are sent in the order in which they are given.
///
/// Put text fields first and the file last: some services read the form as it arrives, and have to
/// know the model before the audio starts.
package enum MultipartPart: Sendable {
  /// A text field; the value is sent as UTF-8, unchanged.
  case field(name: String, value: String)
  /// A file, streamed from `source` and never copied as a whole.
  case file(name: String, fileName: String, contentType: String, source: any HTTPBodySource)

  /// The bytes in front of the content, from the boundary to the blank line.
  func preamble(boundary: String) -> [UInt8] {
    var text = "--\(boundary)\r\nContent-Disposition: form-data; "
    switch self {
    case .field(let name, _):
      text += "name=\"\(Self.escaped(name))\"\r\n\r\n"
    case .file(let name, let fileName, let contentType, _):
      text += "name=\"\(Self.escaped(name))\"; filename=\"\(Self.escaped(fileName))\"\r\n"
      text += "Content-Type: \(contentType)\r\n\r\n"
    }
    return Array(text.utf8)
  }

  /// Whether the part can be sent without breaking the form apart.
  var isWellFormed: Bool {
    switch self {
    case .field: true
    case .file(_, _, let contentType, let source):
      HTTPHeader("Content-Type", contentType).isWellFormed && source.byteCount >= 0
    }
  }

  /// A name as browsers and libcurl write it: only the quote and line breaks are percent-encoded.
  ///
  /// The rule is the WHATWG's:
  /// https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
  private static func escaped(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += Array("%22".utf8)
      case UInt8(ascii: "\r"): bytes += Array("%0D".utf8)
      case UInt8(ascii: "\n"): bytes += Array("%0A".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

private import Foundation

/// A text deep inside a JSON object, by names with dots between them.
enum JSONPath {
  /// The text, or number as text, at a path; `nil` if there is none.
  static func text(_ path: String, in body: [UInt8]) -> String? {
    // Bodies that hold names to look for are errors and answers; a megabyte of words is not taken apart for a name.
    guard body.count <= 1 << 16, body.first == UInt8(ascii: "{") else { return nil }
    var value = try? JSONSerialization.jsonObject(with: Data(body))
    for name in path.split(separator: ".") { value = (value as? [String: Any])?[String(name)] }
    if let text = value as? String { return text.isEmpty ? nil : text }
    return (value as? NSNumber).map(\.stringValue)
  }
}

/// A name in a JSON object that is known only when it is looked for.
struct JSONName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: some StringProtocol) { stringValue = String(name) }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

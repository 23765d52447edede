/// A header's value with parameters, such as `form-data; name="file"; filename="a.wav"`.
struct HeaderValue {
  let value: String
  /// The parameters by their names in lower case.
  let parameters: [String: String]

  /// Nil when the text is not of that form or a parameter is there twice.
  init?(_ text: String) {
    var rest = Substring(text)
    value = Self.trim(Self.take(while: { $0 != ";" }, from: &rest))
    var parameters: [String: String] = [:]
    while rest.popFirst() != nil {
      let name = Self.trim(Self.take(while: { $0 != "=" }, from: &rest)).lowercased()
      guard !name.isEmpty, rest.popFirst() != nil else { return nil }
      var content = ""
      if rest.first == "\"" {
        rest.removeFirst()
        guard let quoted = Self.takeQuoted(from: &rest) else { return nil }
        content = quoted
        guard Self.trim(Self.take(while: { $0 != ";" }, from: &rest)).isEmpty else { return nil }
      } else {
        content = Self.trim(Self.take(while: { $0 != ";" }, from: &rest))
      }
      guard parameters.updateValue(content, forKey: name) == nil else { return nil }
    }
    self.parameters = parameters
  }

  private static func take(
    while condition: (Character) -> Bool,
    from rest: inout Substring
  ) -> Substring {
    let taken = rest.prefix(while: condition)
    rest = rest[taken.endIndex...]
    return taken
  }

  /// Takes up to the closing quotation mark; a backslash protects the character after it.
  private static func takeQuoted(from rest: inout Substring) -> String? {
    var content = ""
    while let character = rest.popFirst() {
      if character == "\"" { return content }
      if character == "\\" {
        guard let protected = rest.popFirst() else { return nil }
        content.append(protected)
      } else {
        content.append(character)
      }
    }
    return nil
  }

  private static func trim(_ text: Substring) -> String {
    let tail = text.drop { $0 == " " || $0 == "\t" }
    let end = tail.lastIndex { $0 != " " && $0 != "\t" }
    return end.map { String(tail[...$0]) } ?? ""
  }
}

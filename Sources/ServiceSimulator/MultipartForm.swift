/// A multipart/form-data body taken apart, strictly by RFC 7578 and RFC 2046.
struct MultipartForm: Sendable {
  struct Part: Sendable {
    let name: String
    /// Nil for a plain field.
    let fileName: String?
    let contentType: String?
    let content: ArraySlice<UInt8>

    /// The content as text; nil when it is not UTF-8.
    var text: String? { String(validating: content, as: UTF8.self) }
  }

  let parts: [Part]

  /// The parts of that name, in their order.
  func parts(named name: String) -> [Part] {
    parts.filter { $0.name == name }
  }

  /// Takes a body apart.
  ///
  /// Nothing is forgiven: lines end with CR LF, the last boundary is there with nothing but one
  /// CR LF after it, and each part has a `Content-Disposition: form-data` with a name.
  init(body: [UInt8], contentType: String?) throws(Refusal) {
    let boundary = try Self.boundary(of: contentType)
    let delimiter = Array("--\(boundary)".utf8)
    guard body.starts(with: delimiter) else {
      throw Refusal(.malformedForm, "the body does not begin with the boundary")
    }
    let inner = Array("\r\n".utf8) + delimiter
    let finder = ByteFinder(pattern: inner)
    var parts: [Part] = []
    var position = delimiter.count
    while true {
      let rest = body[position...]
      if rest.starts(with: Array("--".utf8)) {
        let epilogue = rest.dropFirst(2)
        guard epilogue.isEmpty || epilogue.elementsEqual(Array("\r\n".utf8)) else {
          throw Refusal(.malformedForm, "there are bytes after the last boundary")
        }
        break
      }
      guard rest.starts(with: Array("\r\n".utf8)) else {
        throw Refusal(.malformedForm, "a boundary is not followed by CR LF or --")
      }
      guard let end = finder.firstIndex(in: body, from: position + 2) else {
        throw Refusal(.malformedForm, "the last boundary is missing")
      }
      parts.append(try Self.part(body[(position + 2)..<end]))
      position = end + inner.count
    }
    self.parts = parts
  }

  private static func boundary(of contentType: String?) throws(Refusal) -> String {
    guard let contentType, let header = HeaderValue(contentType),
      header.value.lowercased() == "multipart/form-data"
    else {
      throw Refusal(.malformedForm, "the Content-Type must be multipart/form-data")
    }
    guard let boundary = header.parameters["boundary"], (1...70).contains(boundary.utf8.count)
    else {
      throw Refusal(.malformedForm, "the Content-Type has no boundary of 1 to 70 characters")
    }
    return boundary
  }

  private static func part(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> Part {
    guard
      let headEnd = ByteFinder(pattern: Array("\r\n\r\n".utf8))
        .firstIndex(in: bytes, from: bytes.startIndex),
      let head = String(validating: bytes[..<headEnd], as: UTF8.self)
    else {
      throw Refusal(.malformedForm, "a part has no headers")
    }
    var fields: [String: String] = [:]
    for line in head.split(separator: "\r\n") {
      let halves = line.split(separator: ":", maxSplits: 1)
      guard halves.count == 2 else {
        throw Refusal(.malformedForm, "a part's header has no colon")
      }
      let name = halves[0].lowercased()
      guard fields.updateValue(String(halves[1]), forKey: name) == nil else {
        throw Refusal(.malformedForm, "a part has its \(name) twice")
      }
    }
    guard let disposition = fields["content-disposition"].flatMap({ HeaderValue($0) }),
      disposition.value.lowercased() == "form-data",
      let name = disposition.parameters["name"], !name.isEmpty
    else {
      throw Refusal(.malformedForm, "a part has no Content-Disposition: form-data with a name")
    }
    guard disposition.parameters["filename*"] == nil else {
      throw Refusal(.malformedForm, "filename* is not allowed in form-data (RFC 7578)")
    }
    return Part(
      name: name,
      fileName: disposition.parameters["filename"],
      contentType: fields["content-type"].flatMap { HeaderValue($0)?.value },
      content: bytes[(headEnd + 4)...]
    )
  }
}

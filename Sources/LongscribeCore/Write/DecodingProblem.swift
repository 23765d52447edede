/// What a decoder did not like about a document, in a few words and with its place as JSON is written.
struct DecodingProblem: Error {
  enum Kind {
    /// It is no JSON object, or its end is missing.
    case notJSON
    /// Something that has to be there is not.
    case missing
    /// A value is of the wrong kind.
    case invalidValue
  }

  var kind: Kind
  /// `chunks[3].owned_end`; empty for the whole.
  var place: String
  var detail: String

  private init(_ kind: Kind, at place: String = "", _ detail: String) {
    self.kind = kind
    self.place = place
    self.detail = detail
  }

  init(_ error: any Error) {
    guard let error = error as? DecodingError else {
      self.init(.notJSON, "is no JSON")
      return
    }
    switch error {
    case .keyNotFound(let key, let context):
      self.init(.missing, at: Self.place(context.codingPath + [key]), "is missing")
    case .valueNotFound(_, let context):
      self.init(.missing, at: Self.place(context.codingPath), "is null")
    case .typeMismatch(let type, let context):
      let place = Self.place(context.codingPath)
      // A document that is no object at all is none of ours.
      if place.isEmpty {
        self.init(.notJSON, "is no JSON object")
      } else {
        self.init(.invalidValue, at: place, "is no \(Self.name(of: type))")
      }
    case .dataCorrupted(let context):
      let place = Self.place(context.codingPath)
      if place.isEmpty {
        self.init(.notJSON, "is no JSON, or its end is missing")
      } else {
        self.init(.invalidValue, at: place, context.debugDescription)
      }
    @unknown default:
      self.init(.notJSON, "is no JSON")
    }
  }

  /// A coding path as JSON is written.
  private static func place(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is Double.Type: "number"
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is [Any].Type: "list"
    default: "object"
    }
  }
}

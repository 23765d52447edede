import FoundationEssentials

/// Writes JSON as services do: without escaped slashes, other scripts as they are.
enum JSONText {
  static func bytes(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
    guard let data = try? encoder.encode(value) else {
      // Only numbers that are not finite cannot be encoded, and no answer has any.
      return []
    }
    return [UInt8](data)
  }
}

/// A value that is written as `null` when it is not there, instead of being left out.
struct Nullable<Value: Encodable & Sendable>: Encodable, Sendable {
  let value: Value?

  init(_ value: Value?) {
    self.value = value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value {
      try container.encode(value)
    } else {
      try container.encodeNil()
    }
  }
}

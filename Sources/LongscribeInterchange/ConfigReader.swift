package import Foundation

/// Reads an object that people or their programs wrote, a configuration or a call of the C interface, and complains about what it does not know: a name with a slip would otherwise be ignored
/// in silence.
package final class ConfigReader {
  private let values: [String: Any]
  private let place: String
  private var known: Set<String> = []

  package init(data: Data) throws(ConfigError) {
    let object: Any
    do {
      object = try JSONSerialization.jsonObject(with: data)
    } catch {
      throw ConfigError(message: "it is no JSON")
    }
    guard let values = object as? [String: Any] else {
      throw ConfigError(message: "it is no JSON object")
    }
    self.values = values
    place = ""
  }

  private init(_ values: [String: Any], place: String) {
    self.values = values
    self.place = place
  }

  /// All names in it, in alphabetical order.
  package var names: [String] { values.keys.sorted() }

  /// A name with those of the objects that it is in.
  func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

  private func value<Value>(_ name: String, _ kind: String) throws(ConfigError) -> Value? {
    known.insert(name)
    guard let value = values[name], !(value is NSNull) else { return nil }
    guard let result = value as? Value else {
      throw ConfigError(message: "'\(path(name))' has to be \(kind)")
    }
    return result
  }

  /// Whether a name is there with the value `null`.
  package func isNull(_ name: String) -> Bool {
    known.insert(name)
    return values[name] is NSNull
  }

  package func object(_ name: String) throws(ConfigError) -> ConfigReader? {
    let values: [String: Any]? = try value(name, "an object")
    return values.map { ConfigReader($0, place: path(name)) }
  }

  package func text(_ name: String) throws(ConfigError) -> String? {
    try value(name, "a text")
  }

  package func texts(_ name: String) throws(ConfigError) -> [String]? {
    if values[name] is String { return try text(name).map { [$0] } }
    return try value(name, "a list of texts")
  }

  package func textsByName(_ name: String) throws(ConfigError) -> [String: String]? {
    try value(name, "an object with texts")
  }

  package func flag(_ name: String) throws(ConfigError) -> Bool? {
    try value(name, "true or false")
  }

  package func number(_ name: String, in range: ClosedRange<Double>) throws(ConfigError) -> Double?
  {
    guard let number: Double = try value(name, "a number") else { return nil }
    guard range.contains(number) else {
      throw ConfigError(
        message: "'\(path(name))' has to be from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A whole number.
  package func integer(_ name: String, in range: ClosedRange<Int>) throws(ConfigError) -> Int? {
    guard let number: Double = try value(name, "a number") else { return nil }
    guard let whole = Int(exactly: number), range.contains(whole) else {
      throw ConfigError(
        message: "'\(path(name))' has to be a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return whole
  }

  /// The name of a file or a folder.
  package func file(_ name: String) throws(ConfigError) -> String? {
    guard let file = try text(name) else { return nil }
    // To the system it would end at a zero byte, and be another one.
    guard !file.isEmpty, !file.utf8.contains(0) else {
      throw ConfigError(message: "'\(path(name))' is no name of a file")
    }
    return file
  }

  /// Whether a value is a text.
  package func isText(_ name: String) -> Bool { values[name] is String }

  /// A JSON document: an object as it stands here, or the text of one.
  package func document(_ name: String) throws(ConfigError) -> Data? {
    if isText(name) { return try text(name).map { Data($0.utf8) } }
    guard let object: [String: Any] = try value(name, "an object or a text") else { return nil }
    guard let data = try? JSONSerialization.data(withJSONObject: object) else {
      throw ConfigError(message: "'\(path(name))' cannot be read")
    }
    return data
  }

  package func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Value.Type = Value.self
  ) throws(ConfigError) -> Value? where Value.RawValue == String {
    guard let text = try text(name) else { return nil }
    return try Self.choice(text, path(name))
  }

  package func choices<Value: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Value.Type = Value.self
  ) throws(ConfigError) -> [Value]? where Value.RawValue == String {
    guard let texts = try texts(name) else { return nil }
    var values: [Value] = []
    for text in texts { values.append(try Self.choice(text, path(name))) }
    return values
  }

  private static func choice<Value: RawRepresentable & CaseIterable>(
    _ text: String, _ path: String
  ) throws(ConfigError) -> Value where Value.RawValue == String {
    guard let value = Value(rawValue: text) else {
      let all = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigError(message: "'\(path)' knows no '\(text)'; there are \(all)")
    }
    return value
  }

  /// Throws if there is a name that nothing has asked for.
  package func finish() throws(ConfigError) {
    guard let stranger = names.first(where: { !known.contains($0) }) else { return }
    if stranger == "key" || stranger == "api_key" {
      throw ConfigError(
        message:
          "'\(path(stranger))': keys do not belong into this file; name a variable with 'key_variable'"
      )
    }
    throw ConfigError(
      message: "'\(path(stranger))' is unknown"
        + Spelling.suggestion(for: stranger, in: Array(known)))
  }
}

/// What is wrong with such an object.
package struct ConfigError: Error {
  package let message: String

  package init(message: String) {
    self.message = message
  }
}

import Foundation
import TestSupport

/// `schemas/events.schema.json`, as far as it is needed to hold lines against it: its own form of JSON Schema, and no more.
struct EventSchema {
  /// What a type of line has.
  struct Line {
    var required: Set<String>
    var fields: Set<String>
  }

  private let definitions: [String: [String: Any]]
  /// The types of lines, by name.
  let lines: [String: Line]
  /// The names in the list of what a line may be.
  let listed: [String]

  init() throws {
    let path = "\(Programs.root)/schemas/events.schema.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    guard let schema = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let definitions = schema["$defs"] as? [String: [String: Any]],
      let choices = schema["oneOf"] as? [[String: String]]
    else { throw Trouble(description: "\(path) has another form") }
    self.definitions = definitions
    listed = choices.compactMap { $0["$ref"].map(Self.name) }
    var lines: [String: Line] = [:]
    for (name, definition) in definitions where !name.hasPrefix("field_") {
      guard let properties = definition["properties"] as? [String: [String: Any]],
        let required = definition["required"] as? [String],
        properties["type"]?["const"] as? String == name
      else { throw Trouble(description: "\(name) has another form") }
      lines[name] = Line(required: Set(required), fields: Set(properties.keys))
    }
    self.lines = lines
  }

  private static func name(_ reference: String) -> String {
    String(reference.dropFirst("#/$defs/".count))
  }

  /// All fields that some line has.
  var fields: Set<String> { lines.values.reduce(into: []) { $0.formUnion($1.fields) } }

  /// The fields that are defined, whether a line has them or not.
  var definedFields: Set<String> {
    Set(definitions.keys.filter { $0.hasPrefix("field_") }.map { String($0.dropFirst(6)) })
  }

  /// What is wrong with a line; nothing if it is as the schema says, and has nothing beyond it.
  func problems(_ text: String) throws -> [String] {
    guard let line = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
      let type = line["type"] as? String, let kind = lines[type]
    else { return ["no known type"] }
    let names = Set(line.keys)
    var problems = kind.required.subtracting(names).sorted().map { "\(type) lacks \($0)" }
    problems += names.subtracting(kind.fields).sorted().map { "\(type) has \($0)" }
    for (name, value) in line where name != "type" {
      guard let field = definitions["field_\(name)"] else { continue }
      if !Self.fits(value, field) { problems.append("\(type): \(name) is \(value)") }
    }
    return problems
  }

  private static func fits(_ value: Any, _ field: [String: Any]) -> Bool {
    if let constant = field["const"] as? Int { return value as? Int == constant }
    switch field["type"] as? String {
    case "string": return value is String
    case "boolean": return value is Bool
    case "array": return value is [Any]
    case "integer": return (value as? Double).map { $0 == $0.rounded() } ?? false
    case "number": return value is Double || value is Int
    default: return false
    }
  }
}

/// Takes fields out of a form and refuses what no service takes.
struct FormFields: Sendable {
  let form: MultipartForm

  /// The text of a field that may be there once; nil when it is not there.
  func single(_ name: String) throws(Refusal) -> String? {
    let parts = form.parts(named: name)
    guard parts.count <= 1 else {
      throw Refusal(.repeatedField(name), "the field \(name) is there \(parts.count) times")
    }
    return try parts.first.map { part throws(Refusal) in try Self.text(of: part) }
  }

  /// The texts of a field that may be there more than once.
  func all(_ name: String) throws(Refusal) -> [String] {
    try form.parts(named: name).map { part throws(Refusal) in try Self.text(of: part) }
  }

  /// The only file.
  func file() throws(Refusal) -> MultipartForm.Part {
    let parts = form.parts(named: "file")
    guard let part = parts.first else {
      throw Refusal(.missingField("file"), "the field file is required")
    }
    guard parts.count == 1 else {
      throw Refusal(.repeatedField("file"), "the field file is there \(parts.count) times")
    }
    guard part.fileName?.isEmpty == false else {
      throw Refusal(.illegalValue("file"), "the field file has no file name")
    }
    return part
  }

  /// Refuses every field that is not among these.
  func allowOnly(_ names: Set<String>) throws(Refusal) {
    for part in form.parts where !names.contains(part.name) {
      throw Refusal(.wrongField(part.name), "unknown parameter: \(part.name)")
    }
  }

  /// A number from 0 to 1.
  func checkTemperature() throws(Refusal) {
    guard let text = try single("temperature") else { return }
    guard let value = Double(text), (0...1).contains(value) else {
      throw Refusal(
        .illegalValue("temperature"), "temperature must be a number from 0 to 1, not \(text)")
    }
  }

  /// `stream`, which is false when it is not there.
  func stream() throws(Refusal) -> Bool {
    let stream = try single("stream") ?? "false"
    guard stream == "true" || stream == "false" else {
      throw Refusal(.illegalValue("stream"), "stream must be true or false, not \(stream)")
    }
    return stream == "true"
  }

  private static func text(of part: MultipartForm.Part) throws(Refusal) -> String {
    guard part.fileName == nil, let text = part.text else {
      throw Refusal(.wrongField(part.name), "the field \(part.name) must be plain UTF-8 text")
    }
    return text
  }
}

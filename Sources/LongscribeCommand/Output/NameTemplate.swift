import Longscribe
import LongscribeInterchange

/// How transcripts' files are named: a text with places for what is known before the first call. Pure.
struct NameTemplate: Sendable, Hashable {
  /// What can stand in braces.
  enum Field: String, CaseIterable, Sendable {
    /// The recording's name without extension.
    case stem
    /// Its extension.
    case ext
    /// The language asked for.
    case lang
    case provider
    case model
    /// The recording's folder as it was written, without what leads upwards.
    case dir
  }

  /// What is the same for all recordings.
  struct Facts: Sendable, Hashable {
    var language = ""
    var provider = ""
    var model = ""
  }

  private enum Piece: Sendable, Hashable {
    case text(String)
    case field(Field)
  }

  private let pieces: [Piece]

  /// The recording's name without extension.
  static let standard = NameTemplate(pieces: [.field(.stem)])
  /// Templates that keep apart what the standard one does not, the simplest first.
  static let suggestions = ["{stem}.{ext}", "{dir}/{stem}", "{dir}/{stem}.{ext}"]

  private init(pieces: [Piece]) {
    self.pieces = pieces
  }

  /// - Throws: `UsageError` if it names a place that is not there, or leads out of the output folder.
  init(_ text: String) throws(UsageError) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      guard rest[brace] == "{", let end = rest[brace...].firstIndex(of: "}") else {
        throw UsageError(
          "The value '\(text)' is invalid for '--name-template': a brace stands alone")
      }
      if brace > rest.startIndex { pieces.append(.text(String(rest[..<brace]))) }
      let name = String(rest[rest.index(after: brace)..<end])
      guard let field = Field(rawValue: name) else {
        let known = Field.allCases.map(\.rawValue)
        throw UsageError(
          "The value '\(text)' is invalid for '--name-template': there is no {\(name)}, only "
            + known.map { "{\($0)}" }.joined(separator: " ")
            + Spelling.suggestion(for: name, in: known))
      }
      pieces.append(.field(field))
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    guard !text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
      throw UsageError(
        "The value '\(text)' is invalid for '--name-template': it leads out of the output folder")
    }
    self.pieces = pieces
  }

  /// The name of a recording's files, without their extension.
  func name(for input: String, _ facts: Facts) -> String {
    var name = ""
    var dropsNext = false
    for piece in pieces {
      switch piece {
      case .text(let text):
        name += dropsNext && Self.isJoint(text.first) ? String(text.dropFirst()) : text
        dropsNext = false
      case .field(let field):
        let value = Self.value(field, input, facts)
        if value.isEmpty {
          // What would join it to the rest goes with it: talk.srt, not talk..srt.
          if Self.isJoint(name.last) { name.removeLast() } else { dropsNext = name.isEmpty }
        }
        name += value
      }
    }
    let parts = name.split(separator: "/").filter { $0 != "." && $0 != ".." }
    return parts.isEmpty ? "transcript" : parts.joined(separator: "/")
  }

  private static func isJoint(_ character: Character?) -> Bool {
    character.map { "._- /".contains($0) } ?? false
  }

  private static func value(_ field: Field, _ input: String, _ facts: Facts) -> String {
    switch field {
    case .stem: OutputFiles.stem(of: input)
    case .ext: part(fileExtension(of: input))
    case .lang: part(facts.language)
    case .provider: part(facts.provider)
    case .model: part(facts.model)
    case .dir: folder(of: input)
    }
  }

  /// A value as part of a file's name: models are called 'maker/model'.
  private static func part(_ value: String) -> String {
    String(value.map { $0 == "/" || $0.isNewline || $0 == "\u{0}" ? "-" : $0 })
  }

  private static func fileExtension(of input: String) -> String {
    let name = input.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
    return String(name[name.index(after: dot)...])
  }

  private static func folder(of input: String) -> String {
    input.split(separator: "/").dropLast().filter { $0 != "." && $0 != ".." }
      .joined(separator: "/")
  }
}

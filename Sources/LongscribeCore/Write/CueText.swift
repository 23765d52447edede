/// Text as cues hold it.
enum CueText {
  /// Text on one line: runs of white space become one space, control characters and byte order marks go.
  static func clean(_ text: String) -> String {
    var line = ""
    var space = false
    for character in text {
      if character.isWhitespace || character.isNewline {
        space = !line.isEmpty
      } else if let scalar = character.unicodeScalars.first,
        scalar.properties.generalCategory != .control, scalar != "\u{FEFF}"
      {
        if space { line.append(" ") }
        space = false
        line.append(character)
      }
    }
    return line
  }
}

/// Help as swift-argument-parser lays it out, so that it looks like other tools of this language.
enum HelpText {
  private static let column = 26
  private static let width = 80

  /// Help for one command.
  static func text(_ syntax: CommandSyntax) -> String {
    var text = "OVERVIEW: \(syntax.abstract)\n\nUSAGE: \(syntax.usage)\n"
    if let argument = syntax.argument {
      text += "\nARGUMENTS:\n" + row("<\(argument.name)>", argument.help)
    }
    for (title, options) in syntax.sections {
      text += "\n\(title):\n" + options.map { row($0.label, $0.help) }.joined()
    }
    if let discussion = syntax.discussion { text += "\n\(discussion)\n" }
    return text
  }

  /// Help for the program.
  static func overview(_ commands: [CommandSyntax]) -> String {
    var text = """
      OVERVIEW: Turns recordings of any length and format into transcripts, through \
      speech-to-text services that take only short, small files.

      USAGE: longscribe <subcommand>

      OPTIONS:

      """
    text += row("--version", "Show the version, and those of the libraries.")
    text += row("-h, --help", "Show help information.")
    text += "\nSUBCOMMANDS:\n" + commands.map { row($0.name, $0.abstract) }.joined()
    text += """

      EXAMPLES:
        longscribe transcribe lecture.m4a
        longscribe transcribe talk.mkv --provider glm -f all -o out/
        longscribe plan lecture.m4a --provider glm
        longscribe doctor --provider glm

        See 'longscribe help <subcommand>' for detailed help.

      """
    return text
  }

  private static func row(_ label: String, _ help: String) -> String {
    let indented = "  " + label
    let lines = wrapped(help, to: width - column)
    let pad = String(repeating: " ", count: column)
    var text: String
    if indented.count < column {
      text = indented + String(repeating: " ", count: column - indented.count)
    } else {
      text = indented + "\n" + pad
    }
    text += lines.joined(separator: "\n" + pad)
    return text + "\n"
  }

  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " \(word)"
    }
    return lines + [line]
  }
}

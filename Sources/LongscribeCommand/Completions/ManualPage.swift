/// The manual page, as man(7) of groff reads it. Pure: the table of commands in, roff out.
enum ManualPage {
  static func text(_ commands: [CommandSyntax], version: String) -> String {
    var text = """
      .TH LONGSCRIBE 1 "" "longscribe \(version)" "User Commands"
      .SH NAME
      longscribe \\- turn recordings of any length and format into transcripts
      .SH SYNOPSIS
      .B longscribe
      .I command
      .RI [ options ]
      .br
      .B longscribe help
      .RI [ command ]
      .SH DESCRIPTION
      Turns recordings of any length and format into transcripts, through speech\\-to\\-text services that take only short, small
      files. It hears a recording once, cuts it at pauses, sends several pieces at a time, and stitches the answers into one
      text whose times are those of the recording.
      .SH COMMANDS

      """
    for command in commands { text += section(command) }
    return text + end
  }

  private static func section(_ command: CommandSyntax) -> String {
    var text = ".SS \(escaped(command.usage))\n\(escaped(command.abstract))\n"
    if let argument = command.argument {
      text += ".TP\n.I \(escaped(argument.name))\n\(line(argument.help))\n"
    }
    for (title, options) in command.sections {
      text += ".PP\n.B \(escaped(title))\n"
      for option in options { text += row(option) }
    }
    if let discussion = command.discussion { text += literal(discussion) }
    return text
  }

  private static func row(_ option: CommandSyntax.Option) -> String {
    let names = [option.short, option.name].compactMap { $0 }
      .map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
    let value = option.value.map { " \\fI\(escaped($0))\\fR" } ?? ""
    return ".TP\n\(names)\(value)\n\(line(option.help))\n"
  }

  /// Text that keeps its lines, because they are laid out by hand.
  private static func literal(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      line(String($0))
    }
    return ".PP\n.nf\n\(lines.joined(separator: "\n"))\n.fi\n"
  }

  /// A line of text: one that begins with a dot or a quote would be a request.
  private static func line(_ text: String) -> String {
    let text = escaped(text)
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  /// Backslashes begin escapes; a bare minus or quote would come out as another character (groff_char(7)).
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
      .replacing("~", with: "\\(ti").replacing("^", with: "\\(ha").replacing("`", with: "\\(ga")
  }

  private static let end = """
    .SH FILES
    .TP
    .I $XDG_CONFIG_HOME/longscribe/config.json
    Services of one's own, other limits, defaults, and where keys are (\\(ti/.config where the variable is not set).
    .TP
    .I $XDG_STATE_HOME/longscribe/
    The journal: what was answered, so that nothing is paid for twice (\\(ti/.local/state where the variable is not set).
    .SH ENVIRONMENT
    .TP
    .BR LONGSCRIBE_PROVIDER ", " _MODEL ", " _LANGUAGE ", " _OUTPUT_FORMAT ", " _OUTPUT_DIR ", " _CONCURRENCY
    Values of the options of these names, where the command line has none.
    .TP
    .BI LONGSCRIBE_ PROVIDER _API_KEY
    .TQ
    .BI LONGSCRIBE_ PROVIDER _API_KEY_FILE
    A service\\(aqs key, or the file that holds it;
    .B longscribe providers
    lists the services\\(aq own variables.
    .TP
    .B COLUMNS
    The width of the terminal.
    .TP
    .B TMPDIR
    Where decoded recordings lie while they are worked on.

    """
}

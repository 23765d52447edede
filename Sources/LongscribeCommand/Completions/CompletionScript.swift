import LongscribeInterchange

/// What shells need to complete command lines. Pure: the table of commands in, a script out.
enum CompletionScript {
  static let shells = ["bash", "zsh", "fish"]

  static func text(_ shell: String, _ commands: [CommandSyntax]) throws(UsageError) -> String {
    switch shell {
    case "bash": return BashCompletion.text(commands)
    case "zsh": return ZshCompletion.text(commands)
    case "fish": return FishCompletion.text(commands)
    default:
      throw UsageError(
        "Unknown shell '\(shell)'; there are \(shells.joined(separator: ", "))"
          + Spelling.suggestion(for: shell, in: shells))
    }
  }

  /// A text between single quotes, as all shells of this family read it.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: #"'\''"#) + "'"
  }
}

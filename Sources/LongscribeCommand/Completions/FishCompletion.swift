/// Completion for fish (its manual, "complete"): a line for each command and option.
enum FishCompletion {
  static func text(_ commands: [CommandSyntax]) -> String {
    let names = commands.map(\.name)
    var text = """
      # fish completion for longscribe
      complete -c longscribe -f
      complete -c longscribe -n __fish_use_subcommand -l version -d 'Show the version.'
      complete -c longscribe -n __fish_use_subcommand -a help -d 'Show help information.'
      complete -c longscribe -n '__fish_seen_subcommand_from help' -a '\(names.joined(separator: " "))'

      """
    for command in commands {
      text +=
        "complete -c longscribe -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.abstract))\n"
      let condition = "complete -c longscribe -n '__fish_seen_subcommand_from \(command.name)'"
      for option in command.allOptions { text += condition + row(option) + "\n" }
      if let argument = command.argument {
        text += condition + values(CompletionKind.of(argument)) + "\n"
      }
    }
    return text
  }

  private static func row(_ option: CommandSyntax.Option) -> String {
    var text = " -l \(option.name.dropFirst(2))"
    if let short = option.short { text += " -s \(short.dropFirst())" }
    if let kind = CompletionKind.of(option) { text += " -r" + values(kind) }
    return text + " -d \(quoted(option.help))"
  }

  private static func values(_ kind: CompletionKind) -> String {
    switch kind {
    case .free: ""
    case .files: " -F"
    case .folders: " -a '(__fish_complete_directories)'"
    case .words(let words): " -a '\(words.joined(separator: " "))'"
    case .list(let words): " -a '(__fish_append , \(words.joined(separator: " ")))'"
    }
  }

  /// A text between single quotes: in fish, a backslash in them escapes a quote.
  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}

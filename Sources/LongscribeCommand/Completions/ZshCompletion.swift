/// Completion for zsh (its manual, "Completion System"): the arguments of each command, by `_arguments`.
enum ZshCompletion {
  static func text(_ commands: [CommandSyntax]) -> String {
    var text = """
      #compdef longscribe
      _longscribe() {
        local -a commands
        commands=(

      """
    for command in commands {
      text += "    \(CompletionScript.quoted("\(command.name):\(escaped(command.abstract))"))\n"
    }
    text += """
          'help:Show help information.'
        )
        if ((CURRENT == 2)); then
          _describe -t commands command commands
          _arguments '--help[Show help information.]' '--version[Show the version.]'
          return
        fi
        local command=$words[2]
        shift words
        ((CURRENT--))
        case $command in
          help) _describe -t commands command commands ;;

      """
    for command in commands { text += branch(command) }
    return text + """
        esac
      }
      if [ "$funcstack[1]" = _longscribe ]; then _longscribe "$@"; else compdef _longscribe longscribe; fi

      """
  }

  private static func branch(_ command: CommandSyntax) -> String {
    var lines = command.allOptions.flatMap(rows)
    if let argument = command.argument {
      let place = argument.isRepeating ? "*" : "1"
      lines.append("\(place):\(argument.name):\(action(CompletionKind.of(argument)))")
    }
    let arguments = lines.map(CompletionScript.quoted).joined(separator: " \\\n        ")
    return "    \(command.name))\n      _arguments -s \\\n        \(arguments) ;;\n"
  }

  private static func rows(_ option: CommandSyntax.Option) -> [String] {
    let help = "[\(escaped(option.help))]"
    let value = CompletionKind.of(option).map { ":\(option.value ?? ""):\(action($0))" } ?? ""
    let long = option.value == nil ? option.name : "\(option.name)="
    return ["\(long)\(help)\(value)"] + (option.short.map { ["\($0)\(help)\(value)"] } ?? [])
  }

  private static func action(_ kind: CompletionKind) -> String {
    switch kind {
    case .free: " "
    case .files: "_files"
    case .folders: "_files -/"
    case .words(let words): "(\(words.joined(separator: " ")))"
    case .list(let words): "_values -s , format \(words.joined(separator: " "))"
    }
  }

  /// Colons and brackets end a part of `_arguments`' lines.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing(":", with: "\\:").replacing("[", with: "\\[")
      .replacing("]", with: "\\]")
  }
}

/// Completion for bash (its manual, "Programmable Completion"): one function that knows the commands' options and what their values are.
///
/// It needs nothing of the package bash-completion.
enum BashCompletion {
  static func text(_ commands: [CommandSyntax]) -> String {
    let names = commands.map(\.name) + ["help"]
    var text = """
      # bash completion for longscribe
      _longscribe() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
        COMPREPLY=()
        # With '=' among the characters that divide words, '--option=value' comes as three.
        if [ "$word" = = ]; then word=; elif [ "$before" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
        for ((i = 1; i < COMP_CWORD; i++)); do
          case ${COMP_WORDS[i]} in
            -*) ;;
            *) command=${COMP_WORDS[i]}; break ;;
          esac
        done
        _longscribe_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word"); }
        _longscribe_files() {
          mapfile -t COMPREPLY < <(compgen "$1" -- "$word")
          compopt -o filenames
        }
        _longscribe_list() {
          local done=
          [[ $word == *,* ]] && done=${word%,*},
          mapfile -t COMPREPLY < <(compgen -P "$done" -W "$1" -- "${word##*,}")
          compopt -o nospace
        }
        case $command in
          '') _longscribe_words '\(names.joined(separator: " ")) --help --version' ;;
          help) _longscribe_words '\(names.joined(separator: " ")) --man' ;;

      """
    for command in commands { text += branch(command) }
    return text + """
        esac
      }
      complete -F _longscribe longscribe

      """
  }

  private static func branch(_ command: CommandSyntax) -> String {
    var text = "    \(command.name))\n      case $before in\n"
    for option in command.allOptions {
      guard let kind = CompletionKind.of(option) else { continue }
      let names = [option.short, option.name].compactMap { $0 }.joined(separator: " | ")
      text += "        \(names)) \(action(kind)); return ;;\n"
    }
    let words = command.allOptions.flatMap { [$0.name, $0.short].compactMap { $0 } }
    text += "      esac\n      case $word in\n        -*) _longscribe_words "
    text += "'\(words.joined(separator: " "))' ;;\n"
    if let argument = command.argument {
      text += "        *) \(action(CompletionKind.of(argument))) ;;\n"
    }
    return text + "      esac ;;\n"
  }

  private static func action(_ kind: CompletionKind) -> String {
    switch kind {
    case .free: ":"
    case .files: "_longscribe_files -f"
    case .folders: "_longscribe_files -d"
    case .words(let words): "_longscribe_words '\(words.joined(separator: " "))'"
    case .list(let words): "_longscribe_list '\(words.joined(separator: " "))'"
    }
  }
}

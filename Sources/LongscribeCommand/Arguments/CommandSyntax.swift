/// What a command accepts: the one table from which parsing, help and errors are made.
struct CommandSyntax: Sendable {
  /// An option or flag.
  struct Option: Sendable {
    /// Long name with dashes; the key by which values are found.
    var name: String
    /// Short name with its dash.
    var short: String?
    /// What stands for the value in help; `nil` for a flag.
    var value: String?
    /// One sentence.
    var help: String
    /// Long names that others have for it.
    var aliases: [String] = []
    /// Whether it is a flag that may be given as `True` or `False`, as whisper's are.
    var takesBoolean = false

    /// The title that it stands under in help; `nil` for those that stand under the common one.
    var section: String? = nil

    /// Whether it is what a long or short name stands for.
    func isNamed(_ given: String) -> Bool {
      name == given || short == given || aliases.contains(given)
    }

    /// How the option is written in help: `-o, --output-dir <dir>`.
    var label: String {
      let names = [short, name].compactMap { $0 }.joined(separator: ", ")
      return value.map { "\(names) <\($0)>" } ?? names
    }
  }

  /// A positional argument.
  struct Argument: Sendable {
    var name: String
    var help: String
    var isRepeating: Bool
    /// Whether the command does something without it.
    var isOptional = false
  }

  var name: String
  var abstract: String
  var argument: Argument?
  var options: [Option]
  var discussion: String?

  /// Options that every command has.
  static let common = [
    Option(name: "--help", short: "-h", help: "Show help information.")
  ]

  var allOptions: [Option] { options + Self.common }

  /// Options under a title of their own.
  static func section(_ title: String, _ options: [Option]) -> [Option] {
    options.map { option in
      var option = option
      option.section = title
      return option
    }
  }

  /// All options by their titles, in order; those without one come last.
  var sections: [(title: String, options: [Option])] {
    var titles: [String] = []
    for case let title? in options.map(\.section) where !titles.contains(title) {
      titles.append(title)
    }
    return titles.map { title in (title, options.filter { $0.section == title }) }
      + [("OPTIONS", allOptions.filter { $0.section == nil })]
  }

  /// The usage line.
  var usage: String {
    var line = "longscribe \(name)"
    if let argument {
      let label = "<\(argument.name)>\(argument.isRepeating ? " ..." : "")"
      line += argument.isOptional ? " [\(label)]" : " \(label)"
    }
    return options.isEmpty ? line : line + " [options]"
  }
}

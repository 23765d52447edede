import LongscribeInterchange

/// What the command line holds, by the syntax of its command.
struct ParsedArguments: Sendable {
  var positionals: [String] = []
  private var values: [String: String] = [:]
  private var flags: Set<String> = []

  func value(_ name: String) -> String? { values[name] }
  func flag(_ name: String) -> Bool { flags.contains(name) }

  /// A number with a range, or a usage error that names both.
  func number(_ name: String, in range: ClosedRange<Double>) throws(UsageError) -> Double? {
    guard let text = values[name] else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw UsageError(
        "The value '\(text)' is invalid for '\(name)': it takes a number from "
          + "\(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))")
    }
    return number
  }

  /// A whole number with a range, or a usage error that names both.
  func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        "The value '\(text)' is invalid for '\(name)': it takes a whole number from "
          + "\(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e9 ? String(Int(number)) : String(number)
  }

  /// Whether an option or flag is given.
  func isGiven(_ name: String) -> Bool { values[name] != nil || flags.contains(name) }

  /// Gives an option that the command line leaves out the value that it has otherwise.
  mutating func setDefault(_ name: String, _ value: String) {
    if values[name] == nil { values[name] = value }
  }

  /// Parses what follows the command's name.
  ///
  /// Options may come after positionals; `--` ends options; `--opt value` and `--opt=value` both work, and underscores count as
  /// dashes, as whisper's users write them. Short flags may be joined, and the last of them may have a value: `-qf srt`, `-fsrt`.
  init(_ arguments: [String], syntax: CommandSyntax) throws(UsageError) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if let parts = Self.unjoined(argument, in: syntax) {
        rest = (parts + rest)[...]
        continue
      }
      if argument == "--" {
        positionals += rest
        break
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        positionals.append(argument)
        continue
      }
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let given = String(parts[0])
      let option = try Self.option(given, in: syntax)
      if option.value != nil {
        if parts.count == 1, let next = rest.first, (try? Self.option(next, in: syntax)) != nil {
          // Whoever writes '-o --stream' forgot the folder; '-o=--stream' still names one.
          throw UsageError("Missing value for '\(option.label)'")
        }
        guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
          throw UsageError("Missing value for '\(option.label)'")
        }
        guard !value.isEmpty else { throw UsageError("The value for '\(option.label)' is empty") }
        values[option.name] = value
      } else if option.takesBoolean,
        let value = Self.boolean(parts.count == 2 ? String(parts[1]) : rest.first)
      {
        if parts.count == 1 { rest.removeFirst() }
        if value { flags.insert(option.name) } else { flags.remove(option.name) }
      } else {
        guard parts.count == 1 else { throw UsageError("The flag '\(option.name)' takes no value") }
        flags.insert(option.name)
      }
    }
    if flags.contains("--help") { return }
    guard let argument = syntax.argument else {
      guard positionals.isEmpty else { throw UsageError("Unexpected argument '\(positionals[0])'") }
      return
    }
    guard !positionals.isEmpty || argument.isOptional else {
      throw UsageError("Missing expected argument '<\(argument.name)>'")
    }
    // A script's unset variable.
    guard !positionals.contains("") else {
      throw UsageError("The name of an '<\(argument.name)>' is empty")
    }
    guard argument.isRepeating || positionals.count == 1 else {
      throw UsageError("Unexpected argument '\(positionals[1])'")
    }
  }

  /// Python's words for yes and no, in whatever case.
  private static func boolean(_ text: String?) -> Bool? {
    switch text?.lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// The options that are joined behind one dash, each by itself; `nil` if it is something else.
  private static func unjoined(_ argument: String, in syntax: CommandSyntax) -> [String]? {
    guard argument.hasPrefix("-"), !argument.hasPrefix("--"), argument.count > 2,
      !argument.dropFirst(2).hasPrefix("="),
      // Somebody who forgot a dash does not mean letters.
      !syntax.allOptions.contains(where: { isNear($0.name, "-" + argument) })
    else { return nil }
    var parts: [String] = []
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = syntax.allOptions.first(where: { $0.short == "-\(letter)" }) else {
        return nil
      }
      guard option.value != nil, !letters.isEmpty else {
        parts.append("-\(letter)")
        continue
      }
      parts.append("\(option.name)=\(letters.hasPrefix("=") ? letters.dropFirst() : letters)")
      break
    }
    return parts
  }

  /// Whether an option is named, up to its value.
  private static func isNear(_ name: String, _ given: String) -> Bool {
    given.prefix { $0 != "=" }.replacing("_", with: "-") == name
  }

  private static func option(
    _ given: String, in syntax: CommandSyntax
  ) throws(UsageError) -> CommandSyntax.Option {
    let name = given.hasPrefix("--") ? "--" + given.dropFirst(2).replacing("_", with: "-") : given
    if let option = syntax.allOptions.first(where: { $0.isNamed(name) }) {
      return option
    }
    throw UsageError(
      "Unknown option '\(given)'"
        + Spelling.suggestion(for: name, in: syntax.allOptions.map(\.name)))
  }
}

/// A command line that cannot be understood.
struct UsageError: Error {
  var message: String

  init(_ message: String) {
    self.message = message
  }
}

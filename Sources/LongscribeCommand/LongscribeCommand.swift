import CMalloc
import Foundation
import Longscribe
import LongscribeInterchange

/// The command line: picks the command, runs it, and turns every outcome into a message and a status.
@main
struct LongscribeCommand {
  static let version = Release.version

  static func main() async {
    // A reader that goes away is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    Console.holdDescriptors()
    // Answers come on many threads. With two heaps three hours need 2 MB less; nothing here allocates so much that more would be faster.
    _ = cmalloc_limit_heaps(2)
    let environment = ProcessInfo.processInfo.environment
    let arguments = Array(Self.arguments.dropFirst())
    let options = arguments.prefix { $0 != "--" }
    let console = Console(
      isQuiet: options.contains { ["-q", "--quiet"].contains($0) },
      isVerbose: options.contains { ["-v", "--verbose"].contains($0) },
      terminal: environment["TERM"], columns: environment["COLUMNS"])
    let command = Task(executorPreference: CommandThread.shared) {
      await run(arguments, console: console, environment: environment)
    }
    let signals = Signals { command.cancel() }
    let code = await command.value
    console.erase()
    withExtendedLifetime(signals) { exit((Signals.received ?? code).rawValue) }
  }

  /// The command line as it was given: Swift's own list repairs names that are no UTF-8.
  private static var arguments: [String] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      CommandLine.unsafeArgv[index].map { pointer in
        FileName.text(
          UnsafeBufferPointer(start: pointer, count: strlen(pointer)).map(UInt8.init(bitPattern:)))
      }
    }
  }

  private static func run(
    _ arguments: [String], console: Console, environment: [String: String]
  ) async -> ExitCode {
    do throws(CommandFailure) {
      return try await dispatch(arguments, console: console, environment: environment)
    } catch {
      console.error("Error: \(error.message)")
      return error.code
    }
  }

  private static func dispatch(
    _ arguments: [String], console: Console, environment: [String: String]
  ) async throws(CommandFailure) -> ExitCode {
    guard let name = arguments.first else {
      console.help(HelpText.overview(CommandSyntax.all))
      return .usage
    }
    switch name {
    case "--version":
      try console.output("longscribe \(version)\n" + LibraryVersions.lines.joined())
      return .success
    case "help" where arguments.dropFirst().first == "--man":
      try console.output(ManualPage.text(CommandSyntax.all, version: version))
      return .success
    case "-h", "--help", "help":
      return try help(arguments.dropFirst().first, console: console)
    default: break
    }
    guard let syntax = CommandSyntax.all.first(where: { $0.name == name }) else {
      return refuse(name, console: console)
    }
    var parsed: ParsedArguments
    do throws(UsageError) {
      parsed = try ParsedArguments(Array(arguments.dropFirst()), syntax: syntax)
    } catch {
      return refuse(error, syntax, console: console)
    }
    // Help needs no configuration, and a broken one does not keep it away.
    if parsed.flag("--help") { return try help(syntax.name, console: console) }
    // What is wrong with the configuration is among the things that it finds.
    if syntax.name == CommandSyntax.doctor.name {
      return try await DoctorCommand.run(parsed, console: console, environment: environment)
    }
    if syntax.name == CommandSyntax.completions.name {
      let script: String
      do throws(UsageError) {
        script = try CompletionScript.text(parsed.positionals[0], CommandSyntax.all)
      } catch {
        return refuse(error, syntax, console: console)
      }
      try console.output(script)
      return .success
    }
    let surroundings = try Surroundings(environment)
    do throws(UsageError) {
      try Defaults.apply(surroundings, to: &parsed, of: syntax)
      if parsed.flag("--verbose"), parsed.flag("--quiet") {
        throw UsageError("--verbose and --quiet exclude each other")
      }
      return try await perform(syntax, parsed, console: console, surroundings: surroundings)
    } catch {
      return refuse(error, syntax, console: console)
    }
  }

  private static func refuse(
    _ error: UsageError, _ syntax: CommandSyntax, console: Console
  ) -> ExitCode {
    console.error("Error: \(error.message)")
    console.error("Usage: \(syntax.usage)")
    console.error("  See 'longscribe \(syntax.name) --help' for more information.")
    return .usage
  }

  private static func perform(
    _ syntax: CommandSyntax, _ parsed: ParsedArguments, console: Console,
    surroundings: Surroundings
  ) async throws(UsageError) -> ExitCode {
    switch syntax.name {
    case CommandSyntax.transcribe.name:
      let command = try TranscribeCommand(parsed, console: console, surroundings: surroundings)
      return await status(console) { () throws(CommandFailure) in try await command.run() }
    case CommandSyntax.plan.name:
      return try await PlanCommand.run(parsed, console: console, surroundings: surroundings)
    case CommandSyntax.probe.name:
      return await status(console) { () throws(CommandFailure) in
        try await ProbeCommand.run(parsed, console: console, surroundings: surroundings)
      }
    case CommandSyntax.check.name:
      return await status(console) { () throws(CommandFailure) in
        try await CheckCommand.run(parsed, console: console, surroundings: surroundings)
      }
    case CommandSyntax.convert.name:
      let command = try ConvertCommand(parsed, console: console, surroundings: surroundings)
      return await status(console) { () throws(CommandFailure) in try await command.run() }
    case CommandSyntax.split.name:
      let command = try SplitCommand(parsed, console: console, surroundings: surroundings)
      return await status(console) { () throws(CommandFailure) in try await command.run() }
    case CommandSyntax.stitch.name:
      let command = try StitchCommand(parsed, console: console, surroundings: surroundings)
      return await status(console) { () throws(CommandFailure) in try await command.run() }
    case CommandSyntax.jobs.name:
      let command = try JobsCommand(parsed, console: console, surroundings: surroundings)
      return await status(console) { () throws(CommandFailure) in try await command.run() }
    case CommandSyntax.report.name:
      let command = try ReportCommand(parsed, console: console)
      return await status(console) { () throws(CommandFailure) in try await command.run() }
    default:
      return await status(console) { () throws(CommandFailure) in
        try ProvidersCommand.run(parsed, console: console, in: surroundings)
        return .success
      }
    }
  }

  private static func status(
    _ console: Console, _ body: () async throws(CommandFailure) -> ExitCode
  ) async -> ExitCode {
    do throws(CommandFailure) {
      return try await body()
    } catch {
      if error.code != .interrupted { console.error("Error: \(error.message)") }
      return error.code
    }
  }

  /// Says that a command does not exist.
  private static func refuse(_ name: String, console: Console) -> ExitCode {
    let isOption = name.hasPrefix("-")
    let known = isOption ? ["--version", "--help"] : CommandSyntax.all.map(\.name)
    console.error(
      "Error: Unknown \(isOption ? "option" : "subcommand") '\(name)'"
        + Spelling.suggestion(for: name, in: known))
    console.error("Usage: longscribe <subcommand>")
    console.error("  See 'longscribe --help' for more information.")
    return .usage
  }

  private static func help(_ name: String?, console: Console) throws(CommandFailure) -> ExitCode {
    guard let name else {
      try console.output(HelpText.overview(CommandSyntax.all))
      return .success
    }
    guard let syntax = CommandSyntax.all.first(where: { $0.name == name }) else {
      return refuse(name, console: console)
    }
    try console.output(HelpText.text(syntax))
    return .success
  }
}

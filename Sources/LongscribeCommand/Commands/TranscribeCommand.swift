import Longscribe

/// `longscribe transcribe`: inputs in, transcripts out, one exit status.
struct TranscribeCommand {
  private let arguments: ParsedArguments
  private let choice: ProviderChoice
  private let files: OutputFiles?
  private let events: Bool
  private let options: Transcriber.Options
  private let console: Console
  private let environment: [String: String]

  init(
    _ arguments: ParsedArguments, console: Console, environment: [String: String]
  ) throws(UsageError) {
    self.arguments = arguments
    self.console = console
    self.environment = environment
    choice = try ProviderChoice(arguments)
    files = try OutputFiles(arguments)
    options = try PlanOptions.options(arguments)
    events = arguments.value("--events") != nil
    if let kind = arguments.value("--events"), kind != "jsonl" {
      throw UsageError("The value '\(kind)' is invalid for '--events <jsonl>'")
    }
    if let files, let (first, second) = files.collision(arguments.positionals) {
      throw UsageError(
        "'\(first)' and '\(second)' would write the same files; transcribe them into different folders")
    }
  }

  func run() async throws(CommandFailure) -> ExitCode {
    if arguments.flag("--dry-run") {
      var outcomes: [ExitCode] = []
      for input in arguments.positionals {
        outcomes.append(
          await PlanCommand.show(input, choice, options, asJSON: false, console: console))
      }
      return ExitCode.of(outcomes)
    }
    // Missing inputs come before everything that needs a key or a folder.
    let missing = arguments.positionals.filter { !InputCheck.exists($0) }
    if missing.count == arguments.positionals.count {
      for input in missing { console.error("Error: \(InputCheck.sentence(input))") }
      return .noInput
    }
    if let files { try files.prepare() }
    let recognizer = try choice.recognizer(environment: environment)
    for note in choice.notes { console.note("Note: \(note)") }
    if choice.provider == .offline, arguments.value("--provider") == nil,
      let variable = ProviderChoice.unusedKey(in: environment)
    {
      console.note("Note: using the offline recogniser; \(variable) is set, --provider glm would use it")
    }
    return try await transcribeAll(with: recognizer)
  }

  private func transcribeAll(with recognizer: some Recognizer) async throws(CommandFailure) -> ExitCode {
    var outcomes: [ExitCode] = []
    for input in arguments.positionals {
      let outcome = try await transcribe(input, with: recognizer)
      outcomes.append(outcome)
      if outcome == .interrupted { break }
    }
    let code = ExitCode.of(outcomes)
    if events {
      var summary = EventLine(.summary)
      summary.files = outcomes.count
      summary.failed = outcomes.count { $0 != .success && $0 != .partial }
      summary.exitCode = Int(code.rawValue)
      try console.output(summary.line)
    }
    return code
  }

  private func transcribe(
    _ input: String, with recognizer: some Recognizer
  ) async throws(CommandFailure) -> ExitCode {
    var reader = EventReader(
      input: input, files: files, writesEvents: events, console: console)
    var iterator = Transcriber(options: options).transcribe(input, with: recognizer)
      .makeAsyncIterator()
    while true {
      let event: TranscriptionEvent?
      do throws(TranscriptionError) {
        event = try await iterator.next(isolation: nil)
      } catch {
        return try reader.fail(error)
      }
      guard let event else { return .unexpected }
      if let code = try reader.take(event) { return code }
    }
  }
}

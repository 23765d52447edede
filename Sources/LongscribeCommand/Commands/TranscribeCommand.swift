import Longscribe
import LongscribeInterchange

/// `longscribe transcribe`: inputs in, transcripts out, one exit status.
struct TranscribeCommand {
  private let arguments: ParsedArguments
  private let choice: ProviderChoice
  private let files: OutputFiles?
  private let events: Bool
  private let options: Transcriber.Options
  private let console: Console
  private let surroundings: Surroundings

  init(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) throws(UsageError) {
    self.arguments = arguments
    self.console = console
    self.surroundings = surroundings
    choice = try ProviderChoice(arguments, in: surroundings)
    files = try OutputFiles(arguments)
    options = try PlanOptions.options(arguments, surroundings: surroundings)
    try choice.check(options)
    events = arguments.value("--events") != nil
    if let kind = arguments.value("--events"), kind != "jsonl" {
      throw UsageError("The value '\(kind)' is invalid for '--events <jsonl>'")
    }
    if events, arguments.flag("--dry-run") {
      throw UsageError("--dry-run and --events both write to standard output; ask for one of them")
    }
    if let path = files?.overwritten(arguments.positionals) {
      throw UsageError(
        "'\(path)' is one of the recordings; choose another folder with --output-dir")
    }
    if let files, let (first, second) = files.collision(arguments.positionals) {
      throw UsageError(
        "'\(first)' and '\(second)' would write the same files; transcribe them into different folders"
      )
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
    if events || files == nil { try console.checkOutput() }
    var outcomes: [ExitCode] = []
    // Missing inputs come before everything that needs a key or a folder.
    if !arguments.positionals.contains(where: InputCheck.exists) {
      for input in arguments.positionals {
        outcomes.append(try reader(of: input).fail(InputCheck.missing(input)))
      }
      return try sum(outcomes)
    }
    let recognizer: any Recognizer
    do throws(CommandFailure) {
      recognizer = try start()
    } catch {
      guard events else { throw error }
      for input in arguments.positionals {
        try console.output(EventLine(error, file: input).line)
        outcomes.append(error.code)
      }
      console.error("Error: \(error.message)")
      return try sum(outcomes)
    }
    // One for all recordings: the bounds on calls hold for the account.
    var transcriber = Transcriber(options: options)
    for input in arguments.positionals {
      let outcome = try await transcribe(input, with: recognizer, &transcriber)
      outcomes.append(outcome)
      if outcome == .interrupted { break }
      // What is wrong with a key or an account is wrong for all inputs: no further call is made.
      if outcome == .configuration {
        let rest = arguments.positionals.dropFirst(outcomes.count)
        for input in rest { console.error("Error: \(input): not tried, for the same reason") }
        outcomes += rest.map { _ in outcome }
        break
      }
    }
    return try sum(outcomes)
  }

  /// Makes all that is needed before the first input can be opened.
  private func start() throws(CommandFailure) -> any Recognizer {
    if let files { try files.prepare(for: arguments.positionals) }
    let recognizer = try choice.recognizer()
    for note in choice.notes { console.note("Note: \(note)") }
    if choice.isOffline, arguments.value("--provider") == nil,
      let (variable, provider) = ProviderChoice.unused(in: surroundings)
    {
      console.note(
        "Note: using the offline recogniser; \(variable) is set, --provider \(provider) would use it"
      )
    }
    return recognizer
  }

  /// The status of the run, and the last event line.
  private func sum(_ outcomes: [ExitCode]) throws(CommandFailure) -> ExitCode {
    var code = ExitCode.of(outcomes)
    if code == .interrupted, let received = Signals.received { code = received }
    if events {
      try console.output(EventLine(summaryOf: outcomes, exitCode: code).line)
    }
    return code
  }

  private func reader(of input: String) -> EventReader {
    EventReader(input: input, files: files, writesEvents: events, console: console)
  }

  private func transcribe(
    _ input: String, with recognizer: some Recognizer, _ transcriber: inout Transcriber
  ) async throws(CommandFailure) -> ExitCode {
    var reader = reader(of: input)
    var iterator = transcriber.transcribe(input, with: recognizer)
      .makeAsyncIterator()
    while true {
      let event: TranscriptionEvent?
      do throws(TranscriptionError) {
        event = try await iterator.next(isolation: nil)
      } catch {
        return try reader.fail(error)
      }
      guard let event else { return .unexpected }
      // What one recording has taught need not be learnt again from the next.
      if case .replanned(let replanning) = event {
        transcriber.options.limits = replanning.limits
      }
      if let code = try reader.take(event) { return code }
    }
  }
}

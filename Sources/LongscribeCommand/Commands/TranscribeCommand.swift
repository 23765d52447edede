import Longscribe

/// `longscribe transcribe`: inputs in, transcripts out, one exit status.
struct TranscribeCommand {
  private let arguments: ParsedArguments
  private let choice: ProviderChoice
  private let files: OutputFiles?
  private let events: Bool
  private let options: Transcriber.Options
  /// What all recordings together may use up; `nil` without a bound.
  private let budget: Budget?
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
    let rate = choice.rate
    budget = try BudgetOptions.budget(arguments, rate: rate.known, metering: rate.metering)
    events = arguments.value("--events") != nil
    if let kind = arguments.value("--events"), kind != "jsonl" {
      throw UsageError("The value '\(kind)' is invalid for '--events <jsonl>'")
    }
    if arguments.flag("--fresh"), arguments.flag("--no-journal") {
      throw UsageError(
        "--fresh and --no-journal exclude each other: without a journal all is fresh")
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
      return try await DryRun(choice: choice, options: options, budget: budget, console: console)
        .run(arguments.positionals)
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
    let journal = try JournalChoice.open(
      for: arguments, isFree: choice.isOffline, surroundings, console: console)
    let stop = StopRequest()
    Signals.stop(through: stop) { [console] in
      console.note(
        "Stopping: calls under way may finish for \(Int(stop.grace)) s; a second signal ends at once."
      )
    }
    defer { Signals.stop(through: nil) }
    // One for all recordings: the bounds on calls hold for the account.
    var transcriber = Transcriber(
      options: options, journal: journal, stop: stop, budget: budget)
    var totals = RunTotals()
    for input in arguments.positionals {
      let outcome = try await transcribe(input, with: recognizer, &transcriber, &totals)
      outcomes.append(outcome)
      if outcome == .interrupted || stop.isMade { break }
      if outcome != .success, arguments.flag("--fail-fast") { break }
      // What is wrong with a key or an account is wrong for all inputs, and a budget is one for all of them: no further call is made.
      if outcome == .configuration || outcome == .budget {
        let rest = arguments.positionals.dropFirst(outcomes.count)
        for input in rest { console.error("Error: \(input): not tried, for the same reason") }
        outcomes += rest.map { _ in outcome }
        break
      }
    }
    tell(outcomes, totals)
    return try sum(outcomes)
  }

  /// What became of several inputs, and what they cost.
  private func tell(_ outcomes: [ExitCode], _ totals: RunTotals) {
    let all = arguments.positionals.count
    guard all > 1 || totals.reused > 0 || totals.callsOfUnknownFate > 0 else { return }
    var parts: [String] = []
    if all > 1 {
      parts.append("\(outcomes.count { $0 == .success }) of \(all) recordings transcribed")
      let partly = outcomes.count { $0 == .partial }
      if partly > 0 { parts.append("\(partly) in part") }
      let failed = outcomes.count - partly - outcomes.count { $0 == .success }
      if failed > 0 { parts.append("\(failed) failed") }
      if outcomes.count < all { parts.append("\(all - outcomes.count) not tried") }
    }
    console.note((parts + [totals.text]).joined(separator: ", "))
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
      var summary = EventLine(.summary)
      summary.files = outcomes.count
      summary.failed = outcomes.count { $0 != .success && $0 != .partial }
      summary.exitCode = Int(code.rawValue)
      try console.output(summary.line)
    }
    return code
  }

  private func reader(of input: String) -> EventReader {
    EventReader(input: input, files: files, writesEvents: events, console: console)
  }

  private func transcribe(
    _ input: String, with recognizer: some Recognizer, _ transcriber: inout Transcriber,
    _ totals: inout RunTotals
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
      // Nor from one that an earlier run has taught it.
      if case .resumed(let record) = event, record.epochs.count > 1 {
        transcriber.options.limits = record.epochs.last?.limits
      }
      if let code = try reader.take(event) {
        totals = totals + reader.totals
        return code
      }
    }
  }
}

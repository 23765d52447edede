import Longscribe
import LongscribeInterchange

/// `longscribe transcribe`: inputs in, transcripts out, one exit status.
struct TranscribeCommand {
  private let arguments: ParsedArguments
  private let choice: ProviderChoice
  private let inputs: [Input]
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
    inputs = try InputList.inputs(arguments)
    files = try OutputFiles(arguments, facts: choice.nameFacts)
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
    if events, files?.isStandardOutput ?? false {
      throw UsageError("'-o -' and --events both write to standard output; ask for one of them")
    }
    if let path = files?.overwritten(inputs) {
      throw UsageError(
        "'\(path)' is one of the recordings; choose another folder with --output-dir")
    }
    try files?.checkCollisions(inputs.map(\.name))
  }

  func run() async throws(CommandFailure) -> ExitCode {
    if arguments.flag("--dry-run") {
      return try await DryRun(
        choice: choice, options: options,
        journal: JournalChoice.existing(for: arguments, surroundings, console: console),
        budget: budget, console: console
      ).run(inputs.map(\.path))
    }
    if events || files?.isStandardOutput ?? true { try console.checkOutput() }
    var outcomes: [ExitCode] = []
    // Missing inputs come before everything that needs a key or a folder.
    if !inputs.contains(where: { InputCheck.exists($0.path) }) {
      for input in inputs {
        outcomes.append(try reader(of: input).fail(InputCheck.missing(input.path)))
      }
      return try sum(outcomes)
    }
    let recognizer: any Recognizer
    do throws(CommandFailure) {
      recognizer = try start()
    } catch {
      guard events else { throw error }
      for input in inputs {
        try console.output(EventLine(error, file: input.name).line)
        outcomes.append(error.code)
      }
      console.error("Error: \(error.message)")
      return try sum(outcomes)
    }
    let journal = try JournalChoice.open(
      for: arguments, isFree: choice.isOffline, surroundings, console: console)
    let notes = journal?.notes.count ?? 0
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
    let inputs = await remaining(recognizer, transcriber)
    for input in inputs {
      let outcome = try await transcribe(input, with: recognizer, &transcriber, &totals)
      outcomes.append(outcome)
      if outcome == .interrupted || stop.isMade { break }
      if outcome != .success, arguments.flag("--fail-fast") { break }
      // What is wrong with a key or an account is wrong for all inputs, and a budget is one for all of them: no further call is made.
      if outcome == .configuration || outcome == .budget {
        let rest = inputs.dropFirst(outcomes.count)
        for input in rest {
          let failure = CommandFailure(
            code: outcome, message: "\(input.name): not tried, for the same reason")
          outcomes.append(try reader(of: input).fail(failure))
        }
        break
      }
    }
    let skipped = self.inputs.count - inputs.count
    tell(outcomes, totals, of: inputs.count, skipped: skipped)
    for note in journal?.notes.dropFirst(notes) ?? [] { console.note("Warning: \(note)") }
    return try sum(outcomes, delivered: totals.delivered, skipped: skipped)
  }

  /// The inputs without those whose files --skip-existing takes for done.
  private func remaining(
    _ recognizer: some Recognizer, _ transcriber: Transcriber
  ) async -> [Input] {
    guard let files, arguments.flag("--skip-existing") else { return inputs }
    var rest: [Input] = []
    for input in inputs {
      guard files.areDone(for: input),
        await transcriber.standing(of: input.path, with: recognizer) != .other
      else {
        rest.append(input)
        continue
      }
      console.detail("\(input.name): skipped, because its files are there")
    }
    return rest
  }

  /// What became of several inputs, and what they cost.
  private func tell(_ outcomes: [ExitCode], _ totals: RunTotals, of all: Int, skipped: Int) {
    let rate = choice.rate.known
    let isWorthTelling = totals.reused > 0 || totals.callsOfUnknownFate > 0 || totals.abandoned > 0
    let hasCost = totals.calls > 0 && !(rate?.isFree ?? true)
    guard all > 1 || skipped > 0 || isWorthTelling || hasCost else { return }
    guard all > 0 else {
      console.note("\(skipped) skipped, because their files are there")
      return
    }
    var parts: [String] = []
    if all > 1 || skipped > 0 {
      parts.append("\(outcomes.count { $0 == .success }) of \(all) recordings transcribed")
      let partly = outcomes.count { $0 == .partial }
      if partly > 0 { parts.append("\(partly) in part") }
      let failed = outcomes.count - partly - outcomes.count { $0 == .success }
      if failed > 0 { parts.append("\(failed) failed") }
      if outcomes.count < all { parts.append("\(all - outcomes.count) not tried") }
      if skipped > 0 { parts.append("\(skipped) skipped") }
    }
    console.note((parts + [totals.text(at: rate)]).joined(separator: ", "))
  }

  /// Makes all that is needed before the first input can be opened.
  private func start() throws(CommandFailure) -> any Recognizer {
    if let files { try files.prepare(for: inputs.map(\.name)) }
    let recognizer = try choice.recognizer()
    if let warning = choice.keyWarning { console.note("Warning: \(warning)") }
    for line in choice.details { console.detail(line) }
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
  private func sum(
    _ outcomes: [ExitCode], delivered: Int = 0, skipped: Int = 0
  ) throws(CommandFailure) -> ExitCode {
    var code = ExitCode.of(outcomes)
    // As the process will end.
    if let received = Signals.received { code = received }
    if events {
      let told = arguments.flag("--skip-existing") ? skipped : nil
      try console.output(
        EventLine(
          summaryOf: inputs.count - skipped, delivered: delivered, exitCode: code, skipped: told
        ).line)
    }
    return code
  }

  /// Where a key came from that the service does not take; the service's own variables are in its message.
  private func tellKey(_ error: TranscriptionError) {
    guard case .recognition(let failure, _, _, _) = error, failure.code == .authentication,
      let place = choice.uncommonKeyPlace
    else { return }
    console.note("Note: the key came from \(place)")
  }

  /// What goes on with a recording where a run that is stopped ends; `nil` where nothing is kept of it.
  private func continuation(of input: Input, hasJournal: Bool) -> String? {
    guard hasJournal, InputCheck.isFile(input.path) else { return nil }
    return arguments.flag("--fresh") ? "the same command without --fresh" : "the same command"
  }

  private func reader(of input: Input, hasJournal: Bool = false) -> EventReader {
    EventReader(
      input: input.name, files: files, writesEvents: events, rate: choice.rate,
      continuation: continuation(of: input, hasJournal: hasJournal), console: console)
  }

  private func transcribe(
    _ input: Input, with recognizer: some Recognizer, _ transcriber: inout Transcriber,
    _ totals: inout RunTotals
  ) async throws(CommandFailure) -> ExitCode {
    var reader = reader(of: input, hasJournal: transcriber.journal != nil)
    let progress = reader.progress
    // Cancelled when this ends.
    async let _: Void = progress.ticking()
    defer { progress.end() }
    var iterator = transcriber.transcribe(input.path, with: recognizer)
      .makeAsyncIterator()
    while true {
      let event: TranscriptionEvent?
      do throws(TranscriptionError) {
        event = try await iterator.next(isolation: nil)
      } catch {
        totals = totals + RunTotals(progress.progress)
        tellKey(error)
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

import Longscribe
import LongscribeInterchange

/// `longscribe plan`: what transcribe would do, without doing it.
enum PlanCommand {
  static func run(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) async throws(UsageError) -> ExitCode {
    let choice = try ProviderChoice(arguments, in: surroundings)
    let options = try PlanOptions.options(arguments, surroundings: surroundings)
    try choice.check(options)
    let isJSON = arguments.flag("--json")
    let input = arguments.positionals[0]
    do throws(CommandFailure) {
      let record = try await plan(input, choice, options, console: console).record
      try console.output(
        isJSON
          ? PlanDocument(record).write(rate: choice.rate.known) : text(record, choice, input))
      return .success
    } catch {
      return report(error, console)
    }
  }

  /// Hears one input and plans it, for whoever will send it.
  static func plan(
    _ input: String, _ choice: ProviderChoice, _ options: Transcriber.Options, console: Console
  ) async throws(CommandFailure) -> PlannedMedia {
    let facts = try choice.facts
    let planning = Transcriber(options: options).planning(
      input, for: facts.limits, quality: facts.quality, recognizer: facts.identity)
    return try await MediaWork.result(of: planning, input: input, console: console)
  }

  /// Says why there is no plan, and gives the status for it.
  static func report(_ failure: CommandFailure, _ console: Console) -> ExitCode {
    if failure.code != .interrupted { console.error("Error: \(failure.message)") }
    return failure.code
  }

  /// The plan for people.
  ///
  /// - Parameter answered: Chunks whose answers are there already.
  static func text(
    _ record: JobRecord, _ choice: ProviderChoice, _ input: String, answered: Set<Int> = []
  ) throws(CommandFailure) -> String {
    let limits = try choice.facts.limits
    let format = record.epochs.last?.format ?? .wav
    let name = [
      record.recognizer.provider, record.recognizer.model,
      record.recognizer.host.map { "at \($0)" },
    ].compactMap { $0 }.joined(separator: " ")
    let calls = record.sentPlan.filter { !answered.contains($0.index) }
    let usage = record.plannedUsage(without: answered)
    let sent = calls.reduce(Int64(0)) {
      $0 + limits.sentSamples($1)
    }
    let bytes =
      calls.isEmpty
      ? 0
      : record.originalBytes
        ?? calls.reduce(Int64(0)) {
          $0 + format.maximumBytes(samples: limits.sentSamples($1))
        }
    var text = "\(FileName.printable(input))\n"
    text += "  duration    \(TimeText.clock(record.length ?? 0))\n"
    let longest = limits.uploadFormat.map(limits.longestAcceptedChunk) ?? limits.maximumSamples
    text +=
      "  recogniser  \(name), at most \(TimeText.short(min(limits.maximumSamples, longest + limits.marginSamples))) a call\n"
    text +=
      "  upload      \(CostText.calls(calls.count)), \(format.rawValue), "
    text += "\(TimeText.short(sent)) of audio, about \(bytes / 1000) kB\n"
    if !answered.isEmpty {
      text +=
        "  journal     has the answers to \(answered.count) of \(record.sentPlan.count) chunks\n"
    }
    if let silent = record.silenceNote { text += "  silence     \(silent)\n" }
    text += "  billed      \(TimeText.short(usage.billedSamples))\n"
    text += "  cost        \(CostText.text(usage, choice.rate.known))\n\n"
    text += "  chunk  from          to            sends from    sends to      starts at\n"
    for chunk in record.plan {
      let number = String(chunk.index + 1)
      text += "  " + String(repeating: " ", count: max(0, 5 - number.count)) + number
      text += "  \(TimeText.clock(chunk.owned.start))  \(TimeText.clock(chunk.owned.end))"
      text += "  \(TimeText.clock(chunk.audio.start))  \(TimeText.clock(chunk.audio.end))"
      text += "  \(chunk.seam?.rawValue ?? "start")"
      if record.outcomes[chunk.index] == .silent { text += ", silent" }
      text += answered.contains(chunk.index) ? ", answered\n" : "\n"
    }
    return text
  }
}

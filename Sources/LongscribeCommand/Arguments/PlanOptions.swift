import Longscribe

/// The options that decide how a recording is cut and sent.
enum PlanOptions {
  static func options(
    _ arguments: ParsedArguments, surroundings: Surroundings
  ) throws(UsageError) -> Transcriber.Options {
    var options = Transcriber.Options(
      selection: try SelectionOptions.selection(arguments),
      stopsAtDamage: arguments.flag("--strict"),
      chunkLength: try arguments.number("--chunk-length", in: 2...86_400).map(Timeline.samples),
      overlap: try arguments.number("--overlap", in: 0...60).map(Timeline.samples),
      concurrency: try arguments.integer("--concurrency", in: 1...1000),
      requestsPerMinute: try arguments.integer("--requests-per-minute", in: 1...100_000),
      keepsInventions: arguments.flag("--keep-inventions"),
      asksAgain: !arguments.flag("--no-repair"), retry: retry(arguments),
      sendsSilence: arguments.flag("--send-silence"),
      temporaryFolder: temporaryFolder(surroundings))
    options.isFresh = arguments.flag("--fresh")
    options.unknownCalls = try unknownCalls(arguments)
    return options
  }

  private static func unknownCalls(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> Transcriber.Options.UnknownCalls {
    switch arguments.value("--on-unknown") {
    case nil: return .onceMore
    case "retry": return .again
    case "stop": return .never
    case let other?:
      throw UsageError(
        "The value '\(other)' is invalid for '--on-unknown': it takes retry or stop")
    }
  }

  private static func retry(_ arguments: ParsedArguments) -> RetryPolicy {
    var policy = RetryPolicy.standard
    if arguments.flag("--no-retry-ambiguous") { policy.maximumAmbiguousFailures = 0 }
    return policy
  }

  /// Where temporary files lie: `TMPDIR`, where it is set.
  static func temporaryFolder(_ surroundings: Surroundings) -> String? {
    surroundings["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
  }
}

import Longscribe

/// The options that decide how a recording is cut and sent.
enum PlanOptions {
  static func options(
    _ arguments: ParsedArguments, surroundings: Surroundings
  ) throws(UsageError) -> Transcriber.Options {
    Transcriber.Options(
      selection: try SelectionOptions.selection(arguments),
      stopsAtDamage: arguments.flag("--strict"),
      chunkLength: try arguments.number("--chunk-length", in: 2...86_400).map(Timeline.samples),
      overlap: try arguments.number("--overlap", in: 0...60).map(Timeline.samples),
      concurrency: try arguments.integer("--concurrency", in: 1...1000),
      temporaryFolder: temporaryFolder(surroundings))
  }

  /// Where temporary files lie: `TMPDIR`, where it is set.
  static func temporaryFolder(_ surroundings: Surroundings) -> String? {
    surroundings["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
  }
}

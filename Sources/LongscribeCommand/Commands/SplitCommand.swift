import Longscribe
import LongscribeInterchange

/// `longscribe split`: one recording in, a folder of chunk files and their plan out.
struct SplitCommand {
  private let input: String
  private let folder: String
  private let choice: ProviderChoice?
  private let ownLimits: ServiceLimits?
  private let options: Transcriber.Options
  private let overwrites: Bool
  private let console: Console

  init(
    _ arguments: ParsedArguments, console: Console, surroundings: Surroundings
  ) throws(UsageError) {
    input = arguments.positionals[0]
    guard let folder = arguments.value("--output") else {
      throw UsageError("Missing option '-o, --output <dir>'")
    }
    self.folder = folder
    overwrites = arguments.flag("--force")
    self.console = console
    let options = try PlanOptions.options(arguments, surroundings: surroundings)
    self.options = options
    if arguments.value("--provider") != nil {
      let choice = try ProviderChoice(arguments, in: surroundings)
      if arguments.value("--format") != nil {
        throw UsageError("--provider decides the format; '--format' cannot be added")
      }
      try choice.check(options)
      self.choice = choice
      ownLimits = nil
    } else {
      guard arguments.value("--model") == nil else { throw UsageError("--model needs --provider") }
      choice = nil
      ownLimits = try Self.limits(arguments, options)
    }
  }

  private static func limits(
    _ arguments: ParsedArguments, _ options: Transcriber.Options
  ) throws(UsageError) -> ServiceLimits {
    guard let longest = options.chunkLength else {
      throw UsageError("Missing option '--provider <name>', or '--chunk-length <sec>'")
    }
    let name = arguments.value("--format") ?? AudioFormat.wav.rawValue
    guard let format = AudioFormat(fileExtension: name) else {
      let known = AudioFormat.allCases.map(\.rawValue)
      throw UsageError(
        "Unknown format '\(name)'; there are \(known.joined(separator: ", "))"
          + Spelling.suggestion(for: name, in: known))
    }
    let limits = ServiceLimits(
      maximumSamples: longest, marginSamples: 0, minimumSamples: 0, maximumBytes: .max,
      formats: [format], maximumInFlight: 1)
    do throws(PlanRulesError) {
      _ = try PlanRules(
        limits: limits, format: format, quality: .estimated, chunkLength: longest,
        overlap: options.overlap)
    } catch {
      throw UsageError(error.description)
    }
    return limits
  }

  func run() async throws(CommandFailure) -> ExitCode {
    let transcriber = Transcriber(options: options)
    let split: Split
    if let choice {
      let facts = try choice.facts
      split = transcriber.split(
        input, into: folder, for: facts.limits, quality: facts.quality,
        recognizer: facts.identity, overwrites: overwrites)
    } else if let ownLimits {
      // Nobody asked for a service's file: all chunks are of one form, however many there are.
      split = transcriber.split(
        input, into: folder, for: ownLimits, keepsOriginal: false, overwrites: overwrites)
    } else {
      return .usage
    }
    let files = try await MediaWork.result(of: split, input: input, console: console)
    let count = files.files.count == 1 ? "1 file" : "\(files.files.count) files"
    let kind = files.isOriginal ? " (the recording itself, untouched)" : ""
    console.note("\(folder): \(count)\(kind) and plan.json")
    return .success
  }
}

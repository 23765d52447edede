import Glibc
import ServiceSimulator
import SyntheticLecture

/// The command line was not understood.
struct UsageError: Error {
  let message: String
}

/// A lecture to be written to files.
struct GenerationOrder {
  let folder: String
  let seed: UInt64
  let seconds: Double
  let language: SyntheticLecture.Language
}

/// What the command line asks for.
enum CommandOptions {
  case help
  case generate(GenerationOrder)
  /// `keyHint` is what a user's shell shall put in for the key.
  case serve(ServiceSimulator.Configuration, keyHint: String)

  static let helpText = """
    OVERVIEW: A local stand-in for a speech service, for trying and testing.

    USAGE: simulator [--service <name>] [--recording <file> --words <file>] [<option> ...]
           simulator --generate <folder> [--seed <n>] [--seconds <s>] [--language <l>]

    OPTIONS:
      --service <name>    The service to stand in for. (values: glm, coze, siliconflow,
                          chatanywhere, relay, openai; default: glm)
      --port <n>          Port on 127.0.0.1. (default: any free port)
      --key <file>        File whose first line is the key to accept.
                          (default: the key "simulator-key")
      --recording <file>  Find uploaded audio in this recording and answer its words;
                          without it PocketSphinx listens (English).
      --words <file>      The recording's words: start TAB end TAB word, times in seconds.
      --language <l>      Language of the words. (values: en, zh; default: en)
      --latency <s>       Delay every answer. (default: 0)
      --in-flight <n>     Refuse more requests than this at a time.
                          (default: 5 for glm, no limit for the others)
      --per-minute <n>    Refuse more requests than this within a minute.
      --retry-after <t>   The Retry-After header of refusals for too many requests.
      --generate <folder> Write a made-up recording.wav and its words.tsv, then exit.
      --seed <n>          Another seed makes another recording, and another storm. (default: 1)
      --seconds <s>       Length of the recording. (default: 600)
      -h, --help          Show help information.

    LIMITS OTHER THAN THE SERVICE'S OWN:
      --max-seconds <s>   The longest audio.
      --max-bytes <n>     The largest file.
      --max-body <n>      The largest request body.
      --models <list>     The only models there are, with commas between them.

    TRAPS:
      --text-only         glm: answer without segments.
      --hallucinations    Answer silence as the service is known to: with invented words, or
                          (coze) with an error.
      --vllm-stream       openai, chatanywhere, relay: stream as the vLLM server does.
      --marks <kind>      siliconflow: leave SenseVoice's notes in the text.
                          (values: tags, emoji)
      --errors-with-200   coze: errors come with status 200.
      --open-errors       relay: do not hide OpenAI's refusals behind status 500.
      --documented-only   openai, chatanywhere, relay: refuse fields that relays do not list.
      --early-refusals    Refuse too large bodies while they are still being sent.
      --storm <share>     Let this share of all requests go wrong, 0 to 1.

    """

  static func parse(_ arguments: ArraySlice<String>) throws(UsageError) -> CommandOptions {
    var values: [String: String] = [:]
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "-h" || argument == "--help" { return .help }
      let halves = argument.split(separator: "=", maxSplits: 1).map(String.init)
      let name = halves.first ?? argument
      if switches.contains(name), halves.count == 1 {
        values[name] = ""
      } else if valueOptions.contains(name) {
        guard let value = halves.count == 2 ? halves[1] : rest.popFirst() else {
          throw UsageError(message: "Missing value for '\(name)'")
        }
        values[name] = value
      } else {
        throw UsageError(message: "Unknown option '\(argument)'")
      }
    }
    return if let folder = values["--generate"] {
      .generate(try generation(into: folder, values))
    } else {
      try serving(values)
    }
  }

  private static let switches: Set = [
    "--text-only", "--hallucinations", "--vllm-stream", "--errors-with-200", "--open-errors",
    "--documented-only", "--early-refusals",
  ]

  private static let valueOptions: Set = [
    "--service", "--port", "--key", "--recording", "--words", "--language", "--latency",
    "--in-flight", "--per-minute", "--retry-after", "--generate", "--seed", "--seconds",
    "--max-seconds", "--max-bytes", "--max-body", "--models", "--marks", "--storm",
  ]

  private static func generation(
    into folder: String,
    _ values: [String: String]
  ) throws(UsageError) -> GenerationOrder {
    let seconds: Double = try number("--seconds", values) ?? 600
    guard seconds > 0, seconds <= 100_000 else {
      throw UsageError(message: "The value for '--seconds' must be above 0 and at most 100000")
    }
    return GenerationOrder(
      folder: folder,
      seed: try number("--seed", values) ?? 1,
      seconds: seconds,
      language: try isChinese(values) ? .chinese : .english
    )
  }

  private static func serving(_ values: [String: String]) throws(UsageError) -> CommandOptions {
    let answers: ServiceSimulator.Answers
    switch (values["--recording"], values["--words"]) {
    case (nil, nil):
      answers = .pocketSphinx
    case (let recording?, let words?):
      answers = .knownText(
        recording: recording,
        words: words,
        language: try isChinese(values) ? .chinese : .english
      )
    default:
      throw UsageError(message: "'--recording' and '--words' belong together")
    }
    var configuration = ServiceSimulator.Configuration(answers: answers)
    configuration.service = try service(values)
    configuration.port = try number("--port", values) ?? configuration.port
    configuration.latency = try number("--latency", values) ?? configuration.latency
    guard (0...3600).contains(configuration.latency) else {
      throw UsageError(message: "The value for '--latency' must be 0 to 3600")
    }
    configuration.inFlightLimit = try number("--in-flight", values)
    configuration.requestsPerMinute = try number("--per-minute", values)
    configuration.retryAfter = values["--retry-after"]
    configuration.limits = ServiceSimulator.Limits(
      seconds: try number("--max-seconds", values),
      fileBytes: try number("--max-bytes", values),
      bodyBytes: try number("--max-body", values),
      models: values["--models"]?.split(separator: ",").map(String.init)
    )
    try setTraps(values, in: &configuration)
    guard let keyFile = values["--key"] else {
      return .serve(configuration, keyHint: configuration.key)
    }
    configuration.key = try firstLine(of: keyFile)
    return .serve(configuration, keyHint: "\"$(head -n 1 '\(keyFile)')\"")
  }

  private static func service(
    _ values: [String: String]
  ) throws(UsageError) -> ServiceSimulator.Service {
    let name = values["--service"] ?? ServiceSimulator.Service.glm.rawValue
    guard let service = ServiceSimulator.Service(rawValue: name) else {
      let names = ServiceSimulator.Service.allCases.map(\.rawValue).joined(separator: ", ")
      throw UsageError(message: "The value '\(name)' for '--service' must be one of \(names)")
    }
    return service
  }

  private static func setTraps(
    _ values: [String: String],
    in configuration: inout ServiceSimulator.Configuration
  ) throws(UsageError) {
    configuration.segments = values["--text-only"] == nil
    configuration.hallucinations = values["--hallucinations"] != nil
    configuration.streamDialect = values["--vllm-stream"] == nil ? .openai : .vllm
    configuration.errorsWithStatus200 = values["--errors-with-200"] != nil
    configuration.masksErrors = values["--open-errors"] == nil
    configuration.documentedFieldsOnly = values["--documented-only"] != nil
    configuration.refusesWhileUploading = values["--early-refusals"] != nil
    if let name = values["--marks"] {
      guard let marks = ServiceSimulator.SenseVoiceMarks(rawValue: name) else {
        throw UsageError(message: "The value for '--marks' must be tags or emoji")
      }
      configuration.senseVoiceMarks = marks
    }
    if let share: Double = try number("--storm", values) {
      guard (0...1).contains(share) else {
        throw UsageError(message: "The value for '--storm' must be 0 to 1")
      }
      configuration.faults = Fault.storm(
        share: share, seed: try number("--seed", values) ?? 1, service: configuration.service)
    }
  }

  private static func number<Value: LosslessStringConvertible>(
    _ name: String,
    _ values: [String: String]
  ) throws(UsageError) -> Value? {
    guard let text = values[name] else { return nil }
    guard let value = Value(text) else {
      throw UsageError(message: "The value '\(text)' is invalid for '\(name)'")
    }
    return value
  }

  private static func isChinese(_ values: [String: String]) throws(UsageError) -> Bool {
    switch values["--language"] ?? "en" {
    case "en", "english": false
    case "zh", "chinese": true
    default: throw UsageError(message: "The value for '--language' must be en or zh")
    }
  }

  private static func firstLine(of path: String) throws(UsageError) -> String {
    guard let file = fopen(path, "r") else {
      throw UsageError(message: "Cannot read the key file '\(path)'")
    }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = fread(&buffer, 1, buffer.count, file)
    let line = buffer[..<count].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard !line.isEmpty else {
      throw UsageError(message: "The key file '\(path)' is empty")
    }
    return String(decoding: line, as: UTF8.self)
  }
}

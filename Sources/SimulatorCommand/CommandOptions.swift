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
    OVERVIEW: A local stand-in for the GLM-ASR service, for trying and testing.

    USAGE: simulator [--port <n>] [--recording <file> --words <file>] [<option> ...]
           simulator --generate <folder> [--seed <n>] [--seconds <s>] [--language <l>]

    OPTIONS:
      --port <n>          Port on 127.0.0.1. (default: any free port)
      --key <file>        File whose first line is the key to accept.
                          (default: the key "simulator-key")
      --recording <file>  Find uploaded audio in this recording and answer its words;
                          without it PocketSphinx listens (English).
      --words <file>      The recording's words: start TAB end TAB word, times in seconds.
      --language <l>      Language of the words. (values: en, zh; default: en)
      --latency <s>       Delay every answer. (default: 0)
      --in-flight <n>     Refuse more requests than this at a time. (default: 5)
      --text-only         Answer without segments.
      --generate <folder> Write a made-up recording.wav and its words.tsv, then exit.
      --seed <n>          Another seed makes another recording. (default: 1)
      --seconds <s>       Length of the recording. (default: 600)
      -h, --help          Show help information.

    """

  static func parse(_ arguments: ArraySlice<String>) throws(UsageError) -> CommandOptions {
    var values: [String: String] = [:]
    var rest = arguments
    while let argument = rest.popFirst() {
      if argument == "-h" || argument == "--help" { return .help }
      let halves = argument.split(separator: "=", maxSplits: 1).map(String.init)
      let name = halves.first ?? argument
      if name == "--text-only", halves.count == 1 {
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

  private static let valueOptions: Set = [
    "--port", "--key", "--recording", "--words", "--language", "--latency", "--in-flight",
    "--generate", "--seed", "--seconds",
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
    configuration.port = try number("--port", values) ?? configuration.port
    configuration.latency = try number("--latency", values) ?? configuration.latency
    guard (0...3600).contains(configuration.latency) else {
      throw UsageError(message: "The value for '--latency' must be 0 to 3600")
    }
    configuration.inFlightLimit = try number("--in-flight", values) ?? configuration.inFlightLimit
    configuration.segments = values["--text-only"] == nil
    guard let keyFile = values["--key"] else {
      return .serve(configuration, keyHint: configuration.key)
    }
    configuration.key = try firstLine(of: keyFile)
    return .serve(configuration, keyHint: "\"$(head -n 1 '\(keyFile)')\"")
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

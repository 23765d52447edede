import Longscribe

extension CommandSyntax {
  private static let service: [Option] = [
    Option(
      name: "--provider", short: "-p", value: "name",
      help: "The service: \(ProviderChoice.list). (default: offline)"),
    Option(
      name: "--model", value: "name", help: "The service's model; see 'longscribe providers'."),
    Option(
      name: "--base-url", value: "url",
      help: "The service's address, up to '/audio/transcriptions'."),
    Option(
      name: "--language", short: "-l", value: "code",
      help: "The language spoken, such as 'en', for services that take one."),
    Option(
      name: "--prompt", value: "text",
      help: "Text that leads the recogniser, for models that take one."),
    Option(
      name: "--temperature", value: "number",
      help: "Sampling temperature from 0 to 1, for models that take one."),
    Option(
      name: "--stream",
      help: "Ask for answers piece by piece, where the service has them; they tell no times."),
    Option(
      name: "--user-id", value: "id",
      help: "An end user's identifier, 6 to 128 characters, for services that take one."),
    Option(name: "--key-file", value: "file", help: "Read the service's key from a file."),
    Option(
      name: "--key-command", value: "command",
      help: "Read the service's key from a command's output."),
    Option(name: "--key-stdin", help: "Read the service's key from standard input."),
  ]

  private static let planning: [Option] = [
    Option(
      name: "--chunk-length", value: "sec",
      help: "Longest chunk in seconds, below the service's limit."),
    Option(
      name: "--overlap", value: "sec", help: "Overlap in seconds where a cut goes through speech."),
    Option(name: "--concurrency", value: "n", help: "Calls at a time, below the service's limit."),
  ]

  /// `longscribe transcribe`
  static let transcribe = CommandSyntax(
    name: "transcribe", abstract: "Transcribe recordings.",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: true),
    options: service + planning + SelectionOptions.all + [
      Option(
        name: "--output-format", short: "-f", value: "formats",
        help: "Files to write: txt, srt, vtt, tsv, json, lrc, with commas, or all."),
      Option(
        name: "--output-dir", short: "-o", value: "dir",
        help: "Where to write them. (default: the current folder)"),
      Option(
        name: "--events", value: "jsonl",
        help: "Write events to standard output, one JSON object a line."),
      Option(name: "--dry-run", help: "Show the plan and send nothing."),
      Option(name: "--quiet", short: "-q", help: "Show errors only."),
    ],
    discussion: """
      With neither -f nor -o the text goes to standard output.

      KEYS:
        glm takes its key from ZHIPUAI_API_KEY (bigmodel.cn) or ZAI_API_KEY (z.ai), or
        from one of the --key options. There is no option that takes the key itself.

      EXIT STATUS:
        0 all delivered, 3 delivered in part, 4 key or configuration, 5 the service
        kept failing, 64 usage, 65 not a recording, 66 no such input, 73 cannot
        write, 130 interrupted, 143 terminated.
      """)

  /// `longscribe plan`
  static let plan = CommandSyntax(
    name: "plan", abstract: "Show what transcribe would do: chunks, bytes, seconds, calls.",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: false),
    options: service.filter { ["--provider", "--model", "--stream"].contains($0.name) }
      + planning.filter { $0.name != "--concurrency" } + SelectionOptions.all + [
        Option(name: "--json", help: "Write JSON.")
      ])

  private static let making: [Option] = [
    Option(name: "--force", help: "Replace what is there already."),
    Option(name: "--quiet", short: "-q", help: "Show errors only."),
  ]

  /// `longscribe convert`
  static let convert = CommandSyntax(
    name: "convert", abstract: "Make an audio file of a recording.",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: false),
    options: [
      Option(
        name: "--output", short: "-o", value: "file",
        help: "The file to make; its extension says what: wav, mp3, ogg, m4a, flac."),
      Option(
        name: "--provider", short: "-p", value: "name",
        help: "Make a file that this service takes: \(ProviderChoice.list)."),
      Option(name: "--model", value: "name", help: "The service's model."),
      Option(
        name: "--sample-rate", value: "hz",
        help: "Samples a second. (default: 16000, which is what recognisers hear)"),
      Option(name: "--channels", value: "n", help: "1 or 2. (default: 1)"),
      Option(
        name: "--bitrate", value: "bits", help: "Bits a second, such as 48k, for mp3, ogg and m4a."),
    ] + SelectionOptions.all + making,
    discussion: """
      A recording that a service takes as it is, is copied with --provider, byte for byte.
      """)

  /// `longscribe split`
  static let split = CommandSyntax(
    name: "split", abstract: "Cut a recording into files that a service takes.",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: false),
    options: [
      Option(
        name: "--output", short: "-o", value: "dir",
        help: "Where the files and plan.json go; it is made if it is not there."),
      Option(
        name: "--provider", short: "-p", value: "name",
        help: "Files for this service: \(ProviderChoice.list)."),
      Option(name: "--model", value: "name", help: "The service's model."),
      Option(
        name: "--format", value: "format",
        help: "Without --provider: wav, mp3, ogg, m4a, flac. (default: wav)"),
      planning[0], planning[1],
    ] + SelectionOptions.all + making)

  /// `longscribe probe`
  static let probe = CommandSyntax(
    name: "probe", abstract: "Show what is in recordings and what each service needs.",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: true),
    options: [
      Option(name: "--json", help: "Write JSON, with ffprobe's names."),
      Option(
        name: "--exact",
        help:
          "Count the length over all packets instead of believing the header; nothing is decoded."),
    ])

  /// `longscribe check`
  static let check = CommandSyntax(
    name: "check", abstract: "Hold our decoding against the ffmpeg program's (for developers).",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: true),
    options: [])

  /// `longscribe providers`
  static let providers = CommandSyntax(
    name: "providers", abstract: "List services, models and limits.", argument: nil, options: [])

  /// All commands, in the order of help.
  static let all = [transcribe, plan, probe, convert, split, check, providers]
}

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
      help: "Text that leads the recogniser, for models that take one.",
      aliases: ["--initial-prompt"]),
    Option(
      name: "--temperature", value: "number",
      help: "Sampling temperature from 0 to 1, for models that take one."),
    Option(
      name: "--stream",
      help: "Ask for answers piece by piece, where the service has them; they tell no times."),
    Option(
      name: "--response-format", value: "format",
      help: "The form of the service's answers. (default: the richest that the model has)"),
    Option(
      name: "--timestamp-granularities", value: "kinds",
      help: "Times to ask for: segment, word, or both with a comma. (default: both)"),
    Option(
      name: "--hotwords", value: "words",
      help: "Words that are likely to occur, with commas, for models that take them."),
    Option(
      name: "--request-id", value: "id",
      help: "How the names of calls begin, for services that take them."),
    Option(
      name: "--user-id", value: "id",
      help: "An end user's identifier, 6 to 128 characters, for services that take one."),
    Option(name: "--key-file", value: "file", help: "Read the service's key from a file."),
    Option(
      name: "--key-command", value: "command",
      help: "Read the service's key from a command's output."),
    Option(name: "--key-stdin", help: "Read the service's key from standard input."),
    Option(
      name: "--timeout", value: "sec",
      help: "Time for the service's own work on a call. (default: half of the audio, 2 to 10 min)"),
    Option(
      name: "--proxy", value: "url",
      help: "The proxy to go through. (default: as https_proxy and no_proxy say)"),
    Option(name: "--http2", help: "Use HTTP/2 where a server offers it, for those that need it."),
    Option(
      name: "--ca-file", value: "file",
      help: "Certificate authorities to trust, in PEM, instead of the system's."),
  ]

  private static let limits: [Option] = [
    Option(
      name: "--limit-seconds", value: "sec",
      help: "The longest audio that the service takes, if it is not what 'providers' lists."),
    Option(
      name: "--limit-bytes", value: "n",
      help: "The largest request that the service takes, if it is not what 'providers' lists."),
  ]

  private static let planning: [Option] = [
    Option(
      name: "--chunk-length", value: "sec",
      help: "Longest chunk in seconds, below the service's limit."),
    Option(
      name: "--overlap", value: "sec", help: "Overlap in seconds where a cut goes through speech."),
    Option(name: "--concurrency", value: "n", help: "Calls at a time, below the service's limit."),
    Option(name: "--send-silence", help: "Send chunks in which nobody speaks, too."),
  ]

  private static let calling: [Option] = [
    Option(
      name: "--requests-per-minute", value: "n",
      help: "Calls that may begin within a minute, for accounts with such a limit."),
    Option(
      name: "--no-retry-ambiguous",
      help: "Never repeat a call that may have been charged although no answer came."),
    Option(
      name: "--no-repair",
      help: "Do not send a stretch again in which somebody speaks but that got no text."),
    keepInventions,
  ]

  private static let keepInventions = Option(
    name: "--keep-inventions",
    help: "Keep what recognisers invent where nobody speaks, such as 'Thanks for watching'.")

  private static let keeping: [Option] = [
    Option(
      name: "--fresh",
      help: "Start over: nothing that an earlier run was answered is used. It is paid for again."),
    Option(
      name: "--no-journal",
      help: "Keep nothing but the output, for private recordings; nothing can be gone on with."),
    Option(
      name: "--on-unknown", value: "action",
      help:
        "What to do about calls of earlier runs that may have been charged without an answer: retry, or stop. (default: once more)"
    ),
    Option(name: "--fail-fast", help: "Stop at the first input that fails."),
  ]

  private static let output: [Option] =
    [
      Option(
        name: "--output-format", short: "-f", value: "formats",
        help: "Files to write: txt, srt, vtt, tsv, json, lrc, with commas, or all."),
      Option(
        name: "--output-dir", short: "-o", value: "dir",
        help: "Where to write them. (default: the current folder)"),
    ] + SubtitleOptions.all

  private static let naming: [Option] = [
    Option(
      name: "--name-template", value: "text",
      help:
        "Names of files, from {stem} {ext} {lang} {provider} {model} {dir}. (default: {stem})"),
    Option(
      name: "--skip-existing",
      help: "Skip recordings whose files are all there, newer than they are, and of the same job."),
  ]

  private static let verbose = Option(
    name: "--verbose", short: "-v", help: "Tell what is done, step by step.")

  private static let quiet = Option(name: "--quiet", short: "-q", help: "Show errors only.")

  /// `longscribe transcribe`
  static let transcribe = CommandSyntax(
    name: "transcribe", abstract: "Transcribe recordings.",
    argument: Argument(
      name: "input",
      help: "A recording: any audio or video file; a folder with --recursive; - with --stdin-name.",
      isRepeating: true, isOptional: true),
    options: section("RECORDINGS", InputList.options + SelectionOptions.all)
      + section("OUTPUT", output + naming)
      + section("SERVICE", service + limits)
      + section("CUTTING AND CALLING", planning + calling)
      + section("COST", [RateOption.option] + BudgetOptions.all)
      + section("JOURNAL", keeping)
      + [
        Option(
          name: "--events", value: "jsonl",
          help: "Write events to standard output, one JSON object a line."),
        Option(name: "--dry-run", help: "Show the plan and what it costs, and send nothing."),
        verbose, quiet,
      ],
    discussion: """
      With neither -f nor -o the text goes to standard output; '-f srt -o -' writes
      subtitles there.

      EXAMPLES:
        longscribe transcribe lecture.m4a > lecture.txt
        longscribe transcribe talk.mkv -p glm -f srt,json -o out
        longscribe transcribe -r lectures -p glm -f all -o out --skip-existing \\
          --name-template '{dir}/{stem}'
        longscribe transcribe -p openai --base-url http://127.0.0.1:8000/v1 talk.mp3
        find . -name '*.mp3' -print0 | longscribe transcribe --files-from - -f srt
        curl -s https://example.org/talk.mp3 | longscribe transcribe - \\
          --stdin-name talk.mp3

      DEFAULTS:
        LONGSCRIBE_PROVIDER, _MODEL, _LANGUAGE, _OUTPUT_FORMAT, _OUTPUT_DIR and
        _CONCURRENCY stand for the options of these names, and 'defaults' in
        config.json for the variables.

      KEYS:
        'longscribe providers' lists the variables that keys are taken from; the --key
        options name other places. No option takes the key itself.

      EXIT STATUS:
        0 all delivered, 3 delivered in part, 4 key or configuration, 5 the service
        kept failing, 8 a --max bound was reached, 64 usage, 65 not a recording,
        66 no such input, 73 cannot write, 130 interrupted, 143 terminated.
      """)

  /// `longscribe plan`
  static let plan = CommandSyntax(
    name: "plan", abstract: "Show what transcribe would do: chunks, bytes, seconds, calls, cost.",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: false),
    options: service.filter {
      ["--provider", "--model", "--base-url", "--stream", "--response-format"].contains($0.name)
    } + limits
      + planning.filter { $0.name != "--concurrency" } + [RateOption.option] + SelectionOptions.all
      + [
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
        help: "The file to make; its extension says what: wav, mp3, ogg, m4a, flac, pcm."),
      Option(
        name: "--provider", short: "-p", value: "name",
        help: "Make a file that this service takes: \(ProviderChoice.list)."),
      Option(name: "--model", value: "name", help: "The service's model."),
      limits[0], limits[1],
      Option(
        name: "--sample-rate", value: "hz",
        help: "Samples a second. (default: 16000, which is what recognisers hear)"),
      Option(name: "--channels", value: "n", help: "1 or 2. (default: 1)"),
      Option(
        name: "--bitrate", value: "bits", help: "Bits a second, such as 48k, for mp3, ogg and m4a."),
    ] + SelectionOptions.all + making,
    discussion: """
      A recording that a service takes as it is, is copied with --provider, byte for
      byte.

      EXAMPLES:
        longscribe convert talk.mkv -o talk.mp3 --bitrate 48k
        longscribe convert talk.mkv -o first.wav --start 0 --end 59 -p glm
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
      limits[0], limits[1], planning[0], planning[1],
    ] + SelectionOptions.all + making,
    discussion: """
      EXAMPLES:
        longscribe split talk.mkv -o chunks --provider glm
        longscribe split talk.mkv -o chunks --format mp3 --chunk-length 300
      """)

  /// `longscribe stitch`
  static let stitch = CommandSyntax(
    name: "stitch", abstract: "Put together the answers to the files of a split.",
    argument: Argument(
      name: "dir",
      help: "A folder with plan.json and an answer to each chunk file, under the file's name.",
      isRepeating: false),
    options: output + [keepInventions, quiet],
    discussion: """
      With neither -f nor -o the text goes to standard output.

      ANSWERS:
        That to chunk-00000.wav is chunk-00000.json, .srt, .vtt or .txt, the first of
        them that is there and can be read: what the service answered, as it came.
        Chunks that the plan calls silent need none. A chunk without an answer
        becomes a gap, which every format shows.

      EXIT STATUS:
        0 all there, 3 gaps remain, or speech that no text covers, 64 usage, 65 no
        plan, or no answer that can be read, 66 no such folder, no plan.json or no
        answers, 73 cannot write output.

      EXAMPLES:
        longscribe stitch chunks
        longscribe stitch chunks -f srt,json -o out
      """)

  /// `longscribe jobs`
  static let jobs = CommandSyntax(
    name: "jobs", abstract: "List what the journal holds, and take things out of it.",
    argument: Argument(
      name: "action", help: "list, rm with numbers of jobs, or prune. (default: list)",
      isRepeating: true, isOptional: true),
    options: [
      Option(name: "--json", help: "Write JSON."),
      Option(name: "--all", help: "With rm: remove all jobs."),
      Option(
        name: "--older-than", value: "time",
        help: "With prune: remove what has not changed for so long, such as 12h, 30d or 8w."),
      quiet,
    ],
    discussion: """
      Every transcription is kept in $XDG_STATE_HOME/longscribe
      (~/.local/state/longscribe): the same command goes on where it was, and what was
      answered is not paid for again.

      EXAMPLES:
        longscribe jobs
        longscribe jobs rm 3 4
        longscribe jobs prune --older-than 30d
      """)

  /// `longscribe report`
  static let report = CommandSyntax(
    name: "report", abstract: "Make a page to look at a transcript.",
    argument: Argument(
      name: "json", help: "A transcript: what 'transcribe -f json' or any verbose_json holds.",
      isRepeating: false),
    options: [
      Option(name: "--output", short: "-o", value: "file", help: "The page to make."),
      Option(
        name: "--audio", value: "file",
        help: "The recording; the page plays it from where it is, seen from the page."),
      Option(
        name: "--embed-audio", help: "Put the recording into the page; up to 16 MB."),
    ] + making,
    discussion: """
      The page is one file that any browser opens, and that loads nothing but the
      recording. Without --audio the recording can be chosen in the page.
      """)

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
    ],
    discussion: """
      EXAMPLES:
        longscribe probe talk.mkv
        longscribe probe --exact --json *.mp3
      """)

  /// `longscribe check`
  static let check = CommandSyntax(
    name: "check", abstract: "Hold our decoding against the ffmpeg program's (for developers).",
    argument: Argument(
      name: "input", help: "A recording: any audio or video file.", isRepeating: true),
    options: [])

  /// `longscribe providers`
  static let providers = CommandSyntax(
    name: "providers", abstract: "List services, models, limits and rates.", argument: nil,
    options: [Option(name: "--json", help: "Write JSON.")],
    discussion: """
      Rates are what the services published on the day that is told; what your account
      pays may differ. Services of your own, other limits and rates go into
      $XDG_CONFIG_HOME/longscribe/config.json (~/.config/longscribe/config.json); the
      README shows how.
      """)

  /// `longscribe doctor`
  static let doctor = CommandSyntax(
    name: "doctor", abstract: "Check that all is there that transcribing needs.", argument: nil,
    options: service.filter {
      ["--provider", "--base-url", "--proxy", "--ca-file"].contains($0.name)
    } + [Option(name: "--json", help: "Write JSON.")],
    discussion: """
      Libraries, codecs, the offline model, keys (where they come from, never what
      they are), the configuration, the journal's folder and the temporary folder are
      looked at. Nobody is called unless --provider or --base-url names an address;
      then a connection is made and a page asked for, without a key, which costs
      nothing.

      EXIT STATUS:
        0 no problem (there may be warnings), 4 something has to be put right.

      EXAMPLES:
        longscribe doctor
        longscribe doctor --provider glm
        longscribe doctor --base-url http://127.0.0.1:8000/v1 --json
      """)

  /// `longscribe completions`
  static let completions = CommandSyntax(
    name: "completions", abstract: "Write what a shell needs to complete command lines.",
    argument: Argument(name: "shell", help: "bash, zsh or fish.", isRepeating: false), options: [],
    discussion: """
      EXAMPLES:
        echo 'source <(longscribe completions bash)' >> ~/.bashrc
        longscribe completions zsh > ~/.zfunc/_longscribe    # with ~/.zfunc in fpath
        longscribe completions fish > ~/.config/fish/completions/longscribe.fish
      """)

  /// All commands, in the order of help.
  static let all = [
    transcribe, plan, probe, convert, split, stitch, report, jobs, providers, doctor, completions,
    check,
  ]
}

import Foundation
import TestSupport
import Testing

/// What the program says when it is asked for help, and when it does not understand.
struct UsageTests {
  /// A command line that is refused, and the sentence that says why.
  struct Mistake: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var message: String
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ line: String, _ message: String) {
      arguments = line.split(separator: " ").map(String.init)
      self.message = message
    }
  }

  @Test
  func `the executable under test lies beside the tests`() {
    #expect(FileManager.default.isExecutableFile(atPath: Programs.longscribe))
  }

  @Test(arguments: [["--help"], ["-h"], ["help"]])
  func `the program's help goes to standard output`(_ arguments: [String]) async throws {
    let result = try await Command.run(arguments)
    #expect(
      result.output == """
        OVERVIEW: Turns recordings of any length and format into transcripts, through \
        speech-to-text services that take only short, small files.

        USAGE: longscribe <subcommand>

        OPTIONS:
          --version               Show the version, and those of the libraries.
          -h, --help              Show help information.

        SUBCOMMANDS:
          transcribe              Transcribe recordings.
          plan                    Show what transcribe would do: chunks, bytes, seconds,
                                  calls, cost.
          probe                   Show what is in recordings and what each service
                                  needs.
          convert                 Make an audio file of a recording.
          split                   Cut a recording into files that a service takes.
          stitch                  Put together the answers to the files of a split.
          report                  Make a page to look at a transcript.
          jobs                    List what the journal holds, and take things out of
                                  it.
          providers               List services, models, limits and rates.
          doctor                  Check that all is there that transcribing needs.
          completions             Write what a shell needs to complete command lines.
          check                   Hold our decoding against the ffmpeg program's (for
                                  developers).

        EXAMPLES:
          longscribe transcribe lecture.m4a
          longscribe transcribe talk.mkv --provider glm -f all -o out/
          longscribe plan lecture.m4a --provider glm
          longscribe doctor --provider glm

          See 'longscribe help <subcommand>' for detailed help.

        """)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
  }

  @Test(arguments: [["help", "transcribe"], ["transcribe", "--help"], ["transcribe", "x", "-h"]])
  func `a command's help names its options, keys and exit codes`(_ arguments: [String]) async throws
  {
    let result = try await Command.run(arguments)
    let usage =
      "OVERVIEW: Transcribe recordings.\n\nUSAGE: longscribe transcribe [<input> ...] [options]\n"
    #expect(result.output.hasPrefix(usage))
    for part in [
      "  -p, --provider <name>   The service: offline, glm, coze,",
      "  -f, --output-format <formats>\n                          Files to write: txt, srt,",
      "No option takes the key itself.",
      "0 all delivered, 3 delivered in part, 4 key or configuration, 5 the service",
      "  --max-cost <amount>     Stop before the call that would cost",
      "8 a --max bound was reached",
    ] {
      #expect(result.output.contains(part))
    }
    #expect(result.outputLines.allSatisfy { $0.count <= 80 })
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
  }

  @Test(arguments: [
    "transcribe", "plan", "probe", "convert", "split", "stitch", "report", "jobs", "providers",
    "doctor",
    "completions", "check",
  ])
  func `each command has help in which no line is too long`(_ command: String) async throws {
    let result = try await Command.run([command, "--help"])
    #expect(result.output.hasPrefix("OVERVIEW: "))
    #expect(result.output.contains("\nUSAGE: longscribe \(command)"))
    #expect(result.outputLines.allSatisfy { $0.count <= 80 })
    #expect(result.status == 0)
  }

  @Test
  func `the version comes first, then those of the libraries, a line each`() async throws {
    let result = try await Command.run(["--version"])
    let lines = result.outputLines
    #expect(lines.count == 5)
    #expect(lines[0].wholeMatch(of: /longscribe \d+\.\d+\.\d+/) != nil)
    #expect(
      lines[1].wholeMatch(
        of: /FFmpeg \S+: libavformat \d+\.\d+\.\d+, libavcodec .*, libswresample .*, libavutil .*/)
        != nil)
    #expect(lines[2].hasPrefix("libcurl/"))
    #expect(lines[3].wholeMatch(of: /SQLite \d+\.\d+\.\d+/) != nil)
    #expect(lines[4] == "PocketSphinx: libpocketsphinx 3 with the model en-us")
    #expect(result.status == 0)
  }

  @Test
  func `without arguments the help goes to standard error`() async throws {
    let result = try await Command.run([])
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("OVERVIEW: "))
    #expect(result.status == 64)
  }

  @Test(arguments: [
    Mistake("trnscribe x", "Unknown subcommand 'trnscribe'. Did you mean 'transcribe'?"),
    Mistake("frobnicate", "Unknown subcommand 'frobnicate'"),
    Mistake("help prob", "Unknown subcommand 'prob'. Did you mean 'probe'?"),
    // An option before the command was called an unknown subcommand.
    Mistake("--versoin", "Unknown option '--versoin'. Did you mean '--version'?"),
    Mistake("-q transcribe x", "Unknown option '-q'"),
  ])
  func `an unknown command is named, with the one that was meant`(_ mistake: Mistake) async throws {
    let result = try await Command.run(mistake.arguments)
    #expect(result.output.isEmpty)
    #expect(
      result.errorLines == [
        "Error: \(mistake.message)", "Usage: longscribe <subcommand>",
        "  See 'longscribe --help' for more information.",
      ])
    #expect(result.status == 64)
  }

  @Test(arguments: [
    Mistake("transcribe", "Missing expected argument '<input>'"),
    Mistake("transcribe x --bogus", "Unknown option '--bogus'"),
    // One dash too few is no string of letters.
    Mistake(
      "transcribe x -provider glm", "Unknown option '-provider'. Did you mean '--provider'?"),
    Mistake("transcribe x -qz", "Unknown option '-qz'"),
    Mistake("transcribe x -qf", "Missing value for '-f, --output-format <formats>'"),
    Mistake(
      "transcribe x -qfdocx",
      "Unknown format 'docx'; there are txt, srt, vtt, tsv, json, lrc, and all"),
    Mistake(
      "transcribe x --langauge en", "Unknown option '--langauge'. Did you mean '--language'?"),
    Mistake(
      "transcribe x --langauge=en", "Unknown option '--langauge'. Did you mean '--language'?"),
    Mistake("transcribe x --provider", "Missing value for '-p, --provider <name>'"),
    Mistake("transcribe x --provider=", "The value for '-p, --provider <name>' is empty"),
    // The next option used to be taken for the value: '-o --stream' made a folder '--stream'.
    Mistake("transcribe x -o --stream", "Missing value for '-o, --output-dir <dir>'"),
    Mistake("transcribe x --prompt -f srt", "Missing value for '--prompt <text>'"),
    Mistake("transcribe x --model --key_stdin", "Missing value for '--model <name>'"),
    Mistake(
      "transcribe x -p glmm",
      "Unknown provider 'glmm'; there are offline, glm, coze, siliconflow, openai, chatanywhere. Did you mean 'glm'?"
    ),
    Mistake(
      "transcribe x -p ofline",
      "Unknown provider 'ofline'; there are offline, glm, coze, siliconflow, openai, chatanywhere. Did you mean 'offline'?"
    ),
    Mistake(
      "transcribe x -p whisper",
      "Unknown provider 'whisper'; there are offline, glm, coze, siliconflow, openai, chatanywhere"),
    Mistake(
      "transcribe x -f docx",
      "Unknown format 'docx'; there are txt, srt, vtt, tsv, json, lrc, and all"),
    Mistake(
      "transcribe x -f jsn",
      "Unknown format 'jsn'; there are txt, srt, vtt, tsv, json, lrc, and all. Did you mean 'json'?"
    ),
    Mistake(
      "transcribe x -f txt,,srt",
      "Unknown format ''; there are txt, srt, vtt, tsv, json, lrc, and all"),
    Mistake(
      "transcribe x --output_format nope",
      "Unknown format 'nope'; there are txt, srt, vtt, tsv, json, lrc, and all"),
    Mistake("transcribe x --events json", "The value 'json' is invalid for '--events <jsonl>'"),
    Mistake("transcribe x --stream=yes", "The flag '--stream' takes no value"),
    Mistake(
      "transcribe x --concurrency 0",
      "The value '0' is invalid for '--concurrency': it takes a whole number from 1 to 1000"),
    Mistake(
      "transcribe x --concurrency two",
      "The value 'two' is invalid for '--concurrency': it takes a whole number from 1 to 1000"),
    Mistake(
      "transcribe x --track -1",
      "The value '-1' is invalid for '--track': it takes a place from 0 or a language such as 'de'"),
    Mistake(
      "transcribe x --chunk-length=1",
      "The value '1' is invalid for '--chunk-length': it takes a number from 2 to 86400"),
    Mistake(
      "transcribe x --chunk_length nan",
      "The value 'nan' is invalid for '--chunk-length': it takes a number from 2 to 86400"),
    Mistake(
      "transcribe x --overlap 61",
      "The value '61' is invalid for '--overlap': it takes a number from 0 to 60"),
    Mistake(
      "transcribe x -p glm --temperature 1.5",
      "The value '1.5' is invalid for '--temperature': it takes a number from 0 to 1"),
    Mistake(
      "transcribe x -p glm --user-id abc",
      "Invalid option: a user id needs 6 to 128 characters; this one has 3"),
    // Was only noticed once a recording had been opened, and then said once for each of them.
    Mistake(
      "transcribe x y -p glm --chunk-length 100",
      "a chunk length of 100 s is more than the 60 s that the service takes"),
    Mistake(
      "plan x -p glm --chunk-length 4 --overlap 3",
      "an overlap of 3 s does not fit; between 0 s and 1 s does"),
    Mistake(
      "transcribe x -l de",
      "The offline recogniser speaks English only; choose a service with --provider for 'de'"),
    Mistake(
      "transcribe x --model glm-asr",
      "The offline recogniser has no '--model'; choose a service with --provider"),
    Mistake(
      "transcribe x -p openai --max-cost 5EUR",
      "--max-cost is in EUR, but calls cost 0.006 USD/min; give the amount in USD, or the price in EUR with --rate"
    ),
    Mistake(
      "transcribe x -p siliconflow --max-cost 5",
      "--max-cost needs to know what calls cost, and no rate is known for this model at this address; "
        + "give one, such as --rate 0.006USD/min"),
    Mistake(
      "transcribe x -p openai --base-url https://relay.example/v1 --max-cost 5USD",
      "--max-cost needs to know what calls cost, and no rate is known for this model at this address; "
        + "give one, such as --rate 0.006USD/min"),
    Mistake(
      "transcribe x -p openai --max-cost=-5",
      "The value '-5' is invalid for '--max-cost': it takes an amount such as 5, 0.25 or 5USD, "
        + "with at most six digits after the point"),
    Mistake(
      "transcribe x -p openai --max-cost 5€",
      "The value '5€' is invalid for '--max-cost': it takes an amount such as 5, 0.25 or 5USD, "
        + "with at most six digits after the point"),
    Mistake(
      "transcribe x --max-calls 0",
      "The value '0' is invalid for '--max-calls': it takes a whole number from 1 to 1000000000"),
    Mistake(
      "transcribe x --max-calls 2.5",
      "The value '2.5' is invalid for '--max-calls': it takes a whole number from 1 to 1000000000"),
    Mistake(
      "transcribe x --max-audio-seconds nan",
      "The value 'nan' is invalid for '--max-audio-seconds': it takes a number from 1 to 360000000"
    ),
    Mistake(
      "plan x -p openai --rate 0.006",
      "The value '0.006' is invalid for '--rate': it takes a price such as 0.006USD/min, "
        + "with at most six digits after the point; /second, /hour and /call work too"),
    Mistake("plan x --max-calls 5", "Unknown option '--max-calls'"),
    // The plan went to standard output, where events were asked for.
    Mistake(
      "transcribe x --dry-run --events jsonl",
      "--dry-run and --events both write to standard output; ask for one of them"),
    Mistake("plan x y", "Unexpected argument 'y'"),
    Mistake("providers x", "Unexpected argument 'x'"),
    Mistake("probe", "Missing expected argument '<input>'"),
  ])
  func `a command line that is not understood is refused with the reason`(
    _ mistake: Mistake
  ) async throws {
    let result = try await Command.run(mistake.arguments)
    let command = mistake.arguments[0]
    #expect(result.output.isEmpty)
    let lines = result.errorLines
    #expect(lines.count == 3)
    #expect(lines.first == "Error: \(mistake.message)")
    #expect(lines.dropFirst().first?.hasPrefix("Usage: longscribe \(command)") == true)
    #expect(lines.last == "  See 'longscribe \(command) --help' for more information.")
    #expect(result.status == 64)
  }

  @Test
  func `an empty name is called what it is`() async throws {
    // It was ": no such file".
    let result = try await Command.run(["transcribe", "a.wav", ""])
    #expect(result.errorLines.first == "Error: The name of an '<input>' is empty")
    #expect(result.status == 64)
  }

  @Test
  func `all may stand beside other formats`() async throws {
    // It was refused with "Unknown format 'all'; there are …, and all".
    let result = try await Command.run(["transcribe", "nowhere.wav", "-f", "txt,all"])
    #expect(result.errorLines == ["Error: nowhere.wav: no such file"])
    #expect(result.status == 66)
  }

  @Test(arguments: [
    ["--", "--bogus.wav"], ["--provider=glm", "--", "--bogus.wav"],
    ["--chunk_length=30", "--output_format=srt", "-o", "out", "--", "--bogus.wav"],
    ["-rfsrt,vtt", "-oout", "--", "--bogus.wav"], ["-rf=srt", "-rf", "txt", "--", "--bogus.wav"],
  ])
  func `two dashes end the options, and underscores are dashes`(_ arguments: [String]) async throws
  {
    let result = try await Command.run(["transcribe"] + arguments)
    #expect(result.errorLines == ["Error: --bogus.wav: no such file"])
    #expect(result.status == 66)
  }

  @Test
  func `a recording may be called like the option for quiet`() async throws {
    let folder = try TemporaryFolder()
    try await Programs.shell(
      "ffmpeg -v error -f lavfi -i anullsrc -t 1 -ar 16000 \(folder.file("t.wav"))")
    // The name after '--' used to silence the notes.
    try await Programs.shell("mv \(folder.file("t.wav")) \(folder.path)/--quiet")
    let result = try await Command.run(["transcribe", "--", "--quiet"], folder: folder.path)
    #expect(result.errorLines == ["Warning: --quiet: nobody speaks in it, so nothing is sent"])
    #expect(result.status == 0)
  }
}

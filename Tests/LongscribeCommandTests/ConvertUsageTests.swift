import Foundation
import TestSupport
import Testing

/// What `convert` and `split` say when they are asked for what cannot be.
struct ConvertUsageTests {
  static let formats = "wav, mp3, ogg, flac, m4a, pcm"

  static let mistakes: [(line: String, message: String)] = [
    ("convert in.m4a", "Missing option '-o, --output <file>'"),
    ("convert -o out.wav", "Missing expected argument '<input>'"),
    ("convert in.m4a more.m4a -o out.wav", "Unexpected argument 'more.m4a'"),
    (
      "convert in.m4a -o out.xyz",
      "'out.xyz': the extension says what to make; there are \(formats)"
    ),
    ("convert in.m4a -o out", "'out': the extension says what to make; there are \(formats)"),
    ("convert in.m4a -o out/", "'out/': the extension says what to make; there are \(formats)"),
    (
      "convert in.m4a -o out.wav --sample-rate 7999",
      "The value '7999' is invalid for '--sample-rate': it takes a whole number from 8000 to 192000"
    ),
    (
      "convert in.m4a -o out.wav --channels 3",
      "The value '3' is invalid for '--channels': it takes a whole number from 1 to 2"
    ),
    (
      "convert in.m4a -o out.mp3 --bitrate fast",
      "The value 'fast' is invalid for '--bitrate': it takes bits a second from 4k to 512k"
    ),
    (
      "convert in.m4a -o out.flac --bitrate 48k",
      "flac files have no bit rate; leave '--bitrate' out"
    ),
    // It failed as if the recording could not be read.
    (
      "convert in.m4a -o out.ogg --bitrate 300k",
      "ogg files of 16000 Hz mono have at most 256k; '--bitrate 300k' is more"
    ),
    // It was lowered without a word.
    (
      "convert in.m4a -o out.mp3 --bitrate 320000 --channels 2",
      "mp3 files of 16000 Hz stereo have at most 160k; '--bitrate 320000' is more"
    ),
    ("convert in.m4a -o out.wav --model glm-asr", "--model needs --provider"),
    (
      "convert in.m4a -o out.wav -p glm --channels 1",
      "--provider decides the form of the file; '--channels' cannot be added"
    ),
    (
      "convert in.m4a -o out.wav -p glmm",
      "Unknown provider 'glmm'; there are offline, glm, coze, siliconflow, openai, chatanywhere. Did you mean 'glm'?"
    ),
    ("convert in.m4a -o out.wav --start 5 --end 5", "--end must be later than --start"),
    (
      "convert in.m4a -o out.wav --start 1:60",
      "The value '1:60' is invalid for '--start': it takes seconds, m:ss or h:mm:ss"
    ),
    ("split in.m4a", "Missing option '-o, --output <dir>'"),
    ("split in.m4a -o out", "Missing option '--provider <name>', or '--chunk-length <sec>'"),
    (
      "split in.m4a -o out --chunk-length 1",
      "The value '1' is invalid for '--chunk-length': it takes a number from 2 to 86400"
    ),
    (
      "split in.m4a -o out --chunk-length 30 --format mp4a",
      "Unknown format 'mp4a'; there are \(formats). Did you mean 'm4a'?"
    ),
    (
      "split in.m4a -o out -p glm --format wav",
      "--provider decides the format; '--format' cannot be added"
    ),
    (
      "split in.m4a -o out -p glm --chunk-length 3600",
      "a chunk length of 3600 s is more than the 60 s that the service takes"
    ),
    (
      "split in.m4a -o out --chunk-length 30 --overlap 40",
      "an overlap of 40 s does not fit; between 0 s and 7.5 s does"
    ),
    // The model was ignored.
    ("split in.m4a -o out --chunk-length 30 --model glm-asr", "--model needs --provider"),
  ]

  @Test(arguments: mistakes)
  func `a mistake is explained in one sentence before anything is opened`(
    _ line: String, _ message: String
  ) async throws {
    let folder = try TemporaryFolder()
    let words = line.split(separator: " ").map(String.init)
    let result = try await Command.run(words, folder: folder.path)
    #expect(
      result.errorLines == [
        "Error: \(message)", "Usage: longscribe \(words[0]) <input> [options]",
        "  See 'longscribe \(words[0]) --help' for more information.",
      ])
    #expect(result.output.isEmpty)
    #expect(result.status == 64)
    #expect(folder.contents.isEmpty)
  }

  @Test
  func `a format that the service does not take is refused with those that it takes`() async throws
  {
    let result = try await Command.run(["convert", "in.m4a", "-o", "out.ogg", "-p", "glm"])
    #expect(result.errorLines == ["Error: glm takes no ogg; name the output .wav or .mp3"])
    #expect(result.status == 64)
  }

  @Test(arguments: ["convert", "split"])
  func `what a dash or an address needs is said`(_ command: String) async throws {
    let folder = try TemporaryFolder()
    let rest =
      ["-o", folder.file("out.wav")] + (command == "split" ? ["--chunk-length", "9"] : [])
    let dash = try await Command.run([command, "-"] + rest)
    #expect(
      dash.errorLines == ["Error: -: no such file (to read standard input, name /dev/stdin)"])
    let address = try await Command.run([command, "https://example.com/a.mp3"] + rest)
    #expect(address.problems.first?.contains("download the recording first") == true)
    #expect([dash.status, address.status] == [66, 66])
    #expect(folder.contents.isEmpty)
  }
}

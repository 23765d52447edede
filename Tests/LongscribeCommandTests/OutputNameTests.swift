import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// What transcripts' files are called, and which of them are there already.
struct OutputNameTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func transcribe(_ arguments: [String]) async throws -> ProgramResult {
    try await Command.run(["transcribe"] + arguments, folder: folder.path)
  }

  /// Everything below a folder, as `find` prints it.
  private func files(in name: String) async throws -> [String] {
    try await Command.bash("find \(name) -type f | LC_ALL=C sort", folder: folder.path).outputLines
  }

  @Test(arguments: [
    ("{stem}.{ext}", "out/talk.wav.srt"),
    ("{dir}/{stem}", "out/in/deep/talk.srt"),
    ("{provider}-{stem}.{lang}", "out/offline-talk.en.srt"),
    // What has no value goes with what joins it to the rest.
    ("{stem}.{model}", "out/talk.srt"),
    ("{model}/{stem}", "out/talk.srt"),
    ("{lang}/{dir}/notes on {stem}", "out/en/in/deep/notes on talk.srt"),
  ])
  func `a template names the files`(_ template: String, _ path: String) async throws {
    try Silence.make(["in/deep/talk.wav"], in: folder)
    let result = try await transcribe([
      "./in/../in/deep/talk.wav", "-f", "srt", "-o", "out", "-l", "en", "--name-template", template,
    ])
    // Whatever leads upwards is left out of {dir}.
    let expected = path.replacing("in/deep", with: "in/in/deep")
    #expect(try await files(in: "out") == [expected])
    #expect(result.status == 0)
  }

  @Test(arguments: [
    (
      "{stme}",
      "there is no {stme}, only {stem} {ext} {lang} {provider} {model} {dir}. Did you mean 'stem'?"
    ),
    ("{stem", "a brace stands alone"),
    ("stem}", "a brace stands alone"),
    ("../{stem}", "it leads out of the output folder"),
    ("/tmp/{stem}", "it leads out of the output folder"),
  ])
  func `a template that cannot be used is refused`(_ template: String, _ reason: String)
    async throws
  {
    let result = try await transcribe(["x.wav", "-f", "srt", "--name-template", template])
    #expect(
      result.errorLines.first
        == "Error: The value '\(template)' is invalid for '--name-template': \(reason)")
    #expect(result.status == 64)
  }

  @Test(arguments: [
    (["in/talk.wav", "in/talk.mp3"], "{stem}.{ext}"),
    (["in/talk.wav", "other/talk.wav"], "{dir}/{stem}"),
    (["in/talk.wav", "in/talk.mp3", "other/talk.wav"], "{dir}/{stem}.{ext}"),
  ])
  func `names that would meet are refused with the template that keeps them apart`(
    _ inputs: [String], _ template: String
  ) async throws {
    try Silence.make(inputs, in: folder)
    let simulator = try await Talk.shared.simulator()
    let result = try await transcribe(
      inputs + ["-f", "srt", "-o", "out"] + simulator.options + ["--key-command", "echo x"])
    #expect(
      result.errorLines.first
        == "Error: '\(inputs[0])' and '\(inputs[1])' would write the same files; "
        + "--name-template '\(template)' keeps them apart")
    #expect(result.status == 64)
    #expect(simulator.requests.isEmpty)
    await simulator.stopped()
    let named = try await transcribe(
      inputs + ["-f", "srt", "-o", "out", "--name-template", template])
    #expect(named.status == 0)
    #expect(try await files(in: "out").count == inputs.count)
  }

  @Test
  func `one format can go to standard output`() async throws {
    try Silence.make(["talk.wav"], in: folder)
    let result = try await transcribe(["talk.wav", "-f", "vtt", "-o", "-"])
    #expect(result.output.hasPrefix("WEBVTT\n"))
    #expect(folder.contents == ["talk.wav"])
    #expect(result.status == 0)
  }

  @Test(
    arguments: [
      (["-o", "-"], "'-o -' writes one format to standard output; say which with -f"),
      (
        ["-f", "srt,vtt", "-o", "-"],
        "'-o -' writes one format to standard output; say which with -f"
      ),
      (
        ["-f", "srt", "-o", "-", "--events", "jsonl"],
        "'-o -' and --events both write to standard output; ask for one of them"
      ),
      (["--skip-existing"], "--skip-existing is about files; ask for them with -f or -o"),
      (
        ["--name-template", "{stem}"], "--name-template is about files; ask for them with -f or -o"
      ),
    ] as [([String], String)])
  func `options that need files say so`(_ options: [String], _ message: String) async throws {
    let result = try await transcribe(["x.wav"] + options)
    #expect(result.errorLines.first == "Error: \(message)")
    #expect(result.status == 64)
  }

  @Test
  func `what is done is skipped: every format, newer than the recording, of the same job`()
    async throws
  {
    try Silence.make(["a.wav", "b.wav"], in: folder)
    let state = ["XDG_STATE_HOME": folder.file("state")]
    func run(_ options: [String]) async throws -> ProgramResult {
      try await Command.run(
        ["transcribe", "a.wav", "b.wav", "-f", "txt,srt", "-o", "out", "--skip-existing"] + options,
        environment: state, folder: folder.path)
    }
    let first = try await run([])
    #expect(Silence.heard(first) == ["a.wav", "b.wav"])
    #expect(first.errorLines.last == "2 of 2 recordings transcribed, 0 calls")
    let second = try await run([])
    #expect(second.errorLines == ["2 skipped, because their files are there"])
    #expect(second.status == 0)
    // Another job: its files are those of the first.
    let other = try await run(["--keep-inventions"])
    #expect(Silence.heard(other) == ["a.wav", "b.wav"])
    // Now they are those of the second.
    #expect(Silence.heard(try await run([])) == ["a.wav", "b.wav"])
    // One format is missing, and one recording is newer than its files.
    try FileManager.default.removeItem(atPath: folder.file("out/a.srt"))
    #expect(Silence.heard(try await run([])) == ["a.wav"])
    try Silence.make(["b.wav"], in: folder)
    let last = try await run(["--events", "jsonl"])
    #expect(Silence.heard(last) == ["b.wav"])
    #expect(last.output.contains(#""skipped":1"#))
  }

  @Test
  func `without a journal the files alone tell what is done`() async throws {
    try Silence.make(["a.wav"], in: folder)
    let options = ["a.wav", "-f", "txt", "-o", "out", "--no-journal", "--skip-existing"]
    #expect(Silence.heard(try await transcribe(options)) == ["a.wav"])
    #expect(Silence.heard(try await transcribe(options)).isEmpty)
  }
}

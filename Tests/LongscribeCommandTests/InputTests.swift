import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Inputs that cannot be read and outputs that cannot be written.
struct InputTests {
  struct Bad: Sendable, CustomTestStringConvertible {
    var name: String
    var sentence: String
    var status: Int32 = 65
    var testDescription: String { name }
  }

  static let bad = [
    Bad(name: "missing.mp3", sentence: "no such file", status: 66),
    Bad(name: "empty.mp3", sentence: "the file is empty"),
    Bad(name: "text.mp3", sentence: "is not a recording that can be read"),
    Bad(name: "picture.mp3", sentence: "has no audio track"),
    Bad(name: "mute.mp4", sentence: "has no audio track"),
    Bad(
      name: "playlist.mp3",
      sentence: "is a playlist, not a recording; download what it names and give that file"),
    Bad(name: "zero.wav", sentence: "its audio track holds no sound at all"),
  ]

  @Test(arguments: bad)
  func `an input that is no recording is refused with one line`(_ bad: Bad) async throws {
    let folder = try TemporaryFolder()
    let path = try await Media.make(bad.name, in: folder)
    for command in [
      ["transcribe", "-f", "all", "-o", folder.file("out")], ["plan"], ["transcribe", "--dry-run"],
    ] {
      let result = try await Command.run(command + [path])
      #expect(result.errorLines == ["Error: \(path): \(bad.sentence)"], "\(command)")
      #expect(result.output.isEmpty)
      #expect(result.status == bad.status)
    }
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.file("out"))
    #expect((files ?? []).isEmpty)
  }

  @Test(arguments: bad)
  func `probe refuses it in the same words`(_ bad: Bad) async throws {
    let folder = try TemporaryFolder()
    let path = try await Media.make(bad.name, in: folder)
    let result = try await Command.run(["probe", "--json", path])
    #expect(result.errorLines == ["Error: \(path): \(bad.sentence)"])
    #expect(result.output.isEmpty)
    #expect(result.status == bad.status)
  }

  @Test(arguments: [["plan"], ["probe"]])
  func `a folder is no recording`(_ command: [String]) async throws {
    let folder = try TemporaryFolder()
    let path = try await Media.make("folder", in: folder)
    let result = try await Command.run(command + [path])
    #expect(
      result.errorLines == [
        "Error: \(path): is not a file (it is a folder; name the recordings in it)"
      ])
    #expect(result.status == 65)
  }

  @Test
  func `control characters in a name neither break the line nor reach the terminal`() async throws {
    let result = try await Command.run(["transcribe", "a\nb\u{1B}[31m.wav"])
    #expect(result.errorLines == ["Error: a\u{FFFD}b\u{FFFD}[31m.wav: no such file"])
    #expect(result.status == 66)
  }

  @Test
  func `a track that does not exist is named with how many there are`() async throws {
    let folder = try TemporaryFolder()
    let path = try await Media.make("tone.wav", in: folder)
    let result = try await Command.run(["transcribe", path, "--track", "3"])
    #expect(result.errorLines == ["Error: \(path): has no such audio track (it has 1)"])
    #expect(result.status == 64)
  }

  @Test(arguments: [
    ("file", "'file' is a file"), ("file/deeper", "'file' is a file"),
  ])
  func `a file in the way of the output folder is named`(_ name: String, _ reason: String)
    async throws
  {
    // The system's reason was lost: "Unknown error 516".
    let folder = try TemporaryFolder()
    let path = try await Media.make("tone.wav", in: folder)
    try "keep".write(toFile: folder.file("file"), atomically: false, encoding: .utf8)
    let out = folder.file(name)
    let result = try await Command.run(["transcribe", path, "-o", out])
    #expect(result.errorLines == ["Error: \(out): the output folder cannot be made: \(reason)"])
    #expect(result.output.isEmpty)
    #expect(result.status == 73)
    #expect(folder.contents == ["file", "tone.wav"])
    #expect(try text(of: folder.file("file")) == "keep")
  }

  @Test(arguments: [
    ("/proc/longscribe", "the output folder cannot be made: No such file or directory"),
    ("/sys", "the output folder cannot be written to: "),
  ])
  func `a place that takes no files is refused before anything is sent`(
    _ place: String, _ reason: String
  ) async throws {
    let simulator = try await Talk.shared.simulator()
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-o", place] + simulator.options, environment: Command.key
    )
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("Error: \(place): \(reason)"))
    #expect(result.status == 73)
    #expect(simulator.requests.isEmpty)
    await simulator.stopped()
  }

  @Test
  func `a folder that bears a transcript's name is not replaced`() async throws {
    let folder = try TemporaryFolder()
    let path = try await Media.make("tone.wav", in: folder)
    let taken = folder.file("out/tone.txt/kept")
    try FileManager.default.createDirectory(atPath: taken, withIntermediateDirectories: true)
    let result = try await Command.run(
      ["transcribe", path, "-f", "txt", "-o", folder.file("out"), "--events", "jsonl"])
    let sentence = "\(folder.file("out"))/tone.txt: cannot be written: Is a directory"
    #expect(result.problems == ["Error: \(sentence)"])
    #expect(result.status == 73)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")) == ["tone.txt"])
    // It used to say 'file_done' before it tried to write.
    let events = try Event.all(result.output)
    #expect(!events.contains { $0.type == "file_done" })
    #expect(events.last { $0.type == "file_failed" }?.message == sentence)
    #expect(events.last?.exitCode == 73)
  }

  @Test
  func `temporary files go where TMPDIR says`() async throws {
    // /var/tmp was used whatever TMPDIR said, though the message about a full disk says to set it.
    let folder = try TemporaryFolder()
    let path = try await Media.make("tone.wav", in: folder)
    let result = try await Command.run(
      ["plan", path], environment: ["TMPDIR": folder.file("nowhere")])
    #expect(result.errorLines.count == 1)
    #expect(
      result.errors.hasPrefix(
        "Error: \(path): no room for temporary files (\(folder.file("nowhere")): "))
    #expect(result.status == 73)
  }

  @Test
  func `two inputs with one name are refused before any call`() async throws {
    let simulator = try await Talk.shared.simulator()
    let talk = try Talk.shared.wav
    let result = try await Command.run(
      ["transcribe", talk, "elsewhere/talk.mp3", "-f", "srt"] + simulator.options,
      environment: Command.key)
    #expect(
      result.errorLines.first
        == "Error: '\(talk)' and 'elsewhere/talk.mp3' would write the same files; "
        + "--name-template '{stem}.{ext}' keeps them apart")
    #expect(result.status == 64)
    #expect(simulator.requests.isEmpty)
    await simulator.stopped()
  }

  @Test
  func `one bad input among several does not keep the others`() async throws {
    let simulator = try await Talk.shared.simulator()
    let folder = try TemporaryFolder()
    let bad = try await Media.make("text.mp3", in: folder)
    let result = try await Command.run(
      [
        "transcribe", "missing.wav", bad, try Talk.shared.wav, "-f", "txt", "-o",
        folder.file("out"),
      ]
        + simulator.options, environment: Command.key)
    #expect(
      result.problems == [
        "Error: missing.wav: no such file", "Error: \(bad): is not a recording that can be read",
      ])
    #expect(result.output.isEmpty)
    #expect(result.status == 3)
    #expect(try words(text(of: folder.file("out/talk.txt"))) == Talk.shared.said)
    await simulator.stopped()
  }
}

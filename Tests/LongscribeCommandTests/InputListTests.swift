import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Which recordings a command line means.
struct InputListTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func transcribe(_ arguments: [String], input: String? = nil) async throws -> ProgramResult
  {
    try await Command.run(
      ["transcribe", "-f", "txt", "-o", folder.file("out")] + arguments, input: input,
      folder: folder.path)
  }

  @Test
  func `a folder is searched in the order of names, and only for recordings`() async throws {
    try Silence.make(
      ["in/b.wav", "in/a/2.MP3", "in/a/10.wav", "in/.hidden.wav", "in/.git/x.wav", "in/Z.wav"],
      in: folder)
    for name in ["in/notes.txt", "in/a/2.srt", "in/cover.jpg", "in/list.m3u", "in/half.wav.part"] {
      try "text".write(toFile: folder.file(name), atomically: false, encoding: .utf8)
    }
    // A link round in a circle, and one to a recording.
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("in/a/up"), withDestinationPath: "..")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("in/c.wav"), withDestinationPath: "b.wav")
    let result = try await transcribe(["-r", "in"])
    #expect(
      Silence.heard(result) == ["in/Z.wav", "in/a/10.wav", "in/a/2.MP3", "in/b.wav", "in/c.wav"])
    #expect(result.status == 0)
  }

  @Test
  func `the chunk files of a split are not taken for recordings`() async throws {
    try Silence.make(["in/talk.wav"], in: folder)
    let split = try await Command.run(
      ["split", "in/talk.wav", "-o", "in/chunks", "--format", "wav", "--chunk-length", "30"],
      folder: folder.path)
    #expect(split.status == 0)
    try Silence.make(["in/chunks/other.wav"], in: folder)
    let result = try await transcribe(["--recursive", "in"])
    #expect(Silence.heard(result) == ["in/chunks/other.wav", "in/talk.wav"])
  }

  @Test
  func `a folder needs to be meant`() async throws {
    try Silence.make(["in/talk.wav"], in: folder)
    try FileManager.default.createDirectory(
      atPath: folder.file("empty"), withIntermediateDirectories: false)
    let plain = try await transcribe(["in"])
    #expect(
      plain.errorLines.first == "Error: 'in' is a folder; --recursive takes the recordings in it")
    #expect(plain.status == 64)
    let empty = try await transcribe(["-r", "empty"])
    #expect(empty.errorLines.first == "Error: the folder 'empty' holds no recordings")
    #expect(empty.status == 64)
    #expect(folder.contents == ["empty", "in"])
  }

  @Test(arguments: [
    ("b.wav\n# a.wav\n\r\n\na b.wav\r\nin/c.wav", ["b.wav", "a b.wav", "in/c.wav"]),
    ("\u{FEFF}b.wav\n./#d.wav\n", ["b.wav", "./#d.wav"]),
    ("b.wav\0#d.wav\0a b.wav\0", ["b.wav", "#d.wav", "a b.wav"]),
  ])
  func `a list has a name on each line, or names that end with NULs`(
    _ list: String, _ names: [String]
  ) async throws {
    try Silence.make(["a.wav", "b.wav", "a b.wav", "in/c.wav", "#d.wav"], in: folder)
    try list.write(toFile: folder.file("list"), atomically: false, encoding: .utf8)
    let file = try await transcribe(["--files-from", "list"])
    #expect(Silence.heard(file) == names)
    #expect(file.status == 0)
    let piped = try await transcribe(["--files-from=-"], input: folder.file("list"))
    #expect(Silence.heard(piped) == names)
  }

  @Test
  func `lists, names and folders can stand together`() async throws {
    try Silence.make(["z.wav", "in/c.wav", "a.wav"], in: folder)
    try "a.wav\nnowhere.wav\n".write(
      toFile: folder.file("list"), atomically: false, encoding: .utf8)
    let result = try await transcribe(["z.wav", "--files-from", "list", "-r", "in"])
    #expect(Silence.heard(result) == ["z.wav", "in/c.wav", "a.wav"])
    #expect(result.problems == ["Error: nowhere.wav: no such file"])
    #expect(result.status == 3)
  }

  @Test
  func `names that are no UTF-8 are found in folders and lists`() async throws {
    try Silence.make(["in/x.wav"], in: folder)
    try await Programs.shell(
      "cd \(folder.path) && mv in/x.wav $'in/caf\\xe9.wav' && find in -type f > list")
    for arguments in [["-r", "in"], ["--files-from", "list"]] {
      let result = try await transcribe(arguments)
      #expect(Silence.heard(result) == ["in/caf\u{FFFD}.wav"])
      #expect(result.status == 0)
    }
  }

  @Test(
    arguments: [
      ([], "Missing expected argument '<input>'"),
      (["--files-from", "nowhere"], "--files-from 'nowhere': no such file"),
      (["--files-from", "/dev/null"], "--files-from '/dev/null': it names no file"),
      (
        ["-"],
        "The input '-' needs a name: --stdin-name talk.mp3, say; files are named after it"
      ),
      (
        ["-", "--stdin-name", "x.mp3", "--files-from", "-"],
        "the input '-' and --files-from - both read standard input"
      ),
      (
        ["-", "--stdin-name", "x.mp3", "-p", "glm", "--key-stdin"],
        "the input '-' and --key-stdin both read standard input"
      ),
      (
        ["a.wav", "--stdin-name", "x.mp3"],
        "--stdin-name goes with the input '-', which is standard input"
      ),
    ] as [([String], String)])
  func `what cannot be meant is refused`(_ arguments: [String], _ message: String) async throws {
    let result = try await transcribe(arguments)
    #expect(result.errorLines.first == "Error: \(message)")
    #expect(result.status == 64)
    #expect(folder.contents.isEmpty)
  }

  @Test(arguments: ["", "cat"])
  func `a recording on standard input is named by the user`(_ program: String) async throws {
    try Silence.make(["x.wav"], in: folder)
    let input = program.isEmpty ? "< x.wav" : ""
    let pipe = program.isEmpty ? "" : "cat x.wav |"
    let result = try await Command.bash(
      "\(pipe) $longscribe transcribe - --stdin-name talk.mp3 -f srt,json -o out \(input)",
      folder: folder.path)
    #expect(Silence.heard(result) == ["talk.mp3"])
    #expect(result.status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted()
        == ["talk.json", "talk.srt"])
  }

  @Test
  func `in a loop over a list, no line of the list is lost`() async throws {
    try Silence.make(["a.wav", "b.wav", "c.wav"], in: folder)
    let result = try await Command.bash(
      """
      printf 'a.wav\\nb.wav\\nc.wav\\n' | while read -r name; do
        "$longscribe" transcribe "$name" -q -f txt -o out; "$longscribe" probe "$name" > probe; echo "$name"
      done
      """, folder: folder.path)
    #expect(result.outputLines == ["a.wav", "b.wav", "c.wav"])
    #expect(folder.contents.contains("probe"))
  }
}

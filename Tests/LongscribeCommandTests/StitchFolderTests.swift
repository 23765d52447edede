import Foundation
import TestSupport
import Testing

/// What `longscribe stitch` makes of folders that are not as they should be.
@Suite(.serialized) struct StitchFolderTests {
  private static func answered(_ folder: TemporaryFolder) async throws -> AnsweredSplit {
    try await AnsweredSplit(["--chunk-length", "45"], in: folder.file("chunks"))
  }

  @Test
  func `a folder that is not there, no folder, and one without a plan`() async throws {
    let folder = try TemporaryFolder()
    try "x".write(toFile: folder.file("file"), atomically: false, encoding: .utf8)
    for (name, message) in [
      ("nowhere", "nowhere: no such folder"), ("file", "file: it is not a folder"),
      (".", "./plan.json: no such file; 'longscribe split' makes a plan"),
    ] {
      let result = try await Command.run(["stitch", name], folder: folder.path)
      #expect(result.errorLines == ["Error: \(message)"])
      #expect(result.output == "")
      #expect(result.status == 66)
    }
  }

  @Test(arguments: [
    ("", "is no JSON, or its end is missing"), ("[]", "is no JSON object"),
    ("{\"version\":3}", "version is 3; this program reads version 1"),
    ("{\"version\":1,\"duration\":1,\"chunks\":[]}", "chunks is empty"),
    (
      "{\"version\":1,\"duration\":1,\"chunks\":[{\"index\":0,\"file\":\"../../etc/passwd\",\"start\":0,"
        + "\"end\":1,\"owned_start\":0,\"owned_end\":1,\"seam\":null}]}",
      "chunks[0].file is '../../etc/passwd', which is no name of a file in the plan's folder"
    ),
  ])
  func `a plan that is none is told with the place`(_ plan: String, _ message: String) async throws
  {
    let folder = try TemporaryFolder()
    try plan.write(toFile: folder.file("plan.json"), atomically: false, encoding: .utf8)
    let result = try await Command.run(["stitch", "."], folder: folder.path)
    #expect(result.errorLines == ["Error: ./plan.json is no plan: \(message)"])
    #expect(result.status == 65)
  }

  @Test
  func `no answers at all, and none that can be read`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    let none = try await answered.stitch("-o", folder.file("out"))
    #expect(none.errorLines.last == "Error: \(answered.folder): there are no answers in it")
    #expect(none.status == 66)
    for stem in answered.stems {
      try answered.write("{\"error\":{\"message\":\"no\"}}", to: stem + ".json")
    }
    let broken = try await answered.stitch("-o", folder.file("out"))
    #expect(
      broken.errorLines.last == "Error: \(answered.folder): there is no answer that can be read")
    #expect(broken.errorLines.count == answered.stems.count + 1)
    #expect(broken.status == 65)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }

  /// Files that are no answers, and what is said of them.
  static let broken: [(String, [UInt8], String)] = [
    ("json", Array("{\"error\":{\"code\":\"1302\",\"message\":\"too fast\"}}".utf8), "too fast"),
    ("json", [], "it is empty"), ("txt", [], "it is empty"),
    ("json", Array("{\"text\":\"bra".utf8), "its end is missing"),
    ("txt", Array("{\"text\":\"bra".utf8), "its end is missing"),
    ("json", Array("<html><title>502 Bad Gateway</title></html>".utf8), "502 Bad Gateway"),
    ("txt", Array("<html><title>502 Bad Gateway</title></html>".utf8), "502 Bad Gateway"),
    ("json", [0x89, 0x50, 0x4E, 0x47, 0x00], "it is no text in UTF-8"),
    ("srt", [0xC4, 0xE3, 0xBA, 0xC3], "it is no text in UTF-8"),
  ]

  @Test(arguments: broken)
  func `an answer that is none is a gap that names the file`(
    _ ending: String, _ bytes: [UInt8], _ message: String
  ) async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    try answered.writeTexts(but: [1])
    try Data(bytes).write(to: URL(fileURLWithPath: "\(answered.folder)/chunk-00001.\(ending)"))
    let result = try await answered.stitch()
    #expect(result.status == 3)
    #expect(result.problems.count == 1)
    let line = try #require(result.problems.first)
    #expect(line.hasPrefix("Error: \(answered.folder)/chunk-00001.\(ending): "))
    #expect(line.contains(message) && line.contains("; chunk 2 (0:00:3"))
    #expect(result.output.contains("[not transcribed: chunk-00001.\(ending): "))
    #expect(result.output.contains("alpha") && result.output.contains("charlie"))
  }

  @Test
  func `folders, pipes and files of gigabytes are not read as answers`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    try answered.writeTexts(but: [1, 2, 3])
    try await Programs.shell(
      "cd '\(answered.folder)'; mkdir chunk-00001.json; mkfifo chunk-00002.json; "
        + "truncate -s 9G chunk-00003.txt")
    let result = try await answered.stitch()
    #expect(result.status == 3)
    #expect(result.problems.count == 3)
    #expect(result.problems[0].contains("chunk-00001.json: it is not a file; "))
    #expect(result.problems[1].contains("chunk-00002.json: it is not a file; "))
    #expect(result.problems[2].contains("chunk-00003.txt: it has more than 64 MB; "))
    #expect(result.peakMemory < 100 << 20)
  }

  @Test
  func `of several answers the one with the best times counts, and one that can be read`()
    async throws
  {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    try answered.writeTexts()
    try answered.write("zulu", to: "chunk-00000.txt")
    try answered.write("1\n00:00:01,000 --> 00:00:02,000\nzulu\n", to: "chunk-00000.srt")
    try answered.write("{}", to: "chunk-00001.json")
    try answered.write("bravo from text", to: "chunk-00001.txt")
    try answered.write("mine", to: "notes.md")
    try answered.write("mine", to: "chunk-99999.json")
    let result = try await answered.stitch()
    #expect(result.status == AnsweredSplit.tooShort)
    #expect(result.output.hasPrefix("alpha"))
    #expect(result.output.contains("bravo from text"))
    #expect(!result.output.contains("zulu") && !result.output.contains("mine"))
    #expect(result.problems == [])
    #expect(
      result.errorLines.count { $0.contains("'chunk-99999.json' and 1 more belong to no chunk") }
        == 1)
    #expect(
      result.errorLines.count { $0.contains("'chunk-00000.srt' and 1 more are not used") } == 1)
    #expect(
      result.errorLines.count {
        $0.hasPrefix("Warning: \(answered.folder)/chunk-00001.json: ")
          && $0.contains("another answer to chunk 2")
      } == 1)
    #expect(try await answered.stitch("-q").errorLines.count == 1)
  }

  @Test
  func `answers that are older than the plan are told`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    try answered.writeTexts()
    #expect(try await answered.stitch().errorLines.allSatisfy { !$0.contains("older") })
    try await Programs.shell("touch -d '2 hours ago' '\(answered.folder)/chunk-00001.json'")
    let result = try await answered.stitch()
    #expect(
      result.errorLines.count { $0.contains("'chunk-00001.json' is older than the plan") } == 1)
    #expect(result.status == AnsweredSplit.tooShort)
  }

  @Test
  func `the plan says what the files are called`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    let plan = try text(of: answered.folder + "/plan.json")
      .replacing(/"chunk-0000(\d)\.wav"/) { "\"Teil \($0.output.1) – ü.mp3\"" }
      .replacing("\"talk.wav\"", with: "\"../../Vorlesung.m4a\"")
    try answered.write(plan, to: "plan.json")
    for (index, _) in answered.stems.enumerated() {
      try answered.write(AnsweredSplit.words[index], to: "Teil \(index) – ü.TXT")
    }
    let result = try await answered.stitch("-f", "txt", in: folder.path)
    #expect(result.status == AnsweredSplit.tooShort, "\(result.errors)")
    // Into the current folder, whatever folder the source's name has.
    #expect(words(try text(of: folder.file("Vorlesung.txt"))).first == "alpha")
  }

  @Test
  func `neither the plan nor an answer is written over`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    try answered.writeTexts()
    for name in ["plan.wav", "chunk-00002.mp3"] {
      let plan = try text(of: answered.folder + "/plan.json")
        .replacing(/"name" : "[^"]*"/, with: "\"name\" : \"\(name)\"")
      try answered.write(plan, to: "plan.json")
      let before = try await folder.listing()
      let result = try await answered.stitch("-o", answered.folder)
      #expect(result.status == 64)
      #expect(result.problems.count == 1)
      #expect(try await folder.listing() == before)
    }
  }

  @Test
  func `a second run into the same folder does the same, and takes nothing for an answer`()
    async throws
  {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    try answered.writeTexts()
    let first = try await answered.stitch("-o", answered.folder)
    let text = try text(of: answered.folder + "/talk.json")
    let second = try await answered.stitch("-o", answered.folder)
    #expect(first.status == AnsweredSplit.tooShort && second.status == AnsweredSplit.tooShort)
    #expect(first.errors == second.errors)
    #expect(try LongscribeCommandTests.text(of: answered.folder + "/talk.json") == text)
  }

  @Test
  func `outputs that cannot be written are told before anything is printed`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(folder)
    try answered.writeTexts()
    try "x".write(toFile: folder.file("file"), atomically: false, encoding: .utf8)
    let result = try await answered.stitch("-o", folder.file("file"))
    #expect(result.status == 73)
    #expect(result.problems.count == 1)
    let full = try await Command.bash("$longscribe stitch \(answered.folder) > /dev/full")
    #expect(full.status == 73)
  }

  @Test(arguments: [
    ([], "Missing expected argument '<dir>'"), (["a", "b"], "Unexpected argument 'b'"),
    (["a", "-f", "doc"], "Unknown format 'doc'; there are txt, srt, vtt, tsv, json, lrc, and all"),
    (["a", "--provider", "glm"], "Unknown option '--provider'"),
  ])
  func `a wrong command line is told`(_ arguments: [String], _ message: String) async throws {
    let result = try await Command.run(["stitch"] + arguments)
    #expect(result.errorLines.first == "Error: \(message)")
    #expect(result.status == 64)
  }
}

import Foundation
import TestSupport
import Testing

/// The folder that `split` writes to, and what is in it already.
struct SplitFolderTests {
  private func split(
    _ input: String, _ folder: String, _ options: String...
  ) async throws -> ProgramResult {
    try await Command.run(["split", input, "-o", folder] + options)
  }

  @Test
  func `an earlier split is replaced only where that is asked for`() async throws {
    let folder = try TemporaryFolder()
    let (talk, out) = (try Talk.shared.wav, folder.file("out"))
    #expect(try await split(talk, out, "--chunk-length", "5").status == 0)
    let before = try await folder.listing()
    for length in ["5", "60"] {
      let refused = try await split(talk, out + "/", "--chunk-length", length)
      #expect(
        refused.errorLines == [
          "Error: \(out)/chunk-00000.wav: is there already; --force replaces it"
        ])
      #expect(refused.status == 73)
    }
    #expect(try await folder.listing() == before)
    for name in ["notes.txt", "chunk-00000.json", "chunk-1.wav", "chunk-00001.wav.bak"] {
      try "keep".write(toFile: "\(out)/\(name)", atomically: false, encoding: .utf8)
    }
    let replaced = try await split(talk, out, "--chunk-length", "60", "--format", "flac", "--force")
    #expect(replaced.status == 0, "\(replaced.errors)")
    let made = try SplitFolder(out)
    #expect(made.plan.chunks.allSatisfy { $0.file.hasSuffix(".flac") })
    #expect(
      made.contents
        == (made.plan.chunks.map(\.file) + [
          "plan.json", "notes.txt", "chunk-00000.json", "chunk-1.wav", "chunk-00001.wav.bak",
        ]).sorted())
    #expect(try text(of: out + "/notes.txt") == "keep")
  }

  @Test(arguments: ["text.mp3", "missing.mp3", "late damage", "after the end"])
  func `a recording that fails leaves an earlier split as it was`(_ name: String) async throws {
    // What was damaged late had already cost the earlier split.
    let folder = try TemporaryFolder()
    let inputs = try TemporaryFolder()
    let out = folder.file("out")
    #expect(try await split(try Talk.shared.wav, out, "--chunk-length", "20").status == 0)
    let before = try await folder.listing()
    let result: ProgramResult
    switch name {
    case "late damage":
      let path = try await Recording.mp3.make(in: inputs)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      bytes.replaceSubrange(300_000..<303_000, with: [UInt8](repeating: 0x55, count: 3000))
      try bytes.write(to: URL(fileURLWithPath: path))
      result = try await split(path, out, "--chunk-length", "2", "--force", "--strict")
    case "after the end":
      result = try await split(
        try Talk.shared.wav, out, "--chunk-length", "20", "--force", "--start", "1:00:00")
    default:
      result = try await split(
        try await Media.make(name, in: inputs), out, "--chunk-length", "2", "--force")
    }
    #expect(result.status == (name == "missing.mp3" ? 66 : 65))
    #expect(result.errorLines.count == 1)
    #expect(try await folder.listing() == before)
  }

  @Test
  func `a recording that fails leaves no folder that was made for it`() async throws {
    let folder = try TemporaryFolder()
    let path = try await Media.make("text.mp3", in: folder)
    #expect(try await split(path, folder.file("out"), "--chunk-length", "2").status == 65)
    #expect(folder.contents == ["text.mp3"])
  }

  @Test(arguments: ["wav", "link"])
  func `a recording that bears a chunk's name is not replaced by its own chunks`(
    _ kind: String
  ) async throws {
    // It was deleted before it was read.
    let folder = try TemporaryFolder()
    let path = folder.file("chunk-00000.wav")
    try FileManager.default.copyItem(atPath: Talk.shared.wav, toPath: path)
    if kind == "link" {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("talk.wav"), withDestinationPath: path)
    }
    let result = try await split(
      kind == "link" ? folder.file("talk.wav") : path, folder.path, "--chunk-length", "5", "--force"
    )
    #expect(
      result.errorLines == ["Error: \(path): cannot be written (it is the recording itself)"])
    #expect(result.status == 73)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path))
        == Data(contentsOf: URL(fileURLWithPath: Talk.shared.wav)))
  }

  @Test
  func `folders above are made, and a file in the way is named`() async throws {
    let folder = try TemporaryFolder()
    let talk = try Talk.shared.wav
    #expect(try await split(talk, folder.file("a/b//c/"), "--chunk-length", "60").status == 0)
    _ = try SplitFolder(folder.file("a/b/c"))
    let file = folder.file("file")
    try "keep".write(toFile: file, atomically: false, encoding: .utf8)
    for (out, reason) in [
      (file, "it is there and is not a folder"),
      (file + "/deeper", "the folder cannot be made: Not a directory"),
    ] {
      let result = try await split(talk, out, "--chunk-length", "60", "--force")
      #expect(result.errorLines == ["Error: \(out): cannot be written (\(reason))"])
      #expect(result.status == 73)
    }
    #expect(try text(of: file) == "keep")
  }

  @Test(arguments: [[], ["--force"]])
  func `of two splits into one folder at once, neither spoils the other's`(
    _ options: [String]
  ) async throws {
    // Each removed the other's chunks.
    let folder = try TemporaryFolder()
    let talk = try Talk.shared.wav
    for round in 0..<3 {
      let out = folder.file("out\(round)")
      let arguments = ["split", talk, "-o", out, "--chunk-length", "10"] + options
      async let one = Command.run(arguments)
      async let two = Command.run(arguments)
      for result in try await [one, two] where result.status != 0 {
        #expect(result.status == 73)
        #expect(result.errorLines.count == 1)
      }
      try SplitFolder(out).checkPlan(longest: 10)
    }
  }
}

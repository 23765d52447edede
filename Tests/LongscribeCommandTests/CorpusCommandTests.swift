import Foundation
import TestSupport
import Testing

/// The corpus, through the command line.
@Suite("Corpus: the command line")
struct CorpusCommandTests {
  @Test(arguments: try Corpus.files(.healthy, .damaged, .refused))
  func `the exit status and what is said on standard error fit the file`(_ file: CorpusFile)
    async throws
  {
    let path = try await Corpus.path(file.file)
    let result = try await Command.run(["plan", path])
    guard file.known?["opens"] == nil else {
      return withKnownIssue("\(file.file): \(file.known?["opens"] ?? "")") {
        #expect(result.status == 0)
      }
    }
    try file.check(.exit) { #expect(result.status == file.exit ?? 0) }
    if file.health == .refused {
      #expect(result.output.isEmpty)
      #expect(result.errorLines.count == 1)
      #expect(result.errors.hasPrefix("Error: \(path): "))
    } else {
      #expect(result.errorLines.allSatisfy { $0.hasPrefix("Warning: \(path): ") })
    }
    switch file.health {
    case .damaged: #expect(!result.errorLines.isEmpty)
    case .healthy where file.flags == nil && file.may == nil && file.warnings == nil:
      #expect(result.errorLines.isEmpty)
    default: break
    }
  }

  @Test(arguments: try Corpus.files(.sparse))
  func `probing gigabytes takes no more memory than probing a second`(_ file: CorpusFile)
    async throws
  {
    let path = try await Corpus.path(file.file)
    let result = try await Command.run(["probe", "--json", path], limit: 20)
    #expect(result.status == 0)
    #expect(result.peakMemory < 100_000_000)
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect(size > 2_500_000_000)
    let format = try result.json(Probed.self).format
    #expect(format.size == size)
    #expect(abs(format.duration - (file.header ?? 0)) < 0.001)
  }

  private struct Probed: Decodable {
    struct Format: Decodable {
      var size: Int
      var duration: Double
    }
    var format: Format
  }

  @Test(arguments: ["-", "http:x.mp3", "concat:a|b.mp3", "%s%n.mp3", "pipe:0", "file:x.mp3"])
  func `a name that looks like a protocol or a format is a plain file`(_ name: String) async throws
  {
    let folder = try TemporaryFolder()
    let source = try await Corpus.path("cbr.mp3")
    try FileManager.default.copyItem(atPath: source, toPath: folder.file(name))
    for command in ["plan", "probe"] {
      let result = try await Command.run([command, "--", name], folder: folder.path)
      #expect(result.status == 0)
      #expect(result.errors.isEmpty)
      #expect(result.outputLines.first == name)
    }
  }

  @Test
  func `a name of bytes that are no text is opened and printed safely`() async throws {
    let folder = try TemporaryFolder()
    let source = try await Corpus.path("cbr.mp3")
    let result = try await Command.bash(
      "name=$'a\\xff\\xc3(\\a.mp3'; cp '\(source)' \"$name\"; \"$longscribe\" plan \"$name\"",
      folder: folder.path)
    withKnownIssue("arguments are read as text, so bytes that are none are not found again") {
      #expect(result.status == 0)
    }
    let said = (result.output + result.errors).unicodeScalars
    #expect(said.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }
}

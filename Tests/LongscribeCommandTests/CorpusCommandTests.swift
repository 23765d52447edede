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
    let result = try await Command.run(["plan", "--json", "--chunk-length", "7", path])
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
      #expect(
        result.errorLines.allSatisfy {
          $0.hasPrefix("Warning: \(path): ") || $0.hasPrefix("Note: \(path): ")
        })
      try Self.expectTiles(file, try result.json(Plan.self))
    }
    switch file.health {
    case .damaged where file.known?["warnings"] == nil: #expect(!result.errorLines.isEmpty)
    case .healthy where file.flags == nil && file.may == nil && file.warnings == nil:
      #expect(result.errorLines.allSatisfy { $0.hasPrefix("Note: ") })
    default: break
    }
  }

  private struct Plan: Decodable {
    struct Chunk: Decodable {
      var start: Double
      var owned_start: Double
      var owned_end: Double
      var end: Double
    }
    var duration: Double
    var chunks: [Chunk]
  }

  /// Chunks tile the recording, and the recording has the table's length.
  private static func expectTiles(_ file: CorpusFile, _ plan: Plan) throws {
    try file.check(.length) {
      let samples = Int((plan.duration * 16_000).rounded())
      // JSON has milliseconds.
      let range = file.samples(at: 16_000)
      #expect(range.lowerBound - 8 <= samples && samples <= range.upperBound + 8, "\(samples)")
    }
    #expect(plan.chunks.first?.owned_start == 0)
    #expect(plan.chunks.last?.owned_end == plan.duration)
    #expect(plan.chunks.allSatisfy { $0.start <= $0.owned_start && $0.owned_end <= $0.end })
    #expect(plan.chunks.allSatisfy { $0.end - $0.start <= 7.001 })
    #expect(zip(plan.chunks, plan.chunks.dropFirst()).allSatisfy { $0.owned_end == $1.owned_start })
  }

  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["LONGSCRIBE_SLOW_TESTS"] != nil,
      "takes a quarter of a minute; set LONGSCRIBE_SLOW_TESTS"))
  func `hearing gigabytes takes no more memory than hearing minutes`() async throws {
    let result = try await Command.run(
      ["plan", "--json", try await Corpus.path("sparse.wav")],
      environment: ["TMPDIR": "/var/tmp"], limit: 300)
    #expect(result.status == 0)
    #expect(result.peakMemory < 150_000_000, "\(result.peakMemory)")
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
    #expect(result.status == 0)
    #expect(result.outputLines.first == "a\u{FFFD}\u{FFFD}(\u{FFFD}.mp3")
    let said = (result.output + result.errors).unicodeScalars
    #expect(said.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }
}

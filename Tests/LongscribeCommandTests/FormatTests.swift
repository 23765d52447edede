import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// The six formats of one transcript, each read back.
struct FormatTests {
  private struct Document: Decodable {
    struct Segment: Decodable {
      var id: Int
      var start: Double
      var end: Double
      var text: String
    }

    struct Gap: Decodable {
      var start: Double
      var end: Double
      var reason: String
      var code: String
    }

    struct Chunk: Decodable {
      var index: Int
      var ownedStart: Double
      var ownedEnd: Double

      enum CodingKeys: String, CodingKey {
        case index
        case ownedStart = "owned_start"
        case ownedEnd = "owned_end"
      }
    }

    struct Details: Decodable {
      var provider: String
      var model: String
      var chunks: [Chunk]
      var seams: [[String: Anything]]
      var gaps: [Gap]
      var warnings: [String]
      var calls: Int
      var billedSeconds: Double

      enum CodingKeys: String, CodingKey {
        case provider, model, chunks, seams, gaps, warnings, calls
        case billedSeconds = "billed_seconds"
      }
    }

    /// Any JSON value; its content does not matter.
    struct Anything: Decodable {
      init(from decoder: any Decoder) throws {}
    }

    var task: String
    var language: String
    var duration: Double
    var text: String
    var segments: [Segment]
    var longscribe: Details
  }

  /// Transcribes the talk into all formats.
  private static func all(
    _ options: [String], faults: [Fault] = []
  ) async throws -> (folder: TemporaryFolder, result: ProgramResult, requests: Int) {
    let simulator = try await Talk.shared.simulator(faults: faults)
    let folder = try TemporaryFolder()
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-f", "all", "-o", folder.path] + simulator.options
        + options,
      environment: Command.key)
    let requests = simulator.requests.count
    await simulator.stopped()
    return (folder, result, requests)
  }

  @Test(arguments: ["glm-asr", "glm-asr-2512"])
  func `all formats tell the same words at the same times`(_ model: String) async throws {
    let (folder, result, requests) = try await Self.all(["--model", model])
    #expect(result.output.isEmpty)
    let hasTimes = model == "glm-asr"
    #expect(result.errors.isEmpty == hasTimes)
    #expect(result.errors.contains("are estimated from the loudness") != hasTimes)
    #expect(result.status == 0)
    #expect(folder.contents == ["json", "lrc", "srt", "tsv", "txt", "vtt"].map { "talk.\($0)" })
    let said = try Talk.shared.said

    let cues = SubtitleFile.cues(srt: try text(of: folder.file("talk.srt")))
    #expect(cues.flatMap { words($0.text) } == said)
    #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.end <= $1.start })
    #expect(cues.allSatisfy { $0.start < $0.end && $0.end <= Int(Talk.seconds * 1000) })
    #expect(try await SubtitleFile.ffmpeg(folder.file("talk.srt")) == cues)
    #expect(try await SubtitleFile.ffmpeg(folder.file("talk.vtt")) == cues)

    #expect(words(try text(of: folder.file("talk.txt"))) == said)
    let lyrics = try text(of: folder.file("talk.lrc")).split(separator: "\n")
    #expect(lyrics.flatMap { words(String($0.drop { $0 != "]" }.dropFirst())) } == said)
    #expect(try await SubtitleFile.ffmpeg(folder.file("talk.lrc")).count == lyrics.count)
    #expect(lyrics.allSatisfy { $0.prefixMatch(of: /\[\d\d:\d\d\.\d\d\]\S/) != nil })

    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("talk.json")))
    let document = try JSONDecoder().decode(Document.self, from: data)
    #expect(document.task == "transcribe")
    #expect(document.duration == Talk.seconds)
    #expect(words(document.text) == said)
    #expect(document.segments.flatMap { words($0.text) } == said)
    #expect(document.segments.map(\.id) == Array(document.segments.indices))
    #expect(
      zip(document.segments, document.segments.dropFirst()).allSatisfy { $0.start <= $1.start })
    #expect(
      document.segments.allSatisfy { 0 <= $0.start && $0.start < $0.end && $0.end <= Talk.seconds })
    let rows = try text(of: folder.file("talk.tsv")).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }
    #expect(rows.first == ["start", "end", "text"])
    #expect(
      rows.dropFirst().map {
        SubtitleFile.Cue(start: Int($0[0]) ?? -1, end: Int($0[1]) ?? -1, text: $0[2])
      }
        == document.segments.map {
          SubtitleFile.Cue(
            start: Int(($0.start * 1000).rounded()), end: Int(($0.end * 1000).rounded()),
            text: $0.text)
        })
    let details = document.longscribe
    #expect(details.provider == "glm")
    #expect(details.model == model)
    #expect(details.chunks.map(\.index) == Array(details.chunks.indices))
    #expect(details.seams.count == details.chunks.count - 1)
    #expect(details.gaps.isEmpty)
    #expect(details.warnings.isEmpty)
    #expect(details.calls == requests)
    #expect(details.billedSeconds >= Talk.seconds)
  }

  @Test
  func `a chunk that fails for good is a gap in every format`() async throws {
    let fault = Fault(
      match: .matchedStart(30...90),
      action: .status(400, code: "1301", message: "sensitive content"))
    let (folder, result, _) = try await Self.all([], faults: [fault])
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("talk.json")))
    let document = try JSONDecoder().decode(Document.self, from: data)
    let gap = try #require(document.longscribe.gaps.first)
    #expect(document.longscribe.gaps.count == 1)
    #expect(gap.code == "content_blocked")
    #expect(gap.reason.hasPrefix("sensitive content (HTTP 400, code 1301)"))

    func coarse(_ seconds: Double) -> String {
      "0:0\(Int(seconds) / 60):\(Int(seconds) % 60 / 10)\(Int(seconds) % 10)"
    }
    func range(_ start: Double, _ end: Double) -> String { "\(coarse(start))–\(coarse(end))" }
    let chunk = document.longscribe.chunks[1]
    let talk = try Talk.shared.wav
    let sentence =
      "Error: \(talk): chunk 2 (\(range(chunk.ownedStart, chunk.ownedEnd))): sensitive content (HTTP 400, code 1301); "
      + "the service refuses this stretch as sensitive"
    #expect(result.errorLines == [sentence])
    #expect(result.output.isEmpty)
    #expect(result.status == 3)

    let mark = "[not transcribed: sensitive content]"
    let cue = SubtitleFile.Cue(
      start: Int((gap.start * 1000).rounded()), end: Int((gap.end * 1000).rounded()), text: mark)
    for name in ["talk.srt", "talk.vtt"] {
      #expect(try await SubtitleFile.ffmpeg(folder.file(name)).contains(cue), "\(name)")
    }
    #expect(try text(of: folder.file("talk.tsv")).contains("\(cue.start)\t\(cue.end)\t\(mark)\n"))
    #expect(
      try text(of: folder.file("talk.txt")).contains("\n[\(range(gap.start, gap.end))] \(mark)\n"))
    #expect(try text(of: folder.file("talk.lrc")).contains("]\(mark)\n"))
    // What lies outside of the gap is all there; the service begins each answer with a capital.
    let said = try Talk.shared.said(before: gap.start, after: gap.end).map { $0.lowercased() }
    let written = words(document.text).map { $0.lowercased() }
    #expect(written == said)
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// `probe` and `plan`.
struct PlanTests {
  private struct Plan: Decodable {
    struct Source: Decodable {
      var name: String
      var bytes: Int64?
      var track: Int
    }

    struct Chunk: Decodable {
      var index: Int
      var file: String
      var start: Double
      var end: Double
      var ownedStart: Double
      var ownedEnd: Double
      var seam: String?

      enum CodingKeys: String, CodingKey {
        case index, file, start, end, seam
        case ownedStart = "owned_start"
        case ownedEnd = "owned_end"
      }
    }

    var version: Int
    var source: Source
    var duration: Double
    var chunks: [Chunk]
    var envelope: Data
  }

  private struct Probe: Decodable {
    struct Format: Decodable {
      var filename: String
      var duration: Double
      var size: Int64
    }

    struct Stream: Decodable {
      var codecType: String
      var sampleRate: Int
      var channels: Int

      enum CodingKeys: String, CodingKey {
        case channels
        case codecType = "codec_type"
        case sampleRate = "sample_rate"
      }
    }

    struct Service: Decodable {
      var model: String
      var need: String
      var calls: Int
    }

    var format: Format
    var streams: [Stream]
    var services: [Service]
  }

  /// A position in seconds as whole samples; fails where it lies between two.
  private func samples(_ seconds: Double) throws -> Int {
    let samples = seconds * 16_000
    try #require(abs(samples - samples.rounded()) < 1e-4)
    return Int(samples.rounded())
  }

  @Test(
    arguments: [
      (["--provider", "glm"], 60.0), (["--provider", "glm", "--model", "glm-asr-2512"], 30),
      (["--provider", "glm", "--chunk-length", "17.33"], 17.33), ([], 60),
      (["--chunk-length=11", "--overlap=0"], 11),
    ] as [([String], Double)])
  func `a plan tiles the recording with chunks that the service takes`(
    _ options: [String], _ longest: Double
  ) async throws {
    let result = try await Command.run(["plan", "--json", try Talk.shared.wav] + options)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
    let plan = try result.json(Plan.self)
    #expect(plan.version == 1)
    #expect(plan.source.name == "talk.wav")
    #expect(plan.source.bytes == Int64(Talk.seconds * 32_000) + 44)
    #expect(plan.duration == Talk.seconds)
    // 100 values a second.
    #expect(plan.envelope.count == Int(Talk.seconds * 100))
    #expect(plan.envelope.contains { $0 > 150 } && plan.envelope.contains { $0 < 150 })
    var position = 0
    for (index, chunk) in plan.chunks.enumerated() {
      #expect(chunk.index == index)
      #expect(
        chunk.file.hasPrefix("chunk-\(String(repeating: "0", count: index < 10 ? 4 : 3))\(index)."))
      #expect(try samples(chunk.ownedStart) == position)
      position = try samples(chunk.ownedEnd)
      #expect(try samples(chunk.start) <= samples(chunk.ownedStart))
      #expect(try samples(chunk.end) >= samples(chunk.ownedEnd))
      #expect(chunk.end - chunk.start <= longest)
      #expect(chunk.seam == nil || ["pause", "valley", "forced"].contains(chunk.seam))
      #expect((chunk.seam == nil) == (index == 0))
    }
    #expect(position == Int(Talk.seconds) * 16_000)
    #expect(Double(plan.chunks.count) >= Talk.seconds / longest)
  }

  @Test
  func `seconds are exact to the sample where they are not whole`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("odd.wav")
    // 1.0000625 s: seven decimals.
    try await Programs.shell(
      "ffmpeg -v error -f lavfi -i anullsrc=r=16000:cl=mono -af atrim=end_sample=16001 \(path)")
    let result = try await Command.run(["plan", "--json", path])
    #expect(result.output.contains("\"duration\" : 1.0000625"))
    #expect(result.output.contains("\"owned_end\" : 1.0000625"))
  }

  @Test
  func `the plan for people has a line for each chunk`() async throws {
    let result = try await Command.run(["plan", "-p", "glm", try Talk.shared.wav])
    let lines = result.outputLines
    #expect(lines.first == (try Talk.shared.wav))
    #expect(lines.contains("  duration    00:02:30.000"))
    #expect(lines.contains("  recogniser  glm glm-asr at open.bigmodel.cn, at most 60 s a call"))
    let table = lines.drop { !$0.hasPrefix("  chunk  from") }
    #expect(table.count == 4)
    #expect(table.dropFirst().first?.hasPrefix("      1  00:00:00.000  00:00:") == true)
    #expect(table.last?.contains("  00:02:30.000  ") == true)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
  }

  @Test
  func `a dry run shows the same plan and sends nothing`() async throws {
    let simulator = try await Talk.shared.simulator()
    let talk = try Talk.shared.wav
    let folder = try TemporaryFolder()
    // No key: a plan needs none.
    let run = try await Command.run(
      ["transcribe", talk, "--dry-run", "-f", "all", "-o", folder.file("out")] + simulator.options)
    let plan = try await Command.run(["plan", talk] + simulator.options)
    #expect(run.output == plan.output)
    #expect(run.errors.isEmpty)
    #expect(run.status == 0)
    #expect(simulator.requests.isEmpty)
    #expect(folder.contents.isEmpty)
    await simulator.stopped()
  }

  @Test
  func `probe tells what is in a recording`() async throws {
    let talk = try Talk.shared.wav
    let result = try await Command.run(["probe", "--json", talk])
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
    let probe = try result.json(Probe.self)
    #expect(probe.format.filename == talk)
    #expect(probe.format.duration == Talk.seconds)
    #expect(probe.format.size == Int64(Talk.seconds * 32_000) + 44)
    #expect(probe.streams.count == 1)
    #expect(probe.streams.first?.codecType == "audio")
    #expect(probe.streams.first?.sampleRate == 16_000)
    #expect(probe.streams.first?.channels == 1)
    #expect(
      probe.services.map(\.model) == [
        "glm-asr", "glm-asr-2512", "", "FunAudioLLM/SenseVoiceSmall", "whisper-1", "gpt-transcribe",
        "whisper-1", "gpt-4o-transcribe", "pocketsphinx-en-us",
      ])
    #expect(
      probe.services.map(\.need) == ["split", "split"] + Array(repeating: "as_is", count: 6)
        + ["split"])
    #expect(probe.services.allSatisfy { $0.calls >= 3 || $0.need == "as_is" })
  }

  @Test
  func `probe takes several recordings and goes on after a bad one`() async throws {
    let talk = try Talk.shared.wav
    let fixture = Programs.fixture("lecture.m4a")
    let text = try await Command.run(["probe", talk, "missing.wav", fixture])
    #expect(text.outputLines.filter { !$0.hasPrefix(" ") } == [talk, fixture])
    #expect(text.output.contains("\n  duration            00:02:30.000 (from the header, exact)\n"))
    #expect(text.errorLines == ["Error: missing.wav: no such file"])
    #expect(text.status == 3)
    let json = try await Command.run(["probe", "--json", talk, "missing.wav", fixture])
    #expect(try json.json([Probe].self).map(\.format.filename) == [talk, fixture])
    #expect(json.status == 3)
  }
}

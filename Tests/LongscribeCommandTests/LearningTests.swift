import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// A service that takes less than it is said to, and recordings in which nobody speaks for a while.
struct LearningTests {
  private static let refusal = Fault(
    match: .requestNumber(1),
    action: .status(400, code: "1214", message: "audio is too long: at most 15 seconds"))

  @Test
  func `a limit that is learnt is told once and holds for the next recording`() async throws {
    let simulator = try await Talk.shared.simulator(faults: [Self.refusal])
    let talk = try Talk.shared.wav
    let result = try await Command.run(
      ["transcribe", talk, talk, "--concurrency", "1", "--no-journal"] + simulator.options,
      environment: Command.key)
    #expect(try words(result.output) == Talk.shared.said + Talk.shared.said)
    #expect(result.errorLines.count == 2)
    #expect(result.errorLines.last?.hasPrefix("2 of 2 recordings transcribed, ") == true)
    #expect(result.errors.hasPrefix("Warning: \(talk): the service takes at most 15 s, not "))
    #expect(result.errors.contains("planned again from 0:00:00 in chunks of at most 14 s; "))
    #expect(result.errors.contains("--chunk-length avoids the refused calls"))
    #expect(result.status == 0)
    let lengths = simulator.requests.map { $0.seconds ?? .infinity }
    #expect((lengths.first ?? 0) > 15)
    #expect(lengths.dropFirst().allSatisfy { $0 <= 14 })
    await simulator.stopped()
  }

  @Test
  func `a dry run plans by what an earlier run has learnt`() async throws {
    // It counted all calls again, by the limits that the service does not have.
    let simulator = try await Talk.shared.simulator(faults: [Self.refusal])
    let folder = try TemporaryFolder()
    let arguments =
      ["transcribe", try Talk.shared.wav, "--concurrency", "1", "--end", "100"] + simulator.options
    func run(_ more: [String]) async throws -> ProgramResult {
      try await Command.run(
        arguments + more,
        environment: Command.key.merging(["XDG_STATE_HOME": folder.file("state")]) { $1 })
    }
    func calls(_ result: ProgramResult) throws -> Int {
      let line = try #require(result.outputLines.first { $0.hasPrefix("  upload ") })
      return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    }
    #expect(try await run(["--max-calls", "4"]).status == 8)
    let sent = simulator.requests.count
    let half = try await calls(run(["--dry-run"]))
    #expect(try await run([]).status == 0)
    #expect(simulator.requests.count == sent + half)
    #expect(try await calls(run(["--dry-run"])) == 0)
    await simulator.stopped()
  }

  @Test
  func `events tell what was planned again`() async throws {
    let simulator = try await Talk.shared.simulator(faults: [Self.refusal])
    let folder = try TemporaryFolder()
    let result = try await Command.run(
      [
        "transcribe", try Talk.shared.wav, "--events", "jsonl", "--concurrency", "1", "-f", "json",
        "-o", folder.path,
      ] + simulator.options, environment: Command.key)
    let events = try Event.all(result.output)
    #expect(Set(events.map(\.type)).isSubset(of: Event.types))
    let replan = try #require(events.first { $0.type == "replan" })
    #expect(events.count { $0.type == "replan" } == 1)
    #expect(replan.chunk == 0)
    #expect(replan.code == "too_long")
    #expect(replan.maximumSeconds == 15)
    let replaced = Set(replan.replaced ?? [])
    #expect(replaced.contains(0))
    let planned = events.filter { $0.type == "plan" }.compactMap(\.chunk)
    let done = events.filter { $0.type == "chunk_done" }.compactMap(\.chunk)
    #expect(Set(planned).count == planned.count, "an index names one chunk for good")
    #expect(Set(done) == Set(planned).subtracting(replaced))
    let json = try text(of: folder.file("talk.json"))
    #expect(json.contains("planned again from 0:00:00"))
    await simulator.stopped()
  }

  /// The talk with two minutes of digital silence behind it.
  private static func quietTalk(in folder: TemporaryFolder) async throws -> String {
    let path = folder.file("quiet.wav")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y -i \(Talk.shared.wav) -af apad=pad_dur=120 -c:a pcm_s16le \(path)"
    )
    return path
  }

  @Test
  func `chunks in which nobody speaks are planned, told and not sent`() async throws {
    let folder = try TemporaryFolder()
    let input = try await Self.quietTalk(in: folder)
    let simulator = try await Talk.shared.simulator()
    let plan = try await Command.run(["plan", input, "-p", "glm"])
    #expect(plan.output.contains("silent and are not sent: 0:0"))
    let result = try await Command.run(
      ["transcribe", input, "-f", "json", "-o", folder.path] + simulator.options,
      environment: Command.key)
    #expect(result.status == 0)
    #expect(result.errors.contains("Note: \(input): "))
    #expect(result.errors.contains("silent and are not sent"))
    #expect(plan.output.contains("upload      \(simulator.requests.count) calls"))
    let json = try text(of: folder.file("quiet.json"))
    #expect(json.contains("\"silent\":true"))
    #expect(json.contains("\"silence\": [\n"))
    #expect(json.contains("\"gaps\": []"))
    let before = simulator.requests.count
    let events = try await Command.run(
      ["transcribe", input, "--events", "jsonl", "--send-silence"] + simulator.options,
      environment: Command.key)
    #expect(try Event.all(events.output).allSatisfy { $0.type != "silent" })
    #expect(simulator.requests.count > 2 * before)
    await simulator.stopped()
  }

  @Test
  func `a recording in which nobody speaks is an empty text, a warning and status 0`() async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.file("nobody.wav")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y -f lavfi -i anullsrc=cl=mono:r=16000:d=70 -c:a pcm_s16le \(path)"
    )
    let result = try await Command.run(["transcribe", path, "-f", "txt,json", "-o", folder.path])
    #expect(result.status == 0)
    #expect(result.errorLines == ["Warning: \(path): nobody speaks in it, so nothing is sent"])
    #expect(try text(of: folder.file("nobody.txt")).isEmpty)
    #expect(try text(of: folder.file("nobody.json")).contains("nobody speaks in it"))
  }
}

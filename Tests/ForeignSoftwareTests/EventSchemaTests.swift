import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Lines of `--events jsonl` held against `schemas/events.schema.json` by a validator that others wrote.
@Suite(.needsSchema, .serialized, .timeLimit(.minutes(5)))
struct EventSchemaTests {
  private struct Verdict: Decodable {
    struct Problem: Decodable {
      var line: String
      var messages: [String]
    }

    var types: [String]
    var problems: [Problem]
  }

  private static func validate(_ output: String) async throws -> Verdict {
    let folder = try TemporaryFolder()
    let lines = folder.file("events.jsonl")
    try output.write(toFile: lines, atomically: false, encoding: .utf8)
    let result = try await Programs.run(
      ForeignSoftware.schema,
      [
        "\(Programs.root)/Tests/ForeignSoftwareTests/Clients/validate_events.py",
        "\(Programs.root)/schemas/events.schema.json", lines,
      ], environment: ["PYTHONDONTWRITEBYTECODE": "1"], limit: 60)
    guard result.status == 0 else { throw Trouble(description: result.errors) }
    return try JSONDecoder().decode(Verdict.self, from: Data(result.output.utf8))
  }

  /// A kind of run, with what has to be among its lines.
  struct Run: Sendable, CustomStringConvertible {
    var description: String
    var service = ServiceSimulator.Service.openai
    var faults: [Fault] = []
    var options: [String] = []
    /// The recording; the speech if there is none.
    var input: String?
    var status: Int32
    var types: Set<String>
  }

  static let runs = [
    Run(
      description: "success", status: 0,
      types: ["plan", "chunk_start", "chunk_done", "text", "file_done", "summary"]),
    Run(
      description: "streamed", service: .glm, options: ["--stream", "--concurrency", "1"],
      status: 0, types: ["partial", "text"]),
    Run(
      description: "partial",
      faults: [
        Fault(
          match: .matchedStart(200...400), action: .status(400, code: "content", message: "no"))
      ], status: 3, types: ["chunk_failed", "file_done"]),
    Run(
      description: "retries",
      faults: [
        Fault(
          match: .first(2), action: .status(503, code: "busy", message: "busy", retryAfter: "1"))
      ], status: 0, types: ["retry", "file_done"]),
    Run(
      description: "planned again", service: .glm,
      faults: [
        Fault(
          match: .requestNumber(1),
          action: .status(400, code: "1214", message: "audio is too long: at most 15 seconds"))
      ], options: ["--concurrency", "1"], status: 0, types: ["replan", "file_done"]),
    Run(
      description: "refused",
      faults: [
        Fault(match: .always, action: .status(401, code: "invalid_api_key", message: "no"))
      ], status: 4, types: ["file_failed", "summary"]),
    Run(
      description: "missing", input: "/nonexistent/talk.wav", status: 66,
      types: ["file_failed", "summary"]),
  ]

  @Test(arguments: runs)
  func `every line of a run is as the schema says`(_ run: Run) async throws {
    let speech = try Speech.shared
    try await speech.simulating(run.service, faults: run.faults) { simulator in
      let key = run.service == .glm ? "ZHIPUAI_API_KEY" : "OPENAI_API_KEY"
      let folder = try TemporaryFolder()
      let result = try await Programs.run(
        Programs.longscribe,
        ["transcribe", run.input ?? speech.wav] + [
          "-p", run.service == .glm ? "glm" : "openai", "--base-url", simulator.baseURL,
          "--events", "jsonl",
        ] + (run.service == .glm ? [] : Speech.chunks) + run.options,
        environment: [
          key: "simulator-key", "XDG_STATE_HOME": folder.path, "XDG_CONFIG_HOME": folder.path,
        ], limit: 240)
      #expect(result.status == run.status, "\(result.errors)")
      let verdict = try await Self.validate(result.output)
      #expect(verdict.problems.map { "\($0.line): \($0.messages)" } == [])
      #expect(Set(verdict.types).isSuperset(of: run.types))
      #expect(verdict.types.last == "summary")
      #expect(verdict.types.count { $0 == "summary" } == 1)
    }
  }

  @Test
  func `the validator finds what is wrong`() async throws {
    let verdict = try await Self.validate(
      """
      {"v":1,"type":"warning","file":"talk.wav","message":"late"}
      {"v":1,"type":"warning","file":"talk.wav"}
      {"v":1,"type":"plan","file":"talk.wav","chunk":"first","start":0,"end":1}
      {"v":1,"type":"nothing"}

      """.replacingOccurrences(of: "\n\n", with: "\n"))
    #expect(verdict.problems.count == 3)
  }
}

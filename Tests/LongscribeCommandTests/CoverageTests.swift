import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// `transcribe` with services that leave out what is said.
struct CoverageTests {
  private static let hole = [Fault(match: .always, action: .hole(75...90))]

  @Test
  func
    `speech without text is asked for again, and what stays open shows in status, message and JSON`()
    async throws
  {
    let simulator = try await Talk.shared.simulator(faults: Self.hole)
    let folder = try TemporaryFolder()
    let talk = try Talk.shared.wav
    let result = try await Command.run(
      ["transcribe", talk, "-f", "json,txt", "-o", folder.path] + simulator.options,
      environment: Command.key)
    let calls = simulator.requests.count
    await simulator.stopped()
    #expect(result.status == 3)
    #expect(result.problems.isEmpty)
    let warnings = result.errorLines.filter { $0.hasPrefix("Warning: ") }
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.hasPrefix("Warning: \(talk): somebody seems to speak where the transcript")
        == true)
    let json = try text(of: folder.file("talk.json"))
    #expect(json.contains(#""asked_again":true"#))
    #expect(json.contains(#""reason":"no_text""#))
    #expect(json.contains(#""calls": \#(calls)"#))
  }

  @Test
  func `what an answer left out comes with a second call, and the status is 0`() async throws {
    for option in [[], ["--no-repair"]] {
      let simulator = try await Talk.shared.simulator(
        faults: [Fault(match: .matchedStart(-1...73), action: .hole(75...90))])
      let result = try await Command.run(
        ["transcribe", try Talk.shared.wav] + simulator.options + option, environment: Command.key)
      await simulator.stopped()
      if option.isEmpty {
        #expect(words(result.output).count == (try Talk.shared.said).count)
        #expect(result.status == 0)
        #expect(result.errors.isEmpty)
      } else {
        #expect(words(result.output).count < (try Talk.shared.said).count)
        #expect(result.status == 3)
      }
    }
  }

  @Test
  func `events tell which chunk asks again for which`() async throws {
    let simulator = try await Talk.shared.simulator(faults: Self.hole)
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "--events", "jsonl"] + simulator.options,
      environment: Command.key)
    await simulator.stopped()
    let events = try Event.all(result.output)
    let plan = events.filter { $0.type == "plan" && $0.repairs == nil }
    let again = events.filter { $0.repairs != nil }
    #expect(again.map(\.type) == ["plan", "chunk_start", "chunk_done"])
    #expect(Set(again.map(\.chunk)) == [plan.count])
    #expect(events.count { $0.type == "text" } == plan.count)
    #expect(events.count { $0.type == "warning" } == 1)
    #expect(events.last?.exitCode == 3)
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// A key is sent to its service and is found nowhere else, whatever the service does with it.
@Suite(.serialized)
struct CanaryTests {
  /// A recording that is one call.
  private static let length = ["--end", "20"]

  private static let outputs: [[String]] = [["--events", "jsonl"], ["-f", "all", "-o", "{out}"]]

  private static func transcribe(
    _ provider: CanaryProvider, _ baseURL: String, _ options: [String]
  ) async throws -> CanaryRun {
    try await CanaryRun.run(
      [
        "transcribe", try Talk.shared.wav, "--provider", provider.name, "--base-url", baseURL,
      ] + length + options, variable: provider.variable)
  }

  @Test(arguments: CanaryProvider.all)
  func `a run that succeeds leaves the key nowhere`(_ provider: CanaryProvider) async throws {
    let simulator = try await Talk.shared.simulator {
      $0.service = provider.service
      $0.key = Canary.key
      // Long enough to look around.
      $0.latency = 0.5
    }
    for output in Self.outputs + (provider.takesStream ? [["--stream"]] : []) {
      let run = try await Self.transcribe(provider, simulator.baseURL, output)
      #expect(run.result.status == 0, "\(run.result.errors)")
      #expect(run.finds.isEmpty, "\(output)")
    }
    await simulator.stopped()
  }

  @Test(arguments: CanaryProvider.all)
  func `a service that repeats the key does not get it into any output`(
    _ provider: CanaryProvider
  ) async throws {
    // What is asked for again and again takes half a minute, and is the same for all.
    let answers = Canary.answers.filter { !$0.isRepeated || provider.name == "glm" }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for answer in answers {
        group.addTask {
          let server = try CannedServer(answer: answer.bytes)
          for output in Self.outputs {
            let run = try await Self.transcribe(
              provider, "http://127.0.0.1:\(server.port)/v1",
              output + (provider.takesStream ? ["--stream"] : []))
            #expect(run.result.status != 0, "\(answer.name)")
            #expect(
              run.finds.isEmpty, "\(answer.name): \(run.result.errors)\(run.result.output)")
          }
          // The key did get there: otherwise the test would prove nothing.
          #expect(server.heads.contains { $0.contains("Bearer \(Canary.key)") })
          server.stop()
        }
      }
      try await group.waitForAll()
    }
  }

  @Test(arguments: CanaryProvider.all)
  func `a redirect takes the key to no other host and into no output`(
    _ provider: CanaryProvider
  ) async throws {
    let other = try CannedServer(answer: Canary.answer("200 OK", "application/json", "{}"))
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
      let server = try CannedServer(
        answer: Canary.answer(
          status, "text/html", "<a href='/\(Canary.key)'>moved</a>",
          "Location: http://127.0.0.1:\(other.port)/v1/audio/transcriptions?key=\(Canary.key)\r\n"))
      let run = try await Self.transcribe(
        provider, "http://127.0.0.1:\(server.port)/v1", ["--events", "jsonl"])
      #expect(run.result.status == 4)
      #expect(run.finds.isEmpty, "\(status): \(run.result.errors)\(run.result.output)")
      #expect(server.heads.count == 1)
      server.stop()
    }
    #expect(other.heads.isEmpty)
    other.stop()
  }

  @Test(arguments: CanaryProvider.all)
  func `an address that cannot be used does not give the key away`(
    _ provider: CanaryProvider
  ) async throws {
    // Nobody listens on the last: that is tried for half a minute.
    let addresses = ["http://example.test/v1", "ftp://127.0.0.1/v1", "nonsense"]
    let last = provider.name == "glm" ? ["http://127.0.0.1:1/v1"] : []
    for address in addresses + last {
      let run = try await Self.transcribe(provider, address, ["--events", "jsonl"])
      #expect(run.result.status == (last.contains(address) ? 5 : 4), "\(address)")
      #expect(run.finds.isEmpty, "\(address): \(run.result.errors)")
    }
  }

  @Test(arguments: CanaryProvider.all)
  func `commands that send nothing do not show the key`(_ provider: CanaryProvider) async throws {
    for arguments in [
      ["plan", try Talk.shared.wav, "--provider", provider.name, "--json"],
      ["providers", "--json"], ["providers"], ["probe", try Talk.shared.wav, "--json"],
      ["transcribe", try Talk.shared.wav, "--provider", provider.name, "--dry-run"],
    ] {
      let run = try await CanaryRun.run(arguments, variable: provider.variable)
      #expect(run.result.status == 0, "\(arguments): \(run.result.errors)")
      #expect(run.finds.isEmpty, "\(arguments)")
    }
  }

  @Test
  func `a key whose variable a configuration names is found nowhere else either`() async throws {
    let simulator = try await Talk.shared.simulator {
      $0.service = .openai
      $0.key = Canary.key
    }
    let refusing = try CannedServer(answer: Canary.answers[0].bytes)
    for (address, status) in [
      (simulator.baseURL, Int32(0)), ("http://127.0.0.1:\(refusing.port)/v1", 4),
    ] {
      let config =
        #"{"profiles":{"mine":{"base_url":"\#(address)","key_variable":"MY_SECRET","#
        + #""key_needed":"always"}}}"#
      let run = try await CanaryRun.run(
        ["transcribe", try Talk.shared.wav, "--provider", "mine", "--events", "jsonl"]
          + Self.length, variable: "MY_SECRET", config: config)
      #expect(run.result.status == status, "\(run.result.errors)")
      #expect(run.finds.isEmpty)
      let list = try await CanaryRun.run(
        ["providers", "--json"], variable: "MY_SECRET", config: config)
      #expect(list.result.status == 0, "\(list.result.errors)")
      #expect(list.finds.isEmpty)
    }
    #expect(refusing.heads.contains { $0.contains(Canary.key) })
    refusing.stop()
    await simulator.stopped()
  }
}

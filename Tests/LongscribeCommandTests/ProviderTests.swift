import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Every service through the executable.
@Suite(.serialized) struct ProviderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var provider: String
    var service: ServiceSimulator.Service
    var variable: String
    var options: [String] = []

    var testDescription: String { "\(service)" }
  }

  static let cases = [
    Case(provider: "glm", service: .glm, variable: "ZAI_API_KEY"),
    Case(provider: "coze", service: .coze, variable: "COZE_API_TOKEN"),
    Case(provider: "siliconflow", service: .siliconflow, variable: "SILICONFLOW_API_KEY"),
    Case(provider: "chatanywhere", service: .chatanywhere, variable: "CHATANYWHERE_API_KEY"),
    Case(provider: "openai", service: .openai, variable: "OPENAI_API_KEY"),
    Case(provider: "openai", service: .relay, variable: "OPENAI_API_KEY"),
  ]

  private static func run(
    _ service: Case, _ simulator: ServiceSimulator, _ options: [String] = [],
    key: String = "simulator-key"
  ) async throws -> ProgramResult {
    try await Command.run(
      ["transcribe", try Talk.shared.wav, "-p", service.provider, "--base-url", simulator.baseURL]
        + options, environment: [service.variable: key])
  }

  @Test(arguments: cases)
  func `every service transcribes`(_ service: Case) async throws {
    let simulator = try await Talk.shared.simulator { $0.service = service.service }
    let run = try await Self.run(service, simulator, ["--chunk-length", "50"])
    #expect(words(run.output) == (try Talk.shared.said))
    #expect(run.errors == "")
    #expect(run.status == 0)
    #expect(simulator.requests.allSatisfy { $0.status == 200 })
    await simulator.stopped()
  }

  @Test(arguments: cases)
  func `a wrong key ends the run after one round, with the cure`(_ service: Case) async throws {
    let simulator = try await Talk.shared.simulator { $0.service = service.service }
    let run = try await Self.run(
      service, simulator, ["--chunk-length", "20"], key: "wrong-canary-key-1")
    #expect(run.status == 4)
    #expect(run.problems.count == 1)
    #expect(run.errors.contains(service.provider == "glm" ? "ZAI_API_KEY" : service.variable))
    #expect(!run.errors.contains("canary"))
    #expect(simulator.requests.count <= 5)
    await simulator.stopped()
  }

  @Test(arguments: cases.filter { $0.service != .coze })
  func `a model that is gone: the message names the current ones and the option`(
    _ service: Case
  ) async throws {
    let simulator = try await Talk.shared.simulator {
      $0.service = service.service
      $0.limits.models = ["new-model"]
    }
    let run = try await Self.run(service, simulator)
    #expect(run.status == 4)
    #expect(run.errors.contains("--model: "))
    await simulator.stopped()
  }

  @Test(arguments: cases)
  func `options that a service does not have are told, not dropped in silence`(
    _ service: Case
  ) async throws {
    let simulator = try await Talk.shared.simulator { $0.service = service.service }
    let run = try await Self.run(
      service, simulator,
      [
        "--language", "en", "--prompt", "A talk.", "--temperature", "0.5", "--user-id", "user-1",
        "--request-id", "mine", "--hotwords", "tide, moon", "--chunk-length", "58",
      ])
    #expect(run.status == 0)
    let notes = run.errorLines.filter { $0.hasPrefix("Note: ") }
    let fields = Set(simulator.requests.flatMap(\.fields.keys))
    for (name, word) in [
      ("language", "language"), ("prompt", "prompt"), ("temperature", "temperature"),
      ("user_id", "user id"), ("request_id", "request id"), ("hotwords", "hotwords"),
    ] {
      let isTold = notes.contains { $0.contains(word) }
      #expect(fields.contains(name) != isTold, "\(name) is sent or told")
    }
    await simulator.stopped()
  }

  @Test
  func `a model that is not known is told, with the limits that are assumed`() async throws {
    let simulator = try await Talk.shared.simulator()
    let run = try await Command.run(
      ["transcribe", try Talk.shared.wav, "--model", "glm-asr-9999"] + simulator.options,
      environment: Command.key)
    #expect(
      run.errors.contains(
        "Note: the model glm-asr-9999 is not known; 30 s and 25 MB a call are assumed"))
    #expect(run.status == 4)
    await simulator.stopped()
  }

  @Test
  func `a server on this machine needs no key`() async throws {
    let simulator = try await Talk.shared.simulator { $0.service = .openai }
    let run = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-p", "openai", "--base-url", simulator.baseURL])
    // The simulator wants one, so the request came, without a key.
    #expect(simulator.requests.count == 1)
    #expect(run.errors.contains("HTTP 401"))
    #expect(run.status == 4)
    await simulator.stopped()
  }

  @Test
  func `a relay that takes only documented fields is asked without the others, and that is told`()
    async throws
  {
    let simulator = try await Talk.shared.simulator {
      $0.service = .relay
      $0.documentedFieldsOnly = true
    }
    let run = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-p", "openai", "--base-url", simulator.baseURL],
      environment: ["OPENAI_API_KEY": "simulator-key"])
    #expect(words(run.output) == (try Talk.shared.said))
    #expect(run.errors.contains("the server refuses timestamp_granularities"))
    #expect(run.status == 0)
    await simulator.stopped()
  }

  @Test(arguments: [ServiceSimulator.StreamDialect.openai, .vllm])
  func `streams of both dialects arrive whole`(_ dialect: ServiceSimulator.StreamDialect)
    async throws
  {
    let simulator = try await Talk.shared.simulator {
      $0.service = .openai
      $0.streamDialect = dialect
    }
    let run = try await Command.run(
      [
        "transcribe", try Talk.shared.wav, "-p", "openai", "--base-url", simulator.baseURL,
        "--model", "gpt-4o-transcribe", "--stream",
      ], environment: ["OPENAI_API_KEY": "simulator-key"])
    #expect(words(run.output) == (try Talk.shared.said))
    #expect(simulator.requests.allSatisfy { $0.fields["stream"] == "true" })
    await simulator.stopped()
  }

  @Test
  func `partial text of a stream is an event, and grows`() async throws {
    let simulator = try await Talk.shared.simulator { $0.streamPause = 0.02 }
    let run = try await Command.run(
      [
        "transcribe", try Talk.shared.wav, "--stream", "--events", "jsonl", "--concurrency", "1",
      ] + simulator.options, environment: Command.key)
    let partial = try run.outputLines.map { line in
      try JSONDecoder().decode(Event.self, from: Data(line.utf8))
    }.filter { $0.type == "partial" }.compactMap(\.text)
    #expect(partial.count > 3)
    let said = try Talk.shared.said.joined(separator: " ")
    let first = try #require(partial.first)
    #expect(said.hasPrefix(String(first.prefix(12))), "it begins where the talk begins")
    #expect(zip(partial, partial.dropFirst()).contains { $1.count > $0.count })
    await simulator.stopped()
  }

  @Test
  func
    `a service that takes less than the shortest audio that is sent ends the run, not an endless chain`()
    async throws
  {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.file("longscribe"), withIntermediateDirectories: true)
    let path = folder.file("longscribe/config.json")
    try Data(
      #"{"profiles": {"mine": {"like": "openai", "limits": {"minimum_seconds": 10, "maximum_seconds": 60}}}}"#
        .utf8
    ).write(to: URL(fileURLWithPath: path))
    let simulator = try await Talk.shared.simulator {
      $0.service = .openai
      $0.limits.seconds = 6
    }
    let run = try await Command.run(
      [
        "transcribe", try Talk.shared.wav, "-p", "mine", "--base-url", simulator.baseURL,
        "--key-command", "echo simulator-key",
      ],
      environment: ["XDG_CONFIG_HOME": folder.path])
    #expect(run.status != 0)
    #expect(simulator.requests.count < 60)
    await simulator.stopped()
  }
}

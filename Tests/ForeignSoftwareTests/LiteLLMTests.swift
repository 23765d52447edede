import ServiceSimulator
import TestSupport
import Testing

/// LiteLLM between the executable and the service: a server of OpenAI's kind that changes requests, answers and errors in its own way.
///
/// One test, because the proxy takes ten seconds and more to start.
@Suite(.needsLiteLLM, .serialized, .timeLimit(.minutes(8)))
struct LiteLLMTests {
  @Test
  func `recordings come back whole through LiteLLM, and its errors are understood`() async throws {
    try await LiteLLM.run { proxy in
      try await Self.succeeds(proxy)
      try await Self.waits(proxy)
      try await Self.survivesAFailure(proxy)
      try await Self.tellsWrongKey(proxy)
      try await Self.tellsWrongModel(proxy)
      try await Self.tellsLastingFailure(proxy)
    }
  }

  private static func succeeds(_ proxy: LiteLLM) async throws {
    let (run, requests) = try await proxy.transcribe()
    try run.expectWhole()
    #expect(run.result.errors.isEmpty, "\(run.result.errors)")
    #expect(requests.count >= 6)
    #expect(requests.allSatisfy { $0.fields["response_format"] == "verbose_json" })
    #expect(
      requests.allSatisfy { $0.fields["timestamp_granularities[]"]?.contains("word") == true })
  }

  /// LiteLLM keeps the service's `Retry-After` to itself; what the service's sentence says still comes through.
  private static func waits(_ proxy: LiteLLM) async throws {
    let refusal = Fault(
      match: .always,
      action: .status(
        429, code: "rate_limit_exceeded", message: "Rate limit reached. Please try again in 3s.",
        retryAfter: "3"),
      times: 1)
    let (run, requests) = try await proxy.transcribe(faults: [refusal], ["--concurrency", "1"])
    try run.expectWhole()
    #expect(run.result.errors.contains("(HTTP 429"))
    #expect(run.result.errors.contains("trying again in 3 s"), "\(run.result.errors)")
    try #require(requests.count > 1)
    #expect(requests[1].arrival - requests[0].arrival >= 2.9)
  }

  private static func survivesAFailure(_ proxy: LiteLLM) async throws {
    let failure = Fault(
      match: .always, action: .status(500, code: "", message: "it broke"), times: 2)
    let (run, requests) = try await proxy.transcribe(faults: [failure])
    try run.expectWhole()
    #expect(run.result.errors.contains("it broke"))
    #expect(requests.filter { $0.status == 500 }.count == 2)
  }

  private static func tellsWrongKey(_ proxy: LiteLLM) async throws {
    let (run, requests) = try await proxy.transcribe(key: "sk-canary-31337")
    #expect(run.result.status == 4, "\(run.result.errors)")
    #expect(run.problems.count == 1)
    #expect(run.result.errors.contains("check the key: OPENAI_API_KEY"))
    #expect(!run.result.errors.contains("sk-canary-31337"))
    #expect(requests.isEmpty)
  }

  private static func tellsWrongModel(_ proxy: LiteLLM) async throws {
    let (run, requests) = try await proxy.transcribe(["--model", "whisper-9"])
    #expect(run.result.status == 4, "\(run.result.errors)")
    #expect(run.problems.count == 1)
    #expect(run.result.errors.contains("Invalid model name"))
    #expect(run.result.errors.contains("--model"))
    #expect(requests.isEmpty)
  }

  private static func tellsLastingFailure(_ proxy: LiteLLM) async throws {
    let failure = Fault(
      match: .always, action: .status(500, code: "", message: "it is broken"))
    let (run, _) = try await proxy.transcribe(faults: [failure])
    #expect(run.result.status == 5)
    #expect(run.problems.count == 1)
    #expect(run.result.errors.contains("it is broken"))
  }
}

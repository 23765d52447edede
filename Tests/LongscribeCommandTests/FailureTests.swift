import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// `transcribe` with services that fail.
struct FailureTests {
  /// What a run against a service gave, and how long it took.
  private struct Run {
    var result: ProgramResult
    var seconds: Double
    var requests: [ReceivedRequest]
    var files: [String]
  }

  /// Transcribes the talk into a folder with a service that fails in the given ways.
  private static func run(
    _ faults: [Fault], _ options: [String] = [], environment: [String: String] = Command.key
  ) async throws -> Run {
    let simulator = try await Talk.shared.simulator(faults: faults)
    let folder = try TemporaryFolder()
    let start = ContinuousClock.now
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-f", "all", "-o", folder.path] + simulator.options
        + options,
      environment: environment)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let requests = simulator.requests
    await simulator.stopped()
    return Run(result: result, seconds: seconds, requests: requests, files: folder.contents)
  }

  @Test
  func `a service that always fails ends the run with 5 after a bounded time`() async throws {
    let run = try await Self.run([
      Fault(match: .always, action: .status(500, code: "500", message: "internal"))
    ])
    let talk = try Talk.shared.wav
    #expect(run.result.problems.count == 1)
    #expect(
      run.result.problems.first?.hasPrefix("Error: \(talk): glm gave no transcript for chunk ")
        == true)
    #expect(run.result.errors.hasSuffix(": internal (HTTP 500, code 500)\n"))
    #expect(run.result.output.isEmpty)
    #expect(run.result.status == 5)
    #expect(run.files.isEmpty)
    // Six tries of each of three chunks, with waits of 1 to 16 s between them.
    #expect(run.requests.count == 18)
    #expect((15...50).contains(run.seconds))
  }

  @Test
  func `a server that cannot be reached ends the run with 5 after a bounded time`() async throws {
    // A port that was free a moment ago.
    let server = try CannedServer(answer: "")
    server.stop()
    let start = ContinuousClock.now
    let result = try await Command.run(
      [
        "transcribe", try Talk.shared.wav, "-p", "glm", "--base-url",
        "http://127.0.0.1:\(server.port)/api", "--quiet",
      ], environment: Command.key)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.contains(": glm gave no transcript for chunk "))
    #expect(result.errors.contains("the service cannot be reached"))
    #expect(result.errors.hasSuffix("; check the network, the proxy and --base-url\n"))
    #expect(result.output.isEmpty)
    #expect(result.status == 5)
    #expect((15...50).contains(seconds))
  }

  @Test
  func `a wrong key ends the run with 4 and one line that does not show it`() async throws {
    // There was a line for each chunk beside the one for the recording.
    let canary = "canary-\(UUID().uuidString)"
    let run = try await Self.run([], environment: ["ZHIPUAI_API_KEY": canary])
    let lines = run.result.errorLines
    #expect(lines.count == 1)
    #expect(
      lines.first?.hasPrefix("Error: \(try Talk.shared.wav): glm gave no transcript for chunk ")
        == true)
    #expect(
      lines.first?.contains(
        "the key is wrong (HTTP 401, code 1000); check the key in ZHIPUAI_API_KEY") == true)
    #expect(!(run.result.output + run.result.errors).contains(canary))
    #expect(run.result.status == 4)
    #expect(run.requests.count <= 3)
    #expect(run.files.isEmpty)
  }

  @Test
  func `an empty account ends the run with 4 at once`() async throws {
    let run = try await Self.run([
      Fault(match: .always, action: .status(429, code: "1113", message: "no balance"))
    ])
    #expect(run.result.errorLines.count == 1)
    #expect(
      run.result.errors.hasSuffix(
        ": no balance (HTTP 429, code 1113); the account has no balance; top it up\n"))
    #expect(run.result.status == 4)
    #expect(run.requests.count <= 3)
    #expect(run.files.isEmpty)
  }

  @Test
  func `an account that runs empty on the way is told of once`() async throws {
    // There was a line for each chunk that was not sent any more.
    let run = try await Self.run(
      (2...30).map {
        Fault(match: .requestNumber($0), action: .status(429, code: "1113", message: "no balance"))
      }, ["--chunk-length", "15", "--concurrency", "1"])
    let lines = run.result.errorLines
    let talk = try Talk.shared.wav
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("Error: \(talk): chunk 2 (0:00:1") == true)
    #expect(
      lines.last?.wholeMatch(
        of: /Error: .*: \d+ more chunks failed for the same reason: 0:00:..–0:02:30/)
        != nil)
    #expect(run.result.status == 3)
    #expect(run.requests.count == 2)
    #expect(run.files.count == 6)
  }

  @Test
  func `Retry-After is honoured`() async throws {
    let run = try await Self.run([
      Fault(
        match: .requestNumber(1),
        action: .status(429, code: "1302", message: "slowly", retryAfter: "4"))
    ])
    #expect(run.result.errorLines.count == 1)
    #expect(
      run.result.errors.contains(
        "slowly (HTTP 429, code 1302); if this goes on, lower --concurrency"))
    #expect(run.result.errors.hasSuffix("; trying again in 4 s\n"))
    #expect(run.result.status == 0)
    let arrivals = run.requests.map(\.arrival)
    #expect(run.requests.count == 4)
    #expect(try #require(arrivals.last) - (run.requests.first?.finish ?? 0) >= 3.99)
  }

  @Test
  func `a redirect is not followed`() async throws {
    let simulator = try await Talk.shared.simulator()
    let target = "\(simulator.baseURL)/audio/transcriptions"
    let server = try CannedServer(
      answer: "HTTP/1.1 307 Temporary Redirect\r\nLocation: \(target)\r\nContent-Length: 0\r\n"
        + "Connection: close\r\n\r\n")
    let result = try await Command.run(
      [
        "transcribe", try Talk.shared.wav, "-p", "glm", "--base-url",
        "http://127.0.0.1:\(server.port)/api",
      ], environment: Command.key)
    #expect(result.errorLines.count == 1)
    #expect(
      result.errors.hasSuffix(
        ": the service redirects to \(target) (HTTP 307); "
          + "set --base-url to the address that it names, if you trust it\n"))
    #expect(result.output.isEmpty)
    #expect(result.status == 4)
    #expect((1...3).contains(server.heads.count))
    #expect(simulator.requests.isEmpty)
    server.stop()
    await simulator.stopped()
  }

  @Test(arguments: [
    "http://example.com/v1", "http://192.168.1.1:8000/v1", "http://127.0.0.1.evil.test/v1",
  ])
  func `plain http is refused but on this machine`(_ address: String) async throws {
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-p", "glm", "--base-url", address],
      environment: Command.key)
    #expect(
      result.errorLines == [
        "Error: the base URL \(address) cannot be used: plain http would send key and audio readable; use https"
      ])
    #expect(result.status == 4)
  }

  @Test(arguments: [
    "https://host/v1?key=canary-1", "ftp://me:canary-1@host/v1", "https://me:canary-1@host/v1",
  ])
  func `a secret in an address is not repeated`(_ address: String) async throws {
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-p", "glm", "--base-url", address],
      environment: Command.key)
    #expect(result.errorLines.count == 1)
    #expect(!result.errors.contains("canary"))
    #expect(result.status == 4)
  }

  @Test
  func `a web page instead of an answer ends the run with 5`() async throws {
    let run = try await Self.run([Fault(match: .always, action: .html200)])
    #expect(run.result.problems.count == 1)
    #expect(run.result.errors.contains("the answer is not a transcription: a web page: Welcome"))
    #expect(run.result.errors.contains("; check that --base-url leads to the service; "))
    #expect(
      run.result.problems.first?.hasSuffix(
        "; 6 calls failed after being sent; the service may have charged for them") == true)
    #expect(run.result.status == 5)
    // Each may have been paid for, so each is repeated once only.
    #expect(run.requests.count == 6)
    #expect(run.files.isEmpty)
  }
}

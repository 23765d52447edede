import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// SIGINT and SIGTERM.
@Suite(.serialized)
struct SignalTests {
  /// A program that waits for something, in a folder of its own for what it leaves.
  private struct Waiting {
    let program: RunningProgram
    let folder: TemporaryFolder

    init(_ arguments: [String], environment: [String: String] = [:], input: String? = nil) throws {
      folder = try TemporaryFolder()
      for name in ["out", "temporary"] {
        try FileManager.default.createDirectory(
          atPath: folder.file(name), withIntermediateDirectories: false)
      }
      program = try RunningProgram(
        Programs.longscribe, arguments + ["-f", "all", "-o", folder.file("out")],
        environment: environment.merging(["TMPDIR": folder.file("temporary")]) { $1 }, input: input)
    }

    /// Sends a signal, and tells how the program ended and after how many seconds.
    func end(with signal: Int32) async throws -> (result: ProgramResult, seconds: Double) {
      let start = ContinuousClock.now
      program.send(signal)
      let result = try await program.result(limit: 20)
      return (result, (ContinuousClock.now - start) / .seconds(1))
    }

    /// What lies in both folders.
    var leftovers: [String] {
      ["out", "temporary"].flatMap {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.file($0))) ?? []
      }
    }
  }

  /// What whoever stops a run is told.
  private static let stopping =
    "Stopping: calls under way may finish for 8 s; a second signal ends at once.\n"

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func `calls that are not answered end eight seconds after a signal, and nothing is left`(
    _ signal: Int32, _ status: Int32
  ) async throws {
    try await expectBest(of: 3, meets: { (7.5..<10).contains($0) }) {
      let simulator = try await Talk.shared.simulator { $0.latency = 60 }
      let waiting = try Waiting(
        ["transcribe", try Talk.shared.wav] + simulator.options, environment: Command.key)
      try await simulator.firstRequest()
      let (result, seconds) = try await waiting.end(with: signal)
      #expect(result.status == status)
      #expect(result.output.isEmpty)
      #expect(result.errors == Self.stopping)
      #expect(waiting.leftovers.isEmpty)
      await simulator.stopped()
      return seconds
    }
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func `calls that are answered soon after a signal are in the transcript, and the rest is a gap`(
    _ signal: Int32, _ status: Int32
  ) async throws {
    let simulator = try await Talk.shared.simulator {
      $0.latency = 3
      $0.inFlightLimit = 64
    }
    let waiting = try Waiting(
      ["transcribe", try Talk.shared.wav, "--concurrency", "2"] + simulator.options,
      environment: Command.key)
    try await simulator.firstRequest()
    let (result, seconds) = try await waiting.end(with: signal)
    await simulator.stopped()
    #expect(result.status == status)
    #expect(seconds < 7, "not the whole 8 s")
    #expect(result.output.isEmpty)
    let transcript = try text(of: waiting.folder.file("out/talk.txt"))
    #expect(transcript.contains("stopped before it was transcribed"))
    #expect(words(transcript).count > 20)
    #expect(simulator.requests.count <= 2)
    #expect(waiting.leftovers.count == 6)
  }

  @Test
  func `a second signal ends a run at once`() async throws {
    try await expectBest(of: 3, meets: { $0 < 1 }) {
      let simulator = try await Talk.shared.simulator { $0.latency = 60 }
      let waiting = try Waiting(
        ["transcribe", try Talk.shared.wav] + simulator.options, environment: Command.key)
      try await simulator.firstRequest()
      waiting.program.send(SIGINT)
      // Two signals before the first one is heard are one.
      try await waiting.program.says(Self.stopping)
      let (result, seconds) = try await waiting.end(with: SIGINT)
      #expect(result.status == 130)
      #expect(result.output.isEmpty)
      #expect(result.errors == Self.stopping)
      #expect(waiting.leftovers.isEmpty)
      await simulator.stopped()
      return seconds
    }
  }

  @Test
  func `the last event tells the status of a run that was ended`() async throws {
    // It told 130 whatever the signal.
    let simulator = try await Talk.shared.simulator { $0.latency = 3 }
    let waiting = try Waiting(
      ["transcribe", try Talk.shared.wav, "--events", "jsonl"] + simulator.options,
      environment: Command.key)
    try await simulator.firstRequest()
    let (result, _) = try await waiting.end(with: SIGTERM)
    #expect(result.status == 143)
    let events = try Event.all(result.output)
    #expect(events.last?.type == "summary")
    #expect(events.last?.exitCode == 143)
    await simulator.stopped()
  }

  @Test
  func `a wait before another try ends with a signal`() async throws {
    try await expectBest(of: 3, meets: { $0 < 2 }) {
      let simulator = try await Talk.shared.simulator(faults: [
        Fault(
          match: .always, action: .status(429, code: "1302", message: "slowly", retryAfter: "60"))
      ])
      let waiting = try Waiting(
        ["transcribe", try Talk.shared.wav, "-q"] + simulator.options, environment: Command.key)
      try await simulator.firstRequest()
      try await Task.sleep(for: .milliseconds(300))
      let (result, seconds) = try await waiting.end(with: SIGINT)
      #expect(result.status == 130)
      #expect(result.errors.isEmpty)
      #expect(waiting.leftovers.isEmpty)
      await simulator.stopped()
      return seconds
    }
  }

  @Test
  func `a signal ends a run that waits for a pipe's writer`() async throws {
    try await expectBest(of: 3, meets: { $0 < 2 }) {
      let folder = try TemporaryFolder()
      mkfifo(folder.file("pipe.wav"), 0o600)
      let waiting = try Waiting(["transcribe", folder.file("pipe.wav")])
      try await Task.sleep(for: .milliseconds(500))
      let (result, seconds) = try await waiting.end(with: SIGTERM)
      #expect(result.status == 143)
      #expect(waiting.leftovers.isEmpty)
      return seconds
    }
  }

  /// One signal, and further ones soon after.
  @Test(arguments: [(false, 2.0), (true, 0.7)])
  func `a signal ends what cannot be cancelled, a second one at once`(
    _ isRepeated: Bool, _ limit: Double
  ) async throws {
    // The first signal was not enough to end a run that waited for the key's command, or a plan that waited for a pipe.
    try await expectBest(of: 3, meets: { $0.allSatisfy { $0 < limit } }) {
      let folder = try TemporaryFolder()
      let pipe = folder.file("pipe")
      mkfifo(pipe, 0o600)
      defer {
        // Whoever still waits for the pipe, such as the key's command, reads its end.
        let writer = open(pipe, O_WRONLY | O_NONBLOCK)
        if writer >= 0 { close(writer) }
      }
      let waiting = try Waiting([
        "transcribe", try Talk.shared.wav, "-p", "glm", "--key-command", "cat \(pipe)",
      ])
      let plan = try RunningProgram(Programs.longscribe, ["plan", pipe])
      try await Task.sleep(for: .milliseconds(500))
      var seconds: [Double] = []
      for program in [waiting.program, plan] {
        let start = ContinuousClock.now
        program.send(SIGINT)
        // Signals that come before the last one is heard are one with it, and nothing is said of the first.
        for _ in 0..<100 where isRepeated && program.isRunning {
          try await Task.sleep(for: .milliseconds(50))
          program.send(SIGINT)
        }
        let result = try await program.result(limit: 20)
        seconds.append((ContinuousClock.now - start) / .seconds(1))
        #expect(result.status == 130)
        #expect(result.errors.isEmpty)
      }
      #expect(waiting.leftovers.isEmpty)
      return seconds
    }
  }

  @Test
  func `killed at any moment, a run leaves no temporary file`() async throws {
    let simulator = try await Talk.shared.simulator { $0.latency = 60 }
    let waiting = try Waiting(
      ["transcribe", try Talk.shared.wav] + simulator.options, environment: Command.key)
    try await simulator.firstRequest()
    let (result, _) = try await waiting.end(with: SIGKILL)
    #expect(result.status == 137)
    #expect(waiting.leftovers.isEmpty)
    await simulator.stopped()
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// What is seen on a terminal, and what a log has instead.
@Suite(.serialized)
struct TerminalTests {
  /// Runs lines of bash on a terminal of its own (script(1)) and returns all that came to it.
  ///
  /// - Parameter meanwhile: What is done while they run.
  private static func onTerminal(
    _ lines: String, columns: Int,
    meanwhile: (RunningProgram) async throws -> Void = { _ in }
  ) async throws -> ProgramResult {
    let folder = try TemporaryFolder()
    try "stty cols \(columns) rows 30\n\(lines)\n".write(
      toFile: folder.file("lines"), atomically: false, encoding: .utf8)
    let running = try RunningProgram(
      "/usr/bin/script", ["-qec", "bash \(folder.file("lines"))", "/dev/null"],
      environment: Command.key.merging(
        ["TERM": "xterm", "longscribe": Programs.longscribe]
      ) { $1 })
    try await meanwhile(running)
    return try await running.result(limit: 60)
  }

  /// What was drawn between two erasures of the line.
  private static func drawings(_ output: String) -> [String] {
    output.components(separatedBy: "\r\u{1B}[K").dropFirst().filter { !$0.isEmpty }
  }

  @Test(arguments: [80, 200])
  func `a line shows how far it is, and is gone at the end`(_ columns: Int) async throws {
    let simulator = try await Talk.shared.simulator { $0.latency = 0.4 }
    let folder = try TemporaryFolder()
    let result = try await Self.onTerminal(
      "\"$longscribe\" transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " ")) "
        + "--concurrency 1 -f txt -o \(folder.path)", columns: columns)
    #expect(result.status == 0)
    let drawn = Self.drawings(result.output)
    #expect(drawn.count >= 2)
    #expect(drawn.allSatisfy { $0.hasPrefix("talk  ") && $0.count < columns && !$0.contains("\n") })
    #expect(drawn.contains { $0.contains(" of 0:02:30") })
    #expect(result.output.hasSuffix("\r\u{1B}[K"))
    await simulator.stopped()
  }

  @Test(
    arguments: [
      (["INT"], 130), (["INT", "INT"], 130), (["TERM"], 143),
    ] as [([String], Int32)])
  func `a run that is ended leaves no half line`(_ signals: [String], _ status: Int32) async throws
  {
    let simulator = try await Talk.shared.simulator { $0.latency = 60 }
    let folder = try TemporaryFolder()
    let kill = signals.map { "kill -\($0) $!; sleep 0.1" }.joined(separator: "; ")
    // Until the program listens to it, SIGINT is ignored: so bash starts what runs in the background.
    let result = try await Self.onTerminal(
      "\"$longscribe\" transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " ")) "
        + "-f txt -o \(folder.path) & while [ ! -e \(folder.file("go")) ]; do sleep 0.02; done; "
        + "\(kill); wait $!; status=$?; echo END; exit $status",
      columns: 80
    ) { running in
      try await simulator.firstRequest()
      let deadline = ContinuousClock.now + .seconds(30)
      while Self.drawings(running.output).isEmpty, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(10))
      }
      try "".write(toFile: folder.file("go"), atomically: false, encoding: .utf8)
    }
    #expect(result.status == status)
    let lines = result.output.components(separatedBy: "\r\u{1B}[K")
    #expect(lines.count > 2)
    #expect(lines.last?.hasSuffix("END\r\n") == true)
    #expect(lines.last?.contains("talk") == false)
    await simulator.stopped()
  }

  @Test
  func `a terminal that cannot change a line, quiet runs and logs show no progress`() async throws {
    let simulator = try await Talk.shared.simulator()
    let line =
      "\"$longscribe\" transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " ")) > /dev/null"
    for start in ["TERM=dumb ", "set -- -q; "] {
      let result = try await Self.onTerminal("\(start)\(line) \"$@\"", columns: 80)
      #expect(result.output.isEmpty)
      #expect(result.status == 0)
    }
    let log = try await Command.bash(line, environment: Command.key)
    #expect(log.errors.isEmpty)
    await simulator.stopped()
  }

  @Test
  func `verbose tells where calls go, each step, and how far it is`() async throws {
    let simulator = try await Talk.shared.simulator(faults: [
      Fault(
        match: .requestNumber(2),
        action: .status(500, code: "500", message: "it stumbled"))
    ])
    let folder = try TemporaryFolder()
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-v", "-f", "txt", "-o", folder.path]
        + simulator.options, environment: Command.key)
    #expect(result.status == 0)
    let lines = result.errorLines
    #expect(lines.first == "calls: glm glm-asr, POST \(simulator.baseURL)/audio/transcriptions")
    #expect(lines.contains("key: ZHIPUAI_API_KEY"))
    #expect(!result.errors.contains("simulator-key"))
    let talk = try Talk.shared.wav
    #expect(
      lines.contains {
        $0.hasPrefix("\(talk): opened: wav, track 0 of 1, pcm_s16le, 16000 Hz, 1 ch")
      })
    #expect(lines.contains { $0.contains("chunk 1") && $0.hasSuffix(": sent") })
    #expect(lines.contains { $0.hasSuffix(": sent, try 2") })
    #expect(lines.contains { $0.contains("trying again in ") })
    #expect(lines.contains { $0.hasSuffix(": answered") })
    #expect(lines.contains { $0.hasPrefix("talk: ") && $0.contains("0:02:30 of 0:02:30, 100 %") })
    // A line for each tenth at the most.
    #expect(lines.count { $0.hasPrefix("talk: ") } <= 12)
    await simulator.stopped()
  }

  @Test
  func `verbose and quiet exclude each other`() async throws {
    let result = try await Command.run(["transcribe", "x.wav", "-qv"])
    #expect(result.errorLines.first == "Error: --verbose and --quiet exclude each other")
    #expect(result.status == 64)
  }
}

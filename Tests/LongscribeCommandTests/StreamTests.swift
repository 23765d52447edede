import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Standard output and standard error that do not take what is written.
struct StreamTests {
  @Test(arguments: [
    "--help", "plan --help", "providers", "plan --json TALK", "probe TALK", "probe --json TALK",
  ])
  func `a full disk behind standard output is told of`(_ line: String) async throws {
    let arguments = line.replacingOccurrences(of: "TALK", with: try Talk.shared.wav)
    let result = try await Command.bash("$longscribe \(arguments) > /dev/full")
    #expect(
      result.errorLines == ["Error: cannot write to standard output: No space left on device"])
    #expect(result.status == 73)
  }

  @Test
  func `a closed standard output is noticed before anything is sent`() async throws {
    // It was noticed when the first text was there, and paid for.
    let simulator = try await Talk.shared.simulator()
    let command =
      "$longscribe transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " "))"
    for line in ["\(command) >&-", "\(command) --events jsonl >&-"] {
      let result = try await Command.bash(line, environment: Command.key)
      #expect(result.errorLines == ["Error: cannot write to standard output: Bad file descriptor"])
      #expect(result.status == 73)
    }
    #expect(simulator.requests.isEmpty)
    // With files there is nothing to write.
    let folder = try TemporaryFolder()
    let result = try await Command.bash(
      "\(command) -f txt -o \(folder.path) >&-", environment: Command.key)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
    await simulator.stopped()
  }

  @Test(arguments: ["", "--events jsonl"])
  func `a full disk ends a transcription`(_ options: String) async throws {
    let simulator = try await Talk.shared.simulator()
    let result = try await Command.bash(
      "$longscribe transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " ")) \(options) "
        + "> /dev/full", environment: Command.key)
    #expect(
      result.errorLines == ["Error: cannot write to standard output: No space left on device"])
    #expect(result.status == 73)
    await simulator.stopped()
  }

  @Test
  func `a reader that leaves ends a transcription without a crash`() async throws {
    // The reader has a second to leave before the next text is there.
    let simulator = try await Talk.shared.simulator {
      $0.inFlightLimit = 1
      $0.latency = 1
    }
    let result = try await Command.bash(
      "$longscribe transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " ")) "
        + "--concurrency 1 | head -1; exit ${PIPESTATUS[0]}", environment: Command.key)
    #expect(result.outputLines.count == 1)
    #expect(result.errorLines == ["Error: cannot write to standard output: Broken pipe"])
    #expect(result.status == 73)
    await simulator.stopped()
  }

  @Test
  func `closed descriptors are not given to what is opened next`() async throws {
    // The signals' descriptors took their places, and messages were written to those.
    let simulator = try await Talk.shared.simulator { $0.latency = 2 }
    let folder = try TemporaryFolder()
    let line =
      "exec $longscribe transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " ")) "
      + "-f txt -o \(folder.path) <&- >&- 2>&-"
    let running = try RunningProgram(
      "/bin/bash", ["-c", line],
      environment: Command.key.merging(["longscribe": Programs.longscribe]) { $1 })
    try await simulator.firstRequest()
    for descriptor in 0...2 {
      let target = try FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/\(running.pid)/fd/\(descriptor)")
      #expect(target == "/dev/null")
    }
    #expect(try await running.result(limit: 60).status == 0)
    #expect(try words(text(of: folder.file("talk.txt"))) == Talk.shared.said)
    await simulator.stopped()
  }
}

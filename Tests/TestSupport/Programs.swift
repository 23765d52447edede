import Foundation

/// What a program did.
package struct ProgramResult: Sendable {
  package var status: Int32
  package var output: String
  package var errors: String
  /// Peak resident memory in bytes: the process's own high-water mark, looked at every 10 ms.
  package var peakMemory: Int64
}

/// A program could not be started or did not end.
package struct ProgramError: Error, CustomStringConvertible {
  package var description: String
}

/// Runs programs for tests, on threads of their own.
package enum Programs {
  /// The root of the package.
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// A file among the fixtures.
  package static func fixture(_ name: String) -> String { "\(root)/Fixtures/\(name)" }

  /// The folder that the test program was built in: the executables under test lie beside it.
  package static let products: String = {
    let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
      folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
    }
    return folder.path
  }()

  /// The executable under test.
  package static var longscribe: String { "\(products)/longscribe" }

  /// Runs a program and waits for its end.
  ///
  /// - Parameters:
  ///   - environment: Added to a minimal environment; nothing is inherited but PATH.
  ///   - limit: Seconds after which the program is killed and the call fails.
  package static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    input: String? = nil, folder: String? = nil, limit: Double = 300
  ) async throws -> ProgramResult {
    let running = try RunningProgram(
      program, arguments, environment: environment, input: input, folder: folder)
    return try await running.result(limit: limit)
  }

  /// Runs a shell line for making fixtures; fails with what it says if it fails.
  package static func shell(_ line: String, limit: Double = 600) async throws {
    let result = try await run("/bin/bash", ["-c", "set -euo pipefail; " + line], limit: limit)
    guard result.status == 0 else {
      throw ProgramError(description: "\(line)\n\(result.output)\(result.errors)")
    }
  }
}

/// A program that runs.
package final class RunningProgram: Sendable {
  /// Its process id.
  package let pid: Int32
  private let out: URL
  private let err: URL
  /// A state folder of its own, so that no run finds what another has left.
  private let state: URL

  package init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    input: String? = nil, folder: String? = nil
  ) throws {
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("longscribe-run-\(UUID().uuidString)")
    out = place.appendingPathExtension("out")
    err = place.appendingPathExtension("err")
    state = place.appendingPathExtension("state")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, out.path, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, err.path, O_WRONLY | O_CREAT, 0o600)
    // Threads of Swift's pool block signals, and a program begins with the mask of whoever starts it: it would not hear SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    posix_spawnattr_setsigmask(&attributes, &unblocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var variables = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
    variables["XDG_STATE_HOME"] = state.path
    variables.merge(environment) { $1 }
    var words = [program] + arguments
    // posix_spawn cannot change the folder, a shell can.
    if let folder { words = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder] + words }
    let argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let envp: [UnsafeMutablePointer<CChar>?] =
      variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, words[0], &actions, &attributes, argv, envp)
    guard result == 0 else {
      throw ProgramError(description: "\(program): \(String(cString: strerror(result)))")
    }
    self.pid = pid
  }

  /// Sends a signal.
  package func send(_ signal: Int32) {
    kill(pid, signal)
  }

  /// What the program has written to standard output so far.
  package var output: String { (try? String(contentsOf: out, encoding: .utf8)) ?? "" }
  /// What the program has written to standard error so far.
  package var errors: String { (try? String(contentsOf: err, encoding: .utf8)) ?? "" }

  /// Whether it has not ended yet.
  package var isRunning: Bool {
    let stat = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
    // The state comes after the name in brackets, which may hold brackets itself.
    let state = stat.split(separator: ")").last?.first { $0 != " " }
    return state != nil && state != "Z"
  }

  /// Waits, for half a minute at the most, until standard error has this text.
  package func says(_ text: String) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while !errors.contains(text) {
      guard ContinuousClock.now < deadline else {
        throw ProgramError(description: "it never said \(text), but: \(errors)")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The kernel's VmHWM. (What `wait4` reports instead contains the memory of the program that started this one.)
  private var highWaterMark: Int64 {
    let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line?.split(separator: " ").first { Int64($0) != nil }
    return (kilobytes.flatMap { Int64($0) } ?? 0) * 1024
  }

  /// Waits for the end.
  package func result(limit: Double) async throws -> ProgramResult {
    let deadline = ContinuousClock.now + .seconds(limit)
    var peak: Int64 = 0
    while true {
      peak = max(peak, highWaterMark)
      var status: Int32 = 0
      let ended = waitpid(pid, &status, WNOHANG)
      if ended == pid {
        defer {
          try? FileManager.default.removeItem(at: out)
          try? FileManager.default.removeItem(at: err)
          try? FileManager.default.removeItem(at: state)
        }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return ProgramResult(
          status: code, output: output, errors: errors, peakMemory: peak)
      }
      guard ContinuousClock.now < deadline else {
        kill(pid, SIGKILL)
        waitpid(pid, &status, 0)
        throw ProgramError(description: "did not end within \(limit) s: \(errors)")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

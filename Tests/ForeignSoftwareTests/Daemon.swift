import Foundation
import Glibc
import TestSupport

/// Something did not happen in time, or not as it has to.
struct Trouble: Error, CustomStringConvertible {
  var description: String
}

/// A server program, run as an ordinary process and ended by its process id.
enum Daemon {
  /// Starts a program, works with it once its port takes connections, and ends it, whatever happens.
  ///
  /// - Parameters:
  ///   - port: The port on 127.0.0.1 that the program is going to open.
  ///   - seconds: How long that may take.
  static func run<Result>(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    folder: String, port: UInt16, within seconds: Double = 20,
    _ work: () async throws -> Result
  ) async throws -> Result {
    let running = try RunningProgram(
      program, arguments, environment: environment, folder: folder)
    do {
      try await wait(for: port, of: running, seconds)
      let result = try await work()
      try await end(running)
      return result
    } catch {
      let said = running.output + running.errors
      try? await end(running)
      throw Trouble(description: "\(error)\n\(said.suffix(2000))")
    }
  }

  private static func end(_ running: RunningProgram) async throws {
    running.send(SIGTERM)
    // Killed if it does not listen.
    _ = try? await running.result(limit: 10)
  }

  private static func wait(
    for port: UInt16, of running: RunningProgram, _ seconds: Double
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !Port.isOpen(port) {
      guard kill(running.pid, 0) == 0 else { throw Trouble(description: "the program is gone") }
      guard ContinuousClock.now < deadline else {
        throw Trouble(description: "port \(port) did not open within \(seconds) s")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}

/// Ports on 127.0.0.1.
enum Port {
  /// A port that was free a moment ago.
  static func free() throws -> UInt16 {
    var port: UInt16 = 0
    let isBound = withSocket(port: 0) { descriptor, address, size in
      var length = size
      guard bind(descriptor, address, size) == 0, getsockname(descriptor, address, &length) == 0
      else { return false }
      port = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt16(bigEndian: $0.pointee.sin_port)
      }
      return true
    }
    guard isBound else { throw Trouble(description: "there is no free port") }
    return port
  }

  static func isOpen(_ port: UInt16) -> Bool {
    withSocket(port: port) { connect($0, $1, $2) == 0 }
  }

  private static func withSocket(
    port: UInt16, _ work: (Int32, UnsafeMutablePointer<sockaddr>, socklen_t) -> Bool
  ) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        work(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

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
  ///   - seconds: How long it may take to open its port.
  ///   - arguments: The program's arguments for a port on 127.0.0.1. Asked for again if somebody else took the port before the program did.
  static func run<Result>(
    _ program: String, environment: [String: String] = [:],
    folder: String, within seconds: Double = 20,
    arguments: (_ port: UInt16) throws -> [String],
    _ work: (_ port: UInt16) async throws -> Result
  ) async throws -> Result {
    var (port, running) = try await start(program, environment, folder, seconds, arguments)
    if !running.isRunning {
      try await end(running)
      (port, running) = try await start(program, environment, folder, seconds, arguments)
    }
    do {
      guard running.isRunning else { throw Trouble(description: "the program is gone") }
      guard Port.isOpen(port) else {
        throw Trouble(description: "port \(port) did not open within \(seconds) s")
      }
      let result = try await work(port)
      try await end(running)
      return result
    } catch {
      let said = running.output + running.errors
      try? await end(running)
      throw Trouble(description: "\(error)\n\(said.suffix(2000))")
    }
  }

  /// Starts a program and waits until its port is open, it has ended, or time is over.
  private static func start(
    _ program: String, _ environment: [String: String], _ folder: String, _ seconds: Double,
    _ arguments: (UInt16) throws -> [String]
  ) async throws -> (UInt16, RunningProgram) {
    let port = try Port.free()
    let running = try RunningProgram(
      program, try arguments(port), environment: environment, folder: folder)
    let deadline = ContinuousClock.now + .seconds(seconds)
    while running.isRunning, !Port.isOpen(port), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(50))
    }
    return (port, running)
  }

  private static func end(_ running: RunningProgram) async throws {
    running.send(SIGTERM)
    // Killed if it does not listen.
    _ = try? await running.result(limit: 10)
  }
}

/// Ports on 127.0.0.1.
enum Port {
  /// A port that was free a moment ago.
  static func free() throws -> UInt16 {
    let (descriptor, port) = try bound()
    close(descriptor)
    return port
  }

  /// Works with a port on which nobody listens, and nobody else can.
  static func withClosed<Result>(_ work: (UInt16) async throws -> Result) async throws -> Result {
    let (descriptor, port) = try bound()
    defer { close(descriptor) }
    return try await work(port)
  }

  static func isOpen(_ port: UInt16) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return withAddress(port: port) { connect(descriptor, $0, $1) == 0 }
  }

  /// A socket that has a port, but does not listen.
  private static func bound() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var port: UInt16 = 0
    let isBound = withAddress(port: 0) { address, size in
      var length = size
      guard bind(descriptor, address, size) == 0, getsockname(descriptor, address, &length) == 0
      else { return false }
      port = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        UInt16(bigEndian: $0.pointee.sin_port)
      }
      return true
    }
    guard isBound else {
      close(descriptor)
      throw Trouble(description: "there is no free port")
    }
    return (descriptor, port)
  }

  private static func withAddress(
    port: UInt16, _ work: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Bool
  ) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        work($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}

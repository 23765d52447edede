import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// tinyproxy between the executable and nginx.
@Suite(.needsNginx, .needsOpenSSL, .needsTinyproxy, .serialized, .timeLimit(.minutes(10)))
struct ProxyTests {
  /// What is there during a test.
  private struct Place {
    /// The service's address, which does not look like this machine's: those are never reached through a proxy.
    var baseURL: String
    var authority: String
    var proxy: String
    var nginx: Nginx
    var folder: TemporaryFolder

    var proxyLog: String {
      (try? String(contentsOfFile: folder.file("tinyproxy.log"), encoding: .utf8)) ?? ""
    }
  }

  /// Writes what tinyproxy is to do, and returns the path.
  private static func configuration(port: UInt16, _ folder: TemporaryFolder) throws -> String {
    let path = folder.file("tinyproxy.conf")
    try """
    Port \(port)
    Listen 127.0.0.1
    Allow 127.0.0.1
    Timeout 120
    MaxClients 20
    LogFile "\(folder.file("tinyproxy.log"))"
    LogLevel Info
    """.write(toFile: path, atomically: false, encoding: .utf8)
    return path
  }

  private static func run(_ work: (Place) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    try await Authority.make(in: folder)
    try await Speech.shared.simulating { simulator in
      try await Nginx.run(
        before: simulator.port, listening: "ssl",
        server: """
          client_max_body_size 64m;
          ssl_certificate \(folder.file("server.pem"));
          ssl_certificate_key \(folder.file("server.key"));
          """, folder: folder
      ) { nginx in
        try await Daemon.run(
          ForeignSoftware.tinyproxy, folder: folder.path,
          arguments: { ["-d", "-c", try configuration(port: $0, folder)] }
        ) { port in
          try await work(
            Place(
              baseURL: "https://[::ffff:127.0.0.1]:\(nginx.port)/v1",
              authority: folder.file("ca.pem"), proxy: "http://127.0.0.1:\(port)",
              nginx: nginx, folder: folder))
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func `a recording comes back whole through a proxy that is named or in the environment`(
    _ isNamed: Bool
  ) async throws {
    try await Self.run { place in
      let run = try await Run.transcribe(
        place.baseURL,
        ["--ca-file", place.authority] + (isNamed ? ["--proxy", place.proxy] : []),
        environment: isNamed ? [:] : ["https_proxy": place.proxy])
      try run.expectWhole()
      #expect(place.proxyLog.contains(": CONNECT "))
      #expect(!place.proxyLog.contains("simulator-key"))
      #expect(try await place.nginx.accesses(atLeast: 6).count >= 6)
    }
  }

  @Test
  func `no_proxy and an address of this machine go around the proxy`() async throws {
    try await Self.run { place in
      let variables = ["https_proxy": place.proxy, "no_proxy": "*"]
      let around = try await Run.transcribe(
        place.baseURL, ["--ca-file", place.authority], environment: variables)
      try around.expectWhole()
      let local = try await Run.transcribe(
        "https://127.0.0.1:\(place.nginx.port)/v1",
        ["--ca-file", place.authority, "--proxy", place.proxy])
      try local.expectWhole()
      #expect(!place.proxyLog.contains(": CONNECT "))
    }
  }

  @Test
  func `a proxy that refuses ends the run with 5 and says so`() async throws {
    try await Self.run { place in
      let run = try await Port.withClosed { port in
        try await Run.transcribe(
          "https://[::ffff:127.0.0.1]:\(port)/v1",
          ["--ca-file", place.authority, "--proxy", place.proxy])
      }
      #expect(run.result.status == 5)
      #expect(run.problems.count == 1)
      #expect(run.result.errors.contains("cannot be reached"))
      #expect(place.proxyLog.contains(": CONNECT "))
    }
  }
}

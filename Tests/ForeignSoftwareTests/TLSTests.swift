import ServiceSimulator
import TestSupport
import Testing

/// nginx as the end of TLS, with an authority that this machine does not know.
@Suite(.needsNginx, .needsOpenSSL, .serialized, .timeLimit(.minutes(10)))
struct TLSTests {
  /// Works with nginx as the end of TLS and HTTP/2 in front of a simulator.
  private static func run(
    names: String = Authority.names,
    _ work: (_ nginx: Nginx, _ authority: String, _ simulator: ServiceSimulator) async throws ->
      Void
  ) async throws {
    let folder = try TemporaryFolder()
    try await Authority.make(in: folder, names: names)
    try await Speech.shared.simulating { simulator in
      try await Nginx.run(
        before: simulator.port, listening: "ssl http2",
        server: """
          client_max_body_size 64m;
          ssl_certificate \(folder.file("server.pem"));
          ssl_certificate_key \(folder.file("server.key"));
          """, folder: folder
      ) { try await work($0, folder.file("ca.pem"), simulator) }
    }
  }

  @Test
  func `a recording comes back whole over TLS and connections are used again`() async throws {
    try await Self.run { nginx, authority, simulator in
      let address = "https://localhost:\(nginx.port)"
      // The server does offer HTTP/2: another client takes it.
      let other = try await Programs.run(
        ForeignSoftware.curl, ["-s", "--http2", "--cacert", authority, "\(address)/nothing"])
      #expect(other.status == 0)
      #expect(try await nginx.accesses(atLeast: 1).map(\.protocol) == ["HTTP/2.0"])

      // HTTP/1.1 unless HTTP/2 is asked for, on purpose (Transfer.swift).
      for (options, version) in [([], "HTTP/1.1"), (["--http2"], "HTTP/2.0")] {
        let before = nginx.accesses.count
        let run = try await Run.transcribe(
          "\(address)/v1", ["--ca-file", authority, "--concurrency", "1"] + options)
        try run.expectWhole()
        #expect(run.result.errors.isEmpty)
        let calls = try await nginx.accesses(atLeast: simulator.requests.count).dropFirst(before)
        #expect(calls.count >= 6)
        #expect(calls.allSatisfy { $0.status == 200 && $0.protocol == version })
        #expect(calls.map(\.requests).max() ?? 0 > 1, "connections are used again")
      }
    }
  }

  @Test
  func `without the authority nothing is sent and one line says why`() async throws {
    try await Self.run { nginx, _, simulator in
      let run = try await Run.transcribe("https://localhost:\(nginx.port)/v1")
      #expect([4, 5].contains(run.result.status))
      #expect(run.problems.count == 1)
      #expect(run.result.errors.contains("certificate"))
      #expect(run.result.errors.contains("--ca-file"))
      #expect(nginx.accesses.isEmpty)
      #expect(simulator.requests.isEmpty)
    }
  }

  @Test
  func `a certificate for another name is refused`() async throws {
    try await Self.run(names: "DNS:elsewhere.test") { nginx, authority, simulator in
      let run = try await Run.transcribe(
        "https://localhost:\(nginx.port)/v1", ["--ca-file", authority])
      #expect([4, 5].contains(run.result.status))
      #expect(run.problems.count == 1)
      #expect(run.result.errors.contains("certificate"))
      #expect(simulator.requests.isEmpty)
    }
  }
}

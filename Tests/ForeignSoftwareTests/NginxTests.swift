import ServiceSimulator
import TestSupport
import Testing

/// What a gateway says by itself, in web pages, in front of a service that is well.
@Suite(.needsNginx, .serialized, .timeLimit(.minutes(10)))
struct NginxTests {
  @Test
  func `a recording comes back whole through nginx`() async throws {
    try await Speech.shared.simulating { simulator in
      try await Nginx.run(before: simulator.port) { nginx in
        let run = try await Run.transcribe(nginx.baseURL, ["--concurrency", "1"])
        try run.expectWhole()
        #expect(run.result.errors.isEmpty)
        let accesses = try await nginx.accesses(atLeast: simulator.requests.count)
        #expect(accesses.allSatisfy { $0.status == 200 && $0.protocol == "HTTP/1.1" })
        // Calls that follow each other at once go over one connection.
        #expect(accesses.count >= 6)
        #expect(accesses.map(\.requests).max() ?? 0 > 1)
      }
    }
  }

  @Test
  func `uploads that nginx refuses as too large are planned again smaller`() async throws {
    try await Speech.shared.simulating { simulator in
      // Two minutes of speech are half a megabyte as mp3.
      try await Nginx.run(before: simulator.port, server: "client_max_body_size 256k;") { nginx in
        let run = try await Run.transcribe(nginx.baseURL)
        try run.expectWhole()
        #expect(nginx.accesses.contains { $0.status == 413 })
        #expect(simulator.requests.allSatisfy { $0.bodyBytes <= 262_144 })
      }
    }
  }

  @Test(arguments: [429, 503])
  func `calls that nginx refuses as too many are made again`(_ status: Int) async throws {
    try await Speech.shared.simulating { simulator in
      try await Nginx.run(
        before: simulator.port,
        http: "limit_req_zone $binary_remote_addr zone=calls:1m rate=20r/m;",
        server: "client_max_body_size 64m; limit_req zone=calls; limit_req_status \(status);"
      ) { nginx in
        let run = try await Run.transcribe(nginx.baseURL)
        try run.expectWhole()
        #expect(nginx.accesses.contains { $0.status == status })
        #expect(run.result.errors.contains("(HTTP \(status))"))
        #expect(simulator.paidRepeatedly.isEmpty)
      }
    }
  }

  @Test
  func `a call of which nginx tires is repeated once`() async throws {
    let slow = Fault(match: .requestNumber(2), action: .delay(9))
    try await Speech.shared.simulating(faults: [slow]) { simulator in
      try await Nginx.run(
        before: simulator.port, server: "client_max_body_size 64m; proxy_read_timeout 6s;"
      ) { nginx in
        let run = try await Run.transcribe(nginx.baseURL, ["--concurrency", "1"])
        try run.expectWhole()
        #expect(nginx.accesses.map(\.status).filter { $0 == 504 }.count == 1)
        #expect(run.result.errors.contains("504 Gateway Time-out (HTTP 504)"))
        // The service went on working, and may have been paid twice: that is said.
        #expect(run.result.errors.contains("Warning: "))
        #expect(simulator.paidRepeatedly.count == 1)
      }
    }
  }

  @Test
  func `a gateway whose service is gone ends the run with 5`() async throws {
    try await Port.withClosed { port in
      try await Nginx.run(before: port) { nginx in
        let run = try await Run.transcribe(nginx.baseURL)
        #expect(run.result.status == 5)
        #expect(run.problems.count == 1)
        #expect(run.result.errors.contains("502 Bad Gateway"))
      }
    }
  }
}

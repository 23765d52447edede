import Glibc
import LongscribeServices
import Testing

extension HTTPNetworkTests {
  @Suite("Time-outs")
  struct Timeouts {
    /// Sends, expects a failure between 0.3 and 1.5 seconds later, and returns it.
    private func failureInTime(
      _ url: String,
      parts: [MultipartPart] = [.smallFile],
      _ timeouts: HTTPTimeouts,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> HTTPFailure {
      let request = HTTPRequest(url: url, method: .post(parts: parts), timeouts: timeouts)
      let started = ContinuousClock.now
      let result = try await failure(of: HTTPClient(), request, sourceLocation: sourceLocation)
      let elapsed = ContinuousClock.now - started
      let allowed = Duration.milliseconds(295)..<Duration.milliseconds(1_500)
      #expect(allowed.contains(elapsed), sourceLocation: sourceLocation)
      return result
    }

    @Test("A server that never answers: everything was sent")
    func waiting() async throws {
      let server = try LoopbackServer { connection in
        _ = connection.readRequest()
        connection.holdOpen(milliseconds: 10_000)
      }
      let timeouts = HTTPTimeouts(sendIdle: .seconds(9), answerIdle: .milliseconds(300))
      let failure = try await failureInTime(server.url, timeouts)
      #expect(failure.code == .timedOutWaiting)
      #expect(failure.requestFullySent)
      #expect(failure.message == "no byte of the answer arrived for 0.3 seconds")
    }

    @Test("An answer that stalls keeps its status and what came")
    func stalledAnswer() async throws {
      let server = try LoopbackServer { connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\n\r\npart")
        connection.holdOpen(milliseconds: 10_000)
      }
      let failure = try await failureInTime(
        server.url,
        HTTPTimeouts(answerIdle: .milliseconds(300))
      )
      #expect(failure.code == .timedOutWaiting)
      #expect(failure.status == 200)
      #expect(failure.partialBody == Array("part".utf8))
    }

    @Test("A server that does not read: a part was sent")
    func sending() async throws {
      let server = try LoopbackServer(receiveBuffer: 65_536) { connection in
        connection.holdOpen(milliseconds: 10_000)
      }
      let timeouts = HTTPTimeouts(sendIdle: .milliseconds(300), answerIdle: .seconds(9))
      let failure = try await failureInTime(server.url, parts: [.largeFile], timeouts)
      #expect(failure.code == .timedOutSending)
      #expect(!failure.requestFullySent)
      #expect(failure.anythingSent)
    }

    @Test("The whole request has a limit, whatever still moves")
    func total() async throws {
      let server = try LoopbackServer { connection in
        _ = connection.readRequest()
        connection.write("HTTP/1.1 200 OK\r\n\r\n")
        while connection.write("x") { pause(milliseconds: 30) }
      }
      let failure = try await failureInTime(server.url, HTTPTimeouts(total: .milliseconds(400)))
      #expect(failure.code == .timedOutTotal)
      #expect(failure.requestFullySent)
      #expect(!failure.partialBody.isEmpty)
    }

    @Test("A connection that is never accepted: nothing was sent")
    func connecting() async throws {
      let saturated = try SaturatedListener()
      let timeouts = HTTPTimeouts(connect: .milliseconds(300))
      let failure = try await failureInTime(saturated.url, timeouts)
      #expect(failure.code == .timedOutConnecting)
      #expect(!failure.anythingSent)
    }

    @Test("A TLS handshake that is never answered: nothing was sent")
    func handshake() async throws {
      let server = try LoopbackServer { $0.holdOpen(milliseconds: 10_000) }
      let failure = try await failureInTime(
        "https://127.0.0.1:\(server.port)",
        HTTPTimeouts(connect: .milliseconds(300))
      )
      #expect(failure.code == .timedOutConnecting)
      #expect(!failure.anythingSent)
    }

    @Test("A slow but living server is waited for")
    func patience() async throws {
      let server = try LoopbackServer(receiveBuffer: 65_536) { connection in
        guard let head = connection.readHead() else { return }
        // Reads in portions, thinks for longer than sending may pause, and answers in portions.
        for portion in 1...4 {
          pause(milliseconds: 100)
          connection.readBody(
            head.contentLength * portion / 4 - head.contentLength * (portion - 1) / 4
          )
        }
        pause(milliseconds: 500)
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
        for _ in 0..<4 {
          pause(milliseconds: 200)
          connection.write("x")
        }
      }
      let timeouts = HTTPTimeouts(sendIdle: .milliseconds(300), answerIdle: .milliseconds(700))
      let response = try await HTTPClient().send(
        HTTPRequest(url: server.url, method: .post(parts: [.largeFile]), timeouts: timeouts)
      )
      #expect(response.body == Array("xxxx".utf8))
      #expect(response.timings.firstByte >= .milliseconds(850))
      #expect(response.timings.total >= response.timings.firstByte + .milliseconds(700))
    }

    @Test("Waiting for a free connection is not counted")
    func queueing() async throws {
      let server = try LoopbackServer { connection in
        while connection.readRequest() != nil {
          pause(milliseconds: 250)
          connection.answer("200 OK")
        }
      }
      let client = HTTPClient(configuration: HTTPClientConfiguration(maxConnections: 1))
      let timeouts = HTTPTimeouts(connect: .milliseconds(400), total: .milliseconds(500))
      let url = server.url
      try await withThrowingTaskGroup { group in
        for _ in 0..<4 {
          group.addTask {
            _ = try await client.send(HTTPRequest(url: url, method: .get, timeouts: timeouts))
          }
        }
        try await group.waitForAll()
      }
      #expect(server.acceptedCount == 1)
    }

    @Test("Extreme limits neither trap nor turn into none")
    func extremes() async throws {
      let server = try LoopbackServer { connection in
        while connection.readRequest() != nil { connection.answer("200 OK") }
      }
      let longest = Duration.seconds(Int64.max)
      let patient = HTTPTimeouts(
        connect: longest,
        sendIdle: longest,
        answerIdle: longest,
        total: longest
      )
      let client = HTTPClient()
      var request = HTTPRequest(url: server.url, method: .get, timeouts: patient)
      #expect(try await client.send(request).status == 200)
      for total in [Duration.zero, .seconds(-5)] {
        request.timeouts.total = total
        #expect(try await failure(of: client, request).code == .timedOutTotal)
      }
    }
  }
}

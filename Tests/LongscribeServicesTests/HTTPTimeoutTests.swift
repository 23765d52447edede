import Glibc
import LongscribeServices
import TestSupport
import Testing

extension HTTPNetworkTests {
  @Suite("Time-outs")
  struct Timeouts {
    /// Sends, expects a failure after so many milliseconds or at most 1.2 seconds later, and returns it.
    private func failureInTime(
      _ url: String,
      parts: [MultipartPart] = [.smallFile],
      _ timeouts: HTTPTimeouts,
      after milliseconds: Int = 300,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> HTTPFailure {
      let request = HTTPRequest(url: url, method: .post(parts: parts), timeouts: timeouts)
      return try await expectBest(
        of: 3,
        meets: { $0.elapsed < .milliseconds(milliseconds + 1_200) },
        sourceLocation: sourceLocation
      ) {
        let started = ContinuousClock.now
        let result = try await failure(of: HTTPClient(), request, sourceLocation: sourceLocation)
        let elapsed = ContinuousClock.now - started
        #expect(elapsed >= .milliseconds(milliseconds - 5), sourceLocation: sourceLocation)
        return (failure: result, elapsed: elapsed)
      }.failure
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
        HTTPTimeouts(answerIdle: .milliseconds(1_500)),
        after: 1_500
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
      let timeouts = HTTPTimeouts(total: .milliseconds(1_500))
      let failure = try await failureInTime(server.url, timeouts, after: 1_500)
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
          pause(milliseconds: 250)
          connection.readBody(
            head.contentLength * portion / 4 - head.contentLength * (portion - 1) / 4
          )
        }
        pause(milliseconds: 1_000)
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
        for _ in 0..<4 {
          pause(milliseconds: 500)
          connection.write("x")
        }
      }
      let timeouts = HTTPTimeouts(sendIdle: .milliseconds(800), answerIdle: .milliseconds(1_700))
      let request = HTTPRequest(
        url: server.url,
        method: .post(parts: [.largeFile]),
        timeouts: timeouts
      )
      // On a machine with much to do, a server may for once be slower than it means to be.
      let isInTime = { (result: Result<HTTPResponse, HTTPFailure>) in
        guard case .success(let response) = result else { return false }
        return response.timings.total >= response.timings.firstByte + .milliseconds(1_500)
      }
      let result = await expectBest(of: 3, meets: isInTime) {
        do throws(HTTPFailure) {
          return .success(try await HTTPClient().send(request))
        } catch {
          return .failure(error)
        }
      }
      let response = try result.get()
      #expect(response.body == Array("xxxx".utf8))
      #expect(response.timings.firstByte >= .milliseconds(1_950))
      #expect(response.timings.total >= .milliseconds(3_950))
    }

    @Test("Waiting for a free connection is not counted")
    func queueing() async throws {
      let server = try LoopbackServer { connection in
        while connection.readRequest() != nil {
          pause(milliseconds: 600)
          connection.answer("200 OK")
        }
      }
      let client = HTTPClient(configuration: HTTPClientConfiguration(maxConnections: 1))
      // The last one waits 1.8 s for its connection and ends after 2.4 s.
      let timeouts = HTTPTimeouts(connect: .milliseconds(1_200), total: .milliseconds(2_000))
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

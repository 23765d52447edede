import LongscribeServices
import Testing

extension HTTPNetworkTests {
  @Suite("Cancellation")
  struct Cancellation {
    /// Starts and cancels 200 requests, 8 at a time, and checks that each ends soon.
    ///
    /// - Parameters:
    ///   - request: What to send and cancel.
    ///   - pauses: How long to wait before each cancellation, in microseconds.
    ///   - arrivals: If given, what the server has received; each cancellation waits for its request.
    ///   - isPossible: Whether the failure's flags fit the phase that was cut off.
    private func expectPromptCancellation(
      _ request: HTTPRequest,
      pauses: ClosedRange<Int>,
      after arrivals: RecordedValues<String>? = nil,
      isPossible: @escaping @Sendable (HTTPFailure) -> Bool
    ) async {
      let client = HTTPClient()
      let durations = RecordedValues<Duration>()
      await withTaskGroup { group in
        for lane in 0..<8 {
          group.addTask {
            for round in 0..<25 {
              var request = request
              request.url += "/\(lane)-\(round)"
              let sending = Task { [request] () async -> HTTPFailure? in
                do throws(HTTPFailure) {
                  _ = try await client.send(request)
                  return nil
                } catch {
                  return error
                }
              }
              let pause = Int.random(in: pauses)
              if pause > 0 { try? await Task.sleep(for: .microseconds(pause)) }
              if let arrivals {
                for _ in 0..<5_000 where !arrivals.all.contains("/\(lane)-\(round)") {
                  try? await Task.sleep(for: .milliseconds(1))
                }
              }
              let started = ContinuousClock.now
              sending.cancel()
              let failure = await sending.value
              durations.append(ContinuousClock.now - started)
              #expect(failure?.code == .cancelled)
              if let failure { #expect(isPossible(failure), "\(failure)") }
            }
          }
        }
      }
      #expect(durations.all.count == 200)
      // A machine with much to do may stop all 8 lanes for a second, perhaps twice.
      #expect(durations.all.count { $0 >= .seconds(1) } <= 16)
      #expect(durations.all.allSatisfy { $0 < .seconds(10) })
    }

    @Test("Before and while the request is handed over, 200 times")
    func before() async throws {
      let server = try LoopbackServer { $0.drain() }
      await expectPromptCancellation(
        HTTPRequest(url: server.url, method: .post(parts: [.smallFile])),
        pauses: 0...0
      ) { _ in true }
    }

    @Test("While connecting, 200 times")
    func connecting() async throws {
      let saturated = try SaturatedListener()
      await expectPromptCancellation(
        HTTPRequest(url: saturated.url, method: .post(parts: [.smallFile])),
        pauses: 0...3_000
      ) { !$0.anythingSent }
    }

    @Test("While sending, 200 times")
    func sending() async throws {
      let server = try LoopbackServer(receiveBuffer: 65_536) { connection in
        connection.holdOpen(milliseconds: 10_000)
      }
      await expectPromptCancellation(
        HTTPRequest(url: server.url, method: .post(parts: [.largeFile])),
        pauses: 0...5_000
      ) { !$0.requestFullySent }
    }

    @Test("While waiting for the answer, 200 times")
    func waiting() async throws {
      let arrivals = RecordedValues<String>()
      let server = try LoopbackServer { connection in
        guard let request = connection.readRequest() else { return }
        arrivals.append(String(request.line.split(separator: " ")[1]))
        connection.drain()
      }
      await expectPromptCancellation(
        HTTPRequest(url: server.url, method: .post(parts: [.smallFile])),
        pauses: 0...1_000,
        after: arrivals
      ) { $0.requestFullySent }
    }

    @Test("While the answer streams in, 200 times")
    func receiving() async throws {
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write("HTTP/1.1 200 OK\r\n\r\n")
        while connection.write("data: x\n\n") { pause(milliseconds: 1) }
      }
      await expectPromptCancellation(
        HTTPRequest(url: server.url, method: .post(parts: [.smallFile]), onBody: { _ in }),
        pauses: 0...10_000
      ) { _ in true }
    }

    @Test("A task that is already cancelled sends nothing")
    func alreadyCancelled() async throws {
      let server = try LoopbackServer { $0.drain() }
      let client = HTTPClient()
      let request = HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
      let failure = await Task { () async -> HTTPFailure? in
        withUnsafeCurrentTask { $0?.cancel() }
        do throws(HTTPFailure) {
          _ = try await client.send(request)
          return nil
        } catch {
          return error
        }
      }.value
      #expect(failure == HTTPFailure(code: .cancelled, message: ""))
      #expect(server.acceptedCount == 0)
    }

    @Test("A cancelled request does not disturb the others")
    func neighbours() async throws {
      let server = try LoopbackServer { connection in
        guard let request = connection.readRequest() else { return }
        if request.line.contains("/hang") { return connection.drain() }
        pause(milliseconds: 100)
        connection.answer("200 OK", body: "\(request.body.count)")
      }
      let client = HTTPClient()
      let url = server.url
      try await withThrowingTaskGroup { group in
        for _ in 0..<4 {
          group.addTask {
            let parts = [MultipartPart.largeFile]
            let response = try await client.send(HTTPRequest(url: url, method: .post(parts: parts)))
            let size = HTTPRequest.multipartByteCount(of: parts)
            #expect(String(decoding: response.body, as: UTF8.self) == "\(size)")
          }
          group.addTask {
            let hanging = Task {
              try await client.send(HTTPRequest(url: url + "/hang", method: .get))
            }
            try await Task.sleep(for: .milliseconds(20))
            hanging.cancel()
            _ = await hanging.result
          }
        }
        try await group.waitForAll()
      }
    }

    @Test("Shutting down ends what is under way and what waits, and refuses what comes")
    func shutdown() async throws {
      let server = try LoopbackServer { $0.drain() }
      let client = HTTPClient(configuration: HTTPClientConfiguration(maxConnections: 3))
      let request = HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
      let codes = await withTaskGroup { group in
        for _ in 0..<8 {
          group.addTask { () async -> HTTPFailure.Code? in
            do throws(HTTPFailure) {
              _ = try await client.send(request)
              return nil
            } catch {
              return error.code
            }
          }
        }
        for _ in 0..<5_000 where server.acceptedCount < 3 {
          try? await Task.sleep(for: .milliseconds(1))
        }
        await client.shutdown()
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(codes == Array(repeating: .cancelled, count: 8))
      #expect(server.acceptedCount == 3)
      #expect(try await failure(of: client, request).code == .cancelled)
      await client.shutdown()
    }

    @Test("A client may be dropped at any moment, even by its own callback")
    func dropping() async throws {
      let server = try LoopbackServer { connection in
        while connection.readRequest() != nil { connection.answer("200 OK", body: "x") }
      }
      for _ in 0..<50 {
        let client = HTTPClient()
        // The request's closure holds the client until the network thread lets go of the request.
        let request = HTTPRequest(url: server.url, method: .get, onBody: { _ in _ = client })
        #expect(try await client.send(request).status == 200)
      }
      for _ in 0..<50 { _ = HTTPClient() }
    }
  }
}

import LongscribeServices
import Testing

extension HTTPNetworkTests {
  @Suite("Answers and connections")
  struct Exchanges {
    @Test("A connection is kept and used again")
    func keepAlive() async throws {
      let server = try LoopbackServer { connection in
        while connection.readRequest() != nil {
          connection.answer("200 OK", body: "\(connection.number)")
        }
      }
      let client = HTTPClient()
      var reused: [Bool] = []
      for _ in 0..<10 {
        let request = HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
        reused.append(try await client.send(request).timings.reusedConnection)
      }
      #expect(server.acceptedCount == 1)
      #expect(reused == [false] + Array(repeating: true, count: 9))
    }

    @Test("Status, headers, body and 1xx answers are told apart")
    func answerParts() async throws {
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write("HTTP/1.1 103 Early Hints\r\nX-Kind: hint\r\n\r\n")
        connection.write("HTTP/1.1 429 Slow Down\r\nretry-AFTER:  7 \r\nX-Kind: final\r\n")
        connection.write("Transfer-Encoding: chunked\r\nTrailer: X-Kind\r\n\r\n")
        connection.write("5\r\nhello\r\n0\r\nX-Kind: trailer\r\n\r\n")
      }
      let response = try await HTTPClient().send(HTTPRequest(url: server.url, method: .get))
      #expect(response.status == 429)
      #expect(response.header("Retry-After") == "7")
      #expect(response.headers.filter { $0.name == "X-Kind" }.map(\.value) == ["final"])
      #expect(response.header("missing") == nil)
      #expect(response.body == Array("hello".utf8))
      #expect(response.bytesSent == 0)
      #expect(response.requestFullySent)
    }

    @Test("A compressed answer is decompressed, and the limit counts what comes out")
    func compression() async throws {
      let packed: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 87, 200, 64, 144, 0, 128, 136, 249,
        229, 17, 0, 0, 0,
      ]
      let server = try LoopbackServer { connection in
        while connection.readRequest() != nil {
          connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n")
          connection.write("Content-Length: \(packed.count)\r\n\r\n")
          connection.write(packed)
        }
      }
      let client = HTTPClient()
      var request = HTTPRequest(url: server.url, method: .get, responseLimit: 17)
      #expect(try await client.send(request).body == Array("hello hello hello".utf8))
      request.responseLimit = 16
      #expect(try await failure(of: client, request).code == .responseTooLarge)
    }

    @Test("A redirect is an answer and is not followed", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
      let other = try LoopbackServer { $0.answer("200 OK") }
      let target = other.url
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.answer("\(status) Moved", headers: ["Location: \(target)/"])
      }
      let response = try await HTTPClient().send(
        HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
      )
      #expect(response.status == status)
      #expect(response.header("location") == "\(target)/")
      #expect(other.acceptedCount == 0)
    }

    @Test("An answer in the middle of an upload is delivered with its body")
    func earlyAnswers() async throws {
      let server = try LoopbackServer { connection in
        guard connection.readHead() != nil else { return }
        connection.answer("413 Content Too Large", body: "too large")
        if connection.number.isMultiple(of: 2) { connection.endWriting() }
        connection.drain()
      }
      let client = HTTPClient()
      let size = HTTPRequest.multipartByteCount(of: [.largeFile])
      for _ in 0..<20 {
        let response = try await client.send(
          HTTPRequest(url: server.url, method: .post(parts: [.largeFile]))
        )
        #expect(response.status == 413)
        #expect(response.body == Array("too large".utf8))
        #expect(response.bytesSent < size)
        #expect(!response.requestFullySent)
      }
      // A connection with half a request in it cannot be used again.
      #expect(server.acceptedCount == 20)
    }

    @Test("An answer whose connection is reset in the middle of an upload loses nothing but itself")
    func earlyAnswerWithReset() async throws {
      let server = try LoopbackServer { connection in
        // Closing with unread bytes makes the system send a reset, which can overtake the answer.
        guard connection.readHead() != nil else { return }
        connection.readBody(connection.number * 100_000)
        connection.answer("413 Content Too Large", body: "too large")
      }
      let client = HTTPClient()
      var answers = 0
      for _ in 0..<50 {
        do throws(HTTPFailure) {
          let request = HTTPRequest(url: server.url, method: .post(parts: [.largeFile]))
          let response = try await client.send(request)
          #expect(response.status == 413)
          answers += 1
        } catch {
          #expect(error.code == .connectionLost)
          #expect(!error.requestFullySent)
        }
      }
      #expect(answers > 0)
    }

    @Test("40 uploads over 4 connections all arrive")
    func parallelUploads() async throws {
      let server = try LoopbackServer { connection in
        while let request = connection.readRequest() {
          connection.answer("200 OK", body: "\(request.body.count)")
        }
      }
      let client = HTTPClient(configuration: HTTPClientConfiguration(maxConnections: 4))
      try await withThrowingTaskGroup { group in
        for index in 0..<40 {
          group.addTask {
            let parts: [MultipartPart] = [
              .file(PatternSource(byteCount: 300_000 + Int64(index)))
            ]
            let url = server.url
            let response = try await client.send(HTTPRequest(url: url, method: .post(parts: parts)))
            let size = HTTPRequest.multipartByteCount(of: parts)
            #expect(String(decoding: response.body, as: UTF8.self) == "\(size)")
          }
        }
        try await group.waitForAll()
      }
      #expect(server.mostOpenAtOnce <= 4)
      #expect(server.acceptedCount <= 4)
    }
  }
}

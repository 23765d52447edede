import Glibc
import LongscribeServices
import Testing

extension HTTPNetworkTests {
  @Suite("Failures say what was sent")
  struct Failures {
    @Test("A refused connection: nothing was sent")
    func refusedConnection() async throws {
      let (descriptor, port) = try LoopbackServer.listen(backlog: 1)
      close(descriptor)
      let url = "http://127.0.0.1:\(port)"
      let failure = try await failure(
        of: HTTPClient(),
        HTTPRequest(url: url, method: .post(parts: [.smallFile]))
      )
      #expect(failure.code == .cannotConnect)
      #expect(!failure.anythingSent)
      #expect(!failure.requestFullySent)
      #expect(failure.status == nil)
      #expect(failure.message.contains("Connection refused") || failure.message.contains("connect"))
      #expect(failure.description.hasSuffix("Nothing had been sent."))
    }

    @Test("A close without an answer: everything was sent")
    func closeWithoutAnswer() async throws {
      let server = try LoopbackServer { connection in
        _ = connection.readRequest()
        if connection.number == 2 { connection.resetOnClose() }
      }
      let client = HTTPClient()
      for _ in 0..<2 {
        let request = HTTPRequest(url: server.url, method: .post(parts: [.largeFile]))
        let failure = try await failure(of: client, request)
        #expect(failure.code == .connectionLost)
        #expect(failure.requestFullySent)
        #expect(failure.anythingSent)
        #expect(failure.status == nil)
      }
    }

    @Test("A close in the middle of the upload: a part was sent")
    func closeWhileSending() async throws {
      let server = try LoopbackServer(receiveBuffer: 65_536) { connection in
        guard connection.readHead() != nil else { return }
        connection.readBody(100_000)
        connection.resetOnClose()
      }
      let request = HTTPRequest(url: server.url, method: .post(parts: [.largeFile]))
      let failure = try await failure(of: HTTPClient(), request)
      #expect(failure.code == .connectionLost)
      #expect(!failure.requestFullySent)
      #expect(failure.anythingSent)
    }

    @Test("A close in the middle of the answer keeps the status and what came")
    func closeInsideAnswer() async throws {
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"text\":\"half")
      }
      let request = HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
      let failure = try await failure(of: HTTPClient(), request)
      #expect(failure.code == .connectionLost)
      #expect(failure.requestFullySent)
      #expect(failure.status == 200)
      #expect(failure.partialBody == Array("{\"text\":\"half".utf8))
    }

    @Test("A POST sent in full over a kept connection is never repeated")
    func paidRequestIsNotRepeated() async throws {
      let requests = RecordedValues<Int>()
      let server = try LoopbackServer { connection in
        while let request = connection.readRequest() {
          requests.append(request.body.count)
          guard requests.all.count == 1 else { return }
          connection.answer("200 OK")
        }
      }
      let client = HTTPClient()
      let request = HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
      #expect(try await client.send(request).status == 200)
      let failure = try await failure(of: client, request)
      #expect(failure.code == .connectionLost)
      #expect(failure.requestFullySent)
      #expect(requests.all.count == 2)
    }

    @Test("A GET over a kept connection that has died is repeated")
    func getIsRepeated() async throws {
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.answer("200 OK", body: "\(connection.number)")
        // The second request on the first connection is read and not answered.
        _ = connection.readRequest()
      }
      let client = HTTPClient()
      let request = HTTPRequest(url: server.url, method: .get)
      #expect(try await client.send(request).body == Array("1".utf8))
      #expect(try await client.send(request).body == Array("2".utf8))
    }

    @Test("A POST cut off on a kept connection is intact when repeated, and else not sent in full")
    func partialUploadMayBeRepeated() async throws {
      let server = try LoopbackServer(receiveBuffer: 65_536) { connection in
        guard connection.readRequest() != nil else { return }
        connection.answer("200 OK", body: "first")
        guard let head = connection.readHead() else { return }
        guard connection.number.isMultiple(of: 2) else {
          connection.readBody(min(head.contentLength, 50_000))
          return
        }
      }
      let client = HTTPClient()
      let parts = [MultipartPart.file(PatternSource(byteCount: 5_000_000))]
      for _ in 0..<20 {
        let request = HTTPRequest(url: server.url, method: .post(parts: parts))
        do throws(HTTPFailure) {
          let response = try await client.send(request)
          #expect(response.bytesSent == HTTPRequest.multipartByteCount(of: parts))
        } catch {
          #expect(error.code == .connectionLost)
          #expect(!error.requestFullySent)
        }
      }
    }

    @Test("An answer or a header beyond the limit is refused")
    func tooLarge() async throws {
      let server = try LoopbackServer { connection in
        guard let request = connection.readRequest() else { return }
        guard request.line.contains("/body") else {
          connection.write("HTTP/1.1 200 OK\r\n")
          for _ in 0..<400 {
            connection.write("X-Filler: \(String(repeating: "x", count: 1_000))\r\n")
          }
          connection.write("\r\n")
          return
        }
        connection.answer("200 OK", body: String(repeating: "x", count: 5_000))
      }
      let client = HTTPClient()
      var request = HTTPRequest(url: server.url + "/body", method: .get, responseLimit: 5_000)
      #expect(try await client.send(request).body.count == 5_000)
      request.responseLimit = 4_999
      let bodyFailure = try await failure(of: client, request)
      #expect(bodyFailure.code == .responseTooLarge)
      #expect(bodyFailure.status == 200)
      request.url = server.url + "/headers"
      #expect(try await failure(of: client, request).code == .responseTooLarge)
    }

    @Test(
      "Something that is not HTTP is a bad answer",
      arguments: ["garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain text"]
    )
    func badAnswers(answer: String) async throws {
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write(answer)
      }
      let request = HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
      let failure = try await failure(of: HTTPClient(), request)
      #expect(failure.code == .badAnswer)
      #expect(failure.requestFullySent)
    }

    @Test("TLS to a server that does not speak it: nothing was sent, and it may pass")
    func notTLS() async throws {
      let server = try LoopbackServer { $0.answer("200 OK") }
      let url = "https://127.0.0.1:\(server.port)"
      let request = HTTPRequest(url: url, method: .post(parts: [.smallFile]))
      let failure = try await failure(of: HTTPClient(), request)
      #expect(failure.code == .cannotConnect)
      #expect(!failure.anythingSent)
    }

    @Test("A proxy that refuses: nothing was sent, and it has not seen the key")
    func refusingProxy() async throws {
      let heads = RecordedValues<ReceivedRequest>()
      let proxy = try LoopbackServer { connection in
        guard let head = connection.readHead() else { return }
        heads.append(head)
        connection.answer("407 Proxy Authentication Required")
      }
      let configuration = HTTPClientConfiguration(proxy: .url(proxy.url))
      let failure = try await failure(
        of: HTTPClient(configuration: configuration),
        HTTPRequest(
          url: "https://service.invalid/v1",
          method: .post(parts: [.smallFile]),
          headers: [HTTPHeader("Authorization", "Bearer secret")]
        )
      )
      #expect(failure.code == .cannotConnect)
      #expect(!failure.anythingSent)
      #expect(failure.status == nil)
      let head = try #require(heads.all.first)
      #expect(head.line == "CONNECT service.invalid:443 HTTP/1.1")
      #expect(head.values(of: "Authorization") == [])
    }

    @Test("A loopback address is contacted directly in spite of a proxy")
    func loopbackAvoidsProxy() async throws {
      let server = try LoopbackServer { connection in
        _ = connection.readRequest()
        connection.answer("200 OK")
      }
      let proxy = try LoopbackServer { $0.drain() }
      let configuration = HTTPClientConfiguration(proxy: .url(proxy.url))
      let request = HTTPRequest(url: server.url, method: .get)
      #expect(try await HTTPClient(configuration: configuration).send(request).status == 200)
      #expect(proxy.acceptedCount == 0)
    }
  }
}

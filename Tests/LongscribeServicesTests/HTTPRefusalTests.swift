import LongscribeServices
import Testing

extension HTTPNetworkTests {
  @Suite("Requests that never reach the network")
  struct Refusals {
    @Test(
      "Plain HTTP to another machine is refused without a connection",
      arguments: [
        "http://0.0.0.0:PORT", "http://[::]:PORT", "http://0:PORT", "http://example.invalid",
        "http://127.0.0.1.example.invalid", "http://localhost.example.invalid", "HTTP://192.0.2.1",
        "http://[::ffff:127.0.0.1]:PORT", "http://128.0.0.1", "http://localhost@example.invalid",
      ]
    )
    func plainHTTP(pattern: String) async throws {
      let server = try LoopbackServer { $0.answer("200 OK") }
      let parts = pattern.split(separator: "PORT", omittingEmptySubsequences: false)
      let url = parts.joined(separator: "\(server.port)")
      let failure = try await failure(of: HTTPClient(), HTTPRequest(url: url, method: .get))
      #expect(failure.code == (url.contains("@") ? .badURL : .plainHTTPRefused))
      #expect(!failure.anythingSent)
      #expect(server.acceptedCount == 0)
    }

    @Test(
      "Plain HTTP to this machine is allowed",
      arguments: ["localhost", "127.0.0.1", "LOCALHOST"]
    )
    func loopback(host: String) async throws {
      let server = try LoopbackServer { connection in
        _ = connection.readRequest()
        connection.answer("200 OK")
      }
      let url = "http://\(host):\(server.port)/"
      #expect(try await HTTPClient().send(HTTPRequest(url: url, method: .get)).status == 200)
    }

    @Test("Plain HTTP is allowed anywhere if the client says so")
    func plainHTTPAnywhere() async throws {
      let server = try LoopbackServer { connection in
        _ = connection.readRequest()
        connection.answer("200 OK")
      }
      let client = HTTPClient(configuration: HTTPClientConfiguration(allowPlainHTTP: .anywhere))
      let url = "http://0.0.0.0:\(server.port)/"
      #expect(try await client.send(HTTPRequest(url: url, method: .get)).status == 200)
    }

    @Test(
      "An address that cannot be used is refused",
      arguments: [
        "", "nonsense", "//host", "https://", "https://a b/", "ftp://host/", "file:///etc/passwd",
        "https://user:pw@host/", "https://user@host/", "https://host:99999/", "https://host\n/",
        "https://host\0.example/", "https://[::1/",
      ]
    )
    func badURLs(url: String) async throws {
      let failure = try await failure(of: HTTPClient(), HTTPRequest(url: url, method: .get))
      #expect(failure.code == .badURL)
      #expect(!failure.message.isEmpty)
    }

    @Test(
      "A header or a part that would break the request apart is refused",
      arguments: [
        ("X-A", "one\r\nX-B: two"), ("X-A", "one\ntwo"), ("X-A", "\0"), ("X A", "one"), ("", "one"),
        ("X:A", "one"), ("Content-Length", "1"), ("content-type", "text/plain"), ("Host", "a"),
        ("Expect", "100-continue"), ("Transfer-Encoding", "chunked"),
      ] as [(String, String)]
    )
    func badHeaders(name: String, value: String) async throws {
      let request = HTTPRequest(
        url: "https://service.invalid",
        method: .get,
        headers: [HTTPHeader(name, value)]
      )
      #expect(try await failure(of: HTTPClient(), request).code == .badRequest)
    }

    @Test("A part with a forged type or an impossible size is refused")
    func badParts() async throws {
      struct Negative: HTTPBodySource {
        let byteCount: Int64 = -1
        func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }
      }
      let parts: [MultipartPart] = [
        .file(name: "f", fileName: "f", contentType: "a/b\r\nX: y", source: HTTPBytes([1])),
        .file(Negative()),
        .file(PatternSource(byteCount: .max)),
      ]
      for part in parts {
        let request = HTTPRequest(url: "https://service.invalid", method: .post(parts: [part]))
        #expect(try await failure(of: HTTPClient(), request).code == .badRequest)
      }
    }

    @Test("No text form of a failure or a request shows a key")
    func keysStayHidden() async throws {
      let canary = "sk-canary-0123456789"
      let echo = try LoopbackServer { connection in
        // A server that echoes the key everywhere it can.
        guard let request = connection.readRequest() else { return }
        let key = request.values(of: "Authorization").first ?? ""
        switch request.line.split(separator: " ")[1] {
        case "/status": connection.write("HTTP/1.1 \(key)\r\n\r\n")
        case "/garbage": connection.write("\(key)\r\n\r\n")
        case "/encoding":
          connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: \(key)\r\n\r\n\(key)")
        case "/chunk":
          connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(key)")
        case "/length": connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(key)\r\n\r\n\(key)")
        case "/short":
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: 999\r\nX: \(key)\r\n\r\n\(key)")
        default: break
        }
      }
      let authorization = HTTPHeader("Authorization", "Bearer \(canary)")
      var requests = ["/status", "/garbage", "/encoding", "/chunk", "/length", "/short", "/close"]
        .map {
          HTTPRequest(url: echo.url + $0, method: .get, headers: [authorization])
        }
      requests += [
        HTTPRequest(url: "http://127.0.0.1:1/", method: .get, headers: [authorization]),
        HTTPRequest(
          url: "https://127.0.0.1:\(echo.port)/",
          method: .get,
          headers: [authorization],
          timeouts: HTTPTimeouts(connect: .milliseconds(300))
        ),
        HTTPRequest(url: echo.url, method: .get, headers: [HTTPHeader("X", canary + "\n")]),
        HTTPRequest(url: echo.url, method: .get, headers: [HTTPHeader("X " + canary, canary)]),
        HTTPRequest(url: "https://\(canary)@host/", method: .get, headers: [authorization]),
        HTTPRequest(url: "http://example.invalid/?key=\(canary)", method: .get),
        HTTPRequest(
          url: echo.url + "/close",
          method: .get,
          headers: [authorization],
          timeouts: HTTPTimeouts(total: .zero)
        ),
      ]
      let client = HTTPClient()
      var failures = 0
      for request in requests {
        do throws(HTTPFailure) {
          _ = try await client.send(request)
        } catch {
          failures += 1
          let texts = [
            "\(error)", error.message, String(reflecting: error), "\(error as any Error)",
          ]
          for text in texts { #expect(!text.contains(canary), "\(text)") }
        }
      }
      #expect(failures >= 12)
      var dumped = ""
      dump(authorization, to: &dumped)
      for text in [
        "\(authorization)", String(reflecting: authorization), "\([authorization])", dumped,
      ] {
        #expect(!text.contains(canary))
        #expect(text.contains("Authorization"))
      }
    }
  }
}

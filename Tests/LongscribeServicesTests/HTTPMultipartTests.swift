import LongscribeServices
import Synchronization
import Testing

extension HTTPNetworkTests {
  @Suite("Multipart uploads")
  struct Multipart {
    @Test("A form arrives byte for byte, in order, with the size computed before")
    func exactBytes() async throws {
      let received = RecordedValues<ReceivedRequest>()
      let server = try LoopbackServer { connection in
        guard let request = connection.readRequest() else { return }
        received.append(request)
        connection.answer("200 OK", body: "{}")
      }
      let audio = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let parts: [MultipartPart] = [
        .field(name: "model", value: "whisper-1"),
        .field(name: "prompt", value: "line one\r\nline two \"quoted\" 你好"),
        .field(name: "empty", value: ""),
        .file(
          name: "file",
          fileName: "a\"b\r\n.wav",
          contentType: "audio/wav",
          source: HTTPBytes(audio)
        ),
      ]
      let response = try await HTTPClient().send(
        HTTPRequest(
          url: server.url + "/v1/audio",
          method: .post(parts: parts),
          headers: [HTTPHeader("Authorization", "Bearer k"), HTTPHeader("X-Empty", "")]
        )
      )
      let request = try #require(received.all.first)
      #expect(request.line == "POST /v1/audio HTTP/1.1")
      #expect(request.values(of: "Authorization") == ["Bearer k"])
      #expect(request.values(of: "X-Empty") == [""])
      #expect(request.values(of: "Expect") == [])
      #expect(request.values(of: "Transfer-Encoding") == [])
      #expect(request.values(of: "User-Agent") == ["longscribe"])

      let type = try #require(request.values(of: "Content-Type").first)
      let prefix = "multipart/form-data; boundary="
      #expect(type.hasPrefix(prefix))
      let boundary = type.dropFirst(prefix.count)
      let head = """
        --\(boundary)\r
        Content-Disposition: form-data; name="model"\r
        \r
        whisper-1\r
        --\(boundary)\r
        Content-Disposition: form-data; name="prompt"\r
        \r
        line one\r\nline two "quoted" 你好\r
        --\(boundary)\r
        Content-Disposition: form-data; name="empty"\r
        \r
        \r
        --\(boundary)\r
        Content-Disposition: form-data; name="file"; filename="a%22b%0D%0A.wav"\r
        Content-Type: audio/wav\r
        \r\n
        """
      #expect(request.body == Array(head.utf8) + audio + Array("\r\n--\(boundary)--\r\n".utf8))
      let size = HTTPRequest.multipartByteCount(of: parts)
      #expect(request.values(of: "Content-Length") == ["\(size)"])
      #expect(request.body.count == Int(size))
      #expect(response.bytesSent == size)
      #expect(response.requestFullySent)
    }

    @Test("The size is exact for any parts", arguments: [0, 1, 65_535, 65_536, 65_537, 1_000_003])
    func exactSizes(fileSize: Int64) async throws {
      let sizes = RecordedValues<Int>()
      let server = try LoopbackServer { connection in
        while let request = connection.readRequest() {
          sizes.append(request.body.count)
          connection.answer("200 OK")
        }
      }
      let forms: [[MultipartPart]] = [
        [],
        [.file(PatternSource(byteCount: fileSize))],
        [
          .field(name: "模型", value: "値"),
          .file(PatternSource(byteCount: fileSize), fileName: "音.wav"),
        ],
      ]
      let client = HTTPClient()
      for parts in forms {
        _ = try await client.send(HTTPRequest(url: server.url, method: .post(parts: parts)))
      }
      #expect(sizes.all == forms.map { Int(HTTPRequest.multipartByteCount(of: $0)) })
    }

    @Test("A source that gives a few bytes at a time is read to its end")
    func smallReads() async throws {
      struct Trickle: HTTPBodySource {
        let byteCount: Int64 = 1_000
        func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
          let count = min(7, buffer.count)
          for index in 0..<count { buffer[index] = PatternSource.byte(at: offset + Int64(index)) }
          return count
        }
      }
      let bodies = RecordedValues<[UInt8]>()
      let server = try LoopbackServer { connection in
        guard let request = connection.readRequest() else { return }
        bodies.append(request.body)
        connection.answer("200 OK")
      }
      let parts = [MultipartPart.file(Trickle())]
      _ = try await HTTPClient().send(HTTPRequest(url: server.url, method: .post(parts: parts)))
      let body = try #require(bodies.all.first)
      let content = (0..<1_000).map { PatternSource.byte(at: $0) }
      let start =
        try #require(body.indices.first { body[$0...].starts(with: [13, 10, 13, 10]) }) + 4
      #expect(Array(body[start..<start + 1_000]) == content)
    }

    @Test("A source that throws, ends early or lies fails the request and is not sent in full")
    func unreadableSources() async throws {
      struct Unreadable: Error {}
      struct Broken: HTTPBodySource {
        let byteCount: Int64 = 500_000
        let atEnd: @Sendable () throws -> Int
        func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
          guard offset >= 200_000 else { return min(buffer.count, 1_000) }
          return try atEnd()
        }
      }
      let server = try LoopbackServer { $0.drain() }
      let client = HTTPClient()
      let endings: [@Sendable () throws -> Int] = [
        { throw Unreadable() }, { 0 }, { -1 }, { 1_000_000 },
      ]
      for ending in endings {
        let parts = [MultipartPart.file(Broken(atEnd: ending))]
        let failure = try await failure(
          of: client,
          HTTPRequest(url: server.url, method: .post(parts: parts))
        )
        #expect(failure.code == .bodyUnreadable)
        #expect(failure.message.contains("at byte 200"))
        #expect(!failure.requestFullySent)
        #expect(failure.anythingSent)
      }
    }

    @Test("30 MB are streamed in small pieces with flat memory")
    func flatMemory() async throws {
      // In a process of its own, because the peak is a property of the whole process.
      await #expect(processExitsWith: .success) {
        let server = try LoopbackServer { connection in
          while let head = connection.readHead() {
            var offset: Int64 = 0
            connection.readBody(head.contentLength) { offset += Int64($0.count) }
            connection.answer("200 OK", body: "\(offset)")
          }
        }
        let client = HTTPClient()
        let small = HTTPRequest(url: server.url, method: .post(parts: [.smallFile]))
        _ = try await client.send(small)
        try ProcessMemory.resetPeak()
        let before = try ProcessMemory.peak()
        let source = PatternSource(byteCount: 30_000_000)
        let parts = [MultipartPart.file(source)]
        let response = try await client.send(
          HTTPRequest(url: server.url, method: .post(parts: parts))
        )
        let size = HTTPRequest.multipartByteCount(of: parts)
        #expect(String(decoding: response.body, as: UTF8.self) == "\(size)")
        #expect(response.bytesSent == size)
        #expect(source.requestedCounts.all.max() ?? 0 <= 65_536)
        let growth = try ProcessMemory.peak() - before
        #expect(growth < 4_096, "the peak grew by \(growth) KiB")
      }
    }

    @Test("A large file arrives unchanged")
    func largeFileIsIntact() async throws {
      let server = try LoopbackServer { connection in
        guard let head = connection.readHead() else { return }
        // The preamble's length is known from the size, so the content can be checked in passing.
        let framing = Int(HTTPRequest.multipartByteCount(of: [.file(PatternSource(byteCount: 0))]))
        let tail = head.values(of: "Content-Type")[0].split(separator: "=")[1].utf8.count + 8
        var position = -(framing - tail)
        var wrong = 0
        connection.readBody(head.contentLength) { piece in
          for byte in piece {
            if (0..<30_000_000).contains(position), byte != PatternSource.byte(at: Int64(position))
            {
              wrong += 1
            }
            position += 1
          }
        }
        connection.answer("200 OK", body: "\(wrong)")
      }
      let response = try await HTTPClient().send(
        HTTPRequest(url: server.url, method: .post(parts: [.largeFile]))
      )
      #expect(String(decoding: response.body, as: UTF8.self) == "0")
    }
  }
}

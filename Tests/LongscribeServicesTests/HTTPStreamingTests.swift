import LongscribeServices
import Synchronization
import Testing

extension HTTPNetworkTests {
  @Suite("Streamed answers")
  struct Streaming {
    @Test("Each piece of an event stream is delivered before the next one is sent")
    func piecesAsSent() async throws {
      let seen = Atomic<Int>(0)
      let delivered = RecordedValues<[UInt8]>()
      // Cut inside a field, inside a character and between CR and LF.
      let text = Array("data: 你好\r\n\r\ndata: {\"a\":1}\r\n\r\ndata: [DONE]\r\n\r\n".utf8)
      let cuts = [0, 3, 8, 13, 14, 30, text.count]
      let pieces = zip(cuts, cuts.dropFirst()).map { Array(text[$0..<$1]) }
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        for (index, piece) in pieces.enumerated() {
          connection.write(piece)
          for _ in 0..<20_000 where seen.load(ordering: .acquiring) <= index {
            pause(milliseconds: 1)
          }
        }
      }
      let parser = Mutex(EventStreamParser())
      let events = RecordedValues<ServerSentEvent>()
      let response = try await HTTPClient().send(
        HTTPRequest(
          url: server.url,
          method: .post(parts: [.smallFile]),
          onBody: { bytes in
            delivered.append(Array(bytes))
            for event in parser.withLock({ $0.feed(bytes) }) { events.append(event) }
            seen.add(1, ordering: .releasing)
          }
        )
      )
      #expect(delivered.all == pieces)
      #expect(events.all.map(\.data) == ["你好", "{\"a\":1}", "[DONE]"])
      #expect(response.body == text)
    }

    @Test("Only answers with a 2xx status are streamed", arguments: [200, 204, 299, 300, 404, 500])
    func onlySuccess(status: Int) async throws {
      let server = try LoopbackServer { connection in
        guard connection.readRequest() != nil else { return }
        guard status == 204 else { return connection.answer("\(status) Status", body: "body") }
        connection.write("HTTP/1.1 204 No Content\r\n\r\n")
      }
      let delivered = RecordedValues<[UInt8]>()
      let response = try await HTTPClient().send(
        HTTPRequest(url: server.url, method: .get, onBody: { delivered.append(Array($0)) })
      )
      #expect(response.status == status)
      let isStreamed = status == 200 || status == 299
      #expect(delivered.all.flatMap { $0 } == (isStreamed ? Array("body".utf8) : []))
      #expect(response.body == (status == 204 ? [] : Array("body".utf8)))
    }
  }
}

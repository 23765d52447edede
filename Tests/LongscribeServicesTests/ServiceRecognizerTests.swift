import Foundation
import LongscribeCore
import LongscribeServices
import Testing

@Suite("A recogniser on a connection that does not end as it should")
struct ServiceRecognizerTests {
  /// Silence in memory.
  private struct Bytes: AudioBytes {
    var byteCount: Int64 { 3200 }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
      let count = min(buffer.count, Int(byteCount - offset))
      for place in 0..<count { buffer[place] = 0 }
      return count
    }
  }

  /// The answer to one call, of which the server promises more bytes than it sends.
  private static func answer(
    _ body: String, type: String, format: ServiceModel.ResponseFormat? = nil
  ) async throws -> Recognition {
    let server = try LoopbackServer { connection in
      guard connection.readRequest() != nil else { return }
      _ = connection.write(
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: 9999\r\n\r\n\(body)")
    }
    defer { server.stop() }
    var options = ServiceOptions()
    options.responseFormat = format
    let profile = ServiceProfile.openAI
    let recognizer = ServiceRecognizer(
      profile: profile, model: profile.model(nil), key: Secret("key-123456"),
      baseURL: try BaseURL("http://127.0.0.1:\(server.port)/v1"), options: options)
    let range = TimelineRange(0, 1600)
    return try await recognizer.recognize(
      RecognitionRequest(
        chunk: Chunk(index: 0, audio: range, owned: range, seam: nil), attempt: 1,
        audio: AudioUpload(format: .wav, samples: 1600, bytes: Bytes())))
  }

  @Test(
    "An answer that shows its end is paid for and kept",
    arguments: [
      (#"{"text":"hello"}"#, "application/json"),
      (
        "data: {\"type\":\"transcript.text.done\",\"text\":\"hello\"}\n\ndata: [DONE]\n\n",
        "text/event-stream"
      ),
    ])
  func whole(body: String, type: String) async throws {
    #expect(try await Self.answer(body, type: type).text == "hello")
  }

  @Test(
    "An answer that may lack its end is an error, never a short transcript",
    arguments: [
      (#"{"text":"hel"#, "application/json", nil),
      (
        "data: {\"type\":\"transcript.text.delta\",\"delta\":\"hel\"}\n\n", "text/event-stream", nil
      ),
      ("1\n00:00:00,000 --> 00:00:01,000\nhel\n", "text/plain", nil),
      ("hel", "text/plain", .text),
    ] as [(String, String, ServiceModel.ResponseFormat?)])
  func cut(body: String, type: String, format: ServiceModel.ResponseFormat?) async {
    await #expect(throws: RecognitionFailure.self) {
      try await Self.answer(body, type: type, format: format)
    }
  }
}

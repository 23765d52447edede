private import Foundation
package import LongscribeCore

/// Reads what GLM-ASR answers, by what it is: a JSON object, an event stream, or an error in either.
package enum GLMAnswer {
  private struct ErrorBody: Decodable {
    struct Inner: Decodable {
      let code: LenientText?
      let message: String?
    }

    let error: Inner
  }

  private struct Event: Decodable {
    let type: String?
    let delta: String?
    let text: String?
    let id: LenientText?
  }

  /// The piece of text in an event; `nil` if it has none.
  static func delta(_ data: String) -> String? {
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(data.utf8)),
      event.type == "transcript.text.delta"
    else { return nil }
    return event.delta
  }

  /// The recognition in an answer.
  ///
  /// - Throws: The failure that the answer stands for.
  package static func recognition(_ reply: ServiceReply) throws(RecognitionFailure) -> Recognition {
    if let failure = errorInside(reply.body, reply) { throw failure }
    guard (200..<300).contains(reply.status) else {
      throw complete(
        HTTPErrors.failure(
          status: reply.status, message: message(reply), location: reply.header("location")
        ),
        reply)
    }
    let type = reply.header("content-type")?.lowercased() ?? ""
    if type.contains("text/event-stream") || reply.body.starts(with: Array("data:".utf8)) {
      return try streamed(reply)
    }
    guard let answer = ServiceAnswer(reply.body) else {
      throw RecognitionFailure(
        .unexpectedResponse, message: "the answer is not a transcription: \(message(reply))",
        retry: .now, charge: .unknown, status: reply.status,
        hint: "check that --base-url leads to GLM-ASR")
    }
    return answer.recognition(raw: reply.body)
  }

  private static func streamed(_ reply: ServiceReply) throws(RecognitionFailure) -> Recognition {
    var parser = EventStreamParser()
    var events = reply.body.withUnsafeBytes { parser.feed($0) }
    if let last = parser.finish() { events.append(last) }
    var text = ""
    var whole: String?
    var id: String?
    var isDone = false
    var isReadable = true
    var hasEvents = false
    for event in events {
      if event.data == "[DONE]" {
        isDone = true
        continue
      }
      if let failure = errorInside(Array(event.data.utf8), reply) { throw failure }
      guard let piece = try? JSONDecoder().decode(Event.self, from: Data(event.data.utf8)) else {
        isReadable = false
        continue
      }
      hasEvents = true
      id = piece.id?.text ?? id
      if piece.type == "transcript.text.done" {
        whole = piece.text.flatMap { $0.isEmpty ? nil : $0 } ?? whole
        isDone = true
      } else {
        text += piece.delta ?? ""
      }
    }
    // Either end mark will do; without one the text may lack its end.
    guard whole != nil || isDone && isReadable && hasEvents else {
      throw RecognitionFailure(
        .truncatedStream, message: "the streamed answer ended early", retry: .now, charge: .unknown,
        status: reply.status, traceID: id.map { HTTPErrors.excerpt(Array($0.utf8)) })
    }
    return Recognition(
      text: Joining.trimmed(whole ?? text), traceID: id.map { HTTPErrors.excerpt(Array($0.utf8)) },
      raw: Data(reply.body))
  }

  /// The failure in a body of the form `{"error":{"code","message"}}`, whatever the status.
  private static func errorInside(_ body: [UInt8], _ reply: ServiceReply) -> RecognitionFailure? {
    guard let decoded = try? JSONDecoder().decode(ErrorBody.self, from: Data(body)) else {
      return nil
    }
    let message = HTTPErrors.excerpt(Array((decoded.error.message ?? "no message").utf8))
    let code = decoded.error.code.map { HTTPErrors.excerpt(Array($0.text.utf8)) }
    var failure =
      code.flatMap { GLMErrors.failure(code: $0, message: message) }
      ?? HTTPErrors.failure(
        status: reply.status < 300 ? 500 : reply.status, message: message,
        location: reply.header("location"))
    failure.serviceCode = code
    return complete(failure, reply)
  }

  /// Adds what the headers say: the status, and how long to wait.
  private static func complete(
    _ failure: RecognitionFailure, _ reply: ServiceReply
  ) -> RecognitionFailure {
    var failure = failure
    failure.status = reply.status
    failure.traceID = reply.header("x-log-id").map { HTTPErrors.excerpt(Array($0.utf8)) }
    if failure.retry == .now,
      let seconds = HTTPErrors.retryAfter({ reply.header($0) }, now: Date())
    {
      failure.retry = .after(seconds)
    }
    return failure
  }

  private static func message(_ reply: ServiceReply) -> String {
    let excerpt = HTTPErrors.excerpt(reply.body)
    return excerpt.isEmpty ? "no message" : excerpt
  }
}

private import Foundation
import LongscribeCore

/// Reads what GLM-ASR answers, by what it is: a JSON object, an event stream, or an error in either.
enum GLMAnswer {
  private struct ErrorBody: Decodable {
    struct Inner: Decodable {
      let code: LenientText?
      let message: String?
    }

    let error: Inner
  }

  /// A code that may be written as text or as a number.
  private struct LenientText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self.text = text
      } else {
        text = String(try container.decode(Int.self))
      }
    }
  }

  private struct Event: Decodable {
    let type: String?
    let delta: String?
    let text: String?
    let id: String?
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
  static func recognition(_ response: HTTPResponse) throws(RecognitionFailure) -> Recognition {
    if let failure = errorInside(response.body, response) { throw failure }
    guard (200..<300).contains(response.status) else {
      throw complete(
        HTTPErrors.failure(
          status: response.status, message: message(response), location: response.header("location")
        ),
        response)
    }
    let type = response.header("content-type")?.lowercased() ?? ""
    if type.contains("text/event-stream") || response.body.starts(with: Array("data:".utf8)) {
      return try streamed(response)
    }
    guard let answer = ServiceAnswer(response.body) else {
      throw RecognitionFailure(
        .unexpectedResponse, message: "the answer is not a transcription: \(message(response))",
        retry: .now, charge: .unknown, status: response.status,
        hint: "check that --base-url leads to GLM-ASR")
    }
    return answer.recognition(raw: response.body)
  }

  private static func streamed(_ response: HTTPResponse) throws(RecognitionFailure) -> Recognition {
    var parser = EventStreamParser()
    var events = response.body.withUnsafeBytes { parser.feed($0) }
    if let last = parser.finish() { events.append(last) }
    var text = ""
    var whole: String?
    var id: String?
    var isDone = false
    for event in events {
      if event.data == "[DONE]" {
        isDone = true
        continue
      }
      if let failure = errorInside(Array(event.data.utf8), response) { throw failure }
      guard let piece = try? JSONDecoder().decode(Event.self, from: Data(event.data.utf8)) else {
        continue
      }
      id = piece.id ?? id
      if piece.type == "transcript.text.done" {
        whole = piece.text ?? whole
      } else {
        text += piece.delta ?? ""
      }
    }
    // Either end mark will do; without one the text may lack its end.
    guard whole != nil || isDone else {
      throw RecognitionFailure(
        .truncatedStream, message: "the streamed answer ended early", retry: .now, charge: .unknown,
        status: response.status, traceID: id)
    }
    return Recognition(
      text: Joining.trimmed(whole ?? text), traceID: id, raw: Data(response.body))
  }

  /// The failure in a body of the form `{"error":{"code","message"}}`, whatever the status.
  private static func errorInside(_ body: [UInt8], _ response: HTTPResponse) -> RecognitionFailure?
  {
    guard let decoded = try? JSONDecoder().decode(ErrorBody.self, from: Data(body)) else {
      return nil
    }
    let message = HTTPErrors.excerpt(Array((decoded.error.message ?? "no message").utf8))
    let code = decoded.error.code?.text
    var failure =
      code.flatMap { GLMErrors.failure(code: $0, message: message) }
      ?? HTTPErrors.failure(
        status: response.status < 300 ? 500 : response.status, message: message,
        location: response.header("location"))
    failure.serviceCode = code
    return complete(failure, response)
  }

  /// Adds what the headers say: the status, and how long to wait.
  private static func complete(
    _ failure: RecognitionFailure, _ response: HTTPResponse
  ) -> RecognitionFailure {
    var failure = failure
    failure.status = response.status
    if failure.retry == .now,
      let seconds = HTTPErrors.retryAfter({ response.header($0) }, now: Date())
    {
      failure.retry = .after(seconds)
    }
    return failure
  }

  private static func message(_ response: HTTPResponse) -> String {
    let excerpt = HTTPErrors.excerpt(response.body)
    return excerpt.isEmpty ? "no message" : excerpt
  }
}

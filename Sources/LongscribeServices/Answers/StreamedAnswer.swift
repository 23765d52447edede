private import Foundation
import LongscribeCore

/// An answer that arrives piece by piece, in the dialects of OpenAI and GLM (`transcript.text.delta` and `.done`) and of vLLM (chunks of a
/// chat).
package enum StreamedAnswer {
  private struct Event: Decodable {
    struct Choice: Decodable {
      struct Delta: Decodable {
        let content: String?
      }

      let delta: Delta?
      let text: String?
      let finish: String?

      enum CodingKeys: String, CodingKey {
        case delta, text
        case finish = "finish_reason"
      }
    }

    let type: String?
    let delta: String?
    let text: String?
    let id: LenientText?
    let choices: [Lenient<Choice>]?
    let usage: ServiceAnswer.Usage?

    enum CodingKeys: String, CodingKey {
      case type, delta, text, id, choices, usage
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      type = (try? fields.decodeIfPresent(String.self, forKey: .type)) ?? nil
      delta = (try? fields.decodeIfPresent(String.self, forKey: .delta)) ?? nil
      text = (try? fields.decodeIfPresent(String.self, forKey: .text)) ?? nil
      id = (try? fields.decodeIfPresent(LenientText.self, forKey: .id)) ?? nil
      choices = (try? fields.decodeIfPresent([Lenient<Choice>].self, forKey: .choices)) ?? nil
      usage = (try? fields.decodeIfPresent(ServiceAnswer.Usage.self, forKey: .usage)) ?? nil
    }

    /// The piece of text that it adds.
    var piece: String? {
      if type == "transcript.text.delta" || type == nil, let delta { return delta }
      guard type == nil, let choices else { return nil }
      let pieces = choices.compactMap { $0.value?.delta?.content ?? $0.value?.text }
      return pieces.isEmpty ? nil : pieces.joined()
    }

    /// Whether the model stopped because its output may not be longer (vLLM).
    var isCutOff: Bool { choices?.contains { $0.value?.finish == "length" } ?? false }
  }

  /// What the events of a stream say.
  package struct Content: Sendable {
    /// The whole text.
    package var text = ""
    package var traceID: String?
    package var outputTokens: Int?
    /// Whether the model stopped because its output may not be longer.
    package var isCutOff = false
  }

  /// Whether a body is an event stream.
  ///
  /// - Parameter mayBeText: Whether bare text was asked for, which may begin as streams do.
  static func looksLike(_ reply: ServiceReply, mayBeText: Bool) -> Bool {
    // Some servers call everything a stream that a stream was asked for.
    if reply.beginsAsObject { return false }
    if reply.header("content-type")?.lowercased().contains("text/event-stream") ?? false {
      return true
    }
    let start = String(decoding: reply.body.prefix(64), as: UTF8.self)
    return !mayBeText && ["data:", "event:", "id:", ":"].contains { start.hasPrefix($0) }
  }

  /// The piece of text in an event; `nil` if it has none.
  static func piece(_ data: String) -> String? {
    (try? JSONDecoder().decode(Event.self, from: Data(data.utf8)))?.piece
  }

  /// The text of a whole stream; `nil` if it has no end mark, so that the text may lack its end.
  ///
  /// - Parameter body: The stream.
  /// - Parameter refusal: Called with each event; an error in it ends the reading.
  static func content(
    _ body: [UInt8], refusal: (ServerSentEvent) throws(RecognitionFailure) -> Void
  ) throws(RecognitionFailure) -> Content? {
    var parser = EventStreamParser()
    var events = body.withUnsafeBytes { parser.feed($0) }
    if let last = parser.finish() { events.append(last) }
    var content = Content()
    var whole: String?
    var isDone = false
    var isReadable = true
    var hasEvents = false
    for event in events {
      if event.data == "[DONE]" {
        isDone = true
        continue
      }
      try refusal(event)
      // Some servers keep the connection awake with events of nothing.
      guard event.data.contains("{") else { continue }
      guard let piece = try? JSONDecoder().decode(Event.self, from: Data(event.data.utf8)) else {
        isReadable = false
        continue
      }
      hasEvents = true
      content.traceID = piece.id?.text ?? content.traceID
      content.outputTokens = piece.usage?.outputTokens ?? content.outputTokens
      content.text += piece.piece ?? ""
      if piece.type == "transcript.text.done" {
        whole = piece.text.flatMap { $0.isEmpty ? nil : $0 } ?? whole
        isDone = true
      }
      // vLLM finishes each stretch of its own with a reason; only [DONE] ends the whole.
      if piece.isCutOff { content.isCutOff = true }
    }
    // Either end mark will do. The text of the last event is the authority: some servers' pieces differ from it in white space.
    guard whole != nil || isDone && isReadable && hasEvents else { return nil }
    content.text = whole ?? content.text
    return content
  }
}

/// A transcript as events of OpenAI's interface.
struct OpenAIStream {
  private let answered: OpenAIAnswer
  private let text: String

  init(_ answered: OpenAIAnswer) {
    self.answered = answered
    text = answered.recognition.text
  }

  var answer: ServiceAnswer {
    let end = Array("[DONE]".utf8)
    switch answered.dialect {
    case .openai:
      let done = Event(type: "transcript.text.done", text: text, usage: answered.usage)
      return .eventStream(
        deltas: pieces.map { JSONText.bytes(Event(type: "transcript.text.delta", delta: $0)) },
        closing: [JSONText.bytes(done), end]
      )
    case .vllm:
      return .eventStream(
        deltas: pieces.map { JSONText.bytes(chunk($0, finish: nil)) },
        closing: [JSONText.bytes(chunk("", finish: "stop")), end]
      )
    }
  }

  /// Up to ten characters each.
  private var pieces: [String] {
    var pieces: [String] = []
    var rest = text[...]
    while !rest.isEmpty {
      pieces.append(String(rest.prefix(10)))
      rest = rest.dropFirst(10)
    }
    return pieces
  }

  private func chunk(_ content: String, finish: String?) -> Chunk {
    Chunk(
      id: "trsc-\(answered.id)",
      model: answered.model.name,
      choices: [.init(delta: .init(content: content), finishReason: finish)]
    )
  }

  private struct Event: Encodable {
    let type: String
    var delta: String?
    var text: String?
    var usage: OpenAIAnswer.Usage?
  }

  private struct Chunk: Encodable {
    struct Delta: Encodable {
      let content: String
    }

    struct Choice: Encodable {
      let delta: Delta
      let finishReason: String?

      enum CodingKeys: String, CodingKey {
        case delta
        case finishReason = "finish_reason"
      }
    }

    let id: String
    let object = "transcription.chunk"
    let created = 1_700_000_000
    let model: String
    let choices: [Choice]
  }
}

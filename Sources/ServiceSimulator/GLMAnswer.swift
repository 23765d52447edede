/// A transcript in the forms in which GLM-ASR sends it.
struct GLMAnswer {
  let id: String
  /// Seconds since 1970.
  let created: Int
  let requestID: String
  let model: String
  /// Nil when the answer has no segments at all.
  let segments: [Recognition.Segment]?
  let text: String

  var json: [UInt8] {
    JSONText.bytes(
      Whole(
        id: id,
        created: created,
        requestID: requestID,
        model: model,
        segments: segments.map { list in
          list.enumerated().map { index, segment in
            WholeSegment(id: index, start: segment.start, end: segment.end, text: segment.text)
          }
        },
        text: text
      )
    )
  }

  /// The text in deltas of up to 12 characters, then the whole text, then the end mark.
  var eventStream: ServiceAnswer {
    var deltas: [[UInt8]] = []
    var rest = text[...]
    while !rest.isEmpty {
      let piece = rest.prefix(12)
      rest = rest.dropFirst(12)
      deltas.append(event(type: "transcript.text.delta", delta: String(piece), text: nil))
    }
    let done = event(type: "transcript.text.done", delta: nil, text: text)
    return .eventStream(deltas: deltas, closing: [done, Array("[DONE]".utf8)])
  }

  private func event(type: String, delta: String?, text: String?) -> [UInt8] {
    JSONText.bytes(
      Event(id: id, created: created, model: model, type: type, delta: delta, text: text)
    )
  }

  private struct Whole: Encodable {
    let id: String
    let created: Int
    let requestID: String
    let model: String
    let segments: [WholeSegment]?
    let text: String

    enum CodingKeys: String, CodingKey {
      case id, created, model, segments, text
      case requestID = "request_id"
    }
  }

  private struct WholeSegment: Encodable {
    let id: Int
    let start: Double
    let end: Double
    let text: String
  }

  private struct Event: Encodable {
    let id: String
    let created: Int
    let model: String
    let type: String
    let delta: String?
    let text: String?
  }
}

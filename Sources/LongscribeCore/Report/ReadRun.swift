/// A transcript as it stands in JSON, before its numbers are looked at.
struct ReadRun: Decodable {
  struct Segment: Decodable {
    var start: LenientNumber?
    var end: LenientNumber?
    var text: String?
    var chunk: WholeNumber?
    var estimated: Bool?
    var words: [Word]?
  }

  struct Word: Decodable {
    var start: LenientNumber?
    var end: LenientNumber?
    var word: String?
  }

  struct Upload: Decodable {
    var index: WholeNumber
    var start: Double
    var end: Double
    var ownedStart: Double
    var ownedEnd: Double
    var repairs: WholeNumber?
    var silent: Bool?

    enum CodingKeys: String, CodingKey {
      case index, start, end, repairs, silent
      case ownedStart = "owned_start"
      case ownedEnd = "owned_end"
    }
  }

  struct Join: Decodable {
    var chunk: WholeNumber
    var position: Double
    var kind: String
    var method: String
    var anchors: WholeNumber?
    var confidence: Double?
  }

  struct Finding: Decodable {
    var start: Double
    var end: Double
    var reason: String?
    var text: String?
    var code: String?
    var askedAgain: Bool?
    var likeSpeech: Bool?

    enum CodingKeys: String, CodingKey {
      case start, end, reason, text, code
      case askedAgain = "asked_again"
      case likeSpeech = "like_speech"
    }
  }

  /// What only we write.
  struct Own: Decodable {
    var provider: String?
    var model: String?
    var calls: WholeNumber?
    var billedSeconds: Double?
    var warnings: [String]?
    var envelope: LoudnessOutline?
    var chunks: [Upload]?
    var repairs: [Upload]?
    var seams: [Join]?
    var silence: [Finding]?
    var gaps: [Finding]?
    var uncovered: [Finding]?
    var dropped: [Finding]?

    enum CodingKeys: String, CodingKey {
      case provider, model, calls, warnings, envelope, chunks, repairs, seams, silence, gaps,
        uncovered, dropped
      case billedSeconds = "billed_seconds"
    }
  }

  var text: String?
  var language: String?
  var duration: LenientNumber?
  var segments: [Segment]?
  var words: [Word]?
  var longscribe: Own?
}

/// A number that some servers write as text.
struct LenientNumber: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      guard let number = Double(text), number.isFinite else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "is no number")
      }
      value = number
    } else {
      value = try container.decode(Double.self)
    }
  }
}

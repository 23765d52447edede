private import Foundation
package import LongscribeCore

/// An OpenAI-shaped JSON answer, read by what it is: fields that are missing are missing, numbers may be text.
package struct ServiceAnswer: Decodable {
  struct Segment: Decodable {
    let start: LenientNumber?
    let end: LenientNumber?
    let text: String?
  }

  struct Word: Decodable {
    let start: LenientNumber?
    let end: LenientNumber?
    let word: String?
  }

  let text: String?
  let segments: [Segment]?
  let words: [Word]?
  let language: String?
  let id: String?
  let requestID: String?

  enum CodingKeys: String, CodingKey {
    case text, segments, words, language, id
    case requestID = "request_id"
  }

  /// The answer in a JSON object with a text; `nil` if the bytes are anything else.
  package init?(_ body: [UInt8]) {
    guard let answer = try? JSONDecoder().decode(ServiceAnswer.self, from: Data(body)),
      answer.text != nil || answer.segments != nil
    else { return nil }
    self = answer
  }

  /// The answer as a recognition. Segments and words without usable times are left out; the text stays.
  package func recognition(raw: [UInt8]) -> Recognition {
    var usable: [Recognition.Segment] = []
    var latest: Int64 = 0
    for segment in segments ?? [] {
      guard let text = segment.text, let range = Self.range(segment.start, segment.end) else {
        continue
      }
      // Clamped, not sorted: the order of the text is the order of speech.
      let start = max(latest, range.start)
      usable.append(
        Recognition.Segment(range: TimelineRange(start, max(start, range.end)), text: text))
      latest = start
    }
    let words = (words ?? []).compactMap { word -> Recognition.Word? in
      guard let text = word.word, let range = Self.range(word.start, word.end) else { return nil }
      return Recognition.Word(range: range, text: text)
    }
    let whole = text ?? usable.map(\.text).joined(separator: " ")
    return Recognition(
      text: Joining.trimmed(whole), segments: usable, words: words, language: language,
      traceID: requestID ?? id, raw: Data(raw))
  }

  private static func range(_ start: LenientNumber?, _ end: LenientNumber?) -> TimelineRange? {
    guard let start = start?.value, let end = end?.value, start.isFinite, end.isFinite,
      end >= start,
      start >= -1
    else { return nil }
    return TimelineRange(Timeline.samples(max(0, start)), Timeline.samples(end))
  }
}

/// A number that some servers write as text.
struct LenientNumber: Decodable {
  let value: Double

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      value = number
    } else {
      let text = try container.decode(String.self)
      guard let number = Double(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number")
      }
      value = number
    }
  }
}

private import Foundation
package import LongscribeCore

/// An OpenAI-shaped JSON answer, read by what it is: fields that are missing are missing, numbers may be text.
package struct ServiceAnswer: Decodable {
  struct Segment: Decodable {
    let start: LenientNumber?
    let end: LenientNumber?
    let text: String?
    let noSpeech: LenientNumber?
    let averageLogProbability: LenientNumber?
    let compressionRatio: LenientNumber?

    enum CodingKeys: String, CodingKey {
      case start, end, text
      case noSpeech = "no_speech_prob"
      case averageLogProbability = "avg_logprob"
      case compressionRatio = "compression_ratio"
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      text = try fields.decodeIfPresent(String.self, forKey: .text)
      start = try fields.decodeIfPresent(LenientNumber.self, forKey: .start)
      end = try fields.decodeIfPresent(LenientNumber.self, forKey: .end)
      func number(_ key: CodingKeys) -> LenientNumber? {
        (try? fields.decodeIfPresent(LenientNumber.self, forKey: key)) ?? nil
      }
      noSpeech = number(.noSpeech)
      averageLogProbability = number(.averageLogProbability)
      compressionRatio = number(.compressionRatio)
    }

    var confidence: Recognition.Confidence? {
      guard noSpeech != nil || averageLogProbability != nil || compressionRatio != nil else {
        return nil
      }
      return Recognition.Confidence(
        noSpeech: noSpeech?.value, averageLogProbability: averageLogProbability?.value,
        compressionRatio: compressionRatio?.value)
    }
  }

  /// What was used up.
  struct Usage: Decodable {
    let outputTokens: Int?

    enum CodingKeys: String, CodingKey {
      case outputTokens = "output_tokens"
      case completionTokens = "completion_tokens"
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      let own = (try? fields.decodeIfPresent(Int.self, forKey: .outputTokens)) ?? nil
      let other = (try? fields.decodeIfPresent(Int.self, forKey: .completionTokens)) ?? nil
      outputTokens = own ?? other
    }
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
  let usage: Usage?
  /// Whether the text is there and says nothing: `null`, or missing inside data that is `null`.
  private let isNull: Bool

  enum CodingKeys: String, CodingKey {
    case text, segments, words, language, id, usage
    case requestID = "request_id"
  }

  private static let textPath = CodingUserInfoKey(rawValue: "textPath")

  /// Reads each field by itself: an answer that has been paid for is not lost over a field that nobody needs.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let path = Self.textPath.flatMap { decoder.userInfo[$0] as? String } ?? "text"
    (text, isNull) = Self.text(at: path.split(separator: ".").map { JSONName($0) }, decoder)
    segments = (try? fields.decodeIfPresent([Lenient<Segment>].self, forKey: .segments))?
      .compactMap(\.value)
    words = (try? fields.decodeIfPresent([Lenient<Word>].self, forKey: .words))?.compactMap(\.value)
    language = try? fields.decodeIfPresent(String.self, forKey: .language)
    id = (try? fields.decodeIfPresent(LenientText.self, forKey: .id))?.text
    requestID = (try? fields.decodeIfPresent(LenientText.self, forKey: .requestID))?.text
    usage = (try? fields.decodeIfPresent(Usage.self, forKey: .usage)) ?? nil
  }

  /// The text at a path, and whether something on the way to it is `null`, which means that nothing was heard.
  private static func text(
    at path: [JSONName], _ decoder: any Decoder
  ) -> (text: String?, isNull: Bool) {
    guard var fields = try? decoder.container(keyedBy: JSONName.self) else { return (nil, false) }
    for (place, name) in path.enumerated() {
      if (try? fields.decodeNil(forKey: name)) ?? false { return (nil, true) }
      if place == path.count - 1 { return (try? fields.decode(String.self, forKey: name), false) }
      guard let inner = try? fields.nestedContainer(keyedBy: JSONName.self, forKey: name) else {
        break
      }
      fields = inner
    }
    return (nil, false)
  }

  /// The answer in a JSON object with a text; `nil` if the bytes are anything else.
  ///
  /// - Parameters:
  ///   - body: The answer.
  ///   - textPath: Where in the object the text is.
  package init?(_ body: [UInt8], textPath: String = "text") {
    let decoder = JSONDecoder()
    if let key = Self.textPath { decoder.userInfo[key] = textPath }
    // A text that cannot be read counts as missing, so the repaired body is tried wherever there is none.
    func read(_ data: Data) -> ServiceAnswer? {
      guard let answer = try? decoder.decode(ServiceAnswer.self, from: data) else {
        return nil
      }
      return answer.text != nil || answer.segments != nil || answer.isNull ? answer : nil
    }
    guard let answer = read(Data(body)) ?? read(Self.repaired(body)) else { return nil }
    self = answer
  }

  /// The body with what some servers write although JSON does not know it: broken UTF-8, half surrogates, raw line ends and other controls, NaN and infinities.
  private static func repaired(_ body: [UInt8]) -> Data {
    // Between values a line end is as good as a space, and inside of one it is too.
    let plain = body.map { $0 < 0x20 ? 0x20 : $0 }
    var text = String(decoding: plain, as: UTF8.self)
    let rules = [
      (#"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"#, #"\\ufffd"#),
      (#"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"#, #"\\ufffd"#),
      (#"([:,\[]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])"#, "$1null"),
    ]
    for (pattern, replacement) in rules {
      text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
    }
    return Data(text.utf8)
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
        Recognition.Segment(
          range: TimelineRange(start, max(start, range.end)), text: text,
          confidence: segment.confidence))
      latest = start
    }
    let words = (words ?? []).compactMap { word -> Recognition.Word? in
      guard let text = word.word, let range = Self.range(word.start, word.end) else { return nil }
      return Recognition.Word(range: range, text: text)
    }
    let whole = text ?? Joining.joined((segments ?? []).compactMap(\.text).map(Joining.trimmed))
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

/// A value, or nothing where it is not what it should be.
struct Lenient<Value: Decodable>: Decodable {
  let value: Value?

  init(from decoder: any Decoder) throws {
    value = try? Value(from: decoder)
  }
}

/// A text that some servers write as a number.
struct LenientText: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self.text = text
    } else {
      text = String(try container.decode(Int64.self))
    }
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

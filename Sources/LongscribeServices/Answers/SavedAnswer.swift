public import Foundation
public import LongscribeCore

extension Recognition {
  /// Most bytes of an answer that are read (64 MB): what a service says of the longest chunk is a small part of it.
  public static let maximumAnswerBytes = 64_000_000

  /// Reads an answer that another program got from a service, by what it is: a JSON object of any service, an event stream, SRT or WebVTT,
  /// subtitles or text inside JSON, bare text.
  ///
  /// - Parameters:
  ///   - answer: The body of the service's answer, as it came, in UTF-8.
  ///   - mayBeText: Whether bare text is taken for what was said. What was saved as JSON should not be: messages of gateways are text too.
  ///   - profile: The service that was asked, where that is known. It knows where its answers have their text, and what its errors mean.
  ///   - model: The model that was asked, where that is known.
  /// - Throws: What the service said if it refused, `.truncatedStream` or `.tooLong` if the answer lacks its end, else `.unexpectedResponse`.
  public init(
    answer: Data, mayBeText: Bool = false, of profile: ServiceProfile? = nil, model: String? = nil
  ) throws(RecognitionFailure) {
    self = try SavedAnswer(answer, mayBeText: mayBeText).recognition(profile, model)
  }
}

/// An answer in a file: nothing is known of how it came, its status and headers least of all.
private struct SavedAnswer {
  private let whole: Data
  private let reply: ServiceReply
  private let mayBeText: Bool

  init(_ answer: Data, mayBeText: Bool) throws(RecognitionFailure) {
    guard answer.count <= Recognition.maximumAnswerBytes else {
      throw Self.failure("it has more than \(Recognition.maximumAnswerBytes / 1_000_000) MB")
    }
    // White space is what is saved of a text without words; of JSON there is more.
    let isBlank = answer.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard !answer.isEmpty, mayBeText || !isBlank else { throw Self.failure("it is empty") }
    guard !answer.contains(0), String(validating: answer, as: UTF8.self) != nil else {
      throw Self.failure("it is no text in UTF-8")
    }
    whole = answer
    let body = Array(answer.starts(with: Self.byteOrderMark) ? answer.dropFirst(3) : answer)
    reply = ServiceReply(status: 200, body: body, key: Secret(""))
    let isText = (try? JSONDecoder().decode(String.self, from: Data(body))) != nil
    // What begins as objects and streams do is one of them, or what is left of it.
    self.mayBeText = isText || mayBeText && !Self.looksLikeData(body)
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func looksLikeData(_ body: [UInt8]) -> Bool {
    let start = String(decoding: body.prefix(4096), as: UTF8.self)
    return start.prefixMatch(of: /\s*\{\s*(?:"|\}|$)/) != nil
      || start.prefixMatch(of: /(?:(?:event|id|retry)?:.*\n|\s)*data: ?(?:\{|\[DONE\])/) != nil
  }

  func recognition(
    _ asked: ServiceProfile?, _ model: String?
  ) throws(RecognitionFailure) -> Recognition {
    var failure: RecognitionFailure?
    // The forms that there are, that of the service that was asked first.
    for profile in [asked, .openAI, .coze].compactMap({ $0 }) {
      do throws(RecognitionFailure) {
        return cleaned(try read(as: profile, profile == asked ? model : nil))
      } catch {
        // What a service says tells more than that this is not its answer.
        if failure == nil || failure?.code == .unexpectedResponse { failure = error }
        // A text without its end: in another form it would seem to be whole.
        if error.charge == .certain || error.code == .truncatedStream { break }
      }
    }
    throw told(failure ?? Self.failure("it is no transcription"))
  }

  private func read(
    as profile: ServiceProfile, _ model: String?
  ) throws(RecognitionFailure) -> Recognition {
    var row = profile.model(model)
    row.plainAnswer = mayBeText ? .text : .json
    row.fields.remove(.responseFormat)
    let plan = RequestPlan(profile: profile, model: row, options: ServiceOptions())
    return try AnswerReader(plan: plan, samples: .max, bytes: .max).recognition(reply)
  }

  /// A recognition without what SenseVoice writes beside the words, whoever passed it on.
  private func cleaned(_ recognition: Recognition) -> Recognition {
    var result = recognition
    result.raw = whole
    guard result.text.contains(/<\|[A-Za-z_]+\|>/) else { return result }
    result.text = Joining.trimmed(SpeechTags.stripped(from: result.text))
    for index in result.segments.indices {
      result.segments[index].text = SpeechTags.stripped(from: result.segments[index].text)
    }
    return result
  }

  /// A failure as it is told of a file: nothing is known of a call, and no advice for one helps.
  private func told(_ failure: RecognitionFailure) -> RecognitionFailure {
    var failure = failure
    failure.hint = nil
    failure.status = nil
    failure.retry = .never
    failure.affectsAllChunks = false
    guard failure.code == .unexpectedResponse, !HTTPErrors.isPage(reply.body),
      (try? JSONSerialization.jsonObject(with: Data(reply.body))) == nil
    else { return failure }
    failure.message =
      reply.beginsAsObject
      ? "it begins as JSON and is none, or its end is missing"
      : "it is no JSON; bare text has its place in a .txt file"
    return failure
  }

  private static func failure(_ message: String) -> RecognitionFailure {
    RecognitionFailure(.unexpectedResponse, message: message, retry: .never, charge: .unknown)
  }
}

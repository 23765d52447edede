private import Foundation
package import LongscribeCore

/// Reads what a service answered by what it is, not by what was asked for: a JSON object, an event stream, subtitles, subtitles inside JSON,
/// bare text, or an error in any of them.
package struct AnswerReader: Sendable {
  private let plan: RequestPlan
  /// What was sent, to judge limits that the service names.
  private let samples: Int64
  private let bytes: Int64

  /// A reader for the answer to one request.
  ///
  /// - Parameters:
  ///   - plan: What was asked.
  ///   - samples: The audio that was sent, in samples.
  ///   - bytes: The size of the request.
  package init(plan: RequestPlan, samples: Int64, bytes: Int64) {
    self.plan = plan
    self.samples = samples
    self.bytes = bytes
  }

  private var profile: ServiceProfile { plan.profile }

  /// Audio that holds no word (0.3 s), so that a service that finds it too short has said all there is. More than that is never taken
  /// for silent.
  private static let shortest = Timeline.sampleRate * 3 / 10

  /// Whether an answer may be bare text.
  private var asksForText: Bool { [.text, .srt, .vtt].contains(plan.answerFormat) }

  /// Whether an answer shows by itself whether it is whole, as JSON and streams do; bare text and subtitles do not.
  static func provesItsEnd(_ reply: ServiceReply) -> Bool {
    reply.beginsAsObject || StreamedAnswer.looksLike(reply, mayBeText: false)
  }

  /// The recognition in an answer.
  ///
  /// - Throws: The failure that the answer stands for.
  package func recognition(_ reply: ServiceReply) throws(RecognitionFailure) -> Recognition {
    do throws(RecognitionFailure) {
      return normalised(try content(of: reply), reply)
    } catch  where error.code == .tooShort && samples < Self.shortest {
      return Recognition(text: "", traceID: error.traceID, raw: Data(reply.body))
    }
  }

  private func content(of reply: ServiceReply) throws(RecognitionFailure) -> Recognition {
    guard (200..<300).contains(reply.status) else {
      let error = ServiceError.refused(
        reply.body, status: reply.status, zeroIsSuccess: profile.errors == .coze)
      throw failure(error, reply)
    }
    if StreamedAnswer.looksLike(reply, mayBeText: asksForText) { return try streamed(reply) }
    let answer = ServiceAnswer(reply.body, textPath: profile.textPath)
    // A text is paid for, whatever stands beside it.
    if profile.errors == .coze || answer?.text?.isEmpty ?? true { try refuse(reply.body, reply) }
    if HTTPErrors.isPage(reply.body) {
      throw unexpected(HTTPErrors.title(reply.body), reply)
    }
    if let answer {
      if let limit = plan.model.maximumOutputTokens, let tokens = answer.usage?.outputTokens {
        try refuseCutOff(tokens: tokens, limit: limit, reply)
      }
      // "Failed", with a text that is empty for want of one.
      if answer.text?.isEmpty ?? false { try refuse(reply.body, reply, isNoAnswer: true) }
      return answer.recognition(raw: reply.body)
    }
    try refuse(reply.body, reply, isNoAnswer: true)
    return try bareText(reply)
  }

  private func streamed(_ reply: ServiceReply) throws(RecognitionFailure) -> Recognition {
    let content = try StreamedAnswer.content(reply.body) { event throws(RecognitionFailure) in
      try refuse(Array(event.data.utf8), reply)
      guard event.type == "error" else { return }
      let said = ServiceError.refused(
        Array(event.data.utf8), status: reply.status, zeroIsSuccess: false)
      throw failure(said, reply)
    }
    guard let content else {
      throw RecognitionFailure(
        .truncatedStream, message: "the streamed answer ended early", retry: .now, charge: .unknown,
        status: reply.status, traceID: traceID(reply))
    }
    if let limit = plan.model.maximumOutputTokens, let tokens = content.outputTokens {
      try refuseCutOff(tokens: tokens, limit: limit, reply)
    }
    if content.isCutOff { throw cutOff("the answer was cut off at its greatest length", reply) }
    return Recognition(
      text: content.text, traceID: content.traceID.map { HTTPErrors.excerpt(Array($0.utf8)) },
      raw: Data(reply.body))
  }

  /// Text that is no JSON: subtitles, or the bare text that was asked for.
  private func bareText(_ reply: ServiceReply) throws(RecognitionFailure) -> Recognition {
    var text = String(decoding: reply.body, as: UTF8.self)
    // Some relays put the text into a JSON string.
    if let string = try? JSONDecoder().decode(String.self, from: Data(reply.body)) { text = string }
    let isJSON = (try? JSONSerialization.jsonObject(with: Data(reply.body))) != nil
    guard !isJSON, asksForText || SubtitleAnswer.looksLike(text) else {
      throw unexpected(HTTPErrors.excerpt(reply.body), reply)
    }
    return Recognition(text: text, raw: Data(reply.body))
  }

  /// An answer that is as long as the model's output can be was cut off there, and has been paid for.
  private func refuseCutOff(
    tokens: Int, limit: Int, _ reply: ServiceReply
  ) throws(RecognitionFailure) {
    guard tokens >= limit else { return }
    throw cutOff("the answer has \(tokens) tokens and was cut off there", reply)
  }

  private func cutOff(_ message: String, _ reply: ServiceReply) -> RecognitionFailure {
    RecognitionFailure(
      .tooLong, message: message, retry: .split, charge: .certain, status: reply.status,
      traceID: traceID(reply), hint: ErrorRule.Hint.shorter)
  }

  /// Throws the error inside a body, should there be one.
  private func refuse(
    _ body: [UInt8], _ reply: ServiceReply, isNoAnswer: Bool = false
  ) throws(RecognitionFailure) {
    if let error = ServiceError.inside(
      body, status: reply.status, zeroIsSuccess: profile.errors == .coze, isNoAnswer: isNoAnswer)
    {
      throw failure(error, reply)
    }
  }

  private func unexpected(_ content: String, _ reply: ServiceReply) -> RecognitionFailure {
    RecognitionFailure(
      .unexpectedResponse,
      message: "the answer is not a transcription: \(content.isEmpty ? "it is empty" : content)",
      retry: .now, charge: .unknown, status: reply.status, traceID: traceID(reply),
      hint: "check that --base-url leads to the service")
  }

  /// What an error means, with what the headers and the sentence add: whom to ask, how long to wait, which limit holds.
  private func failure(_ error: ServiceError, _ reply: ServiceReply) -> RecognitionFailure {
    var failure = ErrorRule.failure(
      for: error, of: profile, model: plan.model.name, location: reply.header("location"))
    failure.traceID = traceID(reply)
    let asked =
      WaitWording.seconds({ reply.header($0) }, now: Date())
      ?? WaitWording.seconds(in: error.message)
    switch (failure.retry, asked) {
    case (.now, let asked?): failure.retry = .after(asked)
    case (.after(let own), let asked?): failure.retry = .after(max(own, asked))
    default: break
    }
    if failure.code == .tooLong,
      let limit = LimitWording.samples(in: error.message, sent: samples)
    {
      failure.learnt = RecognitionFailure.LearntLimit(maximumSamples: limit)
    }
    if failure.code == .tooLarge, let limit = LimitWording.bytes(in: error.message, sent: bytes) {
      failure.learnt = RecognitionFailure.LearntLimit(maximumBytes: limit)
    }
    if failure.code == .badParameter { failure.parameter = parameter(error)?.rawValue }
    return failure
  }

  /// The optional field that a service does not like, should it name one.
  private func parameter(_ error: ServiceError) -> ServiceModel.Field? {
    if let parameter = error.parameter {
      return ServiceModel.Field.allCases.first { parameter.hasPrefix($0.rawValue) }
    }
    // The one that is named first is what the sentence is about.
    let message = error.message.lowercased()
    let places = ServiceModel.Field.allCases.compactMap { field in
      message.range(of: field.rawValue).map { (field, $0.lowerBound) }
    }
    return places.min { $0.1 < $1.1 }?.0
  }

  private func traceID(_ reply: ServiceReply) -> String? {
    let header = profile.traceIDHeaders.lazy.compactMap { reply.header($0) }.first
    let found =
      header
      ?? profile.traceIDPaths.lazy.compactMap { JSONPath.text($0, in: reply.body) }.first
    return found.map { HTTPErrors.excerpt(Array($0.utf8)) }
  }

  private func normalised(_ recognition: Recognition, _ reply: ServiceReply) -> Recognition {
    var result = recognition
    let text = Joining.trimmed(result.text)
    if result.segments.isEmpty, SubtitleAnswer.looksLike(text),
      let cues = SubtitleAnswer.segments(text)
    {
      result.segments = cues
      result.text = Joining.joined(result.segments.map(\.text))
    }
    if profile.stripsSpeechTags {
      result.text = SpeechTags.stripped(from: result.text)
      for index in result.segments.indices {
        result.segments[index].text = SpeechTags.stripped(from: result.segments[index].text)
      }
    }
    result.text = Joining.trimmed(result.text)
    result.language = result.language.map { LanguageCode.code(of: $0) ?? $0 }
    result.traceID = result.traceID ?? traceID(reply)
    return result
  }
}

/// A relay of the one-api and new-api kind in front of OpenAI.
///
/// What the relay itself refuses has its own type and code; what OpenAI refuses behind it arrives
/// as 500 `one_api_error` with OpenAI's words inside, so that the status says nothing.
struct RelayService: SpeechService {
  let basePath = "/v1"
  let bodyLimit = OpenAIService.requestLimit
  /// The service behind the relay.
  let upstream: OpenAIService
  /// Whether OpenAI's refusals are hidden behind status 500.
  let masksErrors: Bool

  /// The endings by which the relay measures a file; it fails on all others, upper case too.
  private static let measurable: Set<String> = [
    "mp3", "wav", "flac", "m4a", "mp4", "ogg", "oga", "opus", "aiff", "aif", "aifc", "aac",
  ]

  init(_ options: OpenAIService.Options, masksErrors: Bool) {
    upstream = OpenAIService(
      suffixes: OpenAIService.relayedSuffixes,
      models: ["whisper-1"],
      options: options,
      tellsRequestID: false
    )
    self.masksErrors = masksErrors
  }

  func order(
    from form: MultipartForm,
    _ limits: ServiceSimulator.Limits
  ) throws(Refusal) -> TranscriptionOrder {
    let order = try upstream.order(from: form, limits)
    let name = order.file.fileName ?? ""
    let suffix = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
    guard Self.measurable.contains(suffix) else {
      throw Refusal(
        .unmeasurable,
        "error getting audio duration: unsupported audio format: "
          + (suffix.isEmpty ? "" : ".\(suffix)"))
    }
    return order
  }

  func hallucination(over recognition: Recognition) -> Recognition {
    upstream.hallucination(over: recognition)
  }

  func answer(to order: TranscriptionOrder, _ recognition: Recognition, id: Int) -> ServiceAnswer {
    upstream.answer(to: order, recognition, id: id)
  }

  func failure(for refusal: Refusal, id: Int) -> ServiceFailure {
    let error = OpenAIError(refusal)
    switch refusal.reason {
    case .noSuchPath, .wrongMethod, .lengthRequired, .bodyTooLarge, .fileTooLarge:
      return signed(error, id)
    case .missingKey, .malformedKey, .wrongKey:
      return own(401, "无效的令牌", code: nil, id)
    case .unknownModel(let name):
      return own(
        503, "当前分组 default 下对于模型 \(name) 无可用渠道", code: "model_not_found", id)
    case .tooManyInFlight, .tooManyPerMinute:
      return own(429, "当前分组上游负载已饱和，请稍后再试", code: "rate_limit_exceeded", id)
    case .unmeasurable:
      return signed(
        OpenAIError(
          status: 500, message: refusal.message, type: "new_api_error", param: nil,
          code: "count_token_failed"), id)
    case .unknownResponseFormat:
      return own(500, "unexpected_response_format", code: "unexpected_response_format", id)
    default:
      guard masksErrors else { return signed(error, id) }
      let message = "type \(error.type), code \(error.code ?? "<nil>"), message \(error.message)"
      return own(500, message, code: "request_error", id)
    }
  }

  func failure(status: Int, code: String, message: String, id: Int) -> ServiceFailure {
    own(status, message, code: code.isEmpty ? nil : code, id)
  }

  func traceHeaders(id: Int) -> [HTTPHeader] {
    [HTTPHeader(name: "X-Oneapi-Request-Id", value: TraceID.relay(id))]
  }

  func billedSeconds(for seconds: Double) -> Double { upstream.billedSeconds(for: seconds) }

  private func own(_ status: Int, _ message: String, code: String?, _ id: Int) -> ServiceFailure {
    signed(
      OpenAIError(
        status: status, message: message, type: "one_api_error", param: nil, code: code), id)
  }

  private func signed(_ error: OpenAIError, _ id: Int) -> ServiceFailure {
    var signed = error
    signed.message += " (request id: \(TraceID.relay(id)))"
    return signed.failure
  }
}

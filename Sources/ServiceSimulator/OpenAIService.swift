/// OpenAI's own transcription interface, `POST /v1/audio/transcriptions`, and ChatAnywhere, which
/// documents fewer formats and otherwise passes on.
struct OpenAIService: SpeechService {
  /// 25 MiB, counted over the whole request.
  static let requestLimit = 26_214_400
  static let suffixes = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "oga", "ogg", "wav", "webm"]
  /// What ChatAnywhere and relays list.
  static let relayedSuffixes = ["mp3", "mp4", "mpeg", "mpga", "m4a", "wav", "webm"]

  let basePath = "/v1"
  let bodyLimit = Self.requestLimit
  let suffixes: [String]
  /// Models the service has beside the limits' own list.
  let models: Set<String>
  let options: Options
  /// Whether each error tells the request's number, as behind a relay.
  let tellsRequestID: Bool

  struct Options: Sendable {
    let language: ServiceSimulator.Language
    let dialect: ServiceSimulator.StreamDialect
    let documentedFieldsOnly: Bool
    let hallucinates: Bool
  }

  static func openAI(_ options: Options) -> OpenAIService {
    OpenAIService(
      suffixes: suffixes,
      models: [
        "whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe",
        "gpt-4o-mini-transcribe-2025-12-15", "gpt-4o-transcribe-diarize", "gpt-transcribe",
      ],
      options: options,
      tellsRequestID: false
    )
  }

  static func chatAnywhere(_ options: Options) -> OpenAIService {
    OpenAIService(
      suffixes: relayedSuffixes,
      models: ["whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"],
      options: options,
      tellsRequestID: true
    )
  }

  func order(
    from form: MultipartForm,
    _ limits: ServiceSimulator.Limits
  ) throws(Refusal) -> TranscriptionOrder {
    let fields = FormFields(form: form)
    guard let name = try fields.single("model"), !name.isEmpty else {
      throw Refusal(.missingField("model"), "the field model is required")
    }
    let ordered = limits.models.map { $0.contains(name) }
    guard ordered ?? models.contains(name) else {
      throw Refusal(.unknownModel(name), "the model \(name) does not exist")
    }
    let model = model(name)
    let audioLimits = AudioLimits(
      suffixes: suffixes, bytes: .max, seconds: model.seconds, leastSeconds: 0.1
    ).overridden(by: limits)
    return try OpenAIFields(
      fields: fields, model: model, documentedOnly: options.documentedFieldsOnly
    ).order(audioLimits)
  }

  /// The vLLM server streams what its own Whisper hears.
  private func model(_ name: String) -> OpenAIModel {
    OpenAIModel.named(name) ?? .whisper(name, streams: options.dialect == .vllm)
  }

  func hallucination(over recognition: Recognition) -> Recognition {
    guard options.hallucinates else { return recognition }
    return recognition.inventing(
      options.language == .english ? "Thank you for watching!" : "字幕由Amara.org社区提供")
  }

  func answer(to order: TranscriptionOrder, _ recognition: Recognition, id: Int) -> ServiceAnswer {
    OpenAIAnswer(
      model: model(order.model),
      order: order,
      recognition: recognition,
      language: options.language,
      dialect: options.dialect,
      id: id
    ).answer
  }

  func failure(for refusal: Refusal, id: Int) -> ServiceFailure {
    signed(OpenAIError(refusal), id).failure
  }

  func failure(status: Int, code: String, message: String, id: Int) -> ServiceFailure {
    let error = OpenAIError(
      status: status,
      message: message,
      type: OpenAIError.type(for: status, code: code),
      param: nil,
      code: code.isEmpty ? nil : code
    )
    return signed(error, id).failure
  }

  func traceHeaders(id: Int) -> [HTTPHeader] {
    [HTTPHeader(name: "x-request-id", value: "req_simulated\(id)")]
  }

  /// Seconds are rounded up.
  func billedSeconds(for seconds: Double) -> Double { seconds.rounded(.up) }

  private func signed(_ error: OpenAIError, _ id: Int) -> OpenAIError {
    guard tellsRequestID else { return error }
    var signed = error
    signed.message += " (request id: \(TraceID.relay(id)))"
    return signed
  }
}

extension Recognition {
  /// The text a recogniser makes up for audio without speech.
  func inventing(_ text: String) -> Recognition {
    var invented = self
    let end = max(0.02, duration)
    invented.text = text
    invented.segments = [Segment(start: 0, end: end, text: text)]
    invented.words = [Word(start: 0, end: end, text: text)]
    invented.noSpeechProbability = 0.93
    return invented
  }
}

/// Numbers by which a provider finds a request, in each provider's look.
enum TraceID {
  static func relay(_ id: Int) -> String { "20250205111320" + padded(id, 9) }
  static func coze(_ id: Int) -> String { "20241210152726" + padded(id, 18) }
  static func siliconFlow(_ id: Int) -> String { "ti_" + padded(id, 21) }

  private static func padded(_ id: Int, _ count: Int) -> String {
    let text = String(id)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}

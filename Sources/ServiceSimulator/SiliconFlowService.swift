/// SiliconFlow's transcription interface: `POST /v1/audio/transcriptions` with file and model.
///
/// Its errors have three forms: an object with `code`, `message` and `data`; a bare JSON string;
/// plain text. The formats it takes are not documented; here WAV and MP3 are.
struct SiliconFlowService: SpeechService {
  static let models: Set<String> = ["FunAudioLLM/SenseVoiceSmall", "TeleAI/TeleSpeechASR"]

  let basePath = "/v1"
  /// The file limit plus room for the form.
  let bodyLimit = 51_000_000
  let marks: SenseVoiceNotation
  /// Whether audio without speech gives a word.
  let hallucinates: Bool

  private static let audioLimits = AudioLimits(
    suffixes: ["wav", "mp3"], bytes: 50_000_000, seconds: 3600)

  func order(
    from form: MultipartForm,
    _ limits: ServiceSimulator.Limits
  ) throws(Refusal) -> TranscriptionOrder {
    let fields = FormFields(form: form)
    guard let model = try fields.single("model") else {
      throw Refusal(.missingField("model"), "the field model is required")
    }
    guard limits.models.map({ $0.contains(model) }) ?? Self.models.contains(model) else {
      throw Refusal(.unknownModel(model), "the model \(model) does not exist")
    }
    try fields.allowOnly(["file", "model"])
    return TranscriptionOrder(
      model: model,
      file: try fields.file(),
      audioLimits: Self.audioLimits.overridden(by: limits)
    )
  }

  func hallucination(over recognition: Recognition) -> Recognition {
    hallucinates ? recognition.inventing("嗯。") : recognition
  }

  func answer(to order: TranscriptionOrder, _ recognition: Recognition, id: Int) -> ServiceAnswer {
    let isSenseVoice = order.model.hasSuffix("SenseVoiceSmall")
    let text = isSenseVoice ? marks.text(of: recognition) : recognition.text
    return .json(JSONText.bytes(["text": text]))
  }

  func failure(for refusal: Refusal, id: Int) -> ServiceFailure {
    // The words are the service's own, because clients look for them. One message serves for all
    // wrong parameters and for files beyond the limits.
    let invalid = "The parameter is invalid. Please check again."
    return switch refusal.reason {
    case .noSuchPath: Self.text(404, "404 page not found")
    case .wrongMethod: Self.text(405, "405 method not allowed")
    case .lengthRequired: Self.text(411, "411 length required")
    case .bodyTooLarge: Self.text(413, "413 request entity too large")
    case .missingKey, .malformedKey, .wrongKey: Self.string(401, "Invalid token")
    case .tooManyInFlight, .tooManyPerMinute:
      failure(
        status: 429, code: "",
        message: "Request was rejected due to rate limiting. Details:RPM limit reached.", id: id)
    case .unknownModel:
      failure(
        status: 400, code: "20012", message: "Model does not exist. Please check it carefully.",
        id: id)
    case .notInRecording:
      failure(status: 400, code: "20015", message: "\(invalid) \(refusal.message)", id: id)
    case .noSpeech, .simulatorFailure:
      failure(status: 500, code: "50000", message: refusal.message, id: id)
    default:
      failure(status: 400, code: "20015", message: invalid, id: id)
    }
  }

  /// 401, 403 and 504 are bare strings, 404 is plain text; the rest are objects, 429 without a
  /// code.
  func failure(status: Int, code: String, message: String, id: Int) -> ServiceFailure {
    switch status {
    case 401, 403, 504: return Self.string(status, message)
    case 404: return Self.text(status, message)
    default:
      let number = Int(code)
      let body =
        status == 429 && number == nil
        ? JSONText.bytes(Uncoded(message: message))
        : JSONText.bytes(Coded(code: Nullable(number), message: message))
      return ServiceFailure(status: status, code: number.map(String.init), body: body)
    }
  }

  func traceHeaders(id: Int) -> [HTTPHeader] {
    [HTTPHeader(name: "x-siliconcloud-trace-id", value: TraceID.siliconFlow(id))]
  }

  private static func string(_ status: Int, _ message: String) -> ServiceFailure {
    ServiceFailure(status: status, body: JSONText.bytes(message))
  }

  private static func text(_ status: Int, _ message: String) -> ServiceFailure {
    ServiceFailure(status: status, contentType: "text/plain", body: Array(message.utf8))
  }

  private struct Coded: Encodable {
    let code: Nullable<Int>
    let message: String
    let data = Nullable<String>(nil)
  }

  private struct Uncoded: Encodable {
    let message: String
    let data = Nullable<String>(nil)
  }
}

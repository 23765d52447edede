import Glibc

/// GLM-ASR as its interface description has it: `POST /paas/v4/audio/transcriptions`.
///
/// The error codes are those of the provider's list of codes; where the list leaves open which
/// code goes with a case, the nearest is taken.
struct GLMService: SpeechService {
  let basePath = "/api/paas/v4"
  var transcriptionPath: String { basePath + "/audio/transcriptions" }

  /// The file limit plus room for the other fields.
  let bodyLimit = 26_000_000

  /// Whether `glm-asr` answers with segments.
  let answersSegments: Bool

  func order(from form: MultipartForm) throws(Refusal) -> TranscriptionOrder {
    guard let modelName = try Self.single("model", in: form) else {
      throw Refusal(.missingField, "the field model is required")
    }
    guard let model = GLMModel(rawValue: modelName) else {
      throw Refusal(.unknownModel, "the model \(modelName) does not exist")
    }
    for part in form.parts where part.name != "file" && !model.fields.contains(part.name) {
      throw Refusal(.wrongField, "unknown parameter: \(part.name)")
    }
    let file = try Self.file(in: form)
    try Self.checkTemperature(Self.single("temperature", in: form))
    try Self.checkUserID(Self.single("user_id", in: form))
    try Self.checkPrompt(Self.single("prompt", in: form))
    guard form.parts(named: "hotwords").count <= 100 else {
      throw Refusal(.illegalValue, "hotwords: at most 100 are allowed")
    }
    let stream = try Self.single("stream", in: form) ?? "false"
    guard stream == "true" || stream == "false" else {
      throw Refusal(.illegalValue, "stream must be true or false, not \(stream)")
    }
    let requestID = try Self.single("request_id", in: form)
    guard requestID?.isEmpty != true else {
      throw Refusal(.illegalValue, "request_id must not be empty")
    }
    return TranscriptionOrder(
      model: model.rawValue,
      file: file,
      audioLimits: model.audioLimits,
      wantsStream: stream == "true",
      requestID: requestID
    )
  }

  func answer(to order: TranscriptionOrder, _ recognition: Recognition, id: Int) -> ServiceAnswer {
    let model = GLMModel(rawValue: order.model)
    let answer = GLMAnswer(
      id: "simulated-\(id)",
      created: time(nil),
      requestID: order.requestID ?? "made-by-the-simulator-\(id)",
      model: order.model,
      segments: answersSegments && model?.hasSegments == true ? recognition.segments : nil,
      text: (model?.textPrefix ?? "") + recognition.text
    )
    return order.wantsStream ? answer.eventStream : .json(answer.json)
  }

  func error(for reason: Refusal.Reason) -> (status: Int, code: String) {
    switch reason {
    case .noSuchPath: (404, "404")
    case .wrongMethod: (405, "405")
    case .lengthRequired: (411, "411")
    case .bodyTooLarge: (413, "1214")
    case .missingKey: (401, "1001")
    case .malformedKey: (401, "1002")
    case .wrongKey: (401, "1000")
    case .tooManyInFlight: (429, "1302")
    case .malformedForm, .wrongField: (400, "1210")
    case .missingField: (400, "1213")
    case .illegalValue, .badAudio, .notInRecording: (400, "1214")
    case .unknownModel: (400, "1211")
    case .promptTooLong: (400, "1261")
    case .repeatedRequestID: (400, "1231")
    case .simulatorFailure: (500, "500")
    }
  }

  func errorBody(code: String, message: String) -> [UInt8] {
    JSONText.bytes(["error": ["code": code, "message": message]])
  }

  // MARK: Fields

  /// The text of a field that may be there once; nil when it is not there.
  private static func single(_ name: String, in form: MultipartForm) throws(Refusal) -> String? {
    let parts = form.parts(named: name)
    guard parts.count <= 1 else {
      throw Refusal(.wrongField, "the field \(name) is there \(parts.count) times")
    }
    guard let part = parts.first else { return nil }
    guard part.fileName == nil, let text = part.text else {
      throw Refusal(.wrongField, "the field \(name) must be plain UTF-8 text")
    }
    return text
  }

  private static func file(in form: MultipartForm) throws(Refusal) -> MultipartForm.Part {
    let parts = form.parts(named: "file")
    guard let part = parts.first else {
      throw Refusal(.missingField, "the field file is required")
    }
    guard parts.count == 1 else {
      throw Refusal(.wrongField, "the field file is there \(parts.count) times")
    }
    guard part.fileName?.isEmpty == false else {
      throw Refusal(.illegalValue, "the field file has no file name")
    }
    return part
  }

  private static func checkTemperature(_ text: String?) throws(Refusal) {
    guard let text else { return }
    guard let value = Double(text), (0...1).contains(value) else {
      throw Refusal(.illegalValue, "temperature must be a number from 0 to 1, not \(text)")
    }
  }

  private static func checkUserID(_ text: String?) throws(Refusal) {
    guard let text else { return }
    guard (6...128).contains(text.count) else {
      throw Refusal(.illegalValue, "user_id must have 6 to 128 characters")
    }
  }

  private static func checkPrompt(_ text: String?) throws(Refusal) {
    guard let text else { return }
    guard text.count < 8000 else {
      throw Refusal(.promptTooLong, "prompt must have fewer than 8000 characters")
    }
  }
}

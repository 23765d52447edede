import Glibc

/// GLM-ASR as its interface description has it: `POST /paas/v4/audio/transcriptions`.
///
/// The error codes are those of the provider's list of codes; where the list leaves open which
/// code goes with a case, the nearest is taken.
struct GLMService: SpeechService {
  let basePath = "/api/paas/v4"

  /// The file limit plus room for the other fields.
  let bodyLimit = 26_000_000

  /// The lowest of the limits that an account can have.
  let inFlightLimit = 5

  /// Whether `glm-asr` answers with segments.
  let answersSegments: Bool

  func order(
    from form: MultipartForm,
    _ limits: ServiceSimulator.Limits
  ) throws(Refusal) -> TranscriptionOrder {
    let fields = FormFields(form: form)
    guard let modelName = try fields.single("model") else {
      throw Refusal(.missingField("model"), "the field model is required")
    }
    guard let model = GLMModel(rawValue: modelName), limits.models?.contains(modelName) ?? true
    else {
      throw Refusal(.unknownModel(modelName), "the model \(modelName) does not exist")
    }
    try fields.allowOnly(model.fields.union(["file"]))
    let file = try fields.file()
    try fields.checkTemperature()
    try Self.checkUserID(fields.single("user_id"))
    try Self.checkPrompt(fields.single("prompt"))
    guard form.parts(named: "hotwords").count <= 100 else {
      throw Refusal(.illegalValue("hotwords"), "hotwords: at most 100 are allowed")
    }
    let stream = try fields.stream()
    let requestID = try fields.single("request_id")
    guard requestID?.isEmpty != true else {
      throw Refusal(.illegalValue("request_id"), "request_id must not be empty")
    }
    return TranscriptionOrder(
      model: model.rawValue,
      file: file,
      audioLimits: model.audioLimits.overridden(by: limits),
      wantsStream: stream,
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

  func failure(for refusal: Refusal, id: Int) -> ServiceFailure {
    let (status, code) = Self.error(for: refusal.reason)
    return failure(status: status, code: code, message: refusal.message, id: id)
  }

  func failure(status: Int, code: String, message: String, id: Int) -> ServiceFailure {
    ServiceFailure(
      status: status,
      code: code,
      contentType: "application/json;charset=UTF-8",
      body: JSONText.bytes(["error": ["code": code, "message": message]])
    )
  }

  private static func error(for reason: Refusal.Reason) -> (status: Int, code: String) {
    switch reason {
    case .noSuchPath: (404, "404")
    case .wrongMethod: (405, "405")
    case .lengthRequired: (411, "411")
    case .bodyTooLarge: (413, "1214")
    case .missingKey: (401, "1001")
    case .malformedKey: (401, "1002")
    case .wrongKey: (401, "1000")
    case .tooManyInFlight: (429, "1302")
    case .tooManyPerMinute: (429, "1303")
    case .malformedForm, .wrongField, .repeatedField: (400, "1210")
    case .missingField: (400, "1213")
    case .unknownModel: (400, "1211")
    case .promptTooLong: (400, "1261")
    case .repeatedRequestID: (400, "1231")
    case .simulatorFailure, .noSpeech: (500, "500")
    case .illegalValue, .notInRecording, .formatNotOfModel, .unknownResponseFormat, .badFileName,
      .unmeasurable, .badMediaType, .emptyFile, .fileTooLarge, .contentNotAsNamed, .undecodable,
      .tooShort,
      .tooLong:
      (400, "1214")
    }
  }

  // MARK: Fields

  private static func checkUserID(_ text: String?) throws(Refusal) {
    guard let text else { return }
    guard (6...128).contains(text.count) else {
      throw Refusal(.illegalValue("user_id"), "user_id must have 6 to 128 characters")
    }
  }

  private static func checkPrompt(_ text: String?) throws(Refusal) {
    guard let text else { return }
    guard text.count < 8000 else {
      throw Refusal(.promptTooLong, "prompt must have fewer than 8000 characters")
    }
  }
}

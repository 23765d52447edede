/// Coze's speech recognition as its page has it: `POST /v1/audio/transcriptions` with one file.
///
/// The verdict is in the body's `code`, not in the status. Which status goes with a code is not
/// documented; errors can be had with status 200 too.
struct CozeService: SpeechService {
  let basePath = "/v1"
  /// What the platform takes as any request's body.
  let bodyLimit = 15_000_000
  /// Whether errors come with status 200.
  let answersErrorsWith200: Bool
  /// Whether audio without speech is a failure.
  let failsOnSilence: Bool

  private static let audioLimits = AudioLimits(
    suffixes: ["ogg", "opus", "mp3", "wav", "m4a", "mp4", "pcm", "raw", "spx", "aac", "amr"],
    // The page's own example uploads `jay.MP3`.
    ignoresCase: true,
    bytes: 10_000_000,
    seconds: 1800,
    isBelow: true
  )

  func order(
    from form: MultipartForm,
    _ limits: ServiceSimulator.Limits
  ) throws(Refusal) -> TranscriptionOrder {
    let fields = FormFields(form: form)
    let file = try fields.file()
    try fields.allowOnly(["file"])
    return TranscriptionOrder(
      model: "", file: file, audioLimits: Self.audioLimits.overridden(by: limits))
  }

  func hallucination(over recognition: Recognition) throws(Refusal) -> Recognition {
    guard failsOnSilence else { return recognition }
    throw Refusal(.noSpeech, "internal error, please retry after a while")
  }

  func answer(to order: TranscriptionOrder, _ recognition: Recognition, id: Int) -> ServiceAnswer {
    .json(
      JSONText.bytes(
        Answer(
          code: 0, msg: "", data: .init(text: recognition.text),
          detail: .init(logid: TraceID.coze(id)))))
  }

  func failure(for refusal: Refusal, id: Int) -> ServiceFailure {
    let (status, code) = Self.error(for: refusal.reason)
    return failure(status: status, code: code, message: refusal.message, id: id)
  }

  func failure(status: Int, code: String, message: String, id: Int) -> ServiceFailure {
    ServiceFailure(
      status: answersErrorsWith200 ? 200 : status,
      code: code,
      body: JSONText.bytes(
        Answer(
          code: Int(code) ?? 5000, msg: message, data: nil,
          detail: .init(logid: TraceID.coze(id))))
    )
  }

  func traceHeaders(id: Int) -> [HTTPHeader] {
    [HTTPHeader(name: "x-tt-logid", value: TraceID.coze(id))]
  }

  private static func error(for reason: Refusal.Reason) -> (status: Int, code: String) {
    switch reason {
    case .noSuchPath: (404, "4200")
    case .wrongMethod: (405, "4000")
    case .lengthRequired: (411, "4000")
    case .bodyTooLarge: (413, "4302")
    case .missingKey, .malformedKey, .wrongKey: (401, "4100")
    case .tooManyInFlight: (429, "4013")
    case .tooManyPerMinute: (429, "4020")
    case .malformedForm, .emptyFile, .missingField("file"): (400, "4300")
    case .repeatedField("file"): (400, "4301")
    case .fileTooLarge: (400, "4302")
    case .badFileName, .unmeasurable, .badMediaType: (400, "4303")
    case .contentNotAsNamed, .undecodable, .tooShort: (400, "4304")
    case .noSpeech, .simulatorFailure: (500, "5000")
    case .missingField, .wrongField, .repeatedField, .illegalValue, .unknownModel,
      .formatNotOfModel, .unknownResponseFormat, .promptTooLong, .repeatedRequestID, .tooLong,
      .notInRecording:
      (400, "4000")
    }
  }

  private struct Answer: Encodable {
    struct Text: Encodable {
      let text: String
    }

    struct Detail: Encodable {
      let logid: String
    }

    let code: Int
    let msg: String
    /// Left out of errors.
    let data: Text?
    let detail: Detail
  }
}

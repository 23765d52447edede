/// The rules and the answers of one speech service.
///
/// Reading forms, inspecting audio, finding words and making faults is the same for all services;
/// what differs is here.
protocol SpeechService: Sendable {
  /// The path up to which a client is given the address, such as "/api/paas/v4".
  var basePath: String { get }

  /// Request bodies of more bytes are refused whatever is in them.
  var bodyLimit: Int { get }

  /// How many requests at a time are taken where the configuration does not say it.
  var inFlightLimit: Int { get }

  /// Checks the form's fields against the service's rules.
  func order(
    from form: MultipartForm,
    _ limits: ServiceSimulator.Limits
  ) throws(Refusal) -> TranscriptionOrder

  /// What the service makes of audio in which nobody speaks, if it invents something.
  func hallucination(over recognition: Recognition) throws(Refusal) -> Recognition

  /// The answer with the transcript.
  func answer(to order: TranscriptionOrder, _ recognition: Recognition, id: Int) -> ServiceAnswer

  /// The answer to a request that breaks a rule.
  func failure(for refusal: Refusal, id: Int) -> ServiceFailure

  /// An ordered error in the service's own form.
  func failure(status: Int, code: String, message: String, id: Int) -> ServiceFailure

  /// Headers of every answer, by which the provider finds the request in its own logs.
  func traceHeaders(id: Int) -> [HTTPHeader]

  /// What an answer for so many seconds of audio is charged as.
  func billedSeconds(for seconds: Double) -> Double
}

extension SpeechService {
  /// The full path of the transcription endpoint.
  var transcriptionPath: String { basePath + "/audio/transcriptions" }

  var inFlightLimit: Int { 256 }

  func hallucination(over recognition: Recognition) throws(Refusal) -> Recognition { recognition }

  func traceHeaders(id: Int) -> [HTTPHeader] { [] }

  func billedSeconds(for seconds: Double) -> Double { seconds }
}

/// A transcription as ordered by a request whose fields are right.
struct TranscriptionOrder: Sendable {
  let model: String
  let file: MultipartForm.Part
  let audioLimits: AudioLimits
  var wantsStream = false
  /// Given by the client; nil when the service is to make one.
  var requestID: String?
  /// OpenAI's `response_format`.
  var responseFormat = "json"
  /// OpenAI's `timestamp_granularities[]`.
  var granularities: Set<String> = []
  /// Checked when the length of the audio is known.
  var checkSeconds: @Sendable (Double) -> Refusal? = { _ in nil }
}

/// A service's answer before faults.
enum ServiceAnswer: Sendable {
  case json([UInt8])
  case text(String)
  /// The payloads of the events, the closing ones last.
  case eventStream(deltas: [[UInt8]], closing: [[UInt8]])
}

/// An error as a service answers it.
struct ServiceFailure: Sendable {
  var status: Int
  /// The code in the body; nil where there is none.
  var code: String?
  var contentType = "application/json; charset=utf-8"
  var body: [UInt8]
}

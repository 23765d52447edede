/// The rules and the answers of one speech service.
///
/// Reading forms, inspecting audio, finding words and making faults is the same for all services;
/// what differs is here.
protocol SpeechService: Sendable {
  /// The path up to which a client is given the address, such as "/api/paas/v4".
  var basePath: String { get }
  /// The full path of the transcription endpoint.
  var transcriptionPath: String { get }

  /// Request bodies of more bytes are refused whatever is in them.
  var bodyLimit: Int { get }

  /// Checks the form's fields against the service's rules.
  func order(from form: MultipartForm) throws(Refusal) -> TranscriptionOrder

  /// The answer with the transcript.
  func answer(to order: TranscriptionOrder, _ recognition: Recognition, id: Int) -> ServiceAnswer

  /// The status and the code for a refusal.
  func error(for reason: Refusal.Reason) -> (status: Int, code: String)

  /// The body of an error answer.
  func errorBody(code: String, message: String) -> [UInt8]
}

/// A transcription as ordered by a request whose fields are right.
struct TranscriptionOrder: Sendable {
  let model: String
  let file: MultipartForm.Part
  let audioLimits: AudioLimits
  let wantsStream: Bool
  /// Given by the client; nil when the service is to make one.
  let requestID: String?
}

/// A service's answer before faults.
enum ServiceAnswer: Sendable {
  case json([UInt8])
  /// The payloads of the events, the closing ones last.
  case eventStream(deltas: [[UInt8]], closing: [[UInt8]])
}

import LongscribeCore

extension RecognitionFailure {
  /// What a call that got no answer means for the chunk.
  ///
  /// A request that did not arrive whole was certainly not processed; one that did may have been, and may be charged.
  init(_ failure: HTTPFailure) {
    let charge: Charge = failure.requestFullySent ? .unknown : .none
    let row = Self.row(for: failure.code)
    let detail = failure.message.isEmpty ? "" : ": \(failure.message)"
    self.init(
      row.code, message: row.sentence + detail, retry: row.retry, charge: charge,
      affectsAllChunks: row.affectsAllChunks, status: failure.status, hint: row.hint)
  }

  private struct Row {
    var code: Code
    var sentence: String
    var retry: Retry = .now
    var affectsAllChunks = false
    var hint: String?
  }

  private static func row(for code: HTTPFailure.Code) -> Row {
    switch code {
    case .cancelled: Row(code: .cancelled, sentence: "cancelled", retry: .never)
    case .badURL, .plainHTTPRefused, .badRequest:
      Row(
        code: .badParameter, sentence: "the request cannot be sent", retry: .never,
        affectsAllChunks: true, hint: "check --base-url")
    case .tls:
      Row(
        code: .unreachable, sentence: "no secure connection", retry: .never, affectsAllChunks: true,
        hint:
          "check the certificate of the service, or of the proxy in between; --ca-file trusts an authority of your own"
      )
    case .cannotResolve, .cannotConnect, .timedOutConnecting:
      Row(
        code: .unreachable, sentence: "the service cannot be reached",
        hint: "check the network, the proxy and --base-url")
    case .bodyUnreadable:
      Row(
        code: .audioUnavailable,
        sentence: "the audio could not be read again, or was changed meanwhile", retry: .never)
    case .responseTooLarge, .badAnswer:
      Row(code: .unexpectedResponse, sentence: "the answer is not a transcription")
    case .timedOutSending, .timedOutWaiting, .timedOutTotal:
      Row(code: .connectionLost, sentence: "the service did not answer in time")
    default: Row(code: .connectionLost, sentence: "the connection was lost")
    }
  }
}

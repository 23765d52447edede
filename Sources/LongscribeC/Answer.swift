import Longscribe
import LongscribeInterchange

/// What a call ends with: a number and a JSON object.
struct Answer: Sendable {
  /// What the function returns.
  let status: ExitCode
  /// The object's text.
  let json: String

  private init(_ status: ExitCode, _ members: [(name: String, json: String)]) {
    self.status = status
    let list = members.map { "\"\($0.name)\": \($0.json)" }
    json = "{\(list.joined(separator: ", "))}"
  }

  /// What went wrong.
  ///
  /// - Parameter key: Cut out of whatever is told.
  init(_ failure: CallFailure, key: Secret? = nil) {
    var failure = failure
    failure.message = key?.redacted(from: failure.message) ?? failure.message
    self.init(failure.status, [("error", JSONText.line(failure))])
  }

  /// An open provider.
  init(opened recognizer: RecognizerIdentity, notes: [String]) {
    self.init(
      .success, [("recognizer", JSONText.line(recognizer)), ("notes", JSONText.line(notes))])
  }

  /// A plan.
  ///
  /// - Parameter rate: What calls cost, if that is known.
  init(plan record: JobRecord, rate: CallRate?, warnings: [String]) {
    let plan = PlanDocument(record).write(rate: rate)
    self.init(
      .success, [("plan", Self.trimmed(plan)), ("warnings", JSONText.line(warnings))])
  }

  /// A probed recording.
  init(probe: ProbeDocument) {
    self.init(.success, [("probe", JSONText.line(probe))])
  }

  /// A transcript.
  ///
  /// - Parameters:
  ///   - formats: What else it is wanted as.
  ///   - envelope: The loudness that estimated times go by.
  ///   - isWhole: Whether all was there that it is made of.
  ///   - more: Further members.
  init(
    _ transcript: Transcript, formats: [TranscriptFormat], envelope: Envelope,
    isWhole: Bool = true,
    more: [(name: String, json: String)] = []
  ) {
    let texts = Dictionary(
      formats.map { ($0.rawValue, $0.write(transcript, envelope: envelope)) },
      uniquingKeysWith: { first, _ in first })
    let status = ExitCode.of(transcript)
    self.init(
      status == .success && !isWhole ? .partial : status,
      [
        ("transcript", Self.trimmed(TranscriptFormat.json.write(transcript, envelope: envelope))),
        ("formats", JSONText.line(texts)),
      ] + more)
  }

  /// A document without its line end.
  private static func trimmed(_ text: String) -> String {
    text.hasSuffix("\n") ? String(text.dropLast()) : text
  }
}

/// Why a recording gave no transcript at all.
public enum TranscriptionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file could not be read as a recording.
  case media(MediaError)
  /// The limits leave nothing to plan with.
  case plan(PlanRulesError)
  /// The service accepts no format that can be rendered.
  case noCommonFormat
  /// No chunk was answered; this is what happened to the first that was given up.
  case recognition(RecognitionFailure, file: String, chunk: Chunk, recognizer: RecognizerIdentity)
  /// The journal cannot be used.
  case journal(JournalError)
  /// The task was cancelled.
  case cancelled

  /// One line that names what failed and what can be done.
  public var description: String {
    switch self {
    case .media(let error): error.description
    case .plan(let error): error.description
    case .noCommonFormat: "the service accepts no format that can be made here"
    case .recognition(let failure, let file, let chunk, let recognizer):
      "\(file): \(recognizer.provider) gave no transcript for "
        + "\(chunk.place): \(failure.description)"
    case .journal(let error): error.description
    case .cancelled: "cancelled"
    }
  }
}

extension Chunk {
  /// The chunk's number and time range, for messages.
  public var place: String {
    "chunk \(index + 1) (\(TimeText.range(owned)))"
  }
}

/// Why there is no page of a transcript.
public enum ReportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// A file cannot be read or written.
  case media(MediaError)
  /// What should be a transcript's JSON is none.
  case document(String, RunDocumentError)
  /// The recording is too large to be put into a page.
  case tooLargeToEmbed(String, byteCount: Int64)

  /// One line that names the file and what can be done.
  public var description: String {
    switch self {
    case .media(let error): error.description
    case .document(let file, let error):
      switch error.code {
      case .empty: "\(file): the file is empty"
      case .notTranscript: "\(file): \(error.description)"
      default: "\(file) is no transcript in JSON: \(error.description)"
      }
    case .tooLargeToEmbed(let file, let byteCount):
      "\(file): has \(byteCount / 1_000_000) MB, and pages hold recordings up to "
        + "\(Report.maximumEmbeddedBytes / 1_000_000) MB; a page can refer to it instead"
    }
  }
}

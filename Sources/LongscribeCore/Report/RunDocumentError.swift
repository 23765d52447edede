/// Why a transcript's JSON cannot be read.
public struct RunDocumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of problem.
  public enum Code: String, Sendable, Hashable {
    /// It has no bytes.
    case empty
    /// It has more bytes than any transcript.
    case tooLarge
    /// It is no JSON object, or its end is missing.
    case notJSON
    /// It is JSON of something else.
    case notTranscript
    /// A value is missing, of the wrong kind, or out of all bounds.
    case invalidValue
  }

  /// The kind of problem.
  public var code: Code
  /// Where it is, as JSON is written: `segments[3].text`; empty for the whole.
  public var place: String
  /// What is wrong there.
  public var detail: String

  /// An error with every part given.
  public init(_ code: Code, at place: String = "", _ detail: String) {
    self.code = code
    self.place = place
    self.detail = detail
  }

  /// The place and what is wrong there.
  public var description: String { place.isEmpty ? detail : "\(place) \(detail)" }
}

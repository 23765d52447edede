/// Why a plan cannot be read.
public struct PlanDocumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of problem.
  public enum Code: String, Sendable, Hashable {
    /// It has more bytes than any plan.
    case tooLarge
    /// It is no JSON, or its end is missing.
    case notJSON
    /// It is of a version that is not known here.
    case unknownVersion
    /// Something that a plan must tell is not there.
    case missing
    /// A value is of the wrong kind, or out of all bounds.
    case invalidValue
    /// What the chunks answer for leaves a part of the recording out, or has it twice.
    case doesNotTile
    /// Two chunks have the same index or the same name.
    case duplicate
  }

  /// The kind of problem.
  public var code: Code
  /// Where it is, as JSON is written: `chunks[3].owned_end`; empty for the whole.
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

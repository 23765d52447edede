/// Why a request is refused, in terms every service knows; each service has its own status,
/// code and words for it.
struct Refusal: Error, Hashable {
  enum Reason: Hashable, Sendable {
    case noSuchPath
    case wrongMethod
    case lengthRequired
    case bodyTooLarge(limit: Int)
    case missingKey
    case malformedKey
    case wrongKey(String)
    case tooManyInFlight
    case tooManyPerMinute
    /// The body is not well-formed multipart/form-data.
    case malformedForm
    case missingField(String)
    /// A field that is unknown or of the wrong type.
    case wrongField(String)
    case repeatedField(String)
    case illegalValue(String)
    case unknownModel(String)
    /// A form of answer this model does not give.
    case formatNotOfModel(format: String, model: String)
    /// A form of answer nobody gives.
    case unknownResponseFormat(String)
    case promptTooLong
    case repeatedRequestID
    /// The file's name has no ending the service takes.
    case badFileName
    /// The file's name has no ending by which a relay can measure it.
    case unmeasurable
    /// The file's declared media type is not that of its format.
    case badMediaType
    case emptyFile
    case fileTooLarge(limit: Int)
    /// The file's content is of another format than its name says.
    case contentNotAsNamed
    case undecodable
    case tooShort
    case tooLong(seconds: Double, limit: Double)
    /// The audio is fine, but nobody speaks in it, and the service takes that for a failure.
    case noSpeech
    /// The audio is fine but is no piece of the reference recording.
    case notInRecording
    /// The simulator itself failed.
    case simulatorFailure
  }

  let reason: Reason
  /// What is wrong, in the simulator's own words.
  let message: String

  init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

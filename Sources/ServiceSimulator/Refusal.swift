/// Why a request is refused, in terms every service knows; each service has its own status and
/// code for it.
struct Refusal: Error, Hashable {
  enum Reason: Hashable, Sendable {
    case noSuchPath
    case wrongMethod
    case lengthRequired
    case bodyTooLarge
    case missingKey
    case malformedKey
    case wrongKey
    case tooManyInFlight
    /// The body is not well-formed multipart/form-data.
    case malformedForm
    case missingField
    /// A field that is unknown, repeated or of the wrong type.
    case wrongField
    case illegalValue
    case unknownModel
    case promptTooLong
    case repeatedRequestID
    /// The file is not audio the service takes, or too large, or too long.
    case badAudio
    /// The audio is fine but is no piece of the reference recording.
    case notInRecording
    /// The simulator itself failed.
    case simulatorFailure
  }

  let reason: Reason
  let message: String

  init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }
}

/// What the simulator noted about one request.
package struct ReceivedRequest: Sendable {
  /// Counts from 1 in the order in which the headers came.
  package let number: Int
  package let method: String
  package let path: String
  /// When the headers had come: seconds on the monotonic clock since the simulator started.
  package let arrival: Double
  /// Just before the answer's last byte was sent, on the same clock; nil until then.
  package internal(set) var finish: Double?
  /// The plain fields of the form; the values of a repeated field are joined with line feeds.
  package internal(set) var fields: [String: String] = [:]
  package internal(set) var fileName: String?
  /// The `Content-Type` of the file's part.
  package internal(set) var partContentType: String?
  package internal(set) var bodyBytes = 0
  package internal(set) var fileBytes = 0
  /// The file's format by its content: "wav", "mp3" or what else ffmpeg calls it.
  package internal(set) var format: String?
  /// The length of the decoded audio.
  package internal(set) var seconds: Double?
  /// Where the audio was found in the reference recording, in seconds.
  package internal(set) var matchedStart: Double?
  /// The transcript of the audio, before faults.
  package internal(set) var text: String?
  /// The status answered; nil while the request is worked on, and when nothing was answered.
  package internal(set) var status: Int?
  /// The code in the error's body, for refusals and faults.
  package internal(set) var errorCode: String?
  package internal(set) var errorMessage: String?
  /// Seconds of work behind the answer, without waiting and ordered delays.
  package internal(set) var workSeconds: Double?
}

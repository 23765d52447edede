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
  /// The file's format by its content: "wav", "mp3", "ogg", "mp4", "webm" or what else ffmpeg
  /// calls it.
  package internal(set) var format: String?
  /// The length of the decoded audio.
  package internal(set) var seconds: Double?
  /// Where the audio was found in the reference recording, in seconds.
  package internal(set) var matchedStart: Double?
  /// The transcript of the audio, before faults.
  package internal(set) var text: String?
  /// The fault that befell the request, if any.
  package internal(set) var fault: Fault.Action?
  /// Whether the service had done the work and charges it: an answer was made, even if it did not
  /// get through, or only in part.
  package internal(set) var billed = false
  /// What is charged, by the service's own rounding; 0 when nothing is.
  package internal(set) var billedSeconds = 0.0
  /// The status answered; nil while the request is worked on, and when nothing was answered.
  package internal(set) var status: Int?
  /// The code in the error's body, for refusals and faults.
  package internal(set) var errorCode: String?
  /// What was wrong: in the simulator's own words for refusals, in the ordered words for faults.
  package internal(set) var errorMessage: String?
  /// Seconds of work behind the answer, without waiting and ordered delays.
  package internal(set) var workSeconds: Double?

  /// Which audio the request was about.
  var chunk: FaultScript.Chunk?
}

/// What a simulator charges for the same audio.
package struct Bill: Sendable, Hashable {
  /// Where the audio begins in the reference recording; nil when it is not in it.
  package let matchedStart: Double?
  /// The numbers of the requests that were charged.
  package let requests: [Int]
  /// All that was charged.
  package let seconds: Double
}

extension ServiceSimulator {
  /// What was charged, by the audio uploaded; audio is the same that begins at the same tenth of a
  /// second of the recording.
  package var bills: [Bill] {
    let charged = requests.filter(\.billed)
    return Dictionary(grouping: charged, by: \.chunk).values
      .map { list in
        Bill(
          matchedStart: list.first?.matchedStart,
          requests: list.map(\.number),
          seconds: list.reduce(0) { $0 + $1.billedSeconds })
      }
      .sorted { ($0.requests.first ?? 0) < ($1.requests.first ?? 0) }
  }

  /// The audio that was charged more than once.
  package var paidRepeatedly: [Bill] { bills.filter { $0.requests.count > 1 } }

  /// All seconds charged so far.
  package var billedSeconds: Double { requests.reduce(0) { $0 + $1.billedSeconds } }
}

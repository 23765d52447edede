/// What was said in an uploaded piece of audio.
struct Recognition: Sendable {
  struct Segment: Sendable {
    /// Seconds from the beginning of the uploaded audio.
    let start: Double
    let end: Double
    let text: String
  }

  var text: String
  var segments: [Segment]
  /// Where the audio was found in a reference recording, in seconds.
  var matchedStart: Double?

  /// Nothing was said.
  static func silence(matchedStart: Double?) -> Recognition {
    Recognition(text: "", segments: [], matchedStart: matchedStart)
  }
}

/// Makes words from audio.
protocol Recogniser: Sendable {
  /// What is said in the samples (16 kHz, one channel); may take its time.
  func recognise(_ samples: [Int16]) throws(Refusal) -> Recognition
}

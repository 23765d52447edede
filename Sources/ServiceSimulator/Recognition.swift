/// What was said in an uploaded piece of audio.
struct Recognition: Sendable {
  struct Segment: Sendable {
    /// Seconds from the beginning of the uploaded audio.
    let start: Double
    let end: Double
    let text: String
  }

  struct Word: Sendable {
    /// Seconds from the beginning of the uploaded audio.
    let start: Double
    let end: Double
    /// With the punctuation after it.
    let text: String
  }

  var text: String
  var segments: [Segment]
  var words: [Word] = []
  /// How likely it is, in the recogniser's opinion, that nobody speaks.
  var noSpeechProbability = 0.02
  /// The length of the uploaded audio in seconds; set when all is known.
  var duration = 0.0
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
  ///
  /// - Parameter hole: The seconds of the reference recording in which nothing is heard.
  func recognise(
    _ samples: [Int16], without hole: ClosedRange<Double>?
  ) throws(Refusal) -> Recognition
}

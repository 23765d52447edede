extension ServiceSimulator {
  /// The language of a reference recording's words.
  package enum Language: String, Sendable, CaseIterable {
    /// Words are joined with spaces; a full stop is ".".
    case english
    /// Words are joined with nothing; a full stop is "。".
    case chinese
  }

  /// Where the transcripts come from.
  package enum Answers: Sendable {
    /// Uploaded audio is looked up, by its sound, in a recording whose words are known.
    ///
    /// `words` is a text file of lines: start in seconds, TAB, end in seconds, TAB, word with its
    /// punctuation.
    case knownText(recording: String, words: String, language: Language)
    /// The PocketSphinx program listens to the uploaded audio (English).
    case pocketSphinx
  }

  /// How a simulator behaves.
  package struct Configuration: Sendable {
    package var answers: Answers
    /// 0 for any free port.
    package var port: UInt16
    /// The only key that is accepted.
    package var key: String
    /// Whether `glm-asr` answers with segments; `glm-asr-2512` never does.
    package var segments: Bool
    /// More requests than this at the same time are refused with 429 and code 1302.
    package var inFlightLimit: Int
    /// Seconds by which every answer is delayed.
    package var latency: Double
    package var faults: [Fault]
    /// The share of known words that come back wrong or not at all, 0 to 1.
    package var wordErrorRate: Double
    /// How many requests are worked on at a time.
    package var workers: Int
    /// Seconds between two writes of an event stream.
    package var streamPause: Double
    /// Told of every request when it is finished, on a thread of the simulator.
    package var observer: (@Sendable (ReceivedRequest) -> Void)?

    package init(
      answers: Answers,
      port: UInt16 = 0,
      key: String = "simulator-key",
      segments: Bool = true,
      inFlightLimit: Int = 5,
      latency: Double = 0,
      faults: [Fault] = [],
      wordErrorRate: Double = 0,
      workers: Int = 2,
      streamPause: Double = 0.002,
      observer: (@Sendable (ReceivedRequest) -> Void)? = nil
    ) {
      self.answers = answers
      self.port = port
      self.key = key
      self.segments = segments
      self.inFlightLimit = inFlightLimit
      self.latency = latency
      self.faults = faults
      self.wordErrorRate = wordErrorRate
      self.workers = workers
      self.streamPause = streamPause
      self.observer = observer
    }
  }
}

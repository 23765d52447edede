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
    package var service: Service
    /// 0 for any free port.
    package var port: UInt16
    /// The only key that is accepted.
    package var key: String
    /// Whether `glm-asr` answers with segments; `glm-asr-2512` never does.
    package var segments: Bool
    /// More requests than this at the same time are refused; nil for the service's own limit,
    /// which is 5 for GLM-ASR and none for the others.
    package var inFlightLimit: Int?
    /// More requests than this within a minute are refused; nil for no limit.
    package var requestsPerMinute: Int?
    /// The `Retry-After` header of refusals for too many requests; nil for none.
    package var retryAfter: String?
    /// Limits other than the service's own.
    package var limits: Limits
    /// Whether audio without speech is answered as such services do: OpenAI's kind invents a
    /// sentence, SenseVoice hums, Coze fails with 5000. GLM-ASR is not known to.
    package var hallucinations: Bool
    /// How streams look; only for OpenAI's kind of service.
    package var streamDialect: StreamDialect
    /// What SenseVoice leaves in SiliconFlow's text.
    package var senseVoiceMarks: SenseVoiceMarks
    /// Whether Coze's errors come with status 200.
    package var errorsWithStatus200: Bool
    /// Whether the relay hides OpenAI's refusals behind status 500.
    package var masksErrors: Bool
    /// Whether OpenAI's kind of service takes only the fields that relays document: no
    /// `timestamp_granularities[]`, no `stream`.
    package var documentedFieldsOnly: Bool
    /// Whether a body that is too large is refused while it is still being sent.
    package var refusesWhileUploading: Bool
    /// Seconds by which every answer is delayed.
    package var latency: Double
    package var faults: [Fault]
    /// The share of known words that come back wrong or not at all, 0 to 1.
    package var wordErrorRate: Double
    /// How many requests are worked on at a time.
    package var workers: Int
    /// Whether WAV files of 16 kHz, one channel and 16 bits are read by the simulator itself: ffmpeg takes 0.1 s for each, which is much for
    /// tests of thousands of chunks.
    package var readsPlainWave = false
    /// Seconds between two writes of an event stream.
    package var streamPause: Double
    /// Told of every request when it is finished, on a thread of the simulator.
    package var observer: (@Sendable (ReceivedRequest) -> Void)?

    package init(
      answers: Answers,
      service: Service = .glm,
      port: UInt16 = 0,
      key: String = "simulator-key",
      segments: Bool = true,
      inFlightLimit: Int? = nil,
      requestsPerMinute: Int? = nil,
      retryAfter: String? = nil,
      limits: Limits = Limits(),
      hallucinations: Bool = false,
      streamDialect: StreamDialect = .openai,
      senseVoiceMarks: SenseVoiceMarks = .none,
      errorsWithStatus200: Bool = false,
      masksErrors: Bool = true,
      documentedFieldsOnly: Bool = false,
      refusesWhileUploading: Bool = false,
      latency: Double = 0,
      faults: [Fault] = [],
      wordErrorRate: Double = 0,
      workers: Int = 2,
      streamPause: Double = 0.002,
      observer: (@Sendable (ReceivedRequest) -> Void)? = nil
    ) {
      self.answers = answers
      self.service = service
      self.port = port
      self.key = key
      self.segments = segments
      self.inFlightLimit = inFlightLimit
      self.requestsPerMinute = requestsPerMinute
      self.retryAfter = retryAfter
      self.limits = limits
      self.hallucinations = hallucinations
      self.streamDialect = streamDialect
      self.senseVoiceMarks = senseVoiceMarks
      self.errorsWithStatus200 = errorsWithStatus200
      self.masksErrors = masksErrors
      self.documentedFieldsOnly = documentedFieldsOnly
      self.refusesWhileUploading = refusesWhileUploading
      self.latency = latency
      self.faults = faults
      self.wordErrorRate = wordErrorRate
      self.workers = workers
      self.streamPause = streamPause
      self.observer = observer
    }
  }
}

extension ServiceSimulator.Configuration {
  private var language: ServiceSimulator.Language {
    if case .knownText(_, _, let language) = answers { return language }
    return .english
  }

  /// The rules and answers of the chosen service.
  var speechService: any SpeechService {
    let options = OpenAIService.Options(
      language: language,
      dialect: streamDialect,
      documentedFieldsOnly: documentedFieldsOnly,
      hallucinates: hallucinations
    )
    return switch service {
    case .glm: GLMService(answersSegments: segments)
    case .coze:
      CozeService(answersErrorsWith200: errorsWithStatus200, failsOnSilence: hallucinations)
    case .siliconflow:
      SiliconFlowService(
        marks: SenseVoiceNotation(marks: senseVoiceMarks, language: language),
        hallucinates: hallucinations)
    case .chatanywhere: OpenAIService.chatAnywhere(options)
    case .relay: RelayService(options, masksErrors: masksErrors)
    case .openai: OpenAIService.openAI(options)
    }
  }
}

public import LongscribeCore

/// What one model of a service accepts and answers: a row of the table of models.
public struct ServiceModel: Sendable, Hashable {
  /// An optional field of the form that a model may have.
  public enum Field: String, Sendable, Hashable, Codable, CaseIterable {
    /// The language spoken, as ISO 639-1 code.
    case language
    /// Text that leads the recogniser.
    case prompt
    /// Sampling temperature.
    case temperature
    /// Form of the answer.
    case responseFormat = "response_format"
    /// Which times are wanted: words, segments.
    case timestampGranularities = "timestamp_granularities"
    /// Whether the answer arrives piece by piece.
    case stream
    /// A name of the request that the caller chooses.
    case requestID = "request_id"
    /// A name of the end user.
    case userID = "user_id"
    /// Words that are likely to occur.
    case hotwords
  }

  /// What has times of its own, by the value of `timestamp_granularities`.
  public enum Granularity: String, Sendable, Hashable, Codable, CaseIterable {
    /// Phrases and sentences.
    case segment
    /// Words, which takes the service a little longer.
    case word
  }

  /// The form of an answer, by the value of `response_format`.
  public enum ResponseFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// Text with segments, and words where they are asked for.
    case verboseJSON = "verbose_json"
    /// Text with a segment for each turn of a speaker.
    case diarizedJSON = "diarized_json"
    /// Text in a JSON object.
    case json
    /// Subtitles of SubRip.
    case srt
    /// Subtitles of the web.
    case vtt
    /// Bare text.
    case text

    /// The times that such answers have.
    public func timeQuality(words: Bool) -> TimeQuality {
      switch self {
      case .verboseJSON: words ? .words : .segments
      case .diarizedJSON, .srt, .vtt: .segments
      case .json, .text: .estimated
      }
    }
  }

  /// The name that the service knows it by; empty where a service has no models.
  public var name: String
  /// Names whose last part holds one of these are described by this row as well, unless a longer one of another row is in them too.
  public var patterns: [String] = []
  /// Longest audio in seconds; `nil` if no limit is known.
  public var maximumSeconds: Double?
  /// Seconds that are kept free below it: what is measured there may be a little more than what was cut.
  public var marginSeconds: Double = 1
  /// Longest chunk in seconds that is planned unless another is asked for.
  public var recommendedSeconds: Double?
  /// Shortest audio in seconds; shorter recordings are padded.
  public var minimumSeconds: Double = 1
  /// Most bytes of the whole request. A documented "MB" is taken as 10^6: whoever means 2^20 accepts that too.
  public var maximumBytes: Int64 = 25_000_000
  /// Formats to upload in.
  public var formats: [AudioFormat] = [.wav, .mp3]
  /// Requests in flight at a time.
  public var maximumInFlight = 4
  /// Optional fields that it takes.
  public var fields: Set<Field> = []
  /// Forms of answers that it gives where it takes `response_format`, richest first.
  public var responseFormats: [ResponseFormat] = []
  /// The form of answers where no `response_format` is sent.
  public var plainAnswer: ResponseFormat = .json
  /// Fields with a fixed value.
  public var fixedFields: [String: String] = [:]
  /// Characters that a prompt has to stay below.
  public var promptLimit: Int?
  /// Tokens after which an answer is cut off without a word about it.
  public var maximumOutputTokens: Int?
  /// Seconds that calls are charged in whole multiples of; `nil` if that is not known.
  public var billingSeconds: Double?
  /// Least seconds that a call is charged for.
  public var minimumBilledSeconds: Double = 0
  /// Where the price of its calls comes from.
  public var rate = RateSource.published
  /// What people should know before they choose it.
  public var note: String?

  /// A model by its name; everything else starts with what most services accept.
  public init(_ name: String) {
    self.name = name
  }

  /// The longest chunk in seconds that is planned, where something shorter than the limit is recommended.
  public var plannedSeconds: Double? {
    recommendedSeconds.flatMap { $0 < maximumSeconds ?? .infinity ? $0 : nil }
  }

  /// Its limits, for planning.
  public var limits: ServiceLimits {
    ServiceLimits(
      maximumSamples: maximumSeconds.map(Timeline.samples) ?? ServiceLimits.unlimited,
      marginSamples: maximumSeconds == nil ? 0 : Timeline.samples(marginSeconds),
      minimumSamples: Timeline.samples(minimumSeconds), maximumBytes: maximumBytes,
      formats: formats, maximumInFlight: maximumInFlight,
      recommendedSamples: plannedSeconds.map(Timeline.samples),
      metering: metering)
  }

  /// How the audio of its calls is counted.
  public var metering: Metering {
    Metering(
      unit: billingSeconds.map(Timeline.samples) ?? 1,
      minimum: Timeline.samples(minimumBilledSeconds))
  }
}

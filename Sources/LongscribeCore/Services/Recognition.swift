public import Foundation

/// One service's answer for one chunk.
public struct Recognition: Sendable, Hashable, Codable {
  /// A phrase or sentence with times.
  public struct Segment: Sendable, Hashable, Codable {
    /// Where it was said, in samples from the chunk's start.
    public var range: TimelineRange
    /// What was said.
    public var text: String
    /// How sure the recogniser is of it, where it tells.
    public var confidence: Confidence?

    /// A segment at a range of the chunk.
    public init(range: TimelineRange, text: String, confidence: Confidence? = nil) {
      self.range = range
      self.text = text
      self.confidence = confidence
    }
  }

  /// What Whisper says of itself beside a segment (`verbose_json`).
  public struct Confidence: Sendable, Hashable, Codable {
    /// Probability, 0 to 1, that nobody speaks.
    public var noSpeech: Double?
    /// Mean logarithm of the tokens' probabilities; 0 is certainty, below -1 is guessing.
    public var averageLogProbability: Double?
    /// How much the text can be compressed; above 2.4 it repeats itself.
    public var compressionRatio: Double?

    /// A confidence with every part given.
    public init(
      noSpeech: Double? = nil, averageLogProbability: Double? = nil, compressionRatio: Double? = nil
    ) {
      self.noSpeech = noSpeech
      self.averageLogProbability = averageLogProbability
      self.compressionRatio = compressionRatio
    }
  }

  /// A word with times.
  public struct Word: Sendable, Hashable, Codable {
    /// Where it was said, in samples from the chunk's start.
    public var range: TimelineRange
    /// The word.
    public var text: String

    /// A word at a range of the chunk.
    public init(range: TimelineRange, text: String) {
      self.range = range
      self.text = text
    }
  }

  /// The whole text; empty where nothing was heard.
  public var text: String
  /// Segments, where the service gives them.
  public var segments: [Segment]
  /// Words, where the service gives them.
  public var words: [Word]
  /// The language that the service names, as it names it.
  public var language: String?
  /// What the service calls this request: the name to give when asking its support.
  public var traceID: String?
  /// The answer as it came.
  public var raw: Data
  /// What the user should know about how it came about.
  public var notes: [String] = []

  /// An answer with every part given.
  public init(
    text: String, segments: [Segment] = [], words: [Word] = [], language: String? = nil,
    traceID: String? = nil, raw: Data = Data()
  ) {
    self.text = text
    self.segments = segments
    self.words = words
    self.language = language
    self.traceID = traceID
    self.raw = raw
  }
}

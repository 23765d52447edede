public import Foundation

/// One service's answer for one chunk.
public struct Recognition: Sendable, Hashable, Codable {
  /// A phrase or sentence with times.
  public struct Segment: Sendable, Hashable, Codable {
    /// Where it was said, in samples from the chunk's start.
    public var range: TimelineRange
    /// What was said.
    public var text: String

    /// A segment at a range of the chunk.
    public init(range: TimelineRange, text: String) {
      self.range = range
      self.text = text
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

/// What one (service, model) accepts.
public struct ServiceLimits: Sendable, Hashable, Codable {
  /// Longest audio of one request, in samples of the timeline.
  public var maximumSamples: Int64
  /// How far below that we stay, in samples: recognisers fail near the edge of their window, and services
  /// measure a little more than was cut. (OpenWhispr #1458: 62 % bad answers at exactly 30 s, none at 29 s.)
  public var marginSamples: Int64
  /// Shortest audio of one request, in samples; shorter recordings are padded with silence.
  public var minimumSamples: Int64
  /// Most bytes of the whole request: services count what arrives, form fields and boundaries included
  /// (VideoCaptioner #703: a request was refused for 8,192 bytes beyond the file).
  public var maximumBytes: Int64
  /// Formats it accepts, in order of preference where nothing else decides.
  public var formats: [AudioFormat]
  /// Requests in flight at a time.
  public var maximumInFlight: Int
  /// Longest chunk that is planned unless a longer one is asked for, in samples; `nil` where the limits decide. A chunk that fails
  /// costs as much as it is long, and gateways close calls that take minutes (dikte #49: chunks of 63 minutes always gave 502,
  /// chunks of 15 minutes never).
  public var recommendedSamples: Int64?
  /// How the audio of calls that are charged is counted.
  public var metering: Metering

  /// What stands for no limit in seconds, in samples: a day, longer than any chunk whose bytes fit.
  public static let unlimited = 86_400 * Timeline.sampleRate

  /// Limits with every bound given.
  public init(
    maximumSamples: Int64, marginSamples: Int64, minimumSamples: Int64, maximumBytes: Int64,
    formats: [AudioFormat], maximumInFlight: Int, recommendedSamples: Int64? = nil,
    metering: Metering = .exact
  ) {
    self.maximumSamples = maximumSamples
    self.marginSamples = marginSamples
    self.minimumSamples = minimumSamples
    self.maximumBytes = maximumBytes
    self.formats = formats
    self.maximumInFlight = maximumInFlight
    self.recommendedSamples = recommendedSamples
    self.metering = metering
  }

  /// Bytes of a request that are kept free for everything but the file (16 KiB).
  public static let formBytes: Int64 = 16_384

  /// Most bytes of an uploaded file.
  public var maximumFileBytes: Int64 { max(0, maximumBytes - Self.formBytes) }

  /// Audio that the service hears for a chunk, in samples: short ones are padded.
  public func sentSamples(_ chunk: Chunk) -> Int64 {
    max(chunk.audio.length, minimumSamples)
  }

  /// Audio that a call for a chunk is charged for, in samples.
  public func billedSamples(_ chunk: Chunk) -> Int64 {
    metering.billed(sentSamples(chunk))
  }

  /// The longest chunk that is certain to be accepted in a format, in samples.
  public func longestAcceptedChunk(in format: AudioFormat) -> Int64 {
    min(maximumSamples - marginSamples, format.maximumSamples(bytes: maximumFileBytes))
  }

  /// The longest chunk that is planned in a format where nothing else is asked for, in samples.
  public func longestChunk(in format: AudioFormat) -> Int64 {
    min(longestAcceptedChunk(in: format), recommendedSamples ?? .max)
  }

  /// The format to upload in: the one that needs the fewest calls, then an exact one, then the smallest.
  ///
  /// `nil` if the service accepts no format that we can render.
  public var uploadFormat: AudioFormat? {
    formats.enumerated().max { left, right in
      let (a, b) = (left.element, right.element)
      if longestChunk(in: a) != longestChunk(in: b) {
        return longestChunk(in: a) < longestChunk(in: b)
      }
      if a.facts.isExact != b.facts.isExact { return b.facts.isExact }
      if a.facts.bytesPerSecond != b.facts.bytesPerSecond {
        return a.facts.bytesPerSecond > b.facts.bytesPerSecond
      }
      return left.offset > right.offset
    }?.element
  }
}

/// How precisely a service says when something was said.
public enum TimeQuality: String, Sendable, Hashable, Codable {
  /// Each word has a time.
  case words
  /// Only sentences or phrases have times.
  case segments
  /// No times at all; they are estimated from the recording's loudness.
  case estimated
}

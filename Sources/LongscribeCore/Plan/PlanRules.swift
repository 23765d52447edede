/// What a plan has to obey: limits, boiled down to lengths of the timeline.
public struct PlanRules: Sendable, Hashable, Codable {
  /// Longest audio range of a chunk, in samples.
  public var longest: Int64
  /// Audio range below which the last chunk is extended backwards, in samples.
  public var shortest: Int64
  /// Whole overlap at a valley, in samples.
  public var valleyOverlap: Int64
  /// Whole overlap where a cut goes through speech, in samples.
  public var forcedOverlap: Int64

  /// Most that two chunks share inside a pause, in samples (0.5 s).
  public static let pauseOverlap: Int64 = Timeline.sampleRate / 2
  /// Shortest chunk that makes sense to plan with, in samples (2 s).
  public static let smallestLimit: Int64 = 2 * Timeline.sampleRate
  /// A last chunk shorter than this is sent with earlier audio before it, in samples (5 s):
  /// short, padded tails decode to nothing (FluidAudio #747).
  public static let stub: Int64 = 5 * Timeline.sampleRate

  /// Rules for a service's limits.
  ///
  /// - Parameters:
  ///   - limits: What the service accepts.
  ///   - format: The format that chunks are uploaded in.
  ///   - quality: Bare text needs longer overlaps, because only words can prove that they are the same.
  ///   - chunkLength: The length that the user asks for, in samples.
  ///   - overlap: The overlap that the user asks for at valleys and forced cuts, in samples.
  /// - Throws: `PlanRulesError` if nothing useful can be planned with these numbers.
  public init(
    limits: ServiceLimits, format: AudioFormat, quality: TimeQuality,
    chunkLength: Int64? = nil, overlap: Int64? = nil
  ) throws(PlanRulesError) {
    var longest = limits.longestChunk(in: format)
    if let chunkLength {
      guard chunkLength <= limits.maximumSamples else {
        throw .chunkLengthOverLimit(asked: chunkLength, limit: limits.maximumSamples)
      }
      longest = min(limits.longestAcceptedChunk(in: format), chunkLength)
    }
    // Cuts lie on envelope frames, so a limit between two frames would never be reached.
    longest -= longest % Timeline.frameLength
    guard longest >= Self.smallestLimit else { throw .limitTooSmall(longest) }
    if let overlap, overlap < 0 || overlap > longest / 4 {
      throw .overlapTooLong(asked: overlap, longest: longest / 4)
    }
    let text = quality == .estimated
    let valley = overlap ?? (text ? 3 : 2) * Timeline.sampleRate
    // Long chunks can afford more: the cost is a share of the chunk.
    let forced =
      overlap
      ?? max(
        text ? 4 * Timeline.sampleRate : 3 * Timeline.sampleRate,
        min(10 * Timeline.sampleRate, longest / 60))
    self.longest = longest
    self.valleyOverlap = min(valley, longest / 4)
    self.forcedOverlap = min(forced, longest / 4)
    self.shortest = min(max(limits.minimumSamples, Self.stub), longest)
  }

  /// Rules with every length given, in samples.
  package init(longest: Int64, shortest: Int64, valleyOverlap: Int64, forcedOverlap: Int64) {
    self.longest = longest
    self.shortest = shortest
    self.valleyOverlap = valleyOverlap
    self.forcedOverlap = forcedOverlap
  }

  /// How far a chunk's audio reaches beyond its owned range at a seam, at the most, in samples.
  package func reach(_ seam: Seam) -> Int64 {
    switch seam {
    case .pause: Self.pauseOverlap / 2
    case .valley: valleyOverlap / 2
    case .forced: forcedOverlap / 2
    }
  }
}

/// Why limits and wishes cannot be planned with.
public enum PlanRulesError: Error, Sendable, Hashable, CustomStringConvertible {
  /// No chunk of at least two seconds fits, in samples.
  case limitTooSmall(Int64)
  /// The length asked for is more than the service takes, both in samples.
  case chunkLengthOverLimit(asked: Int64, limit: Int64)
  /// The overlap is negative or leaves too little of a chunk, both in samples.
  case overlapTooLong(asked: Int64, longest: Int64)

  /// A sentence for people.
  public var description: String {
    func text(_ samples: Int64) -> String { TimeText.short(samples) }
    return switch self {
    case .limitTooSmall(let longest):
      "chunks of \(text(longest)) are too short to plan with; they need at least 2 s"
    case .chunkLengthOverLimit(let asked, let limit):
      "a chunk length of \(text(asked)) is more than the \(text(limit)) that the service takes"
    case .overlapTooLong(let asked, let longest):
      "an overlap of \(text(asked)) does not fit; between 0 s and \(text(longest)) does"
    }
  }
}

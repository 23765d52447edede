/// The one clock of a recording: integer samples at 16 kHz, 0 at the start of presentation.
///
/// Seconds appear only at the JSON and command-line edge; everything between is exact, so that
/// nothing drifts however long the recording is.
public enum Timeline {
  /// Positions a second.
  public static let sampleRate: Int64 = 16_000

  /// Samples in one envelope frame (10 ms).
  public static let frameLength: Int64 = 160

  /// A position or length in seconds.
  public static func seconds(_ samples: Int64) -> Double {
    Double(samples) / Double(sampleRate)
  }

  /// The position nearest to a time in seconds; values that are not finite or do not fit count as 0.
  public static func samples(_ seconds: Double) -> Int64 {
    let scaled = (seconds * Double(sampleRate)).rounded()
    guard scaled.isFinite, abs(scaled) < 9e15 else { return 0 }
    return Int64(scaled)
  }
}

/// A half-open stretch of the timeline, in samples.
public struct TimelineRange: Sendable, Hashable, Codable {
  /// The first sample.
  public var start: Int64
  /// One past the last sample; never below `start`.
  public var end: Int64

  /// A stretch from `start` up to, not including, `end`.
  public init(_ start: Int64, _ end: Int64) {
    self.start = start
    self.end = max(start, end)
  }

  /// Length in samples.
  public var length: Int64 { end - start }
  /// Whether nothing lies inside.
  public var isEmpty: Bool { end <= start }
  /// Length in seconds.
  public var seconds: Double { Timeline.seconds(length) }

  /// Whether `other` lies wholly inside.
  public func contains(_ other: TimelineRange) -> Bool {
    start <= other.start && other.end <= end
  }

  /// The part that both cover; empty where they do not meet.
  public func intersection(_ other: TimelineRange) -> TimelineRange {
    let lower = max(start, other.start)
    return TimelineRange(lower, max(lower, min(end, other.end)))
  }

  /// The whole envelope frames that lie inside a recording of `frames` frames.
  package func frames(upTo frames: Int) -> Range<Int> {
    let first = min(frames, max(0, Int(start / Timeline.frameLength)))
    let last = min(frames, max(first, Int((end + Timeline.frameLength - 1) / Timeline.frameLength)))
    return first..<last
  }
}

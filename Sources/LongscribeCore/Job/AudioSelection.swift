/// Which part of a recording is meant: a track, a channel, a stretch of time.
public struct AudioSelection: Sendable, Hashable, Codable {
  /// One of the recording's audio tracks.
  public enum Track: Sendable, Hashable, Codable {
    /// The one that the container marks as the one to play, else the first.
    case standard
    /// By its place among the audio tracks, from 0.
    case number(Int)
    /// The first in this language, by its code: `de`, `deu` and `ger` are the same.
    case language(String)
  }

  /// What is heard of a track's channels.
  public enum Channel: Sendable, Hashable, Codable {
    /// All of them, mixed.
    case mix
    /// The left one; call recordings have one speaker in each.
    case left
    /// The right one.
    case right
    /// By its place, from 0.
    case number(Int)

    /// How it is written on the command line.
    public var name: String {
      switch self {
      case .mix: "mix"
      case .left: "left"
      case .right: "right"
      case .number(let index): String(index)
      }
    }
  }

  /// The track.
  public var track: Track
  /// The channel.
  public var channel: Channel
  /// Where on the timeline to begin, in samples.
  public var start: Int64
  /// Where on the timeline to end, in samples; `nil` for the recording's end.
  public var end: Int64?

  /// A selection; the whole recording's own track if nothing is given.
  ///
  /// - Parameters:
  ///   - start: Not below 0.
  ///   - end: Beyond `start`.
  public init(
    track: Track = .standard, channel: Channel = .mix, start: Int64 = 0, end: Int64? = nil
  ) {
    self.track = track
    self.channel = channel
    self.start = max(0, start)
    self.end = end.map { max(start, $0) }
  }

  /// The same with its start moved back to a frame of the envelope (10 ms), as plans need it.
  public var aligned: AudioSelection {
    var aligned = self
    aligned.start -= start % Timeline.frameLength
    return aligned
  }

  /// Whether nothing of the chosen track is left out.
  public var isWhole: Bool { channel == .mix && start == 0 && end == nil }
}

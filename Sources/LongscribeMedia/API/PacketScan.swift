/// What reading all packets of a track without decoding them tells.
public struct PacketScan: Sendable, Hashable {
  /// Packets of the track.
  public var packets: Int64 = 0
  /// Packets that the container marks as damaged.
  public var corruptPackets: Int64 = 0
  /// Times that the container could not be read on.
  public var readErrors: Int64 = 0
  /// Samples that decoding gives, at the track's own rate, without the silence that fills gaps. In a recording whose rate changes they
  /// are of different lengths.
  public var samples: Int64 = 0
  /// Priming taken off at the start, in samples.
  public var skippedSamples: Int64 = 0
  /// Padding taken off at the end, in samples.
  public var discardedSamples: Int64 = 0
  /// Gaps of more than 50 ms.
  public var gaps: Int64 = 0
  /// Length of all gaps, in seconds.
  public var gapSeconds = 0.0
  /// Times that jump back, or forth so far that nothing can be missing there.
  public var jumps: Int64 = 0
  /// Length on the timeline in seconds: what the samples last, the gaps, and the wait for the first sound of a video.
  public var duration = 0.0
  /// Whether decoding gives just this length.
  public var isExact = true
}

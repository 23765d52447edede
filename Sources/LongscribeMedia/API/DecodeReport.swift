private import LongscribeCore

/// What happened while a recording was decoded.
public struct DecodeReport: Sendable, Hashable {
  /// A stretch without data that was filled with silence.
  public struct Fill: Sendable, Hashable {
    /// Where it begins on the timeline, in samples.
    public var position: Int64
    /// Its length in samples.
    public var length: Int64
  }

  /// The exact length in samples.
  public var length: Int64 = 0
  /// Frames that were decoded.
  public var frames: Int64 = 0
  /// Packets that could not be decoded.
  public var decodeErrors: Int64 = 0
  /// Stretches that were filled with silence; at most the first thousand are kept.
  public var fills: [Fill] = []
  /// Stretches that were filled with silence, those that are not kept included.
  public var fillCount = 0
  /// Silence that was filled in, in samples.
  public var filledSamples: Int64 = 0
  /// Times that jumped back or far ahead and were taken as continuing.
  public var jumps = 0
  /// Changes of rate, layout or format on the way.
  public var formatChanges = 0
  /// The length that the container claims, if what could be decoded is noticeably shorter, in samples.
  public var missingFrom: Int64?

  /// A report of nothing yet.
  public init() {}

  /// Whether everything was decoded and every sample is where the container says.
  public var isClean: Bool {
    decodeErrors == 0 && fillCount == 0 && jumps == 0 && formatChanges == 0 && missingFrom == nil
  }

  /// Sentences for people about what was not as it should be; none if all was well.
  public var warnings: [String] {
    var warnings: [String] = []
    if let missingFrom {
      warnings.append(
        "the file seems cut off: its header says \(TimeText.short(missingFrom)), "
          + "but only \(TimeText.short(length)) could be decoded")
    }
    if decodeErrors > 0 {
      warnings.append("\(decodeErrors) damaged places could not be decoded")
    }
    if let first = fills.first {
      warnings.append(
        "\(fillCount) gaps, \(TimeText.short(filledSamples)) in all, "
          + "the first at \(TimeText.coarse(first.position)), "
          + "were filled with silence so that times stay true")
    }
    if jumps > 0 { warnings.append("its times jump \(jumps) times; they were taken as continuing") }
    return warnings
  }
}

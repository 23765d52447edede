/// The loudness of a recording in few values: enough for a picture of it, however long it is.
///
/// A value is the loudest of its stretch, in the steps of `Envelope`: half decibels above −120 dBFS. There are ten values a second, and fewer
/// for recordings of more than seven and a half hours, so that the base64 of an outline stays within 360 kB.
public struct LoudnessOutline: Sendable, Hashable {
  /// Values a second; below 1 for recordings of more than 75 hours.
  public var perSecond: Double
  /// The loudest level of each stretch; the last may stand for less than a whole one.
  public var levels: [UInt8]

  /// An outline with every part given.
  public init(perSecond: Double, levels: [UInt8]) {
    self.perSecond = perSecond
    self.levels = levels
  }

  /// Most values where a coarser outline is possible: 360 kB of base64.
  package static let mostLevels = 270_000
  /// Frames of an envelope, of 10 ms each, that one value may stand for.
  private static let strides = [10, 20, 50, 100, 200, 500, 1000]
  private static let framesPerSecond = Double(Timeline.sampleRate / Timeline.frameLength)

  /// The outline of an envelope; `nil` if nothing is known of the loudness.
  package init?(_ envelope: Envelope) {
    let frames = envelope.levels
    guard !frames.isEmpty, let coarsest = Self.strides.last else { return nil }
    let stride = Self.strides.first { frames.count <= $0 * Self.mostLevels } ?? coarsest
    perSecond = Self.framesPerSecond / Double(stride)
    levels = Swift.stride(from: 0, to: frames.count, by: stride).map { first in
      frames[first..<min(first + stride, frames.count)].max() ?? 0
    }
  }
}

extension LoudnessOutline: Codable {
  private enum CodingKeys: String, CodingKey {
    case levels
    case perSecond = "per_second"
  }

  /// Reads what `encode(to:)` writes.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    perSecond = try fields.decode(Double.self, forKey: .perSecond)
    levels = try fields.decode(Envelope.self, forKey: .levels).levels
  }

  /// Writes the values as base64, as an envelope's are.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(perSecond, forKey: .perSecond)
    try fields.encode(Envelope(levels: levels), forKey: .levels)
  }
}

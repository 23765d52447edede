/// How two chunks meet. The kind decides how far they overlap and what stitching may assume.
public enum Seam: String, Sendable, Hashable, Codable {
  /// In a pause: both chunks contain only silence there, so no word is in both.
  case pause
  /// At a dip in the loudness: a word may be cut, so both chunks contain it.
  case valley
  /// Through speech, because no better place was within the limits.
  case forced
}

/// One upload.
public struct Chunk: Sendable, Hashable, Codable {
  /// Place in the recording's order, from 0.
  public var index: Int
  /// What is sent.
  public var audio: TimelineRange
  /// What it answers for. Owned ranges tile the timeline.
  public var owned: TimelineRange
  /// How it meets the chunk before; `nil` for the first.
  public var seam: Seam?

  /// A chunk with every part given.
  public init(index: Int, audio: TimelineRange, owned: TimelineRange, seam: Seam?) {
    self.index = index
    self.audio = audio
    self.owned = owned
    self.seam = seam
  }
}

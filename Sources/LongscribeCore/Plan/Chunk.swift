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
  /// What it answers for. Those of the plan's chunks tile the timeline; that of a repair is the stretch that it is to fill.
  public var owned: TimelineRange
  /// How it meets the chunk before; `nil` for the first.
  public var seam: Seam?
  /// The chunk whose text left open what this one asks for again; `nil` for the chunks of the plan.
  public var repairs: Int?

  /// A chunk with every part given.
  public init(
    index: Int, audio: TimelineRange, owned: TimelineRange, seam: Seam?, repairs: Int? = nil
  ) {
    self.index = index
    self.audio = audio
    self.owned = owned
    self.seam = seam
    self.repairs = repairs
  }
}

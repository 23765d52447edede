/// Which samples of a decoded track belong to what was asked for. Counts in, counts out.
///
/// It leaves out what lies before the start or after the end that was asked for, and the padding that encoders leave at the end
/// of a track. FFmpeg 5.1 to 7.1 do not take the padding off MP4's AAC (9.0 does), although the container tells the true length. It is left
/// out only if it is as short as padding can be: what goes on for longer is sound, and the container wrong.
struct PresentationWindow: Sendable {
  /// Takes samples that are wanted, interleaved.
  typealias Pass = (UnsafeBufferPointer<Int16>) throws(MediaError) -> Void

  private let channels: Int
  private let start: Int64
  private let end: Int64?
  /// Where the container says that the track ends, and how long padding can be.
  private var padding: (from: Int64, most: Int64)?
  /// Samples of each channel taken so far.
  private var taken: Int64 = 0
  /// Samples that may turn out to be padding.
  private var held: [Int16] = []

  /// - Parameters:
  ///   - channels: Interleaved channels.
  ///   - start: First sample that is wanted.
  ///   - end: One past the last; `nil` for all.
  init(channels: Int, start: Int64, end: Int64?) {
    self.channels = channels
    self.start = start
    self.end = end
  }

  /// Tells where padding may begin, and how long it can be, in samples.
  mutating func expectPadding(from position: Int64, most: Int64) {
    if position > taken { padding = (position, most) }
  }

  /// Whether all that was asked for has been taken.
  var isOver: Bool { end.map { taken >= $0 } ?? false }

  /// Where the output ends if nothing more comes.
  var length: Int64 { min(taken - Int64(held.count / channels), end ?? .max) }

  /// Takes samples and passes on those that are wanted.
  mutating func take(_ block: UnsafeBufferPointer<Int16>, pass: Pass) throws(MediaError) {
    let before = taken
    taken += Int64(block.count / channels)
    guard let padding, taken > padding.from else {
      return try passOn(block, from: before, pass)
    }
    let sure = Int(max(0, padding.from - before)) * channels
    try passOn(UnsafeBufferPointer(rebasing: block[..<sure]), from: before, pass)
    held += block[sure...]
    if Int64(held.count / channels) > padding.most { try expectNoPadding(pass: pass) }
  }

  /// What the container tells about the length is not true.
  mutating func expectNoPadding(pass: Pass) throws(MediaError) {
    padding = nil
    let released = held
    held = []
    let from = taken - Int64(released.count / channels)
    try released.withUnsafeBufferPointer { buffer throws(MediaError) in
      try passOn(buffer, from: from, pass)
    }
  }

  private func passOn(
    _ block: UnsafeBufferPointer<Int16>, from position: Int64, _ pass: Pass
  ) throws(MediaError) {
    let count = Int64(block.count / channels)
    let first = min(count, max(0, start - position))
    let last = max(first, min(count, (end ?? .max) - position))
    guard first < last else { return }
    try pass(UnsafeBufferPointer(rebasing: block[Int(first) * channels..<Int(last) * channels]))
  }
}

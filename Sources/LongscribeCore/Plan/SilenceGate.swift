/// Decides which chunks are not sent because nobody speaks in them. A pure state machine.
///
/// # Note: What counts as silence
///
/// A chunk that is not sent cannot be heard by anybody, so every doubt sends it. Two kinds of chunks are held to be silent.
///
/// In one that never rises above `nearSilence` there is nothing to hear in 16 bits, whatever the rest of the recording is like; that is
/// known at once.
///
/// In one that is *even* nothing happens: no tenth of a second is `evenness` above the quiet parts of the same chunk. Speech never is
/// even, however quiet it is and whatever hum it lies in, as long as a listener could follow it: its syllables rise and fall by
/// three times as much. Evenness alone is no proof, since a steady tone or music may be even as well; so the chunk has to be far below
/// the speech of this recording too. How loud that is is known when the recording has been heard to its end, so an even chunk is
/// held back until then. A recording that is even as a whole has no speech to be held against and is sent.
///
/// Both are judged over all that would be sent, overlaps included, so a neighbour's word keeps a chunk from being silent. Evenness
/// looks at the chunk alone, so what is held back does not depend on when it is looked at.
package struct SilenceGate: Sendable {
  /// What is to be done with a chunk.
  package enum Verdict: Sendable, Hashable {
    /// Somebody may speak in it.
    case spoken
    /// Nobody does.
    case silent
    /// It waits for the end of the recording.
    case held
  }

  /// Levels up to here (-80 dBFS, 3 steps of 16 bits) are nothing to hear: speech recorded as quietly as anybody records (-60 dBFS) is
  /// above it in every syllable.
  static let nearSilence = 40 * Envelope.stepsPerDecibel
  /// Frames that are averaged (0.1 s): shorter than any word, longer than the click of a key.
  static let window = 10
  /// How far a chunk's loudest window may be above its quiet frames (6 dB). Room noise stays within 3 dB, and speech that is
  /// as loud as the noise around it rises above this in its stressed syllables.
  static let evenness = 6 * Envelope.stepsPerDecibel
  /// Share of a chunk's frames that are its quiet ones, in percent: with more than that without a pause nobody speaks.
  static let quiet = 10
  /// How far the loudest window has to be below the recording's speech (25 dB, which is also what the planner takes for pauses).
  static let depth = 25 * Envelope.stepsPerDecibel

  private let sendsSilence: Bool
  /// The recording's levels, once it has been heard to its end.
  private var thresholds: SpeechLevel.Thresholds?
  /// Even chunks that wait for the end.
  private var held: [Chunk] = []

  /// A gate.
  ///
  /// - Parameter sendsSilence: Whether all chunks pass.
  package init(sendsSilence: Bool = false) {
    self.sendsSilence = sendsSilence
  }

  /// Judges a chunk.
  ///
  /// - Parameters:
  ///   - chunk: The chunk.
  ///   - envelope: The recording's loudness, at least as far as the chunk reaches.
  package mutating func judge(_ chunk: Chunk, envelope: Envelope) -> Verdict {
    guard !sendsSilence else { return .spoken }
    let level = Evenness(envelope.levels[chunk.audio.frames(upTo: envelope.levels.count)])
    if level.loudestFrame <= Self.nearSilence { return .silent }
    guard level.isEven else { return .spoken }
    guard let thresholds else {
      held.append(chunk)
      return .held
    }
    return level.loudest <= thresholds.speech - Self.depth ? .silent : .spoken
  }

  /// The recording has been heard to its end.
  ///
  /// - Returns: The chunks that were held back, in the order in which they came, and whether they are silent.
  package mutating func finish(envelope: Envelope) -> [(chunk: Chunk, isSilent: Bool)] {
    thresholds = SpeechLevel(envelope.levels).thresholds
    defer { held = [] }
    return held.map { ($0, judge($0, envelope: envelope) == .silent) }
  }

  /// Forgets chunks that were planned again.
  package mutating func withdraw(_ chunks: [Int]) {
    held.removeAll { chunks.contains($0.index) }
  }

  /// How even a stretch is.
  private struct Evenness {
    /// The loudest frame.
    let loudestFrame: Int
    /// The loudest window.
    let loudest: Int
    /// The level that a share of the frames does not exceed.
    let quiet: Int

    /// Whether nothing rises above the rest.
    var isEven: Bool { loudest - quiet <= SilenceGate.evenness }

    init(_ levels: ArraySlice<UInt8>) {
      var histogram = [Int](repeating: 0, count: 256)
      var loudest = 0
      var sum = 0
      for index in levels.indices {
        histogram[Int(levels[index])] += 1
        sum += Int(levels[index])
        let first = index - SilenceGate.window
        if first >= levels.startIndex { sum -= Int(levels[first]) }
        if first + 1 >= levels.startIndex {
          // Rounded up: what is between two steps is the louder one.
          loudest = max(loudest, (sum + SilenceGate.window - 1) / SilenceGate.window)
        }
      }
      loudestFrame = histogram.lastIndex { $0 > 0 } ?? 0
      // A stretch without a whole window is as loud as its loudest frame.
      self.loudest = levels.count < SilenceGate.window ? loudestFrame : loudest
      // Muted frames count: beside them all else is something that happens.
      var seen = 0
      quiet =
        histogram.firstIndex { count in
          seen += count
          return count > 0 && seen * 100 >= levels.count * SilenceGate.quiet
        } ?? 0
    }
  }
}

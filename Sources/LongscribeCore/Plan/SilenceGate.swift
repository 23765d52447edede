/// Decides which chunks are not sent because nobody speaks in them. A pure state machine.
///
/// # Note: What counts as silence
///
/// A chunk that is not sent cannot be heard by anybody, so every doubt sends it. Two kinds of chunks are held to be silent.
///
/// In one that never rises above `nearSilence` there is nothing to hear in 16 bits, whatever the rest of the recording is like; that is
/// known at once.
///
/// In one that is *even* nothing happens: no fifth of a second is `evenness` above the quiet parts of the same chunk. Evenness alone is no
/// proof, since a steady tone or music may be even as well; so the chunk has to be far below the speech of this recording too. How
/// loud that is is known when the recording has been heard to its end, so an even chunk is held back until then. A
/// recording that is even as a whole has no speech to be held against and is sent.
///
/// How far the loudest fifth of a second lies above the tenth percentile, in chunks of 10 to 60 s, measured with FFmpeg's noises and the
/// spoken fixture mixed with pink noise of the same effective value, and of half its energy:
///
/// | white noise | brown noise | pink noise | speech as loud as the noise | speech 3 dB louder | speech alone |
/// | ----------- | ----------- | ---------- | --------------------------- | ------------------ | ------------ |
/// | 0.2–0.4 dB  | 2.1–3.5 dB  | 2.3–5.7 dB | 4.6–6.7 dB                  | 6.6–8.9 dB         | over 20 dB   |
///
/// A hum of the mains hides speech in the loudness that it does not hide from the ear: with speech 5 dB below a hum that lies 30 dB below the
/// lecture, a fifth of a second rises by some 4 dB, and a recogniser still reads nearly all of it. So only 1 dB counts as even. That
/// is white noise, hum and digital noise; most rooms are sent, for nothing but their cost.
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
  /// Frames that are averaged (0.2 s): as long as a short word, longer than the click of a key.
  static let window = 20
  /// How far a chunk's loudest window may be above its quiet ones (1 dB).
  static let evenness = Envelope.stepsPerDecibel
  /// Share of a chunk's windows that are its quiet ones, in percent.
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
    /// The level that a share of the windows does not exceed.
    let quiet: Int

    /// Whether nothing rises above the rest.
    var isEven: Bool { loudest - quiet <= SilenceGate.evenness }

    init(_ levels: ArraySlice<UInt8>) {
      loudestFrame = Int(levels.max() ?? 0)
      // A stretch shorter than a window is one that is shorter.
      let window = max(1, min(SilenceGate.window, levels.count))
      var windows = [Int](repeating: 0, count: 256)
      var sum = 0
      for index in levels.indices {
        sum += Int(levels[index])
        let last = index - window
        if last >= levels.startIndex { sum -= Int(levels[last]) }
        // Rounded up: what is between two steps is the louder one.
        if last + 1 >= levels.startIndex { windows[(sum + window - 1) / window] += 1 }
      }
      loudest = windows.lastIndex { $0 > 0 } ?? 0
      // Muted windows count: beside them all else is something that happens.
      let count = windows.reduce(0, +)
      var seen = 0
      quiet =
        windows.firstIndex { number in
          seen += number
          return number > 0 && seen * 100 >= count * SilenceGate.quiet
        } ?? 0
    }
  }
}

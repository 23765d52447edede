/// What the envelope says about whether somebody speaks in some stretch of a chunk.
///
/// It answers with more caution than the planner needs: taking a breath for speech only keeps a text that could go, but taking a
/// faint voice for silence would lose what was said. So what stands out from the quietest of the recording and of the chunk counts,
/// and in a recording without clear contrast everything does. Only what was heard up to the chunk's end is looked
/// at, so that the answer does not depend on how far ahead the recording has been heard.
struct SpeechEvidence: Sendable {
  private let levels: [UInt8]
  /// Frames up to this level hold no speech.
  private let silence: Int

  /// Speech this far above the background (20 dB) shows what silence is here; with less, hissing and speaking may be the same.
  private static let clearContrast = 20 * Envelope.stepsPerDecibel
  /// How far a room's sound rises above its quietest (10 dB) without anybody speaking.
  private static let roomSwing = 10 * Envelope.stepsPerDecibel
  /// Frames that are looked at to know the recording's levels (ten minutes, spread over what has been heard).
  private static let mostFrames = 60_000

  init(in chunk: TimelineRange, of envelope: Envelope) {
    levels = envelope.levels
    let own = chunk.frames(upTo: levels.count)
    let heard = levels[..<own.upperBound]
    let step = max(1, heard.count / Self.mostFrames)
    let recording = SpeechLevel(stride(from: 0, to: heard.count, by: step).map { heard[$0] })
      .thresholds
    let here = SpeechLevel(levels[own]).thresholds
    let reference = [recording, here].first { $0.speech - $0.floor >= Self.clearContrast }
    let quietest = reference.map { min($0.pause, min($0.floor, here.floor) + Self.roomSwing) }
    silence = max(quietest ?? 0, Int(SpeechLevel.digitalSilence))
  }

  /// Shortest time that somebody could need for a letter: 40 in a second are beyond any speaker (ten words a second).
  private static let letter = Timeline.sampleRate / 40
  /// The same for a character of a script without spaces, which stands for a syllable: 16 in a second.
  private static let syllable = Timeline.sampleRate / 16

  /// Shortest time that the fastest speaker needs for some texts, in samples.
  static func leastTime(for texts: some Sequence<String>) -> Int64 {
    var time: Int64 = 0
    for text in texts {
      // Unicode's tables are slow, and most text is plain.
      if text.utf8.allSatisfy({ $0 < 0x80 }) {
        time += letter * Int64(text.utf8.count { Script.isWordPart(ascii: $0) })
        continue
      }
      for character in text where Script.isWordPart(character) {
        time += Script.isDense(character) ? syllable : letter
      }
    }
    return time
  }

  /// Where the last sound of a stretch ends that may be speech, in samples; `nil` if there is none.
  func lastSpeech(in range: TimelineRange) -> Int64? {
    let frames = range.frames(upTo: levels.count)
    return frames.last { Int(levels[$0]) > silence }
      .map { min(range.end, Int64($0 + 1) * Timeline.frameLength) }
  }

  /// Time in a stretch that may be speech, in samples.
  func speech(in range: TimelineRange) -> Int64 {
    let frames = range.frames(upTo: levels.count)
    let known = levels[frames].count { Int($0) > silence }
    // What has not been heard may be anything.
    let unknown = max(0, range.end - Int64(levels.count) * Timeline.frameLength)
    return Int64(known) * Timeline.frameLength + unknown
  }
}

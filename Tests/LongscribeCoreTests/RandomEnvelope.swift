import LongscribeCore
import TestSupport

/// Envelopes of recordings that could be: speech and pauses at random levels, silence, constant noise.
struct RandomEnvelope {
  let envelope: Envelope
  let length: Int64

  init(seconds: Double, using random: inout SeededGenerator) {
    length = Int64(seconds * 16_000) + Int64.random(in: 0..<160, using: &random)
    let frames = Int((length + 159) / 160)
    let floor = Int.random(in: 0...120, using: &random)
    let speech = min(240, floor + Int.random(in: 0...100, using: &random))
    let longestPause = Int.random(in: 1...120, using: &random)
    let longestSpeech = Int.random(in: 20...9000, using: &random)
    var levels: [UInt8] = []
    while levels.count < frames {
      for _ in 0..<Int.random(in: 1...longestSpeech, using: &random) {
        levels.append(UInt8(clamping: speech + Int.random(in: -15...15, using: &random)))
      }
      for _ in 0..<Int.random(in: 1...longestPause, using: &random) {
        levels.append(UInt8(clamping: floor + Int.random(in: -4...4, using: &random)))
      }
    }
    envelope = Envelope(levels: Array(levels.prefix(frames)))
  }
}

extension PlanRules {
  /// Rules that some service could have.
  static func random(using random: inout SeededGenerator) -> PlanRules {
    let longest = Int64.random(in: 200...12_000, using: &random) * 160
    let valley = Int64.random(in: 0...longest / 4, using: &random)
    return PlanRules(
      longest: longest, shortest: min(longest, Int64.random(in: 0...6, using: &random) * 16_000),
      valleyOverlap: valley,
      forcedOverlap: max(valley, Int64.random(in: 0...longest / 4, using: &random)))
  }
}

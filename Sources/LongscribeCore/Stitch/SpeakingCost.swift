private import Foundation

/// What it costs, as a negative logarithm of how likely it is, that some words are said in a stretch of speech.
///
/// How long words take is known to about 7 % of a speaker's pace and 15 % more for what changes from sentence to sentence, and
/// single words differ by a third or more from what is expected of them. What lies far outside has other causes: words that are missing from the text,
/// a noise next to speech. It costs more, but hardly more the longer it is.
struct SpeakingCost {
  /// Steps in a second, in which times are counted here: 20 ms each.
  static let stepsPerSecond = 50

  /// The costs of words that take no, one, two … steps.
  let ofWords: [Float]
  /// The cost of nobody speaking, though there is sound.
  let ofSilence: Float

  /// Variance in seconds squared: of the stretch's ends, for each second (one word's share), for each second squared (the pace).
  private static let endVariance = 0.003
  private static let wordVariance = 0.05
  private static let paceVariance = 0.0225
  /// What does not fit at all, and how much it costs to be longer by a power of e.
  private static let misfit = 5.0
  private static let misfitGrowth = 2.0
  /// Sound without words.
  private static let silence = 3.5
  private static let silenceGrowth = 1.0
  /// How much a loudness without syllables speaks against words, and for their absence.
  private static let evenness = 4.0
  /// Words are not expected to be said more than this much faster than usual: a share, and seconds.
  private static let fastest = (share: 1.8, rest: 0.6)

  init(of stretch: SpokenStretches.Stretch) {
    let seconds = stretch.seconds
    let length = Int(seconds * Double(Self.stepsPerSecond))
    let most = Int(
      (seconds * Self.fastest.share + Self.fastest.rest) * Double(Self.stepsPerSecond))
    let even = Float(Self.evenness * stretch.evenness)
    let tables = Tables.shared
    let last = Tables.count - 1
    let known = min(length, last)
    ofWords = (0...most).map { steps in
      let off = abs(length - steps)
      let usual = Float(off * off) * tables.weights[known] + tables.widths[known]
      return min(usual, tables.misfits[min(off, last)]) + even
    }
    ofSilence = Float(Self.silence + Self.silenceGrowth * log(1 + seconds)) - even
  }

  /// What depends on whole steps only, up to half a minute; longer stretches are judged like those.
  private struct Tables {
    static let shared = Tables()
    static let count = 30 * stepsPerSecond
    /// By expected steps: half of one over the variance, in steps.
    var weights: [Float] = []
    /// By expected steps: half the logarithm of the variance.
    var widths: [Float] = []
    /// By how many steps it is off: the cost of what does not fit.
    var misfits: [Float] = []

    init() {
      let perStep = 1 / Double(stepsPerSecond)
      for steps in 0..<Self.count {
        let time = Double(steps) * perStep
        let variance = endVariance + wordVariance * time + paceVariance * time * time
        weights.append(Float(perStep * perStep / (2 * variance)))
        widths.append(Float(log(variance) / 2))
        misfits.append(Float(misfit + misfitGrowth * log(1 + time)))
      }
    }
  }
}

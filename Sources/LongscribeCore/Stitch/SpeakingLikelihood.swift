private import Foundation

/// How likely it is that some words are said in a stretch of speech.
///
/// Single words differ by a third or more from how long they are expected to take, and what is left of a speaker's pace when that of the
/// sentence is known is off by a tenth. What lies far outside has other causes: words that are missing from the text,
/// a noise next to speech. It is less likely, but hardly less the longer it is.
struct SpeakingLikelihood {
  /// Steps in a second, in which times are counted here: 20 ms each.
  static let stepsPerSecond = 50

  /// The likelihoods of words that take no, one, two … steps.
  let ofWords: [Float]
  /// The same for words of one sentence by how long they take at the usual pace, at each of the paces it may have.
  let atPaces: [SIMD4<Float>]
  /// The likelihood of nobody speaking, though there is sound.
  let ofSilence: Float

  /// Variance in seconds squared: of the stretch's ends, for each second (one word's share), for each second squared (the pace).
  private static let endVariance = 0.004
  private static let wordVariance = 0.05
  private static let paceVariance = 0.012
  /// What does not fit at all: e⁻³, and less with the square of how many seconds it is off.
  private static let misfit = 0.05
  /// Sound without words: e⁻⁴, and less the longer it is.
  private static let silence = 0.018
  /// How much a loudness without syllables speaks against words, and for their absence, as a logarithm.
  private static let evenness = 4.0
  /// Words are not expected to be said more than this much faster than usual: a share, and seconds.
  private static let fastest = (share: 1.8, rest: 0.6)

  init(of stretch: SpokenStretches.Stretch) {
    let seconds = stretch.seconds
    let length = Int(seconds * Double(Self.stepsPerSecond))
    let usualMost = Int(
      (seconds * Self.fastest.share + Self.fastest.rest) * Double(Self.stepsPerSecond))
    let most = Int(Double(usualMost) * SentencePaces.slowest) + 2
    let speech = stretch.evenness > 0 ? Float(exp(-Self.evenness * stretch.evenness)) : 1
    let tables = Tables.shared
    let last = Tables.count - 1
    let bell = tables.bells[min(length, last)]
    let ofWords = [Float](unsafeUninitializedCapacity: most + 1) { likelihoods, count in
      // A normal distribution's values follow from each other: their ratios have a constant ratio.
      var usual = bell.top
      var ratio = bell.ratio
      for off in 0...max(length, most - length) {
        let misfit = tables.misfits[min(off, last)]
        let likelihood = max(usual, misfit) * speech
        if off <= length { likelihoods[length - off] = likelihood }
        if length + off <= most { likelihoods[length + off] = likelihood }
        // Numbers next to nought are slow.
        usual = usual < misfit ? 0 : usual * ratio
        ratio *= bell.growth
      }
      count = most + 1
    }
    self.ofWords = ofWords
    atPaces = (0...usualMost).map { steps in
      let paced = SentencePaces.steps(of: Int32(steps))
      return SIMD4(
        ofWords[Int(paced.x)], ofWords[Int(paced.y)], ofWords[Int(paced.z)], ofWords[Int(paced.w)])
    }
    ofSilence = Float(Self.silence / (1 + seconds)) / speech
  }

  /// What depends on whole steps only, up to half a minute; longer stretches are judged like those.
  private struct Tables {
    static let shared = Tables()
    static let count = 30 * stepsPerSecond
    /// By expected steps: a normal distribution's largest value, how much less the next is, and how that ratio itself changes.
    var bells: [(top: Float, ratio: Float, growth: Float)] = []
    /// By how many steps it is off: the likelihood of what does not fit.
    var misfits: [Float] = []

    init() {
      let perStep = 1 / Double(stepsPerSecond)
      for steps in 0..<Self.count {
        let time = Double(steps) * perStep
        let variance = endVariance + wordVariance * time + paceVariance * time * time
        let weight = perStep * perStep / (2 * variance)
        bells.append(
          (Float(1 / variance.squareRoot()), Float(exp(-weight)), Float(exp(-2 * weight))))
        misfits.append(Float(misfit / ((1 + time) * (1 + time))))
      }
    }
  }
}

private import Foundation

/// Whether two texts that were aligned say the same.
struct SeamEvidence {
  /// Words found in both.
  private(set) var anchors = 0
  /// Whether that proves that both chunks heard the same.
  private(set) var isProof = false
  /// The places in the alignment at which the texts may be cut.
  private(set) var cuts: [Int] = []
  /// How sure it is, from 0 to 1.
  private(set) var confidence = 0.0

  /// How many words in a row, and of how many letters, prove that both chunks heard the same: with times a few, without them more, since common
  /// words are found everywhere within several seconds.
  private static let proof: [TimeQuality: (run: Int, letters: Int)] = [
    .words: (1, 4), .segments: (2, 6), .estimated: (3, 8),
  ]
  /// Letters that make one agreeing word enough where it leaves nothing else to be explained.
  private static let lettersOfOne = 4

  init(
    _ alignment: OverlapAlignment, _ left: [MatchUnit], _ right: [MatchUnit],
    left leftText: ChunkText, right rightText: ChunkText
  ) {
    let steps = alignment.steps
    let places = steps.indices.filter { steps[$0].isAnchor }
    anchors = places.count
    guard let first = places.first, let last = places.last else { return }
    let qualities = [leftText.quality, rightText.quality]
    let quality = [TimeQuality.estimated, .segments].first(where: qualities.contains) ?? .words
    func unit(_ place: Int) -> MatchUnit? { steps[place].left.map { left[$0] } }
    // A word said several times in a row proves less each time, and where times are estimated nothing.
    func isCertain(_ place: Int) -> Bool {
      guard quality == .estimated, let a = steps[place].left, let b = steps[place].right else {
        return true
      }
      return left[a].repeatSpacing == nil && right[b].repeatSpacing == nil
    }
    let run = Array(alignment.longestRun).filter(isCertain)
    let letters = run.reduce(0) { $0 + (unit($1)?.weight ?? 0) }
    // Anchors that leave at most one garbled word at each edge explain the whole overlap.
    let explainsAll =
      (steps[last].left ?? 0) >= left.count - 2 && (steps[first].right ?? 2) <= 1
      && places.allSatisfy(isCertain)
    let needed = Self.proof[quality] ?? (3, 8)
    isProof =
      run.count >= needed.run && letters >= needed.letters
      || explainsAll && (places.count >= 2 || letters >= Self.lettersOfOne)
    let certain = places.filter(isCertain)
    cuts = quality == .estimated ? run.isEmpty ? certain : run : certain
    let agreement = Double(places.count) / Double(max(1, last - first + 1))
    confidence = SeamConfidence.aligned(
      letters: places.reduce(0) { $0 + (unit($1)?.weight ?? 0) }, agreement: agreement)
  }
}

/// How sure a join is, from 0 to 1.
enum SeamConfidence {
  /// Letters in common that halve the doubt.
  private static let halving = 6.0

  /// The confidence of a join at words that both chunks have.
  ///
  /// - Parameters:
  ///   - letters: Letters of all words found in both.
  ///   - agreement: Their share of all that lies between the first and the last of them.
  static func aligned(letters: Int, agreement: Double) -> Double {
    let doubt = exp2(-Double(letters) / halving)
    return round((1 - doubt) * (0.5 + 0.5 * agreement))
  }

  /// The confidence of a join that no words prove.
  static func without(_ method: SeamReport.Method) -> Double {
    switch method {
    case .pause: 0.95
    case .aligned: 0
    case .times: 0.6
    case .unverified: 0.2
    case .gap: 1
    }
  }

  private static func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

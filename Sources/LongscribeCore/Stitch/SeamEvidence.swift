private import Foundation

/// Whether two texts that were aligned say the same.
struct SeamEvidence {
  /// Words found in both.
  private(set) var anchors = 0
  /// The places in the alignment at which the texts may be cut; none if nothing proves that both chunks heard the same.
  private(set) var cuts: [Int] = []
  /// How sure it is, from 0 to 1.
  private(set) var confidence = 0.0

  /// How many words in a row, and of how many letters, prove that both chunks heard the same, and how many that are scattered: with times a
  /// few, without them more, since common words are found everywhere within several seconds. Where there are fewer, rare ones may (`Coincidence`).
  private static func proof(_ quality: TimeQuality) -> (run: Int, words: Int, letters: Int) {
    switch quality {
    case .words: (1, 1, 4)
    case .segments: (2, 1, 6)
    case .estimated: (3, 2, 8)
    }
  }
  /// Time for a word that is spoken slowly (0.4 s).
  private static let slowWord = Timeline.sampleRate * 2 / 5
  /// Share of the words between the first and the last agreeing one that must agree where they are not in a row.
  private static let agreement = 0.5
  /// Letters that make one agreeing word enough where it leaves nothing else to be explained.
  private static let lettersOfOne = 4

  init(
    _ alignment: OverlapAlignment, _ left: [MatchUnit], _ right: [MatchUnit],
    left leftQuality: TimeQuality, right rightQuality: TimeQuality, speech: Int64
  ) {
    let steps = alignment.steps
    let places = steps.indices.filter { steps[$0].isAnchor }
    anchors = places.count
    guard let first = places.first, let last = places.last else { return }
    let quality =
      [TimeQuality.estimated, .segments].first { $0 == leftQuality || $0 == rightQuality } ?? .words
    func weight(_ places: [Int]) -> Int {
      places.reduce(0) { sum, place in sum + (steps[place].left.map { left[$0].weight } ?? 0) }
    }
    // How often a word was said in a row is certain where both heard it as often, and both heard what came before and after it; and where
    // there is one way only in which the end of the one text is the beginning of the other.
    let isOneWay = Self.borders(left, right) == [places.count]
    let certain = places.filter { place in
      guard quality == .estimated, !isOneWay, let a = steps[place].left,
        let b = steps[place].right
      else { return true }
      return left[a].repeatCount == right[b].repeatCount && !left[a].isOpenRepeat
        && !right[b].isOpenRepeat
    }
    let run = Array(alignment.longestRun).filter(certain.contains)
    // Anchors that leave at most one garbled word at each edge explain the whole overlap.
    let explainsAll =
      (steps[last].left ?? 0) >= left.count - 2 && (steps[first].right ?? 2) <= 1
      && certain.count == places.count
    let between = steps[first...last]
    let words = max(between.count { $0.left != nil }, between.count { $0.right != nil })
    let alike = between.reduce(0) { $0 + $1.likeness }
    let agreement = alike / Double(words)
    let (run:leastRun, words:leastWords, letters:leastLetters) = Self.proof(quality)
    // Of the words that the overlap has time for, a third: near the edges half are garbled, and a few everywhere.
    let expected = Int(speech / (3 * Self.slowWord))
    let isProof =
      run.count >= leastRun && weight(run) >= leastLetters
      || certain.count >= leastWords && alike >= Double(expected) && agreement >= Self.agreement
        && weight(certain) >= Self.lettersOfOne
      || explainsAll && (places.count >= 2 || weight(run) >= Self.lettersOfOne)
    cuts = isProof ? certain : Coincidence(steps, left, right).beyondChance(certain)
    guard !cuts.isEmpty else { return }
    confidence =
      isProof
      ? SeamConfidence.aligned(letters: weight(places), agreement: agreement)
      : SeamConfidence.without(.aligned)
  }

  /// Most words for which the end of one text is compared with the beginning of the other.
  private static let longestBorder = 40

  /// Of how many words the end of the left text is the beginning of the right one: no number, one, or several where words repeat.
  private static func borders(_ left: [MatchUnit], _ right: [MatchUnit]) -> [Int] {
    let most = min(left.count, right.count, longestBorder)
    guard most > 0 else { return [] }
    return (1...most).filter { count in
      zip(left.suffix(count), right.prefix(count)).allSatisfy { $0.key == $1.key }
    }
  }
}

/// How sure a join is, from 0 to 1: the share of such joins at which nothing was lost or doubled.
///
/// Source: measured over 18,000 seams of simulated recognisers that mishear one word in twelve, and half of the words at chunks' edges
/// (`benchmark stitch`). A service that hears better does better.
enum SeamConfidence {
  /// Letters in common that halve the doubt.
  private static let halving = 6.0
  /// What is sure at words that both have, however few, and what many words that agree throughout add to it.
  private static let aligned = (least: 0.57, most: 0.89)

  /// The confidence of a join at words that both chunks have.
  ///
  /// - Parameters:
  ///   - letters: Letters of all words found in both.
  ///   - agreement: Their share of all that lies between the first and the last of them.
  static func aligned(letters: Int, agreement: Double) -> Double {
    let share = (1 - exp2(-Double(letters) / halving)) * (0.5 + 0.5 * agreement)
    return ((aligned.least + (aligned.most - aligned.least) * share) * 100).rounded() / 100
  }

  /// The confidence of a join that no words prove.
  static func without(_ method: SeamReport.Method) -> Double {
    switch method {
    case .pause: 0.95
    case .aligned: aligned.least
    case .times: 0.67
    case .unverified: 0.05
    case .gap: 1
    }
  }
}

/// Tells where two texts agree that cannot do so by chance, although they agree in little.
///
/// # Note: Rare words prove more
///
/// Both chunks heard the same speech, so some of their words are the same; what is not known without times is whether two equal words are
/// one, or two that were said one after the other. A word that is said all the time is found near any place, a word that both chunks say once is
/// not. So each agreeing word counts by how rare it is around the seam, whatever the language. A run of them that does not lie
/// where times expect it speaks against it, and so do words of the overlap that only one of the texts has: where both have another word, these are
/// two.
struct Coincidence {
  private let steps: [OverlapAlignment.Step]
  private let left: [MatchUnit]
  private let right: [MatchUnit]
  /// Words of the overlap that only one text has; what is alike in part counts in part.
  private let unshared: Double

  /// How much such a word speaks against the rest.
  private static let costOfUnshared = 0.3
  /// From here on it is no chance. With less, fewer words would be doubled and more lost.
  ///
  /// Source: fitted to simulated overlaps of 2 s (`benchmark stitch --only en-2s`).
  private static let least = 1.4

  /// An alignment of units.
  init(_ steps: [OverlapAlignment.Step], _ left: [MatchUnit], _ right: [MatchUnit]) {
    self.steps = steps
    self.left = left
    self.right = right
    // The overlap begins with the right text and ends with the left one.
    let overlap = steps.drop { $0.right == nil }.reversed().drop { $0.left == nil }
    unshared = overlap.reduce(0) { sum, step in
      sum + (step.left == nil || step.right == nil ? 1 : 2 * (1 - step.likeness))
    }
  }

  /// Those of some places at which it is more than chance that both have the word.
  ///
  /// - Parameter places: Places in the alignment, in order, at which both have the same word.
  func beyondChance(_ places: [Int]) -> [Int] {
    var runs: [Range<Int>] = []
    for place in places {
      if let last = runs.last, last.upperBound == place {
        runs[runs.count - 1] = last.lowerBound..<place + 1
      } else {
        runs.append(place..<place + 1)
      }
    }
    return runs.filter { evidence($0) >= Self.least }.flatMap(\.self)
  }

  /// How much some pairs that follow each other prove, as a logarithm of odds.
  private func evidence(_ run: Range<Int>) -> Double {
    let pairs = steps[run].compactMap { step -> (MatchUnit, MatchUnit)? in
      guard let a = step.left, let b = step.right else { return nil }
      return (left[a], right[b])
    }
    guard let (a, b) = pairs.first else { return 0 }
    let rarity = pairs.reduce(0) { $0 + $1.0.rarity(with: $1.1) }
    // Neighbours' times are wrong together.
    let late = pairs.reduce(0) { $0 + Double($1.0.middle - $1.1.middle) } / Double(pairs.count)
    let variance = max(1, a.deviation * a.deviation + b.deviation * b.deviation)
    return rarity - late * late / variance / 2 - Self.costOfUnshared * unshared
  }
}

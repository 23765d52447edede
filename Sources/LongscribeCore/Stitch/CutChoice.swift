/// Chooses the word at which two texts that say the same are cut: up to it the left one counts, from there on the right one.
///
/// # Note: The cut that costs least
///
/// Where the texts differ, one of them is wrong. Which one is a matter of odds: recognisers garble what is near the edge of their chunk, leave
/// a word out more often than they invent one, and hear only a piece of a word that is cut off. Each word that both have is a place to cut;
/// it costs what is then expected to be wrong, left of it by the left text's doing, right of it by the right text's. The
/// cheapest counts, and of equal ones the one nearest the middle of the overlap.
struct CutChoice {
  private let left: [MatchUnit]
  private let right: [MatchUnit]

  /// How likely a word is wrong, left out and invented: by its distance from the edge, in samples.
  ///
  /// Source: half of the words within half a second of an edge were damaged in recordings cut at a fixed grid, and one in twelve elsewhere,
  /// with two left out for one that was invented; one chunk in twenty ended in invented words.
  private static let garbledReach = Timeline.sampleRate / 2
  private static let wrong = (far: 0.05, near: 0.4)
  private static let leftOut = (far: 0.02, near: 0.25)
  private static let invented = (far: 0.01, near: 0.15)
  /// Odds that of a word and a piece of it the piece is wrong.
  private static let pieceIsWrong = 0.9

  init(_ left: [MatchUnit], _ right: [MatchUnit]) {
    self.left = left
    self.right = right
  }

  /// The cheapest of some anchors, as a place in the steps.
  ///
  /// - Parameters:
  ///   - candidates: Places in the steps that hold anchors.
  ///   - middle: The middle of the overlap, in samples.
  func best(
    _ steps: [OverlapAlignment.Step], among candidates: some Sequence<Int>, middle: Int64
  ) -> Int? {
    var costs: [Double] = [0]
    for step in steps { costs.append((costs.last ?? 0) + (step.isAnchor ? 0 : odds(step))) }
    // Taking the right text from a place on costs one minus the odds for each difference after it.
    var counts: [Double] = [0]
    for step in steps { counts.append((counts.last ?? 0) + (step.isAnchor ? 0 : 1)) }
    let total = (cost: costs.last ?? 0, count: counts.last ?? 0)
    func rank(_ place: Int) -> (Double, Int64) {
      let after = (total.count - counts[place]) - (total.cost - costs[place])
      let unit = steps[place].left.map { left[$0].middle } ?? middle
      // Differences of less than a thousandth of a word come from rounding.
      return (((costs[place] + after) * 1000).rounded(), abs(unit - middle))
    }
    return candidates.min { rank($0) < rank($1) }
  }

  /// How likely the left text is wrong where the two differ.
  private func odds(_ step: OverlapAlignment.Step) -> Double {
    switch (step.left.map { left[$0] }, step.right.map { right[$0] }) {
    case (let a?, let b?):
      if a.key.count != b.key.count {
        if b.key.hasPrefix(a.key) || b.key.hasSuffix(a.key) { return Self.pieceIsWrong }
        if a.key.hasPrefix(b.key) || a.key.hasSuffix(b.key) { return 1 - Self.pieceIsWrong }
      }
      return Self.share(Self.at(a, Self.wrong), Self.at(b, Self.wrong))
    case (let a?, nil):
      return Self.share(Self.at(a, Self.invented), Self.at(rightDistance(a.middle), Self.leftOut))
    case (nil, let b?):
      return Self.share(Self.at(leftDistance(b.middle), Self.leftOut), Self.at(b, Self.invented))
    case (nil, nil): return 0
    }
  }

  private func rightDistance(_ position: Int64) -> Int64 {
    guard let first = right.first else { return 0 }
    return max(0, first.edgeDistance + position - first.middle)
  }

  private func leftDistance(_ position: Int64) -> Int64 {
    guard let last = left.last else { return 0 }
    return max(0, last.edgeDistance + last.middle - position)
  }

  private static func share(_ a: Double, _ b: Double) -> Double { a / (a + b) }

  private static func at(_ unit: MatchUnit, _ rate: (far: Double, near: Double)) -> Double {
    at(unit.edgeDistance, rate)
  }

  /// A rate at a distance from the edge: it falls over the reach, as times are not exact.
  private static func at(_ distance: Int64, _ rate: (far: Double, near: Double)) -> Double {
    let share = min(1, max(0, Double(distance) / Double(garbledReach) - 0.5))
    return rate.near + (rate.far - rate.near) * share
  }
}

private import Foundation

/// Chooses the word at which two texts that say the same are cut: up to it the left one counts, from there on the right one.
///
/// # Note: The cut that costs least
///
/// Where the texts differ, one of them is wrong. Which one is a matter of odds: recognisers garble what is near the edge of their chunk, leave
/// a word out more often than they invent one, and hear only a piece of a word that is cut off. Each word that both have is a place to cut;
/// it costs what is then expected to be wrong, left of it by the left text's doing, right of it by the right text's. The
/// cheapest counts, and of equal ones the one nearest the middle of the overlap.
///
/// A word that only one of them has, between two that both have, is judged by itself: where words have times, both tell how long it took from the
/// word before it to the word after it. If there was time for one more, somebody said it. Such a word is borrowed by
/// the other text, since nothing shows that the other has it in another form.
struct CutChoice {
  private let left: [MatchUnit]
  private let right: [MatchUnit]
  /// How long it takes from word to word here, in samples; `nil` where words have no times of their own.
  private let wordLength: Double?

  /// How likely a word is wrong, left out and invented: by its distance from the edge, in samples.
  ///
  /// Source: half of the words within half a second of an edge were damaged in recordings cut at a fixed grid, and one in twelve elsewhere,
  /// with two left out for one that was invented; one chunk in twenty ended in invented words.
  static let garbledReach = Timeline.sampleRate / 2
  private static let wrong = (far: 0.05, near: 0.4)
  private static let leftOut = (far: 0.02, near: 0.17)
  private static let invented = (far: 0.01, near: 0.04)
  /// Odds that of a word and a piece of it the piece is wrong.
  private static let pieceIsWrong = 0.9

  /// Words that a cut at a single agreeing word may cost, where words have no times: it may agree by chance.
  private static let loneAnchor = 0.4
  /// Standard deviation (0.15 s) of the mean of two times between words.
  private static let roomDeviation = 0.15 * Double(Timeline.sampleRate)

  /// - Parameter isTimed: Whether all words have times of their own.
  init(_ left: [MatchUnit], _ right: [MatchUnit], isTimed: Bool) {
    self.left = left
    self.right = right
    let steps = [left, right].flatMap { units in
      zip(units, units.dropFirst()).map { Double($1.range.start - $0.range.start) }
    }.sorted()
    wordLength = isTimed && !steps.isEmpty ? max(1, steps[steps.count / 2]) : nil
  }

  /// The cheapest of some anchors, as a place in the steps.
  ///
  /// - Parameters:
  ///   - candidates: Places in the steps that hold anchors.
  ///   - middle: The middle of the overlap, in samples.
  func best(
    _ steps: [OverlapAlignment.Step], among candidates: some Sequence<Int>, middle: Int64
  ) -> Int? {
    // What is expected to be wrong in each text from the first step up to each place.
    var leftCosts = [0.0]
    var rightCosts = [0.0]
    for place in steps.indices {
      let odds = odds(at: place, of: steps)
      // A word on its own between two anchors can be borrowed.
      let isFree = isAlone(place, in: steps)
      let missing = (left: steps[place].left == nil, right: steps[place].right == nil)
      leftCosts.append(
        leftCosts[place] + (isFree && missing.left ? min(odds, 1 - odds) : odds))
      rightCosts.append(
        rightCosts[place]
          + (steps[place].isAnchor
            ? 0 : isFree && missing.right ? min(odds, 1 - odds) : 1 - odds))
    }
    let total = rightCosts.last ?? 0
    func rank(_ place: Int) -> (Double, Int64) {
      let unit = steps[place].left.map { left[$0].middle } ?? middle
      // Differences of less than a thousandth of a word come from rounding.
      let isLone = wordLength == nil && !isInRun(place, of: steps)
      let cost = leftCosts[place] + total - rightCosts[place] + (isLone ? Self.loneAnchor : 0)
      return ((cost * 1000).rounded(), abs(unit - middle))
    }
    return candidates.min { rank($0) < rank($1) }
  }

  /// Whether both have the word before or the word after an anchor, too.
  private func isInRun(_ place: Int, of steps: [OverlapAlignment.Step]) -> Bool {
    [place - 1, place + 1].contains { steps.indices.contains($0) && steps[$0].isAnchor }
  }

  /// The places of words that only one text has, which the other should borrow.
  func borrowed(_ steps: [OverlapAlignment.Step], cutAt cut: Int) -> [Int] {
    steps.indices.filter { place in
      guard isAlone(place, in: steps), !isEcho(place, of: steps) else { return false }
      let leftIsWrong = odds(at: place, of: steps) > 0.5
      return place < cut
        ? steps[place].left == nil && leftIsWrong : steps[place].right == nil && !leftIsWrong
    }
  }

  /// Whether only one text has a word here, and both have the words before and after it: then it is not another form of either.
  /// Without times for words it takes two on each side, since one may be the same by chance.
  private func isAlone(_ place: Int, in steps: [OverlapAlignment.Step]) -> Bool {
    guard steps[place].left == nil || steps[place].right == nil else { return false }
    let reach = wordLength == nil ? 2 : 1
    guard place >= reach, place + reach < steps.count else { return false }
    return (1...reach).allSatisfy { steps[place - $0].isAnchor && steps[place + $0].isAnchor }
  }

  /// Whether a word is its neighbour once more, or a piece of it: a word that was heard twice.
  private func isEcho(_ place: Int, of steps: [OverlapAlignment.Step]) -> Bool {
    let unit = steps[place].left.map { left[$0] } ?? steps[place].right.map { right[$0] }
    let neighbours = [place - 1, place + 1].compactMap { steps[$0].left.map { left[$0].key } }
    guard let unit else { return false }
    // Without times nobody knows how often a word was said in a row.
    if wordLength == nil, neighbours.contains(unit.key) { return true }
    let key = unit.key
    return neighbours.contains { $0 != key && ($0.hasPrefix(key) || $0.hasSuffix(key)) }
  }

  /// How likely the left text is wrong at a place.
  private func odds(at place: Int, of steps: [OverlapAlignment.Step]) -> Double {
    guard !steps[place].isAnchor else { return 0 }
    let odds = odds(steps[place])
    guard let wordLength, isAlone(place, in: steps),
      let before = pair(steps[place - 1]), let after = pair(steps[place + 1])
    else { return odds }
    // Ends of words are told less well than starts.
    let spans =
      after.0.range.start - before.0.range.start + after.1.range.start - before.1.range.start
    let room = Double(spans) / 2 - wordLength
    // One deviation more of room makes it so many times likelier that a word was said.
    let deviations = wordLength / Self.roomDeviation
    let wasSaid = exp((room / wordLength - 0.5) * deviations * deviations)
    let saysMore = steps[place].right == nil
    let ratio = odds / (1 - odds) * (saysMore ? 1 / wasSaid : wasSaid)
    return ratio / (1 + ratio)
  }

  private func pair(_ step: OverlapAlignment.Step) -> (MatchUnit, MatchUnit)? {
    guard let a = step.left, let b = step.right else { return nil }
    return (left[a], right[b])
  }

  /// How likely the left text is wrong where the two differ, by where that is.
  private func odds(_ step: OverlapAlignment.Step) -> Double {
    switch (step.left.map { left[$0] }, step.right.map { right[$0] }) {
    case (let a?, let b?):
      if a.key.count != b.key.count {
        // Words are cut off where their chunk ends; elsewhere the shorter of two may well be the right one.
        if a.edgeDistance < Self.garbledReach, b.key.hasPrefix(a.key) || b.key.hasSuffix(a.key) {
          return Self.pieceIsWrong
        }
        if b.edgeDistance < Self.garbledReach, a.key.hasPrefix(b.key) || a.key.hasSuffix(b.key) {
          return 1 - Self.pieceIsWrong
        }
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
    let share = min(1, max(0, Double(distance - garbledReach) / Double(garbledReach)))
    return rate.near + (rate.far - rate.near) * share
  }
}

/// Finds what two chunks both heard in the stretch that both contain.
///
/// # Note: Time-gated alignment
///
/// The end of the left text and the start of the right text are aligned as wholes: a pair scores by how alike two
/// words are, how rare the word is, and how well their times agree; leaving a word unpaired costs a little. Words whose
/// times differ by more than four standard deviations cannot be the same word, whatever they look like. The
/// left text may begin and the right text may end anywhere, for those parts lie outside the overlap.
///
/// Scores are logarithms of odds. A word that is said all the time is found near any place and so decides little between two ways to lay the
/// texts over each other; a word that each chunk says once decides nearly all.
///
/// A word that is said several times in a row looks the same each time, so only its time can tell which is which: a pair that is as far apart as
/// such a word from the next costs more than it scores. That holds only at the texts' ends: in between, the words around them tell.
struct OverlapAlignment {
  /// What the alignment says about one place: a pair, or a word that only one of the chunks has.
  struct Step: Sendable, Hashable {
    /// A unit of the left text; `nil` where only the right chunk has a word.
    var left: Int?
    /// A unit of the right text; `nil` where only the left chunk has a word.
    var right: Int?
    /// How alike they are, from 0 to 1.
    var likeness = 0.0

    /// Whether both are the same word.
    var isAnchor: Bool { likeness == 1 }
  }

  /// From the first unit that is in question to the last, in order.
  private(set) var steps: [Step] = []

  private static let gapCost = 0.8
  /// Less than leaving both unpaired: two words at the same time are one that was heard in two ways.
  private static let substitution = -0.6
  /// Standard deviations, squared, that cost as much as a score of 1. Times that are off are off together, so a pair alone proves less
  /// than the half of it.
  private static let timeScale = 5.0
  private static let gate = 4.0
  /// How far a pair may be apart where a word is said several times, of the time from one to the next, before it is worth nothing.
  private static let repeatReach = 0.6

  private enum Move: UInt8 { case stop, pair, left, right }

  /// Aligns the units of two texts.
  ///
  /// - Parameter isEstimated: Whether the times of either are estimates, which cannot tell repetitions apart.
  init(_ left: [MatchUnit], _ right: [MatchUnit], isEstimated: Bool) {
    guard !left.isEmpty, !right.isEmpty else { return }
    let width = right.count + 1
    let likeness = Likeness(left, right)
    var score = [Double](repeating: 0, count: (left.count + 1) * width)
    var moves = [Move](repeating: .stop, count: (left.count + 1) * width)
    for column in 1..<width {
      score[column] = -Self.gapCost * Double(column)
      moves[column] = .right
    }
    for row in 1...left.count {
      for column in 1..<width {
        let cell = row * width + column
        var best = score[cell - width] - Self.gapCost
        var move = Move.left
        if score[cell - 1] - Self.gapCost > best {
          best = score[cell - 1] - Self.gapCost
          move = .right
        }
        if let value = Self.value(
          left[row - 1], right[column - 1], isEstimated: isEstimated,
          { likeness(row - 1, column - 1) })
        {
          let pair = score[cell - width - 1] + value
          if pair >= best {
            best = pair
            move = .pair
          }
        }
        score[cell] = best
        moves[cell] = move
      }
    }
    trace(score, moves, rows: left.count, width: width, likeness)
  }

  /// What a pair scores; `nil` where the times forbid it.
  private static func value(
    _ a: MatchUnit, _ b: MatchUnit, isEstimated: Bool, _ likeness: () -> Double
  ) -> Double? {
    let difference = Double(a.middle - b.middle)
    let variance = a.deviation * a.deviation + b.deviation * b.deviation
    let distance = difference * difference / max(1, variance)
    guard distance <= gate * gate else { return nil }
    let likeness = likeness()
    let score = likeness == 1 ? a.rarity(with: b) : likeness > 0 ? 2 * likeness : substitution
    if likeness == 1, !isEstimated, a.isOpenRepeat || b.isOpenRepeat,
      let spacing = [a.repeatSpacing, b.repeatSpacing].compactMap({ $0 }).max()
    {
      let share = difference / (repeatReach * max(1, Double(spacing)))
      return score * (1 - share * share)
    }
    return score - distance / timeScale
  }

  private mutating func trace(
    _ score: [Double], _ moves: [Move], rows: Int, width: Int, _ likeness: Likeness
  ) {
    let last = rows * width
    var row = rows
    var column = (0..<width).max { score[last + $0] < score[last + $1] } ?? 0
    while row > 0, column > 0 {
      switch moves[row * width + column] {
      case .pair:
        row -= 1
        column -= 1
        steps.append(Step(left: row, right: column, likeness: likeness(row, column)))
      case .left, .stop:
        row -= 1
        steps.append(Step(left: row))
      case .right:
        column -= 1
        steps.append(Step(right: column))
      }
    }
    // The right text's words before the first pair are in question; the left text's are its own.
    while column > 0 {
      column -= 1
      steps.append(Step(right: column))
    }
    steps.reverse()
  }

  /// The anchors of the longest run that follow each other without a word between them in either text, as places in `steps`.
  var longestRun: Range<Int> {
    var best = 0..<0
    var start = 0
    for place in steps.indices {
      guard steps[place].isAnchor else {
        start = place + 1
        continue
      }
      if place + 1 - start > best.count { best = start..<place + 1 }
    }
    return best
  }
}

/// How alike words are, looked up by their places.
private struct Likeness {
  private let left: [[UInt32]]
  private let right: [[UInt32]]

  init(_ left: [MatchUnit], _ right: [MatchUnit]) {
    self.left = left.map { $0.key.unicodeScalars.map(\.value) }
    self.right = right.map { $0.key.unicodeScalars.map(\.value) }
  }

  /// 1 for the same word, less for one that shares most of its beginning and end, 0 for another word.
  func callAsFunction(_ row: Int, _ column: Int) -> Double {
    let (a, b) = (left[row], right[column])
    if a == b { return a.isEmpty ? 0 : 1 }
    let shorter = min(a.count, b.count)
    // What has no letters is like nothing.
    guard shorter > 0 else { return 0 }
    // A letter of Hangul is a whole syllable.
    guard shorter >= (a[0] >= 0xAC00 ? 2 : 3) else { return 0 }
    var prefix = 0
    while prefix < shorter, a[prefix] == b[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < shorter - prefix, a[a.count - 1 - suffix] == b[b.count - 1 - suffix] {
      suffix += 1
    }
    let share = Double(prefix + suffix) / Double(max(a.count, b.count))
    // What is cut off at a chunk's edge is all there is of the word.
    if prefix + suffix == shorter, shorter * 3 >= max(a.count, b.count) {
      return max(0.5, 0.8 * share)
    }
    return share >= 0.6 ? 0.8 * share : 0
  }
}

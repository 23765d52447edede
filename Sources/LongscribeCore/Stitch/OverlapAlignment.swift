/// Finds what two chunks both heard in the stretch that both contain.
///
/// # Note: Time-gated alignment
///
/// The end of the left text and the start of the right text are aligned as wholes: a match scores by how alike two
/// words are and how well their times agree; leaving a word unmatched costs a little. Words whose
/// times differ by more than four standard deviations cannot be the same word, whatever they look like. The
/// left text may begin and the right text may end anywhere, for those parts lie outside the overlap.
package struct OverlapAlignment {
  /// A word that both chunks heard, as indices into the tokens of each.
  package struct Anchor: Sendable, Hashable {
    package var left: Int
    package var right: Int
  }

  /// Words that are the same in both, in order.
  package private(set) var anchors: [Anchor] = []

  private static let gapCost = 0.3
  private static let substitution = -0.6
  private static let gate = 4.0

  /// Aligns ranges of two texts.
  ///
  /// - Parameter deviation: Standard deviation of the difference between the two texts' times, in samples.
  package init(
    _ left: [Token], _ leftRange: Range<Int>, _ right: [Token], _ rightRange: Range<Int>,
    deviation: Double
  ) {
    let rows = leftRange.count
    let columns = rightRange.count
    guard rows > 0, columns > 0 else { return }
    let width = columns + 1
    var score = [Double](repeating: 0, count: (rows + 1) * width)
    var move = [UInt8](repeating: 0, count: (rows + 1) * width)  // 0 stop, 1 pair, 2 up, 3 left
    for column in 1...columns {
      score[column] = -Self.gapCost * Double(column)
      move[column] = 3
    }
    for row in 1...rows {
      let a = left[leftRange.lowerBound + row - 1]
      for column in 1...columns {
        let b = right[rightRange.lowerBound + column - 1]
        let cell = row * width + column
        var best = score[cell - width] - Self.gapCost
        move[cell] = 2
        if score[cell - 1] - Self.gapCost > best {
          best = score[cell - 1] - Self.gapCost
          move[cell] = 3
        }
        let distance = Double(a.middle - b.middle) / deviation
        if abs(distance) <= Self.gate {
          let likeness = Self.likeness(a.key, b.key)
          let value = likeness > 0 ? 2 * likeness : Self.substitution
          let pair = score[cell - width - 1] + value - 0.5 * distance * distance / 4
          if pair >= best {
            best = pair
            move[cell] = 1
          }
        }
        score[cell] = best
      }
    }
    trace(score, move, rows: rows, width: width, left: left, leftRange, right: right, rightRange)
  }

  private mutating func trace(
    _ score: [Double], _ move: [UInt8], rows: Int, width: Int,
    left: [Token], _ leftRange: Range<Int>, right: [Token], _ rightRange: Range<Int>
  ) {
    let last = rows * width
    var row = rows
    var column = (0..<width).max { score[last + $0] < score[last + $1] } ?? 0
    while row > 0, column > 0 {
      switch move[row * width + column] {
      case 1:
        let pair = Anchor(
          left: leftRange.lowerBound + row - 1, right: rightRange.lowerBound + column - 1)
        if left[pair.left].key == right[pair.right].key { anchors.append(pair) }
        row -= 1
        column -= 1
      case 2: row -= 1
      default: column -= 1
      }
    }
    anchors.reverse()
  }

  /// The anchors of the longest run that follow each other without a word between them in either text.
  package var longestRun: ArraySlice<Anchor> {
    var best = anchors[0..<0]
    var start = 0
    for index in anchors.indices {
      if index > start,
        anchors[index].left != anchors[index - 1].left + 1
          || anchors[index].right != anchors[index - 1].right + 1
      {
        start = index
      }
      if index + 1 - start > best.count { best = anchors[start...index] }
    }
    return best
  }

  /// 1 for the same word, less for one that shares most of its beginning and end, 0 for another word.
  private static func likeness(_ a: String, _ b: String) -> Double {
    if a == b { return 1 }
    let (left, right) = (Array(a.utf8), Array(b.utf8))
    let shorter = min(left.count, right.count)
    let longer = max(left.count, right.count)
    guard shorter >= 3 else { return 0 }
    var prefix = 0
    while prefix < shorter, left[prefix] == right[prefix] { prefix += 1 }
    var suffix = 0
    while suffix < shorter - prefix,
      left[left.count - 1 - suffix] == right[right.count - 1 - suffix]
    {
      suffix += 1
    }
    let share = Double(prefix + suffix) / Double(longer)
    return share >= 0.6 ? 0.8 * share : 0
  }
}

/// Where a text differs from what was said.
package struct TokenErrors: Sendable, Hashable {
  /// Words of the speech that the text lacks.
  package var lost = 0
  /// Words of the text that were not said, or said less often.
  package var doubled = 0
  /// Words that stand for others.
  package var wrong = 0

  /// All of them.
  package var total: Int { lost + doubled + wrong }

  static func - (left: TokenErrors, right: TokenErrors) -> TokenErrors {
    TokenErrors(
      lost: left.lost - right.lost, doubled: left.doubled - right.doubled,
      wrong: left.wrong - right.wrong)
  }
}

/// The errors of texts that begin as one chunk's answer and end as the next one's.
///
/// # Note: One table for all rules
///
/// The table of edit distances is filled once from the left, for all beginnings of the left answer, and once from the right, for all
/// endings of the right one. The distance of a text that is a beginning and an ending put together is then a
/// minimum over one row of each: so the best cut of all is found without trying pairs, and a rule's text costs only the few words in which it
/// follows neither answer. Of alignments with equally many errors the one with fewest lost and doubled words counts; then both
/// follow from the texts' lengths.
package struct SeamScore: Sendable {
  private let truth: [Int32]
  private let left: [Int32]
  private let right: [Int32]
  /// Costs of `left[..<i]` against `truth[..<k]` at `i * width + k`.
  private var beginnings: [Int32]
  /// Costs of `right[j...]` against `truth[k...]` at `j * width + k`.
  private var endings: [Int32]
  private var width: Int { truth.count + 1 }

  /// An error, in units of costs: the remainder counts words lost or doubled.
  private static let error: Int32 = 1 << 14
  private static let indel = error + 1

  /// Tables for a truth and two answers; equal numbers are equal words.
  package init(truth: [Int32], left: [Int32], right: [Int32]) {
    self.truth = truth
    self.left = left
    self.right = right
    let width = truth.count + 1
    let first = (0..<Int32(width)).map { $0 * Self.indel }
    beginnings = first
    beginnings.reserveCapacity(width * (left.count + 1))
    var row = first
    for word in left {
      Self.step(&row, word, truth)
      beginnings += row
    }
    let reversed = Array(truth.reversed())
    row = first
    var rows = [row]
    for word in right.reversed() {
      Self.step(&row, word, reversed)
      rows.append(row)
    }
    endings = rows.reversed().flatMap { $0.reversed() }
  }

  /// Appends a word to the text whose costs against all beginnings of the truth are in `row`.
  private static func step(_ row: inout [Int32], _ word: Int32, _ truth: [Int32]) {
    row.withUnsafeMutableBufferPointer { row in
      truth.withUnsafeBufferPointer { truth in
        var diagonal = row[0]
        row[0] += indel
        for column in truth.indices {
          let replaced = diagonal + (truth[column] == word ? 0 : error)
          diagonal = row[column + 1]
          row[column + 1] = min(replaced, min(diagonal, row[column]) + indel)
        }
      }
    }
  }

  /// The errors of a text.
  package func errors(of text: [Int32]) -> TokenErrors {
    var same = 0
    while same < min(text.count, left.count), text[same] == left[same] { same += 1 }
    var end = 0
    while end < min(text.count - same, right.count),
      text[text.count - 1 - end] == right[right.count - 1 - end]
    {
      end += 1
    }
    var row = Array(beginnings[same * width..<(same + 1) * width])
    for word in text[same..<text.count - end] { Self.step(&row, word, truth) }
    let base = (right.count - end) * width
    let cost = row.indices.reduce(Int32.max) { min($0, row[$1] + endings[base + $1]) }
    return errors(cost, length: text.count)
  }

  /// The errors of the best single cut: a beginning and an ending whose cuts lie in the given ranges.
  package func bestCut(left lefts: ClosedRange<Int>, right rights: ClosedRange<Int>) -> TokenErrors
  {
    func best(_ table: [Int32], _ rows: ClosedRange<Int>, _ column: Int) -> (cost: Int32, row: Int)
    {
      rows.lazy.map { (table[$0 * width + column], $0) }.min { $0 < $1 } ?? (.max / 2, 0)
    }
    var least = (cost: Int32.max, length: 0)
    for column in 0..<width {
      let (head, leftTo) = best(beginnings, lefts, column)
      let (tail, rightFrom) = best(endings, rights, column)
      let found = (head + tail, leftTo + right.count - rightFrom)
      if found < least { least = found }
    }
    return errors(least.cost, length: least.length)
  }

  private func errors(_ cost: Int32, length: Int) -> TokenErrors {
    let indels = Int(cost % Self.error)
    let all = Int(cost / Self.error)
    let surplus = length - truth.count
    return TokenErrors(
      lost: (indels - surplus) / 2, doubled: (indels + surplus) / 2, wrong: all - indels)
  }
}

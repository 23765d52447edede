import LongscribeCore

/// Keeps the left answer whole, and the right one from where the longest stretch that both have in common ends.
///
/// The stretch is looked for between the left words of the overlap and all of the right answer. Where it does not reach the left answer's
/// end, the longest one that begins early in the right answer is followed on towards that end: word by word, and each word that is not found
/// lets the search reach one word further to the right. One common word alone proves nothing.
///
/// Source: NVIDIA NeMo, `longest_common_subsequence_merge` in nemo/collections/asr/parts/utils/streaming_utils.py. It was made for buffers of a
/// few seconds.
struct LongestCommonSubstring: CuttingRule {
  let name = "NeMo"
  let expectsSharedWords = true

  func cut(_ pair: SeamPair) -> (leftTo: Int, rightFrom: Int) {
    let start = pair.overlap.start
    let left = pair.left.words.filter { $0.range.end > start }.map(\.text)
    let right = pair.right.words.map(\.text)
    return (pair.left.words.count, Self.skipped(left, right))
  }

  /// How many words of the right list the left one has already said.
  private static func skipped(_ left: [String], _ right: [String]) -> Int {
    let runs = runs(left, right)
    var longest = (length: 0, left: 0, right: 0)
    for i in runs.indices {
      for j in runs[i].indices where runs[i][j] > 0 && runs[i][j] >= longest.length {
        longest = (runs[i][j], i, j)
      }
    }
    if longest.left == left.count { return longest.right }

    var early = (length: 0, left: left.count, right: right.count)
    for i in runs.indices.reversed() {
      for j in runs[i].indices where runs[i][j] > early.length && j <= early.right {
        early = (runs[i][j], i, j)
      }
    }
    guard early.length > 1 else { return 0 }
    return early.right + continuation(of: early, in: runs)
  }

  /// Lengths of the runs of equal words that end before word `i` of the left and word `j` of the right list.
  private static func runs(_ left: [String], _ right: [String]) -> [[Int]] {
    var runs = [[Int]](
      repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
    for i in left.indices {
      for j in right.indices where left[i] == right[j] { runs[i + 1][j + 1] = runs[i][j] + 1 }
    }
    return runs
  }

  /// How many more words of the right list a run goes on for, with others in between.
  private static func continuation(
    of run: (length: Int, left: Int, right: Int), in runs: [[Int]]
  ) -> Int {
    var found = 0
    var reach = 0
    for (step, row) in runs.dropFirst(run.left + 1).enumerated() {
      var misses = 0
      let start = run.right + 1 + step
      for column in start...start + reach where column < row.count {
        if row[column] == 0 { misses = 1 } else { found = 1 + reach + misses }
      }
      reach += misses
    }
    return found
  }
}

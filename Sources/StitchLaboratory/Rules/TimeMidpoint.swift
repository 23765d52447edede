import LongscribeCore

/// Each chunk's words on its side of the middle of the overlap.
///
/// Source: the fall-back of merges that have a time for each token (FluidAudio, parakeet-mlx), here for all words.
struct TimeMidpoint: CuttingRule {
  let name = "time midpoint"
  let needsTimes = true

  func cut(_ pair: SeamPair) -> (leftTo: Int, rightFrom: Int) {
    let middle = (pair.overlap.start + pair.overlap.end) / 2
    func isAfter(_ word: Hearing.Word) -> Bool { (word.range.start + word.range.end) / 2 >= middle }
    let (left, right) = (pair.left.words, pair.right.words)
    return (
      left.firstIndex(where: isAfter) ?? left.count, right.firstIndex(where: isAfter) ?? right.count
    )
  }
}

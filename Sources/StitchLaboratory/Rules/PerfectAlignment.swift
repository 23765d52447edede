import LongscribeCore

/// A yardstick, not a rule that anybody could use: it is told which words of the two answers are one and the same, and cuts at the one of
/// them, heard alike by both, that is nearest to the middle of the overlap. Where there is none, it keeps everything.
///
/// What it adds is what remains when alignment makes no mistakes: of a word that the two heard differently, nobody can know which is right.
package struct PerfectAlignment: CuttingRule {
  package let name = "perfect alignment"

  package init() {}

  func cut(_ pair: SeamPair) -> (leftTo: Int, rightFrom: Int) {
    let (left, right) = (pair.left.words, pair.right.words)
    let middle = (pair.overlap.start + pair.overlap.end) / 2
    var places: [Int: Int] = [:]
    for (place, word) in right.enumerated() { places[word.source ?? -1] = place }
    let anchors = left.indices.compactMap { index in
      left[index].source.flatMap { places[$0] }.map { (left: index, right: $0) }
    }.filter { left[$0.left].text == right[$0.right].text }
    let nearest = anchors.min {
      abs(left[$0.left].range.start - middle) < abs(left[$1.left].range.start - middle)
    }
    return (nearest?.left ?? left.count, nearest?.right ?? 0)
  }
}

/// The sliding match over what stands between white space.
///
/// A text without white space is one word to it, so nothing is ever found twice.
///
/// Source: the recipe for long recordings of the Groq API cookbook (tutorials/06-multimodal/audio-chunking), with `match_by_words`,
/// which is its default and what most copies of it use; here over the whole answers, without the recipe's own handling of segments.
struct LongestCommonRun: CuttingRule {
  let name = "Groq cookbook"
  let expectsSharedWords = true

  func cut(_ pair: SeamPair) -> (leftTo: Int, rightFrom: Int) {
    guard !pair.language.separator.isEmpty else { return (pair.left.words.count, 0) }
    return SlidingMatch.cut(pair.left.words.map(\.text), pair.right.words.map(\.text))
  }
}

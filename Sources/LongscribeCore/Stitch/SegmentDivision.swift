/// Makes segments of tokens that came without any.
enum SegmentDivision {
  /// A pause between two words that ends a segment where the service tells words' times (0.35 s).
  private static let pause = Timeline.sampleRate * 35 / 100
  /// Longest segment (12 s): two full subtitles. What is longer without a sentence's end is divided at pauses.
  private static let longest = 12 * Timeline.sampleRate
  /// Fewest words of a part of a sentence.
  private static let fewestWords = 3
  /// Where a long segment is divided, this share of it at least is on either side: a fifth.
  private static let leastPart: Int64 = 5
  /// Beyond this (1 s) a longer pause is not a better one.
  private static let longPause = Timeline.sampleRate
  /// A mark inside a sentence is worth as much as a pause of this (0.4 s).
  private static let clausePause = Timeline.sampleRate * 4 / 10

  /// Numbers the segments: each ends with a sentence or, where the words' times are known, at a pause.
  static func number(_ tokens: inout [Token], atPauses: Bool) {
    let marks = PauseMark.marks(of: tokens)
    var segment = 0
    var start = 0
    for index in tokens.indices {
      let next = index + 1
      let pauses =
        atPauses && next < tokens.count && gap(before: next, tokens) >= pause
      guard next == tokens.count || pauses || marks[index] >= .sentence else { continue }
      for part in parts(of: start..<next, tokens, marks) {
        for place in part { tokens[place].segment = segment }
        segment += 1
      }
      start = next
    }
  }

  private static func gap(before index: Int, _ tokens: [Token]) -> Int64 {
    tokens[index].range.start - tokens[index - 1].range.end
  }

  /// Whether two tokens are words of their own, not parts of "www.example.com".
  private static func isBetweenWords(_ left: Token, _ right: Token) -> Bool {
    left.trail.contains(where: \.isWhitespace) || right.lead.contains(where: \.isWhitespace)
      || (left.text.last.map(Script.standsWithoutSpace) ?? false)
      || right.isDense
  }

  /// Halves of halves, as long as they are too long.
  private static func parts(of whole: Range<Int>, _ tokens: [Token], _ marks: [PauseMark])
    -> [Range<Int>]
  {
    let start = tokens[whole.lowerBound].range.start
    let length = tokens[whole.upperBound - 1].range.end - start
    // A few words that lie over a long stretch because nothing tells where in it they were said stay together.
    guard length > longest, whole.count >= 2 * fewestWords else { return [whole] }
    /// How good a place for a division is: whether it is in the middle part, and its pause less how far off the middle it is.
    func worth(_ index: Int) -> (Int, Int64) {
      let before = tokens[index].range.start - start
      let isInside = before * leastPart >= length && (length - before) * leastPart >= length
      let pause = min(longPause, gap(before: index, tokens))
      let mark = marks[index - 1] == .clause ? clausePause : 0
      return (isInside ? 1 : 0, pause + mark - abs(2 * before - length) * clausePause / length)
    }
    let inner = whole.dropFirst(fewestWords).dropLast(fewestWords - 1)
      .filter { isBetweenWords(tokens[$0 - 1], tokens[$0]) }
    guard let place = inner.max(by: { worth($0) < worth($1) }), worth(place).0 == 1 else {
      return [whole]
    }
    return parts(of: whole.lowerBound..<place, tokens, marks)
      + parts(of: place..<whole.upperBound, tokens, marks)
  }
}

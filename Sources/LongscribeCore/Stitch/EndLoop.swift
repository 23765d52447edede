/// The same words over and over at the end of a text: what recognisers fall into when they lose the thread.
///
/// It is told, and taken out only where the loudness shows that there was no time for it (`ImpossibleEnd`): speakers repeat themselves too,
/// and what was said instead is not known.
package struct EndLoop: Sendable, Hashable {
  /// The words that come again.
  package var phrase: String
  /// How often they are said, a last one that breaks off included.
  package var count: Int

  /// Longest phrase that is looked for, in tokens.
  private static let longestPhrase = 24
  /// Tokens of a text's end that are looked at.
  private static let reach = 400
  /// Nobody says a phrase six times over, or one word ten times, without a reason to look at it.
  private static let leastCount = 6
  private static let leastTokens = 10

  /// The loop that a text ends with; `nil` if there is none.
  package init?(endOf segments: [TranscriptSegment]) {
    var tokens: [Token] = []
    for segment in segments.reversed() where tokens.count < Self.reach {
      tokens = Tokenizer.tokens(of: segment.text, segment: 0).suffix(Self.reach) + tokens
    }
    guard let (again, length) = Self.period(endOf: tokens) else { return nil }
    phrase = Joining.trimmed(tokens.suffix(length).map(\.text).joined())
    count = (again + length) / length
  }

  /// The tokens at the end of a text that only repeat what stands before them.
  static func repetitions(endOf tokens: [Token]) -> Range<Int>? {
    period(endOf: tokens).map { tokens.count - $0.again..<tokens.count }
  }

  /// The phrase that a text ends with over and over: its length, and how many tokens repeat it.
  private static func period(endOf tokens: [Token]) -> (again: Int, length: Int)? {
    for length in 1...longestPhrase where tokens.count > length {
      let again = tokens.indices.dropFirst(length).reversed().prefix {
        tokens[$0].key == tokens[$0 - length].key
      }.count
      let count = (again + length) / length
      if count >= leastCount, again + length >= leastTokens { return (again, length) }
    }
    return nil
  }
}

/// The same words over and over at the end of a text: what recognisers fall into when they lose the thread.
///
/// It is only told, never taken out: speakers repeat themselves too, and what was said instead is not known.
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
    for length in 1...Self.longestPhrase where tokens.count > length {
      let again = tokens.indices.dropFirst(length).reversed().prefix {
        tokens[$0].key == tokens[$0 - length].key
      }.count
      let count = (again + length) / length
      guard count >= Self.leastCount, again + length >= Self.leastTokens else { continue }
      phrase = Joining.trimmed(tokens.suffix(length).map(\.text).joined())
      self.count = count
      return
    }
    return nil
  }
}

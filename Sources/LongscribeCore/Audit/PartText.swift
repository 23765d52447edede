/// The text of one part of the transcript: runs of tokens from a chunk's answer and from those to the requests that fill its holes.
struct PartText: Sendable {
  private struct Piece {
    let text: ChunkText
    var tokens: Range<Int>
  }

  private var pieces: [Piece] = []
  /// All tokens, in order.
  private(set) var tokens: [Token] = []

  /// No text.
  init() {}

  /// Some tokens of a chunk's answer.
  init(_ text: ChunkText, tokens kept: Range<Int>) {
    let kept = kept.clamped(to: text.tokens.indices)
    guard !kept.isEmpty else { return }
    pieces = [Piece(text: text, tokens: kept)]
    tokens = Array(text.tokens[kept])
  }

  /// Puts tokens of another text before one of its tokens.
  mutating func insert(_ inserted: Range<Int>, of text: ChunkText, at place: Int) {
    guard !inserted.isEmpty else { return }
    tokens.insert(contentsOf: text.tokens[inserted], at: place)
    let new = Piece(text: text, tokens: inserted)
    var start = 0
    for (index, piece) in pieces.enumerated() {
      let end = start + piece.tokens.count
      if place <= start {
        pieces.insert(new, at: index)
        return
      }
      if place < end {
        let cut = piece.tokens.lowerBound + place - start
        pieces[index].tokens = piece.tokens.lowerBound..<cut
        pieces.insert(
          contentsOf: [new, Piece(text: piece.text, tokens: cut..<piece.tokens.upperBound)],
          at: index + 1)
        return
      }
      start = end
    }
    pieces.append(new)
  }

  /// The segments that the tokens make, in order.
  var segments: [TranscriptSegment] {
    pieces.flatMap { $0.text.segments(keeping: $0.tokens) }
  }
}

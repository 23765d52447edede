/// The text of one part of the transcript: runs of tokens from a chunk's answer and from those to the requests that fill its holes.
struct PartText: Sendable {
  private struct Piece {
    let text: ChunkText
    var tokens: Range<Int>
    /// Where its first segment starts, if the chunk before tells it.
    var start: Int64?
    /// How it meets the next chunk's text, of which some tokens may belong to its last segment.
    var seam: SeamResolution?

    /// Tokens of the next chunk that belong to the last segment.
    var joined: Range<Int> { seam.map { $0.rightFrom..<max($0.rightFrom, $0.joinedTo) } ?? 0..<0 }
    var count: Int { tokens.count + joined.count }

    /// The piece as two, of which the first has so many tokens. A segment that is divided among its joined tokens, or before them, is not joined any more.
    func divided(at count: Int) -> [Piece] {
      let cut = tokens.lowerBound + min(count, tokens.count)
      let left = Piece(text: text, tokens: tokens.lowerBound..<cut, start: start)
      if count < tokens.count {
        return [left, Piece(text: text, tokens: cut..<tokens.upperBound, seam: seam)]
      }
      guard let seam else { return [left] }
      let middle = joined.lowerBound + count - tokens.count
      return [
        left, Piece(text: seam.right, tokens: joined.lowerBound..<middle),
        Piece(text: seam.right, tokens: middle..<joined.upperBound),
      ]
    }
  }

  private var pieces: [Piece] = []
  /// All tokens, in order.
  private(set) var tokens: [Token] = []

  /// No text.
  init() {}

  /// Some tokens of a chunk's answer, and those of the next that belong to the last segment.
  init(
    _ text: ChunkText, tokens kept: Range<Int>, from start: Int64? = nil,
    upTo seam: SeamResolution? = nil
  ) {
    let kept = kept.clamped(to: text.tokens.indices)
    guard !kept.isEmpty else { return }
    let piece = Piece(text: text, tokens: kept, start: start, seam: seam)
    pieces = [piece]
    tokens = text.tokens[kept] + (seam.map { Array($0.right.tokens[piece.joined]) } ?? [])
  }

  /// Puts tokens of another text before one of its tokens.
  mutating func insert(_ inserted: Range<Int>, of text: ChunkText, at place: Int) {
    guard !inserted.isEmpty else { return }
    tokens.insert(contentsOf: text.tokens[inserted], at: place)
    let new = Piece(text: text, tokens: inserted)
    var start = 0
    for (index, piece) in pieces.enumerated() {
      if place <= start {
        pieces.insert(new, at: index)
        return
      }
      if place < start + piece.count {
        var divided = piece.divided(at: place - start)
        divided.insert(new, at: place - start <= piece.tokens.count ? 1 : 2)
        pieces.replaceSubrange(index...index, with: divided.filter { $0.count > 0 })
        return
      }
      start += piece.count
    }
    pieces.append(new)
  }

  /// The tokens by segments, and the times of those: the service's own, where the segment is whole.
  var spans: [(tokens: Range<Int>, range: TimelineRange)] {
    var spans: [(tokens: Range<Int>, range: TimelineRange)] = []
    var count = 0
    for piece in pieces {
      let all = piece.text.tokens
      var start = piece.tokens.lowerBound
      while start < piece.tokens.upperBound {
        let number = all[start].segment
        let end =
          all[start..<piece.tokens.upperBound].firstIndex { $0.segment != number }
          ?? piece.tokens.upperBound
        var range = TimelineRange(all[start].range.start, all[end - 1].range.end)
        if let own = piece.text.ownRange(of: number) {
          let isWhole = (
            start == 0 || all[start - 1].segment != number,
            end == all.count || all[end].segment != number
          )
          range = TimelineRange(
            isWhole.0 ? min(own.start, range.start) : range.start,
            isWhole.1 ? max(own.end, range.end) : range.end)
        }
        spans.append((count..<count + end - start, range))
        count += end - start
        start = end
      }
      if let seam = piece.seam, let added = seam.right.tokens[piece.joined].last,
        let last = spans.last
      {
        spans[spans.count - 1] = (
          last.tokens.lowerBound..<count + piece.joined.count,
          TimelineRange(last.range.start, max(last.range.end, seam.leftEnd ?? added.range.end))
        )
        count += piece.joined.count
      }
    }
    return spans
  }

  /// The segments that the tokens make, in order.
  var segments: [TranscriptSegment] {
    pieces.flatMap { $0.text.segments(keeping: $0.tokens, from: $0.start, upTo: $0.seam) }
  }
}

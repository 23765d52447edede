/// Where one chunk's text ends and the next one's begins.
///
/// # Note: Evidence before deleting
///
/// A word is dropped only where the other chunk is shown to have it. In a pause nothing is in both, so nothing is
/// dropped. Elsewhere the texts of the overlap are aligned; if enough words agree, both texts are
/// cut at one of the agreeing words, away from the edges where recognisers garble. If not, words with
/// times are shared out by the cut's position, and only where the other side has a word at that time.
/// Bare text without agreement is kept whole on both sides: a doubled word can be seen, a lost one can not.
package struct SeamResolution: Sendable, Hashable {
  /// One past the last token of the left chunk that is kept.
  package var leftTo: Int
  /// The first token of the right chunk that is kept.
  package var rightFrom: Int
  /// How this was decided.
  package var method: SeamReport.Method
  /// Words found in both.
  package var anchors: Int

  /// The seam next to a chunk that could not be transcribed.
  package static let gap = SeamResolution(leftTo: 0, rightFrom: 0, method: .gap, anchors: 0)

  /// A run of anchors without a word between them proves that both chunks heard the same from this many words and letters on. Where
  /// times are estimated it takes more: common words are found everywhere within several seconds.
  private static func isEvidence(_ run: Int, _ letters: Int, estimated: Bool) -> Bool {
    estimated ? run >= 3 && letters >= 8 : run >= 2 && letters >= 6
  }
  /// Tokens of each side that are aligned at the most: no overlap holds as many, whatever a service answers.
  private static let mostTokens = 1000
  /// Words this near to a chunk's edge may be garbled (0.5 s).
  private static let edge = Timeline.sampleRate / 2
  /// Slack around a word when looking for another at the same time (0.3 s).
  private static let slack = Timeline.sampleRate * 3 / 10

  private init(leftTo: Int, rightFrom: Int, method: SeamReport.Method, anchors: Int) {
    self.leftTo = leftTo
    self.rightFrom = rightFrom
    self.method = method
    self.anchors = anchors
  }

  /// Decides the seam between two neighbours.
  ///
  /// - Parameters:
  ///   - left: The chunk before the seam.
  ///   - from: Its first token that the chunk before it has not already said.
  ///   - right: The chunk after the seam.
  package init(left: ChunkText, from: Int, right: ChunkText) {
    self.init(leftTo: left.tokens.count, rightFrom: 0, method: .pause, anchors: 0)
    let overlap = left.chunk.audio.intersection(right.chunk.audio)
    if overlap.isEmpty || right.chunk.seam == .pause && overlap.length <= PlanRules.pauseOverlap {
      return
    }

    let sigma = (Self.deviation(left.quality), Self.deviation(right.quality))
    let deviation = (sigma.0 * sigma.0 + sigma.1 * sigma.1).squareRoot()
    let reach = Int64(2 * deviation)
    let leftStart = left.tokens.firstIndex { $0.range.end > overlap.start - reach }
    let rightEnd = right.tokens.firstIndex { $0.range.start >= overlap.end + reach }
    let leftEnd = max(from, left.tokens.count)
    let leftRange = max(from, leftStart ?? leftEnd, leftEnd - Self.mostTokens)..<leftEnd
    let rightRange = 0..<min(Self.mostTokens, rightEnd ?? right.tokens.count)
    let alignment = OverlapAlignment(
      left.tokens, leftRange, right.tokens, rightRange, deviation: deviation)
    anchors = alignment.anchors.count

    if let anchor = Self.cut(alignment, left: left, right: right, overlap: overlap) {
      method = .aligned
      // The form further from its chunk's edge is the better one: edges bring false stops and capitals.
      let fromEnd = left.tokens.count - 1 - anchor.left
      leftTo = fromEnd == 0 ? anchor.left : anchor.left + 1
      rightFrom = fromEnd == 0 ? anchor.right : anchor.right + 1
    } else if left.quality == .estimated || right.quality == .estimated {
      method = leftRange.isEmpty || rightRange.isEmpty ? .times : .unverified
    } else {
      method = .times
      shareOut(at: right.chunk.owned.start, left: left, from: from, right: right)
    }
  }

  /// Standard deviation of a time, in samples.
  ///
  /// Source: errors measured with simulated recognisers: about 0.25 s for words, 0.6 s inside segments, 1.5 s for estimates.
  private static func deviation(_ quality: TimeQuality) -> Double {
    let seconds =
      switch quality {
      case .words: 0.25
      case .segments: 0.6
      case .estimated: 1.5
      }
    return seconds * Double(Timeline.sampleRate)
  }

  /// The anchor to cut at, if the anchors prove that both chunks heard the same.
  private static func cut(
    _ alignment: OverlapAlignment, left: ChunkText, right: ChunkText, overlap: TimelineRange
  ) -> OverlapAlignment.Anchor? {
    let anchors = alignment.anchors
    guard let first = anchors.first, let last = anchors.last else { return nil }
    let run = alignment.longestRun
    let letters = run.reduce(0) { $0 + left.tokens[$1.left].weight }
    let estimated = left.quality == .estimated || right.quality == .estimated
    // Anchors that leave at most one garbled word at each edge explain the whole overlap.
    let explainsAll = left.tokens.count - 1 - last.left <= 1 && first.right <= 1
    let proved =
      isEvidence(run.count, letters, estimated: estimated)
      || explainsAll && (anchors.count >= 2 || letters >= 4)
    guard proved else { return nil }
    let middle = (overlap.start + overlap.end) / 2
    func rank(_ anchor: OverlapAlignment.Anchor) -> (Int, Int64) {
      let token = left.tokens[anchor.left]
      let nearEdge =
        overlap.end - token.middle < edge
        || right.tokens[anchor.right].middle - overlap.start < edge
        || anchor.left == left.tokens.count - 1 || anchor.right == 0
      return (nearEdge ? 1 : 0, abs(token.middle - middle))
    }
    return run.min { rank($0) < rank($1) }
  }

  /// Gives each chunk the words on its side of the cut, and those beyond it that the other chunk does not have.
  private mutating func shareOut(at cut: Int64, left: ChunkText, from: Int, right: ChunkText) {
    let leftCut = left.tokens[from...].firstIndex { $0.middle >= cut } ?? left.tokens.count
    let rightCut = right.tokens.firstIndex { $0.middle >= cut } ?? right.tokens.count
    let lastMissing = left.tokens[leftCut...].lastIndex {
      !Self.hasToken(at: $0.range, right.tokens[rightCut...])
    }
    leftTo = lastMissing.map { $0 + 1 } ?? leftCut
    let kept = left.tokens[from..<leftTo]
    rightFrom =
      right.tokens[..<rightCut].firstIndex { !Self.hasToken(at: $0.range, kept) } ?? rightCut
  }

  private static func hasToken(at range: TimelineRange, _ tokens: ArraySlice<Token>) -> Bool {
    tokens.contains { $0.range.start < range.end + slack && range.start - slack < $0.range.end }
  }
}

extension SeamReport {
  init(chunk: Chunk, resolution: SeamResolution) {
    self.init(
      chunk: chunk.index, position: chunk.owned.start, kind: chunk.seam ?? .pause,
      method: resolution.method, anchors: resolution.anchors)
  }
}

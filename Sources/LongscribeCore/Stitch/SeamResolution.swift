/// Where one chunk's text ends and the next one's begins.
///
/// # Note: Evidence before deleting
///
/// A word is dropped only where the other chunk is shown to have it. In a pause nothing is in both, so nothing is
/// dropped. Elsewhere the texts of the overlap are aligned; if enough words agree, both texts are
/// cut at one of the agreeing words, away from the edges where recognisers garble. If not, words with
/// times are shared out by the cut's position, and only where the other side has a word at that time.
/// Bare text without agreement is kept whole on both sides: a doubled word can be seen, a lost one can not.
///
/// # Note: What each side tells
///
/// At a word that both have, the marks behind it and the case of what follows come from the right chunk, which heard both; the word
/// itself comes from the chunk in which it is further from the edge. So a full stop that a recogniser puts where its chunk ends, and
/// a capital where one begins, go where the other chunk proves them wrong, and stay where nothing does. A segment that is cut by the seam is one
/// segment: the left chunk tells its start, the right one its end, so neither is an estimate.
package struct SeamResolution: Sendable, Hashable {
  /// One past the last token of the left chunk that is kept.
  package var leftTo: Int
  /// The first token of the right chunk that is kept.
  package var rightFrom: Int
  /// How this was decided.
  package var method: SeamReport.Method
  /// Words found in both.
  package var anchors: Int
  /// How sure it is, from 0 to 1, that nothing is lost or doubled.
  package var confidence: Double
  /// What stands behind the left chunk's last token instead of its own marks.
  package var leftTrail: String?
  /// One past the last token of the right chunk that belongs to the left chunk's last segment; `rightFrom` if none does.
  package var joinedTo: Int
  /// The end of the left chunk's last segment, where the right chunk tells it.
  package var leftEnd: Int64?
  /// The start of the right chunk's first segment, where the left chunk tells it.
  package var rightStart: Int64?

  /// The seam next to a chunk that could not be transcribed.
  package static let gap = SeamResolution(leftTo: 0, rightFrom: 0, method: .gap)

  /// Tokens of each side that are aligned at the most: no overlap holds as many, whatever a service answers.
  private static let mostTokens = 1000
  /// Slack around a word when looking for another at the same time (0.3 s).
  private static let slack = Timeline.sampleRate * 3 / 10

  private init(leftTo: Int, rightFrom: Int, method: SeamReport.Method) {
    self.leftTo = leftTo
    self.rightFrom = rightFrom
    self.method = method
    anchors = 0
    confidence = SeamConfidence.without(method)
    joinedTo = rightFrom
  }

  /// Decides the seam between two neighbours.
  ///
  /// - Parameters:
  ///   - left: The chunk before the seam.
  ///   - from: Its first token that the chunk before it has not already said.
  ///   - right: The chunk after the seam.
  package init(left: ChunkText, from: Int, right: ChunkText) {
    self.init(leftTo: max(from, left.tokens.count), rightFrom: 0, method: .pause)
    let overlap = left.chunk.audio.intersection(right.chunk.audio)
    if overlap.isEmpty || right.chunk.seam == .pause && overlap.length <= PlanRules.pauseOverlap {
      return
    }
    let (leftUnits, rightUnits) = Self.units(left, right, overlap)
    let alignment = OverlapAlignment(leftUnits, rightUnits)
    let evidence = SeamEvidence(
      alignment, leftUnits, rightUnits, left: left, right: right)
    anchors = evidence.anchors
    let candidates = evidence.isProof ? evidence.cuts.filter { place in
      alignment.steps[place].left.map { leftUnits[$0].tokens.upperBound > from } ?? false
    } : []
    let middle = (overlap.start + overlap.end) / 2
    if let place = CutChoice(leftUnits, rightUnits).best(
      alignment.steps, among: candidates, middle: middle),
      let a = alignment.steps[place].left, let b = alignment.steps[place].right
    {
      method = .aligned
      confidence = evidence.confidence
      cut(at: leftUnits[a], rightUnits[b], left, right)
    } else if left.quality == .estimated || right.quality == .estimated {
      method = leftUnits.isEmpty || rightUnits.isEmpty ? .times : .unverified
      confidence = SeamConfidence.without(method)
    } else {
      method = .times
      confidence = SeamConfidence.without(method)
      shareOut(at: right.chunk.owned.start, left: left, from: from, right: right)
    }
  }

  /// What can be the same in both: what is said in the overlap, and as far outside of it as times may be wrong.
  private static func units(
    _ left: ChunkText, _ right: ChunkText, _ overlap: TimelineRange
  ) -> ([MatchUnit], [MatchUnit]) {
    let sigma = (left.quality.deviation(overlap.length), right.quality.deviation(overlap.length))
    let reach = Int64(2 * (sigma.0 * sigma.0 + sigma.1 * sigma.1).squareRoot())
    let end = left.tokens.count
    let start = left.tokens.lastIndex { $0.range.end <= overlap.start - reach }.map { $0 + 1 } ?? 0
    let last = right.tokens.firstIndex { $0.range.start >= overlap.end + reach }
    return (
      MatchUnit.units(
        of: left.tokens, max(start, end - mostTokens)..<end, edge: left.chunk.audio.end,
        deviation: left.quality.deviation),
      MatchUnit.units(
        of: right.tokens, 0..<min(mostTokens, last ?? right.tokens.count),
        edge: right.chunk.audio.start, deviation: right.quality.deviation)
    )
  }

  /// Cuts both texts at a word that both have.
  private mutating func cut(
    at a: MatchUnit, _ b: MatchUnit, _ left: ChunkText, _ right: ChunkText
  ) {
    let leftIsLast = a.tokens.upperBound == left.tokens.count
    let rightIsFirst = b.tokens.lowerBound == 0
    if leftIsLast && !rightIsFirst || !rightIsFirst && a.edgeDistance < b.edgeDistance {
      leftTo = a.tokens.lowerBound
      rightFrom = b.tokens.lowerBound
    } else {
      leftTo = a.tokens.upperBound
      rightFrom = b.tokens.upperBound
      if let last = b.tokens.last, right.tokens.indices.contains(rightFrom) {
        leftTrail = right.tokens[last].trail
      }
    }
    joinedTo = rightFrom
    joinSegments(left, right)
  }

  /// Finds out which segments the cut goes through, and what the other side knows of their ends.
  private mutating func joinSegments(_ left: ChunkText, _ right: ChunkText) {
    guard leftTo > 0, right.tokens.indices.contains(rightFrom) else { return }
    let segment = right.tokens[rightFrom].segment
    let endsInLeft = leftTo == left.tokens.count
    let isNewInLeft = !endsInLeft && left.tokens[leftTo].segment != left.tokens[leftTo - 1].segment
    guard rightFrom > 0, right.tokens[rightFrom - 1].segment == segment else {
      // A new segment begins in the right chunk; the one before it has its end there.
      leftEnd = rightFrom > 0 ? right.ownRange(of: right.tokens[rightFrom - 1].segment)?.end : nil
      return
    }
    if isNewInLeft {
      rightStart = left.ownRange(of: left.tokens[leftTo].segment)?.start
      return
    }
    let end = right.tokens[rightFrom...].firstIndex { $0.segment != segment } ?? right.tokens.count
    let start = left.segmentStart(of: left.tokens[leftTo - 1].segment)
    guard let last = right.tokens[..<end].last, last.range.end <= right.settledUpTo,
      last.range.end - start <= ChunkText.longestJoinedSegment
    else { return }
    joinedTo = end
    leftEnd = right.ownRange(of: segment)?.end
  }

  /// Gives each chunk the words on its side of the cut, and those beyond it that the other chunk does not have.
  private mutating func shareOut(at cut: Int64, left: ChunkText, from: Int, right: ChunkText) {
    let from = min(from, left.tokens.count)
    let leftCut = left.tokens[from...].firstIndex { $0.middle >= cut } ?? left.tokens.count
    let rightCut = right.tokens.firstIndex { $0.middle >= cut } ?? right.tokens.count
    let lastMissing = left.tokens[leftCut...].lastIndex {
      !Self.hasToken(at: $0.range, right.tokens[rightCut...])
    }
    leftTo = lastMissing.map { $0 + 1 } ?? leftCut
    let kept = left.tokens[from..<leftTo]
    rightFrom =
      right.tokens[..<rightCut].firstIndex { !Self.hasToken(at: $0.range, kept) } ?? rightCut
    joinedTo = rightFrom
  }

  private static func hasToken(at range: TimelineRange, _ tokens: ArraySlice<Token>) -> Bool {
    tokens.contains { $0.range.start < range.end + slack && range.start - slack < $0.range.end }
  }
}

extension TimeQuality {
  /// Standard deviation of a time, in samples, at a distance from the chunk's edge.
  ///
  /// Source: errors measured with simulated recognisers: about 0.25 s for words, 0.6 s inside segments. Estimates are exact at the edge, where the
  /// text begins or ends, and err more with each word away from it.
  func deviation(_ distance: Int64) -> Double {
    let second = Double(Timeline.sampleRate)
    return switch self {
    case .words: 0.25 * second
    case .segments: 0.6 * second
    case .estimated: min(1.5 * second, 0.5 * second + 0.15 * Double(distance))
    }
  }
}

extension SeamReport {
  init(chunk: Chunk, resolution: SeamResolution) {
    self.init(
      chunk: chunk.index, position: chunk.owned.start, kind: chunk.seam ?? .pause,
      method: resolution.method, anchors: resolution.anchors, confidence: resolution.confidence)
  }
}

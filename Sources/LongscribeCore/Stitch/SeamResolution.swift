/// Where one chunk's text ends and the next one's begins.
///
/// # Note: Evidence before deleting
///
/// A word is dropped only where the other chunk is shown to have it. In a pause nothing is in both, so nothing is
/// dropped. Elsewhere the texts of the overlap are aligned; if enough words agree, both texts are
/// cut at one of the agreeing words, away from the edges where recognisers garble. If not, words with
/// times of their own are shared out by the cut's position, and only where the other side has a word at that time.
/// Other text without agreement is kept whole on both sides: a doubled word can be seen, a lost one can not.
///
/// # Note: What each side tells
///
/// At a word that both have, the marks behind it and the case of what follows come from the right chunk, which heard both; the word
/// itself comes from the chunk in which it is further from the edge. So a full stop that a recogniser puts where its chunk ends, and
/// a capital where one begins, go where the other chunk proves them wrong, and stay where nothing does. A segment that is cut by the seam is one
/// segment: the left chunk tells its start, the right one its end, so neither is an estimate.
package struct SeamResolution: Sendable {
  /// The left chunk's text, with words that only the right chunk heard.
  package private(set) var left: ChunkText
  /// The right chunk's text, with words that only the left chunk heard.
  package private(set) var right: ChunkText
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

  /// Tokens of each side that are aligned at the most: no overlap holds as many, whatever a service answers.
  private static let mostTokens = 1000
  /// Tokens of each side that tell how rare a word is, at the least: half a minute of English, 15 s of Chinese, since what people talk about
  /// changes.
  private static let wordsAround = 70
  /// A word for which there is less time than this (0.15 s) between two others was not said between them.
  private static let shortWord = Timeline.sampleRate * 15 / 100
  /// Less sound than this (0.1 s) is no word.
  private static let shortestWord = Timeline.sampleRate / 10
  /// How far the times of a word may differ that both chunks heard, each as another word (0.28 s).
  private static let sameTime = Timeline.sampleRate * 28 / 100

  /// Decides the seam between two neighbours.
  ///
  /// - Parameters:
  ///   - left: The chunk before the seam.
  ///   - from: Its first token that the chunk before it has not already said.
  ///   - right: The chunk after the seam.
  ///   - envelope: The recording's loudness, at least up to the end of the left chunk.
  package init(left: ChunkText, from: Int, right: ChunkText, envelope: Envelope) {
    self.left = left
    self.right = right
    leftTo = max(from, left.tokens.count)
    rightFrom = 0
    method = .pause
    anchors = 0
    confidence = SeamConfidence.without(.pause)
    joinedTo = 0
    let overlap = left.chunk.audio.intersection(right.chunk.audio)
    if overlap.isEmpty || right.chunk.seam == .pause && overlap.length <= PlanRules.pauseOverlap {
      return
    }
    let isTimed = left.quality == .words && right.quality == .words
    // What was not said cannot be in both.
    let speech = Self.speech(in: overlap, of: left.chunk, envelope)
    if !isTimed, speech < Self.shortestWord,
      SpeechEvidence(in: left.chunk.audio, of: envelope).speech(in: overlap) < Self.shortestWord
    {
      return
    }
    let (leftUnits, rightUnits) = Self.units(left, right, overlap)
    let isEstimated = left.quality == .estimated || right.quality == .estimated
    let alignment = OverlapAlignment(leftUnits, rightUnits, isEstimated: isEstimated)
    let evidence = SeamEvidence(
      alignment, leftUnits, rightUnits, left: left.quality, right: right.quality,
      speech: speech)
    anchors = evidence.anchors
    let candidates = evidence.cuts.filter { place in
      alignment.steps[place].left.map { leftUnits[$0].tokens.upperBound > from } ?? false
    }
    let choice = CutChoice(leftUnits, rightUnits, isTimed: isTimed)
    let middle = (overlap.start + overlap.end) / 2
    if let place = choice.best(alignment.steps, among: candidates, middle: middle) {
      method = .aligned
      confidence = evidence.confidence
      cut(alignment.steps, at: place, from: from, leftUnits, rightUnits, choice)
      if leftTo > from { joinSegments() }
    } else if !isTimed {
      method = leftUnits.isEmpty || rightUnits.isEmpty ? .times : .unverified
      confidence = SeamConfidence.without(method)
    } else {
      method = .times
      confidence = SeamConfidence.without(method)
      shareOut(at: right.chunk.owned.start, from: from)
    }
  }

  /// Time in the overlap in which somebody may speak, in samples.
  private static func speech(
    in overlap: TimelineRange, of chunk: Chunk, _ envelope: Envelope
  ) -> Int64 {
    let levels = envelope.levels
    let own = chunk.audio.frames(upTo: levels.count)
    // Every fourth frame is enough to know the levels.
    let threshold = SpeechLevel(
      stride(from: own.lowerBound, to: own.upperBound, by: 4).map { levels[$0] }
    )
    .thresholds.pause
    let frames = overlap.frames(upTo: levels.count)
    // What has not been heard may be anything.
    let unknown = max(
      0, overlap.end - max(overlap.start, Int64(levels.count) * Timeline.frameLength))
    return Int64(levels[frames].count { Int($0) > threshold }) * Timeline.frameLength + unknown
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
    let leftRange = max(start, end - mostTokens)..<end
    let rightRange = 0..<min(mostTokens, last ?? right.tokens.count)
    let compounds = MatchUnit.compounds(left.tokens[leftRange], right.tokens[rightRange])
    return (
      MatchUnit.units(
        of: left.tokens, leftRange, around: left.tokens.suffix(max(wordsAround, leftRange.count)),
        compounds,
        edge: left.chunk.audio.end,
        deviation: left.quality.deviation),
      MatchUnit.units(
        of: right.tokens, rightRange,
        around: right.tokens.prefix(max(wordsAround, rightRange.count)),
        compounds,
        edge: right.chunk.audio.start,
        deviation: right.quality.deviation)
    )
  }

  /// Cuts both texts at a word that both have, and lets each borrow words that only the other heard.
  private mutating func cut(
    _ steps: [OverlapAlignment.Step], at place: Int, from: Int, _ leftUnits: [MatchUnit],
    _ rightUnits: [MatchUnit], _ choice: CutChoice
  ) {
    guard let a = steps[place].left.map({ leftUnits[$0] }),
      let b = steps[place].right.map({ rightUnits[$0] })
    else { return }
    let leftIsLast = a.tokens.upperBound == left.tokens.count
    let rightIsFirst = b.tokens.lowerBound == 0
    let takesRight =
      !rightIsFirst && a.tokens.lowerBound >= from
      && (leftIsLast || a.edgeDistance < b.edgeDistance)
    leftTo = takesRight ? a.tokens.lowerBound : a.tokens.upperBound
    rightFrom = takesRight ? b.tokens.lowerBound : b.tokens.upperBound
    if !takesRight, right.tokens.indices.contains(rightFrom) {
      leftTrail = right.tokens[rightFrom - 1].trail
    }
    // From the back, so that places before keep their numbers.
    keepUnheardEnd(steps, leftUnits, rightUnits)
    for borrowed in choice.borrowed(steps, cutAt: place).reversed() {
      if borrowed < place, let unit = steps[borrowed].right.map({ rightUnits[$0] }),
        let before = steps[borrowed - 1].left.map({ leftUnits[$0].tokens.upperBound }),
        before >= from
      {
        left.insert(right.tokens[unit.tokens], at: before)
        leftTo += unit.tokens.count
      } else if borrowed > place, let unit = steps[borrowed].left.map({ leftUnits[$0] }),
        let before = steps[borrowed - 1].right.map({ rightUnits[$0].tokens.upperBound })
      {
        right.insert(left.tokens[unit.tokens], at: before)
      }
    }
    keepUnheardBeginning(steps, from: from, leftUnits, rightUnits)
    joinedTo = rightFrom
  }

  /// Gives the right text what only the left chunk heard after the last word that both have, if by its times the right one has nothing there.
  private mutating func keepUnheardEnd(
    _ steps: [OverlapAlignment.Step], _ leftUnits: [MatchUnit], _ rightUnits: [MatchUnit]
  ) {
    guard left.quality != .estimated, right.quality != .estimated,
      let anchor = steps.lastIndex(where: \.isAnchor),
      let after = steps[anchor].right.map({ rightUnits[$0].tokens.upperBound })
    else { return }
    let run = steps[(anchor + 1)...].compactMap { $0.right == nil ? $0.left : nil }
    guard run.count == steps.count - 1 - anchor,
      let kept = Self.unheard(run.map { leftUnits[$0] }), let last = left.tokens[kept].last
    else { return }
    let next = after < right.tokens.count ? right.tokens[after].range.start : right.chunk.audio.end
    let room = next - right.tokens[after - 1].range.end
    guard next > last.middle, room >= Int64(kept.count) * Self.shortWord else { return }
    right.insert(left.tokens[kept], at: after)
  }

  /// The same for what only the right chunk heard before the first word that both have.
  private mutating func keepUnheardBeginning(
    _ steps: [OverlapAlignment.Step], from: Int, _ leftUnits: [MatchUnit],
    _ rightUnits: [MatchUnit]
  ) {
    guard left.quality != .estimated, right.quality != .estimated,
      let anchor = steps.firstIndex(where: \.isAnchor),
      let before = steps[anchor].left.map({ leftUnits[$0].tokens.lowerBound }),
      before >= from, before < leftTo
    else { return }
    let run = steps[..<anchor].compactMap { $0.left == nil ? $0.right : nil }
    guard run.count == anchor, let kept = Self.unheard(run.map { rightUnits[$0] }),
      let first = right.tokens[kept].first
    else { return }
    let last = before > 0 ? left.tokens[before - 1].range.end : left.chunk.audio.start
    let room = left.tokens[before].range.start - last
    guard last < first.middle, room >= Int64(kept.count) * Self.shortWord else { return }
    left.insert(right.tokens[kept], at: before)
    leftTo += kept.count
  }

  /// The tokens of words that only one chunk has; `nil` if it is a single one near the chunk's edge, where words are heard wrongly.
  private static func unheard(_ run: [MatchUnit]) -> Range<Int>? {
    guard let first = run.first, let last = run.last else { return nil }
    guard run.count > 1 || first.edgeDistance > CutChoice.garbledReach else { return nil }
    return first.tokens.lowerBound..<last.tokens.upperBound
  }

  /// Finds out which segments the cut goes through, and what the other side knows of their ends.
  private mutating func joinSegments() {
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
  private mutating func shareOut(at cut: Int64, from: Int) {
    let from = min(from, left.tokens.count)
    let pairs = Self.pairs(left.tokens[from...], right.tokens[...])
    let leftCut = left.tokens[from...].firstIndex { $0.middle >= cut } ?? left.tokens.count
    let rightCut = right.tokens.firstIndex { $0.middle >= cut } ?? right.tokens.count
    leftTo = left.tokens.indices[leftCut...].last { pairs[$0] == nil }.map { $0 + 1 } ?? leftCut
    let said = Set((from..<leftTo).compactMap { pairs[$0] })
    rightFrom = right.tokens.indices[..<rightCut].first { !said.contains($0) } ?? rightCut
    right.remove(said.filter { $0 >= rightFrom })
    joinedTo = rightFrom
  }

  /// Words of the two texts that were said at the same time, by the place of the left one: each vouches for one.
  private static func pairs(
    _ left: ArraySlice<Token>, _ right: ArraySlice<Token>
  ) -> [Int: Int] {
    var pairs: [Int: Int] = [:]
    var next = right.startIndex
    for (place, token) in zip(left.indices, left) {
      while next < right.endIndex, right[next].middle < token.middle - sameTime { next += 1 }
      guard next < right.endIndex, right[next].middle <= token.middle + sameTime else { continue }
      pairs[place] = next
      next += 1
    }
    return pairs
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
  /// The seam next to a chunk that could not be transcribed.
  init(gapAt chunk: Chunk) {
    self.init(
      chunk: chunk.index, position: chunk.owned.start, kind: chunk.seam ?? .pause, method: .gap,
      anchors: 0, confidence: SeamConfidence.without(.gap))
  }

  init(chunk: Chunk, resolution: SeamResolution) {
    self.init(
      chunk: chunk.index, position: chunk.owned.start, kind: chunk.seam ?? .pause,
      method: resolution.method, anchors: resolution.anchors, confidence: resolution.confidence)
  }
}

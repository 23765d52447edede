/// Cuts a recording into chunks while it is still being heard.
///
/// # Note: How a plan is made
///
/// Each decision looks at a bounded stretch: from the last cut to one chunk length plus a look-ahead. Over all
/// candidates in it (`CutFinder`) a shortest path is found, where a chunk costs 1 and a cut costs what it
/// damages; so a slightly shorter chunk that ends in a good pause wins over a full one that ends inside a word.
/// Only the first cut of the path is kept, then the next decision starts there. At the end of the
/// recording the whole path is kept.
///
/// A decision for a chunk that starts at frame p uses exactly the frames up to p + horizon, never more, even if more
/// have arrived. So the plan does not depend on the sizes of the blocks that samples come in, and
/// cuts are final as soon as they are made.
public struct Planner: Sendable {
  var rules: PlanRules
  var level = SpeechLevel()
  /// The last cut, which is where the next chunk's owned range starts.
  var start: CutCandidate?
  var next = 0
  var isFinished = false
  /// No cut lies before this position, nor after the next: a chunk that is sent already reaches as far.
  var earliestCut: Int64 = 0
  var latestCut: Int64 = .max
  /// Where the first chunk starts, in envelope frames.
  let origin: Int

  /// Look-ahead beyond one chunk, in frames, at the most (2 min): more would delay the first upload
  /// under long limits and change little.
  private static let longestLookAhead = 12_000

  /// A planner for the given rules.
  ///
  /// - Parameter start: Where the first chunk starts, in samples: a whole number of envelope frames.
  public init(rules: PlanRules, start: Int64 = 0) {
    self.rules = rules
    origin = Int(max(0, start) / Timeline.frameLength)
  }

  /// The chunks that a whole envelope gives.
  ///
  /// - Parameters:
  ///   - envelope: The recording's envelope.
  ///   - length: The recording's exact length in samples.
  public static func plan(
    envelope: Envelope, length: Int64, rules: PlanRules, start: Int64 = 0
  ) -> [Chunk] {
    var planner = Planner(rules: rules, start: start)
    return planner.advance(envelope: envelope) + planner.finish(envelope: envelope, length: length)
  }

  /// The chunks that have become final with what has been heard so far.
  ///
  /// - Parameter envelope: The recording's envelope up to now; it only ever grows between calls.
  public mutating func advance(envelope: Envelope) -> [Chunk] {
    var chunks: [Chunk] = []
    while !isFinished, envelope.levels.count >= startFrame + horizon {
      let end = startFrame + horizon
      hear(envelope, upTo: end)
      let path = shortestPath(in: startFrame..<end, of: envelope, end: nil)
      guard let cut = path.first else { break }
      chunks.append(chunk(upTo: cut))
    }
    return chunks
  }

  /// The last chunks, once the recording has ended.
  ///
  /// - Parameters:
  ///   - envelope: The whole envelope.
  ///   - length: The exact length of the recording in samples.
  public mutating func finish(envelope: Envelope, length: Int64) -> [Chunk] {
    finish(envelope: envelope, end: End(position: length, after: 0))
  }

  /// Where planning ends.
  struct End {
    /// Where the last chunk's owned range ends, in samples.
    var position: Int64
    /// How far its audio reaches beyond that: 0 at the end of the recording.
    var after: Int64
  }

  mutating func finish(envelope: Envelope, end: End) -> [Chunk] {
    guard !isFinished else { return [] }
    var chunks = advance(envelope: envelope)
    isFinished = true
    guard end.position > position else { return chunks }
    let frames = envelope.levels.count
    hear(envelope, upTo: frames)
    for cut in shortestPath(
      in: startFrame..<max(startFrame, frames), of: envelope, end: end)
    {
      chunks.append(chunk(upTo: cut))
    }
    chunks.append(lastChunk(upTo: end))
    return chunks
  }

  private var startFrame: Int { start?.frame ?? origin }

  /// Where the next chunk's owned range starts, in samples.
  private var position: Int64 { start?.position ?? Int64(origin) * Timeline.frameLength }

  private var longestFrames: Int { Int(rules.longest / Timeline.frameLength) }

  private var horizon: Int { longestFrames + min(longestFrames, Self.longestLookAhead) }

  private mutating func hear(_ envelope: Envelope, upTo end: Int) {
    while level.heard < end { level.hear(envelope.levels[level.heard]) }
  }

  private mutating func chunk(upTo cut: CutCandidate) -> Chunk {
    let owned = TimelineRange(position, cut.position)
    let audio = TimelineRange(owned.start - (start?.before ?? 0), cut.position + cut.after)
    defer {
      start = cut
      next += 1
    }
    return Chunk(index: next, audio: audio, owned: owned, seam: start?.seam)
  }

  private mutating func lastChunk(upTo end: End) -> Chunk {
    let owned = TimelineRange(position, end.position)
    let last = end.position + end.after
    let wanted = owned.start - (start?.before ?? 0)
    let earliest = Int64(origin) * Timeline.frameLength
    let audio = TimelineRange(max(earliest, min(wanted, last - rules.shortest)), last)
    defer { next += 1 }
    // Reaching back beyond a pause means that words are in both chunks.
    let seam = audio.start < wanted && start?.seam == .pause ? .valley : start?.seam
    return Chunk(index: next, audio: audio, owned: owned, seam: seam)
  }

  /// The cheapest cuts after `start`; the path ends at the end of the recording or, where that is not in sight,
  /// anywhere in the look-ahead, with what is left to cover charged in proportion.
  private func shortestPath(
    in range: Range<Int>, of envelope: Envelope, end: End?
  ) -> [CutCandidate] {
    let origin =
      start ?? CutCandidate(frame: origin, seam: .pause, before: 0, after: 0, cost: 0)
    if let end, end.position + end.after - origin.position + origin.before <= rules.longest {
      return []
    }
    let finder = CutFinder(rules: rules, thresholds: level.thresholds)
    let nodes =
      [origin]
      + finder.candidates(in: range, of: envelope.levels).filter {
        $0.position >= earliestCut && $0.position <= latestCut
      }
    var best = [Double](repeating: .infinity, count: nodes.count)
    var previous = [Int](repeating: 0, count: nodes.count)
    best[0] = 0
    var cheapest: (cost: Double, node: Int) = (.infinity, 0)
    // Two overlaps must not run into each other inside one chunk.
    let shortestOwned = max(rules.forcedOverlap, Timeline.frameLength)
    var first = 0
    for node in nodes.indices {
      if node > 0 {
        while first < node, nodes[node].position - nodes[first].position > rules.longest {
          first += 1
        }
        for from in first..<node where best[from] < .infinity {
          let owned = nodes[node].position - nodes[from].position
          guard owned >= shortestOwned,
            owned + nodes[from].before + nodes[node].after <= rules.longest
          else { continue }
          let cost = best[from] + 1 + nodes[node].cost
          if cost < best[node] {
            best[node] = cost
            previous[node] = from
          }
        }
      }
      guard best[node] < .infinity else { continue }
      if let remaining = remainingCost(
        after: nodes[node], in: range, end: end),
        best[node] + remaining < cheapest.cost, end != nil || node > 0
      {
        cheapest = (best[node] + remaining, node)
      }
    }
    var path: [CutCandidate] = []
    var node = cheapest.node
    while node > 0 {
      path.append(nodes[node])
      node = previous[node]
    }
    return path.reversed()
  }

  /// What covering the rest costs, in chunks; `nil` where a path cannot end.
  private func remainingCost(
    after cut: CutCandidate, in range: Range<Int>, end: End?
  ) -> Double? {
    if let end {
      let rest = end.position - cut.position
      return rest > 0 && rest + end.after + cut.before <= rules.longest ? 1 : nil
    }
    // Chunks are rarely filled to the brim, so the rest is charged a tenth more than its share.
    return 1.1 * Double(range.upperBound - cut.frame) / Double(longestFrames)
  }
}

/// A place where the recording could be cut.
package struct CutCandidate: Sendable, Hashable, Codable {
  /// The first envelope frame after the cut.
  package var frame: Int
  /// What the cut goes through.
  package var seam: Seam
  /// How far the chunk after the cut reaches before it, in samples.
  package var before: Int64
  /// How far the chunk before the cut reaches beyond it, in samples.
  package var after: Int64
  /// What the cut costs, in chunks: 1 means as bad as one more call.
  package var cost: Double

  /// The position of the cut in samples.
  package var position: Int64 { Int64(frame) * Timeline.frameLength }
}

/// Finds the places worth considering: the best pauses and the deepest dip of each short stretch.
///
/// Looking at the best few of each stretch keeps the number of candidates near 200 a horizon, whatever the limits
/// are, and guarantees that wherever a cut is needed there is one to take.
package struct CutFinder: Sendable {
  let rules: PlanRules
  let thresholds: SpeechLevel.Thresholds

  /// Shortest run of quiet frames that counts as a pause (0.2 s).
  static let shortestPause = 20
  /// Pauses at least this long (0.8 s) are as good as any.
  static let goodPause = 80
  /// Frames at a pause's ends that no second chunk reaches into (40 ms): words fade out below any threshold.
  static let guardFrames = 4
  /// Pauses kept in each stretch.
  static let pausesKept = 2
  /// Loudness up to which a dip is a valley; above it the cut is forced through speech.
  static let valleyLoudness = 0.75
  /// Frames over which loudness is averaged for dips, on each side (0.15 s in all).
  static let smoothing = 7

  /// Length of a stretch in frames.
  var stretch: Int { max(1, Int(rules.longest / Timeline.frameLength / 64)) }

  /// Candidates strictly inside a range of frames, in order.
  package func candidates(in range: Range<Int>, of levels: [UInt8]) -> [CutCandidate] {
    guard !range.isEmpty else { return [] }
    var buckets = [[CutCandidate]](
      repeating: [], count: range.isEmpty ? 0 : (range.count - 1) / stretch + 1)
    for pause in pauses(in: range, of: levels) where pause.frame > range.lowerBound {
      buckets[(pause.frame - range.lowerBound) / stretch].append(pause)
    }
    let dips = dips(in: range, of: levels)
    return buckets.indices.flatMap { index in
      var kept = buckets[index].sorted { ($0.cost, $0.frame) < ($1.cost, $1.frame) }
        .prefix(Self.pausesKept).map { $0 }
      if let dip = dips[index], !kept.contains(where: { $0.frame == dip.frame }) {
        kept.append(dip)
      }
      return kept.sorted { $0.frame < $1.frame }
    }
  }

  private func pauses(in range: Range<Int>, of levels: [UInt8]) -> [CutCandidate] {
    var found: [CutCandidate] = []
    var start = range.lowerBound
    for frame in range.lowerBound...range.upperBound {
      if frame < range.upperBound, Int(levels[frame]) <= thresholds.pause { continue }
      if frame - start >= Self.shortestPause { found.append(pause(start..<frame)) }
      start = frame + 1
    }
    return found
  }

  private func pause(_ run: Range<Int>) -> CutCandidate {
    let middle = (run.lowerBound + run.upperBound) / 2
    let reach = rules.reach(.pause)
    let shortness = max(0, 1 - Double(run.count) / Double(Self.goodPause))
    return CutCandidate(
      frame: middle, seam: .pause,
      before: min(reach, Int64(middle - run.lowerBound - Self.guardFrames) * Timeline.frameLength),
      after: min(reach, Int64(run.upperBound - middle - Self.guardFrames) * Timeline.frameLength),
      cost: 0.05 + 0.4 * shortness)
  }

  /// The quietest smoothed frame of each stretch.
  private func dips(in range: Range<Int>, of levels: [UInt8]) -> [CutCandidate?] {
    var best: [(sum: Int, frame: Int)?] = Array(
      repeating: nil, count: range.isEmpty ? 0 : (range.count - 1) / stretch + 1)
    let width = 2 * Self.smoothing + 1
    var sum = 0
    for frame in range.lowerBound - Self.smoothing..<range.lowerBound + Self.smoothing {
      sum += level(frame, levels, range)
    }
    for frame in range {
      sum += level(frame + Self.smoothing, levels, range)
      let bucket = (frame - range.lowerBound) / stretch
      if frame > range.lowerBound, best[bucket].map({ sum < $0.sum }) ?? true {
        best[bucket] = (sum, frame)
      }
      sum -= level(frame - Self.smoothing, levels, range)
    }
    return best.map { entry in
      entry.map {
        dip(frame: $0.frame, loudness: thresholds.loudness(Double($0.sum) / Double(width)))
      }
    }
  }

  /// A level, with the range's edge repeated outside of it.
  private func level(_ frame: Int, _ levels: [UInt8], _ range: Range<Int>) -> Int {
    Int(levels[min(max(frame, range.lowerBound), range.upperBound - 1)])
  }

  private func dip(frame: Int, loudness: Double) -> CutCandidate {
    let seam: Seam = loudness <= Self.valleyLoudness ? .valley : .forced
    let reach = rules.reach(seam)
    let base = seam == .valley ? 1.0 : 2.5
    return CutCandidate(
      frame: frame, seam: seam, before: reach, after: reach,
      cost: base + min(1.5, max(0, loudness)))
  }
}

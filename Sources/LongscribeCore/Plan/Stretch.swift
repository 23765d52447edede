/// Neighbouring chunks that are planned again, between others that stay as they are.
package struct Stretch: Sendable, Hashable {
  /// What its chunks answer for, together.
  let owned: TimelineRange
  /// What they sent, together.
  let audio: TimelineRange
  /// How it meets the chunk before it; `nil` at the start of the recording.
  let seam: Seam?
  /// How it meets the chunk after it, as far as that one is planned.
  let nextSeam: Seam?
  /// Where the audio of the chunk before it ends.
  let leftEnd: Int64
  /// Where the audio of the chunk after it starts.
  let rightStart: Int64

  /// The stretch of some chunks.
  ///
  /// - Parameters:
  ///   - first: The first chunk that is planned again.
  ///   - last: The last one; the same where it is only one.
  ///   - left: The chunk before the first, if there is one.
  ///   - right: The chunk after the last, if it is planned.
  package init(from first: Chunk, to last: Chunk, left: Chunk?, right: Chunk?) {
    owned = TimelineRange(first.owned.start, last.owned.end)
    audio = TimelineRange(first.audio.start, last.audio.end)
    seam = first.seam
    nextSeam = right?.seam
    leftEnd = max(owned.start, left?.audio.end ?? 0)
    rightStart = min(owned.end, right?.audio.start ?? .max)
  }
}

extension Planner {
  /// Part of a chunk, measured from a neighbour, in which no cut is made because the neighbour's audio reaches into it. With a
  /// quarter on either side there is always room for a cut between them.
  private static let clearShare: Int64 = 4

  /// What is known of the next chunk: where it starts. `nil` if nothing is.
  var upcoming: Chunk? {
    guard !isFinished, let start else { return nil }
    let range = TimelineRange(start.position - start.before, start.position)
    return Chunk(
      index: 0, audio: range, owned: TimelineRange(range.end, range.end), seam: start.seam)
  }

  /// This planner with other rules: it goes on where it is or, if a stretch up to there is given up, at the stretch's start.
  ///
  /// What it has heard is forgotten and heard again: so its cuts follow from where it starts, not from when it was told.
  package func restarted(by rules: PlanRules, at stretch: Stretch? = nil) -> Planner {
    var planner = Planner(rules: rules, start: Int64(origin) * Timeline.frameLength)
    guard let stretch else {
      planner.start = start
      if let start { planner.start?.before = min(start.before, rules.reach(start.seam)) }
      return planner
    }
    planner.start = stretch.seam.map { seam in
      CutCandidate(
        frame: Int(stretch.owned.start / Timeline.frameLength), seam: seam,
        // A seam that was wide under long limits may be too wide now.
        before: min(stretch.owned.start - stretch.audio.start, rules.reach(seam)), after: 0, cost: 0
      )
    }
    planner.earliestCut = min(
      stretch.leftEnd, stretch.owned.start + rules.longest / Self.clearShare)
    return planner
  }

  /// The chunks that a stretch gives by other rules. Their outer seams are those that it had, so what lies next to it need not change.
  package func chunks(of stretch: Stretch, by rules: PlanRules, envelope: Envelope) -> [Chunk] {
    var planner = restarted(by: rules, at: stretch)
    planner.latestCut = max(
      stretch.rightStart, stretch.owned.end - rules.longest / Self.clearShare)
    let frames = stretch.owned.frames(upTo: envelope.levels.count).upperBound
    let after = min(
      stretch.audio.end - stretch.owned.end, rules.reach(stretch.nextSeam ?? .forced))
    return planner.finish(
      envelope: Envelope(levels: Array(envelope.levels.prefix(frames))),
      end: End(position: stretch.owned.end, after: after))
  }
}

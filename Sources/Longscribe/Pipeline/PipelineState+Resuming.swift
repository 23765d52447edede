import LongscribeMedia

/// Going on with a job that an earlier run has begun.
///
/// # Note: What a resumed run hears
///
/// Answers and plan are in the journal, the samples are not: a recording of which something is missing is decoded again, which costs a second
/// an hour, and nothing that has an answer is rendered or sent. Its envelope is in the journal too, and that one counts, because
/// the plan was made by it. What is heard now has to agree with it, or the file is not what it was.
extension PipelineState {
  /// Levels that lie further apart than this (2 dB) are not the same sound decoded by another processor.
  private static let tolerance = 2 * Envelope.stepsPerDecibel
  /// Levels up to here (-90 dBFS) are what dithering leaves, which decoders may do as they like.
  private static let nothing: UInt8 = 60
  /// Frames that may differ (half a second) before the file counts as another one.
  private static let mostChanged = 50

  /// Tells the frontier what is known, and asks for what is missing as far as its samples are there.
  mutating func resume(report: Reporter) -> [Scheduler.Action] {
    guard let resumed else { return [] }
    self.resumed = nil
    report(.resumed(resumed))
    // With the whole envelope it is known at once which chunks are silent.
    if record.length != nil { _ = gate.finish(envelope: record.envelope) }
    for index in record.withdrawRepairs() { settle(index, .replanned) }
    let plan = record.plan
    var actions: [Scheduler.Action] = []
    for chunk in plan { actions += tell(.planned(chunk), report: report) }
    for chunk in record.repairs {
      actions += tell(.repairing(chunk), report: report)
    }
    for (index, outcome) in record.outcomes.sorted(by: { $0.key < $1.key }) {
      actions += tell(.settled(index, outcome), report: report)
    }
    if let length = record.length {
      actions += tell(.planComplete(length: length), report: report)
    }
    unheard += plan.filter { record.outcomes[$0.index] == nil }
    return actions
  }

  /// Whether a chunk's samples can be rendered.
  func isHeard(_ chunk: Chunk) -> Bool {
    // Whether the recording may go out as it is, is known at its end.
    listened != nil
      || record.originalBytes == nil
        && Int64(heardFrames) * Timeline.frameLength >= chunk.audio.end
  }

  /// Takes the next levels of the recording.
  mutating func hear(
    _ levels: [UInt8], report: Reporter
  ) -> Result<[Scheduler.Action], TranscriptionError> {
    let known = record.envelope.levels.dropFirst(heardFrames).prefix(levels.count)
    for (now, before) in zip(levels, known)
    where max(now, before) > Self.nothing && abs(Int(now) - Int(before)) > Self.tolerance {
      changedFrames += 1
    }
    guard changedFrames <= Self.mostChanged else {
      return .failure(.media(MediaError(.changed, file: file.displayName)))
    }
    record.envelope.levels += levels.dropFirst(known.count)
    heardFrames += levels.count
    report(.heard(samples: Int64(heardFrames) * Timeline.frameLength))
    var actions = admitHeard(report: report)
    if record.length == nil, !isStopping {
      actions += add(planner.advance(envelope: record.envelope), report: report)
    }
    return .success(actions)
  }

  /// Sends chunks of an earlier plan whose samples have come.
  mutating func admitHeard(report: Reporter) -> [Scheduler.Action] {
    guard !unheard.isEmpty else { return [] }
    var actions: [Scheduler.Action] = []
    let waiting = unheard
    unheard = waiting.filter { !isHeard($0) }
    for chunk in waiting where isHeard(chunk) && record.outcomes[chunk.index] == nil {
      if chunk.repairs != nil {
        actions += schedule(
          .ready(chunk: chunk.index, position: chunk.owned.start, isExtra: true), report: report)
      } else {
        actions += admit(chunk, gate.judge(chunk, envelope: record.envelope), report: report)
      }
    }
    return actions
  }
}

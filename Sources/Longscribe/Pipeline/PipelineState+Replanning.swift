extension PipelineState {
  /// So many chunks in a row that are too much and cannot be made smaller mean that no chunk will be accepted: ten hours of them would
  /// be refused the same way.
  private static let mostHopelessInARow = 3

  /// Plans a refused chunk again, or gives it up where that cannot help.
  mutating func replan(
    _ index: Int, after failure: RecognitionFailure, report: Reporter
  ) -> [Scheduler.Action] {
    let replanning: Replanning
    do throws(RecognitionFailure) {
      let scheduler = scheduler
      replanning = try record.planAgain(
        index, after: failure, wishes: wishes, planner: &planner,
        isInFlight: scheduler.isInFlight)
    } catch {
      var last = error
      hopelessInARow += 1
      last.affectsAllChunks = hopelessInARow >= Self.mostHopelessInARow
      return schedule(.failed(chunk: index, last, jitter: 0), report: report)
    }
    original = nil
    gate.withdraw(replanning.removed)
    for index in replanning.removed { settle(index, .replanned) }
    unheard.removeAll { replanning.removed.contains($0.index) }
    var actions = tell(.replanned(replanning.removed, replanning.added), report: report)
    report(.replanned(replanning))
    for chunk in replanning.added {
      report(.planned(chunk))
      actions += admit(
        chunk, gate.judge(chunk, envelope: record.envelope), report: report)
    }
    return actions + schedule(.withdrawn(replanning.removed), report: report)
  }
}

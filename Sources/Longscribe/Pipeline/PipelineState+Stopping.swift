/// Ending early, and in good order.
extension PipelineState {
  /// Begins no further call. What has been planned beyond what is kept goes into this run's transcript only, as gaps.
  mutating func stop(report: Reporter) -> [Scheduler.Action] {
    guard !isStopping else { return [] }
    keep(isLast: true)
    isStopping = true
    return schedule(.stopped(.interrupted), report: report)
  }
}

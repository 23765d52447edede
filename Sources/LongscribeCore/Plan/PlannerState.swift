/// Where a planner stands, without what it can hear again in the envelope: so a plan that was broken off goes on as it would have.
public struct PlannerState: Sendable, Hashable, Codable {
  let rules: PlanRules
  let start: CutCandidate?
  let next: Int
  let isFinished: Bool
  let earliestCut: Int64
  let latestCut: Int64
  let origin: Int
  /// Frames of the envelope that it has heard.
  let heard: Int
}

extension Planner {
  /// Where this planner stands.
  package var state: PlannerState {
    PlannerState(
      rules: rules, start: start, next: next, isFinished: isFinished, earliestCut: earliestCut,
      latestCut: latestCut, origin: origin, heard: level.heard)
  }

  /// A planner that goes on from a state.
  ///
  /// - Parameter envelope: The recording's loudness, at least as far as it had been heard; `nil` is returned if it is shorter.
  package init?(_ state: PlannerState, envelope: Envelope) {
    guard envelope.levels.count >= state.heard else { return nil }
    self.init(rules: state.rules, start: Int64(state.origin) * Timeline.frameLength)
    start = state.start
    next = state.next
    isFinished = state.isFinished
    earliestCut = state.earliestCut
    latestCut = state.latestCut
    level = SpeechLevel(envelope.levels[..<state.heard])
  }
}

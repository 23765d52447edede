extension JobRecord {
  /// What to tell the user about the way in which the recording was sent.
  public var warnings: [String] {
    epochs.indices.compactMap(replanWarning) + [chargeWarning, silenceWarning].compactMap { $0 }
      + answerNotes
  }

  /// What recognisers noted about their answers, each once.
  private var answerNotes: [String] {
    var notes: Set<String> = []
    for case .answered(let answer) in outcomes.values { notes.formUnion(answer.notes) }
    return notes.sorted()
  }

  /// What to tell the user about calls whose fate is unknown; `nil` if there were none.
  public var chargeWarning: String? {
    guard callsOfUnknownFate > 0 else { return nil }
    let calls = callsOfUnknownFate == 1 ? "1 call" : "\(callsOfUnknownFate) calls"
    return "\(calls) failed after being sent; the service may have charged for them"
  }

  /// What to tell the user about a recording without speech; `nil` if there may be some.
  public var silenceWarning: String? {
    isSilent ? "nobody speaks in it, so nothing is sent" : nil
  }

  /// What is not sent, in short; `nil` if all is.
  public var silenceNote: String? {
    let count = plan.count - sentPlan.count
    guard count > 0 else { return nil }
    let chunks = count == 1 ? "1 chunk is silent and is" : "\(count) chunks are silent and are"
    return "\(chunks) not sent: \(silence.map(TimeText.range).joined(separator: ", "))"
  }

  /// What to tell the user about an epoch; `nil` for the first.
  package func replanWarning(_ epoch: Int) -> String? {
    guard epoch > 0, epochs.indices.contains(epoch), let cause = epochs[epoch].cause,
      let limits = epochs[epoch].limits, let before = epochs[epoch - 1].limits
    else { return nil }
    let longest = TimeText.short(epochs[epoch].rules.longest)
    return
      "\(Self.lesson(cause, limits, before, refused: chunks[cause.chunk])); planned again from "
      + "\(TimeText.coarse(cause.start)) in chunks of at most \(longest); "
      + "--chunk-length avoids the refused calls"
  }

  private static func lesson(
    _ cause: PlanEpoch.Cause, _ limits: ServiceLimits, _ before: ServiceLimits, refused: Chunk
  ) -> String {
    let isNamed = cause.failure.learnt?.isEmpty == false
    let sent = TimeText.short(refused.audio.length)
    if limits.maximumSamples < before.maximumSamples {
      guard isNamed else { return "the service refused a chunk of \(sent) as too long" }
      // Where no limit was known, there is none that is wrong.
      let isKnown = before.maximumSamples < ServiceLimits.unlimited
      let than = isKnown ? ", not \(TimeText.short(before.maximumSamples))" : ""
      return "the service takes at most \(TimeText.short(limits.maximumSamples))\(than)"
    }
    if limits.maximumBytes < before.maximumBytes {
      let (now, once) = (limits.maximumBytes, before.maximumBytes)
      let than = once == .max ? "" : ", not \(once / 1000) kB"
      return isNamed
        ? "the service takes at most \(now / 1000) kB\(than)"
        : "the service refused a chunk of \(sent) as too large"
    }
    return "the service refused the recording as it is"
  }
}

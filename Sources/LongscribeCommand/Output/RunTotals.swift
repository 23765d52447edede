import Longscribe

/// What a run has cost.
struct RunTotals {
  /// Calls made.
  var calls = 0
  /// Answers that were in the journal.
  var reused = 0
  /// Audio in calls that were charged, or may have been, in samples.
  var billedSamples: Int64 = 0
  /// Calls that may have been charged although there is no answer.
  var callsOfUnknownFate = 0
  /// What was charged, or may have been, as a rate counts it.
  var charged = CallUsage.none

  /// Recordings that have a transcript.
  var delivered = 0

  init() {}

  /// What a recording has cost that gave no transcript.
  init(failed progress: ProgressReporter) {
    charged = progress.usage
    calls = progress.calls
    billedSamples = charged.billedSamples
    callsOfUnknownFate = progress.callsOfUnknownFate
  }

  /// What is new in a record since an earlier run.
  init(_ record: JobRecord, after earlier: JobRecord?, reused: Int, charged: CallUsage) {
    calls = record.calls - (earlier?.calls ?? 0)
    self.reused = reused + (earlier?.answered ?? 0)
    billedSamples = record.billedSamples - (earlier?.billedSamples ?? 0)
    callsOfUnknownFate = record.callsOfUnknownFate - (earlier?.callsOfUnknownFate ?? 0)
    self.charged = charged
    delivered = 1
  }

  static func + (left: RunTotals, right: RunTotals) -> RunTotals {
    var sum = left
    sum.calls += right.calls
    sum.reused += right.reused
    sum.billedSamples += right.billedSamples
    sum.callsOfUnknownFate += right.callsOfUnknownFate
    sum.charged = sum.charged + right.charged
    sum.delivered += right.delivered
    return sum
  }

  /// The totals in a few words.
  ///
  /// - Parameter rate: What calls cost; `nil` where it is not known.
  func text(at rate: CallRate?) -> String {
    var parts = [calls == 1 ? "1 call" : "\(calls) calls"]
    if reused > 0 {
      parts.append(reused == 1 ? "1 answer kept from before" : "\(reused) answers kept from before")
    }
    if billedSamples > 0 { parts.append("\(TimeText.short(billedSamples)) charged") }
    if let rate, !rate.isFree, charged.calls > 0 { parts.append(rate.text(of: charged)) }
    if callsOfUnknownFate > 0 {
      parts.append(
        callsOfUnknownFate == 1
          ? "1 call of unknown fate" : "\(callsOfUnknownFate) calls of unknown fate")
    }
    return parts.joined(separator: ", ")
  }
}

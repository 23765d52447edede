import Longscribe
import LongscribeTerminal

/// What a run has cost: its own calls, and no earlier run's.
struct RunTotals {
  /// Calls made.
  var calls = 0
  /// Answers that were in the journal.
  var reused = 0
  /// What was charged, or may have been, as the service counts it.
  var charged = CallUsage.none
  /// Calls that may have been charged although there is no answer.
  var callsOfUnknownFate = 0
  /// Such calls of runs that ended before they knew.
  var abandoned = 0
  /// Recordings that have a transcript.
  var delivered = 0

  init() {}

  /// What a recording has cost so far, whether it has a transcript or not.
  init(_ progress: TranscriptionProgress) {
    calls = progress.calls
    charged = progress.usage
    callsOfUnknownFate = progress.callsOfUnknownFate
  }

  /// What a recording has cost that has a transcript.
  ///
  /// - Parameters:
  ///   - record: All that is known of it.
  ///   - earlier: What an earlier run has left; `nil` if there was none.
  ///   - reused: Answers that were in the journal though that record did not have them.
  init(
    _ progress: TranscriptionProgress, _ record: JobRecord, after earlier: JobRecord?, reused: Int
  ) {
    self.init(progress)
    self.reused = reused + (earlier?.answered ?? 0)
    let unknown = record.callsOfUnknownFate - (earlier?.callsOfUnknownFate ?? 0)
    abandoned = max(0, unknown - callsOfUnknownFate)
    delivered = 1
  }

  static func + (left: RunTotals, right: RunTotals) -> RunTotals {
    var sum = left
    sum.calls += right.calls
    sum.reused += right.reused
    sum.charged = sum.charged + right.charged
    sum.callsOfUnknownFate += right.callsOfUnknownFate
    sum.abandoned += right.abandoned
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
    if charged.billedSamples > 0 {
      parts.append("\(TimeText.short(charged.billedSamples)) charged")
    }
    if let rate, !rate.isFree, charged.calls > 0 { parts.append(rate.text(of: charged)) }
    if callsOfUnknownFate > 0 {
      parts.append(
        callsOfUnknownFate == 1
          ? "1 call of unknown fate" : "\(callsOfUnknownFate) calls of unknown fate")
    }
    if abandoned > 0 {
      parts.append(
        abandoned == 1
          ? "besides 1 call of an earlier run that may have been charged"
          : "besides \(abandoned) calls of an earlier run that may have been charged")
    }
    return parts.joined(separator: ", ")
  }
}

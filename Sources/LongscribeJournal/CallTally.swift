import LongscribeCore

/// A job's calls that were charged, or may have been, as they stand in the journal one by one.
struct CallTally {
  /// The audio of each, in samples.
  var samples: [Int64] = []
  /// How many of them may have been charged although there is no answer.
  var unknown = 0
}

extension JobRecord {
  /// Counts calls that a run had no time to count, because it was killed, so that no charge is missing; calls that were refused for nothing may be.
  /// Those of long ago may be gone from the journal, so what the record knows already stays.
  mutating func count(_ tally: CallTally) {
    calls = max(calls, tally.samples.count)
    callsOfUnknownFate = max(callsOfUnknownFate, tally.unknown)
    // What stays on this machine costs nothing.
    guard recognizer.host != nil else { return }
    let metering = epochs.last?.limits?.metering ?? .exact
    let billed = tally.samples.reduce(Int64(0)) { $0.saturatingSum(metering.billed($1)) }
    billedSamples = max(billedSamples, billed)
  }
}

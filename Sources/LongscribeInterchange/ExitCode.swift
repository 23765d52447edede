package import Longscribe

/// What became of a piece of work, as a number: the exit status of the command line, and what the functions of the C interface return.
package enum ExitCode: Int32, Encodable, CaseIterable, Sendable {
  case success = 0
  case unexpected = 1
  /// Delivered in part: an input failed, or a gap remains, or speech that no text covers.
  case partial = 3
  /// Key, permission, balance or configuration.
  case configuration = 4
  /// The service kept failing and an input got no text.
  case service = 5
  /// A bound that the user set on cost, calls or audio kept calls from being made.
  case budget = 8
  case usage = 64
  /// Not readable as media.
  case media = 65
  case noInput = 66
  case cannotWrite = 73
  case interrupted = 130
  case terminated = 143

  /// The status of a run from what became of each input.
  ///
  /// If nothing was delivered and one reason explains all failures, it is that reason; whatever is delivered in part is `.partial`. Where the
  /// budget ended the run and nothing else went wrong, it is `.budget` although recordings before were delivered: whoever sets a bound has to know
  /// that a higher one gives the rest.
  package static func of(_ outcomes: [ExitCode]) -> ExitCode {
    let failed = outcomes.filter { $0 != .success }
    guard let first = failed.first else { return .success }
    if failed.contains(.interrupted) { return .interrupted }
    if failed.contains(.unexpected) { return .unexpected }
    guard failed.count == outcomes.count || first == .budget, failed.allSatisfy({ $0 == first })
    else {
      return .partial
    }
    return first
  }

  /// The status of a recording that has a transcript, with or without gaps.
  ///
  /// Of the reasons why something may be missing the budget comes before all others that can leave a transcript, if it explains every gap.
  package static func of(_ transcript: Transcript) -> ExitCode {
    let gaps = transcript.gaps
    if gaps.contains(where: { $0.failure.code == .journalUnavailable }) { return .cannotWrite }
    guard !gaps.isEmpty else { return transcript.missing.isEmpty ? .success : .partial }
    return gaps.allSatisfy { $0.failure.code == .budgetReached } ? .budget : .partial
  }

  /// The status that an error stands for.
  package static func of(_ error: TranscriptionError) -> ExitCode {
    switch error {
    case .media(let error):
      switch error.code {
      case .notFound: .noInput
      case .storage, .exists, .notWritable: .cannotWrite
      case .tooLongForOne: .usage
      case .cancelled: .interrupted
      case .noSuchTrack, .noSuchChannel: .usage
      default: .media
      }
    case .plan: .usage
    case .noCommonFormat: .configuration
    case .recognition(let failure, _, _, _): of(failure)
    case .journal(let error): of(error)
    case .cancelled: .interrupted
    }
  }

  /// The status that a journal's error stands for.
  package static func of(_ error: JournalError) -> ExitCode {
    error.code == .newer ? .configuration : .cannotWrite
  }

  private static func of(_ failure: RecognitionFailure) -> ExitCode {
    switch failure.code {
    case .authentication, .permission, .quotaExhausted, .modelUnavailable, .redirected,
      .recognizerUnavailable:
      .configuration
    // A request that is wrong stays wrong: something has to be set otherwise.
    case .badParameter: .configuration
    case .tooLong, .tooLarge:
      failure.affectsAllChunks ? .configuration : .service
    case .audioUnavailable, .journalUnavailable: .cannotWrite
    case .budgetReached: .budget
    case .cancelled, .interrupted: .interrupted
    default: .service
    }
  }
}

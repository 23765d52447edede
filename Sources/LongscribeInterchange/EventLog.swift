package import Longscribe

/// The lines of one recording's events, in order, with its warnings among them. Pure: events in, lines out.
package struct EventLog: Sendable {
  private let file: String
  /// Warnings that have been told: decoding and transcript know some of the same.
  private var told: Set<String> = []

  /// - Parameter file: The recording, as it was named.
  package init(file: String) {
    self.file = file
  }

  /// The lines for an event; most are one, some are for other programs of no use.
  package mutating func lines(for event: TranscriptionEvent) -> [EventLine] {
    switch event {
    case .listened(let report): return warnings(report.warnings)
    case .finished(let transcript, _):
      return warnings(transcript.warnings) + [EventLine(event, file: file)].compactMap { $0 }
    case .replanned(let replanning):
      // Its own line tells it.
      if let message = replanning.message { _ = isNew(message) }
    default: break
    }
    return [EventLine(event, file: file)].compactMap { $0 }
  }

  /// Lines for the warnings that have not been told before.
  package mutating func warnings(_ warnings: [String]) -> [EventLine] {
    warnings.compactMap { isNew($0) ? EventLine(warning: $0, file: file) : nil }
  }

  /// Whether a warning has not been told before; from now on it has.
  package mutating func isNew(_ warning: String) -> Bool {
    told.insert(warning).inserted
  }
}

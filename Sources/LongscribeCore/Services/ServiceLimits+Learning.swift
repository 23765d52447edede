/// Audio that was sent, by what services count.
package struct SentAudio: Sendable, Hashable {
  /// Its length in samples of the timeline.
  package var samples: Int64
  /// The most bytes that its file has.
  package var bytes: Int64

  package init(samples: Int64, bytes: Int64) {
    self.samples = samples
    self.bytes = bytes
  }
}

extension ServiceLimits {
  /// What follows from a refusal for length or size.
  package enum Lesson: Sendable, Hashable {
    /// Nothing new: what was refused is more than these limits allow, so it was sent before they were known.
    case known
    /// The limits are smaller than was believed.
    case smaller(ServiceLimits)
    /// The service names limits that what it refused is within.
    case contradiction
  }

  /// Share of what was refused that is tried next where the service names no limit: half, so that the truth is found in few refusals and
  /// missed by no more than half.
  static let unnamedShare: Int64 = 2
  /// Kept below a limit in seconds that a service names, if its own margin is not larger (1 s): services measure a little more than
  /// was cut.
  static let learntMargin = Timeline.sampleRate
  /// No margin takes more of a limit than this share of it.
  static let marginShare: Int64 = 8

  /// Whether audio is within the limits, with their margins.
  package func accept(_ sent: SentAudio) -> Bool {
    sent.samples <= maximumSamples - marginSamples && sent.bytes <= maximumFileBytes
  }

  /// What a refusal teaches.
  package func lesson(of failure: RecognitionFailure, sent: SentAudio) -> Lesson {
    var smaller = self
    if let samples = failure.learnt?.maximumSamples { smaller.lower(samples: samples) }
    if let bytes = failure.learnt?.maximumBytes {
      smaller.maximumBytes = min(maximumBytes, max(0, bytes))
    }
    if smaller == self {
      guard accept(sent) else { return .known }
      if failure.learnt?.isEmpty == false { return .contradiction }
      if failure.code == .tooLarge {
        smaller.maximumBytes = sent.bytes / Self.unnamedShare + Self.formBytes
      } else {
        smaller.lower(samples: sent.samples / Self.unnamedShare)
      }
    }
    return smaller.accept(sent) ? .contradiction : .smaller(smaller)
  }

  private mutating func lower(samples: Int64) {
    guard samples < maximumSamples else { return }
    maximumSamples = max(0, samples)
    marginSamples = min(max(marginSamples, Self.learntMargin), maximumSamples / Self.marginShare)
  }
}

import LongscribeCore

/// The form that a recording is brought to: signed 16 bit samples, interleaved.
package struct SampleForm: Sendable, Hashable {
  /// Samples a second of each channel.
  package var rate: Int
  /// 1 or 2.
  package var channels: Int

  package init(rate: Int, channels: Int) {
    self.rate = rate
    self.channels = channels
  }

  /// The timeline's own: 16 kHz mono.
  package static let timeline = SampleForm(rate: Int(Timeline.sampleRate), channels: 1)

  /// The sample of this form at a position of the timeline.
  package func samples(timeline position: Int64) -> Int64 {
    Self.scale(position, from: Timeline.sampleRate, to: Int64(rate))
  }

  /// The position of the timeline at a sample of this form.
  package func timeline(samples: Int64) -> Int64 {
    Self.scale(samples, from: Int64(rate), to: Timeline.sampleRate)
  }

  /// A count at one rate, at another; to the nearest, without overflow below 10¹⁴.
  static func scale(_ count: Int64, from rate: Int64, to target: Int64) -> Int64 {
    let (seconds, rest) = count.quotientAndRemainder(dividingBy: rate)
    return seconds * target + (rest * target + rate / 2) / rate
  }

  /// The samples at a rate that last so many nanoseconds.
  static func samples(nanoseconds: Int64, rate: Int64) -> Int64 {
    scale(nanoseconds, from: 1_000_000_000, to: rate)
  }
}

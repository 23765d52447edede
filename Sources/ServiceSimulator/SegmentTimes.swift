/// The times a service gives for its segments (right to about 0.15 s) or its words.
struct SegmentTimes {
  /// Seconds from the beginning of the audio; ordered, without overlap, each longer than nothing.
  let seconds: [(start: Double, end: Double)]

  /// Wobbling leaves a segment at least this long; else its times stay exact.
  private static let shortest = 0.02

  /// Makes times wobble.
  ///
  /// - Parameters:
  ///   - nominal: The true times in samples of the recording, ordered and without overlap.
  ///   - chunkStart: The recording's sample at which the audio begins.
  ///   - sampleCount: The audio's length.
  ///   - wobble: The farthest a time is off, in seconds.
  init(
    nominal: [(start: Int, end: Int)],
    chunkStart: Int,
    sampleCount: Int,
    wobble: Double = 0.15
  ) {
    let rate = Double(AudioInspector.sampleRate)
    let length = Double(sampleCount) / rate
    func relative(_ sample: Int) -> Double {
      min(length, max(0, Double(sample - chunkStart) / rate))
    }
    var times: [(start: Double, end: Double)] = []
    for (index, segment) in nominal.enumerated() {
      let trueStart = relative(segment.start)
      let trueEnd = relative(segment.end)
      let startChance = Chance(segment.start, chunkStart).unit(6)
      let endChance = Chance(segment.end, chunkStart).unit(7)
      let limit = index + 1 < nominal.count ? relative(nominal[index + 1].start) : length
      var start = max(times.last?.end ?? 0, trueStart + (startChance * 2 - 1) * wobble)
      var end = min(limit, trueEnd + (endChance * 2 - 1) * wobble)
      if end - start < Self.shortest {
        start = trueStart
        end = trueEnd
      }
      times.append((Self.thousandths(start), Self.thousandths(end)))
    }
    seconds = times
  }

  private static func thousandths(_ value: Double) -> Double {
    (value * 1000).rounded() / 1000
  }
}

/// Where in a chunk somebody speaks and where nobody does, as far as its loudness tells.
struct SpokenStretches: Sendable {
  /// A stretch between two pauses.
  struct Stretch: Sendable {
    /// Its frames.
    var frames: Range<Int>
    /// The pause after it in seconds; 0 if it is the last.
    var pauseAfter = 0.0
    /// How sure its loudness is that it is noise or music and nobody speaks, from 0 to 1.
    var evenness = 0.0

    /// Its length.
    var seconds: Double { Double(frames.count) / 100 }
    /// Its place on the timeline.
    var range: TimelineRange {
      TimelineRange(
        Int64(frames.lowerBound) * Timeline.frameLength,
        Int64(frames.upperBound) * Timeline.frameLength)
    }
  }

  /// Runs of frames with speech, in order; what lies between two of them is a pause.
  private let runs: [Range<Int>]
  /// For each run how much it rises and falls, in steps of the envelope; `nil` for those too short to tell.
  private let swings: [Double?]
  /// How much speech rises and falls here.
  private let usualSwing: Double

  /// Quiet for less than this (80 ms) is the closure of a consonant and not a pause.
  static let shortestPause = 8
  /// Sound for less than this (40 ms) is a click and not a word.
  private static let shortestRun = 4
  /// With this much between background and speech (12 dB) a chunk shows by itself what is speech.
  private static let clearContrast = 12 * Envelope.stepsPerDecibel
  /// Frames before a chunk that are looked at where it does not (ten minutes), and at most how many of them.
  private static let lookBack = 60_000
  private static let mostFrames = 6_000

  /// The stretches of a chunk.
  ///
  /// What is heard after the chunk does not matter, so the answer does not depend on how far ahead the recording has been heard.
  init(in range: TimelineRange, of envelope: Envelope) {
    let levels = envelope.levels
    let window = range.frames(upTo: levels.count)
    let threshold = Self.threshold(window, levels)
    var runs: [Range<Int>] = []
    levels.withUnsafeBufferPointer { levels in
      var frame = window.lowerBound
      while frame < window.upperBound {
        guard Int(levels[frame]) > threshold else {
          frame += 1
          continue
        }
        let start = frame
        while frame < window.upperBound, Int(levels[frame]) > threshold { frame += 1 }
        if let last = runs.last, start - last.upperBound < Self.shortestPause {
          runs[runs.count - 1] = last.lowerBound..<frame
        } else {
          if let last = runs.last, last.count < Self.shortestRun { runs.removeLast() }
          runs.append(start..<frame)
        }
      }
    }
    if let last = runs.last, last.count < Self.shortestRun { runs.removeLast() }
    self.runs = runs
    swings = runs.map { Self.swing($0, levels) }
    let known = swings.compactMap(\.self).sorted()
    usualSwing = known.isEmpty ? 0 : known[known.count / 2]
  }

  /// How much the loudness of a run rises and falls from tenth to tenth of a second: speech has syllables, noise has none.
  private static func swing(_ run: Range<Int>, _ levels: [UInt8]) -> Double? {
    guard run.count >= 60 else { return nil }
    var sums: [Double] = []
    for start in stride(from: run.lowerBound, to: run.upperBound - 9, by: 10) {
      sums.append(Double(levels[start..<start + 10].reduce(0) { $0 + Int($1) }) / 10)
    }
    let mean = sums.reduce(0, +) / Double(sums.count)
    return sums.reduce(0) { $0 + abs($1 - mean) } / Double(sums.count)
  }

  private func evenness(_ index: Int) -> Double {
    guard let swing = swings[index], usualSwing > 0 else { return 0 }
    return min(1, max(0, (0.55 - swing / usualSwing) / 0.2))
  }

  private static func threshold(_ window: Range<Int>, _ levels: [UInt8]) -> Int {
    let own = SpeechLevel(levels[window]).thresholds
    guard own.speech - own.floor < clearContrast else { return own.pause }
    let heard = max(0, window.upperBound - lookBack)..<window.upperBound
    let step = max(1, heard.count / mostFrames)
    let around = SpeechLevel(
      stride(from: heard.lowerBound, to: heard.upperBound, by: step).map { levels[$0] }
    ).thresholds
    return around.speech - around.floor < clearContrast ? own.pause : around.pause
  }

  /// The stretches of a part of the chunk.
  func stretches(in range: TimelineRange) -> [Stretch] {
    let first = Int((range.start + Timeline.frameLength - 1) / Timeline.frameLength)
    let last = max(first, Int(range.end / Timeline.frameLength))
    var found: [Stretch] = []
    var position = index(endingAfter: first)
    while position < runs.count, runs[position].lowerBound < last {
      let frames = runs[position].clamped(to: first..<last)
      if frames.count >= Self.shortestRun {
        if let previous = found.last {
          found[found.count - 1].pauseAfter =
            Double(frames.lowerBound - previous.frames.upperBound) / 100
        }
        found.append(Stretch(frames: frames, evenness: evenness(position)))
      }
      position += 1
    }
    return found
  }

  /// The first run that ends after a frame.
  private func index(endingAfter frame: Int) -> Int {
    var lower = 0
    var upper = runs.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if runs[middle].upperBound > frame { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}

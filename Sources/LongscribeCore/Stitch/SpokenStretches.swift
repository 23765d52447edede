/// Where in a chunk somebody speaks and where nobody does, as far as its loudness tells.
struct SpokenStretches: Sendable {
  /// Runs of frames with speech, in order; what lies between two of them is a pause.
  let runs: [Range<Int>]

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

  /// The parts of the runs that lie in a range.
  func runs(in range: TimelineRange) -> [Range<Int>] {
    let first = Int((range.start + Timeline.frameLength - 1) / Timeline.frameLength)
    let last = max(first, Int(range.end / Timeline.frameLength))
    guard let start = runs.first?.lowerBound, let end = runs.last?.upperBound else { return [] }
    if first <= start, end <= last { return runs }
    var found: [Range<Int>] = []
    var position = index(endingAfter: first)
    while position < runs.count, runs[position].lowerBound < last {
      let run = runs[position].clamped(to: first..<last)
      if run.count >= Self.shortestRun { found.append(run) }
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

import LongscribeCore

/// Measures what planning and stitching cost in time, and prints a line for each.
enum CoreBenchmark {
  static func run() {
    let envelope = envelope(hours: 10)
    let length = Int64(envelope.levels.count) * Timeline.frameLength
    let rules = PlanRules(
      longest: 59 * Timeline.sampleRate, shortest: PlanRules.stub,
      valleyOverlap: 2 * Timeline.sampleRate, forcedOverlap: 3 * Timeline.sampleRate)
    var chunks: [Chunk] = []
    let planning = median {
      chunks = Planner.plan(envelope: envelope, length: length, rules: rules)
    }
    print("planner, envelope of 10 h, 60 s limit: \(planning) s, \(chunks.count) chunks")

    for (name, hasTimes) in [("segments", true), ("bare text", false)] {
      let answers = chunks.map { answer($0, hasTimes: hasTimes) }
      var text = 0
      let stitching = median { text = stitch(chunks, answers, envelope, length) }
      print(
        "stitch, \(chunks.count - 1) seams, \(name): \(stitching) s, \(text) characters")
    }
  }

  /// Speech of 3 to 9 s and pauses of 0.1 to 0.7 s, the same each time.
  private static func envelope(hours: Int) -> Envelope {
    var levels: [UInt8] = []
    var state: UInt64 = 1
    func random(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    while levels.count < hours * 360_000 {
      for _ in 0..<300 + random(600) { levels.append(UInt8(180 + random(24))) }
      for _ in 0..<10 + random(60) { levels.append(UInt8(108 + random(6))) }
    }
    return Envelope(levels: Array(levels.prefix(hours * 360_000)))
  }

  /// Two and a half words a second, each named by its time, so that overlaps agree.
  private static func answer(_ chunk: Chunk, hasTimes: Bool) -> Recognition {
    let step: Int64 = 6_400
    var segments: [Recognition.Segment] = []
    var words: [String] = []
    var start = (chunk.audio.start + step - 1) / step
    while (start + 1) * step <= chunk.audio.end {
      let end = min(start + 12, chunk.audio.end / step)
      let part = (start..<end).map { "word\($0 * 7919 % 10_007)" }
      words += part
      segments.append(
        Recognition.Segment(
          range: TimelineRange(start * step - chunk.audio.start, end * step - chunk.audio.start),
          text: part.joined(separator: " ")))
      start = end
    }
    return Recognition(text: words.joined(separator: " "), segments: hasTimes ? segments : [])
  }

  private static func stitch(
    _ chunks: [Chunk], _ answers: [Recognition], _ envelope: Envelope, _ length: Int64
  ) -> Int {
    var frontier = Frontier()
    for chunk in chunks { _ = frontier.handle(.planned(chunk), envelope: envelope) }
    for (index, answer) in answers.enumerated() {
      _ = frontier.handle(.settled(index, .answered(answer)), envelope: envelope)
    }
    _ = frontier.handle(.planComplete(length: length), envelope: envelope)
    return frontier.parts.reduce(0) { $0 + $1.segments.reduce(0) { $0 + $1.text.count } }
  }

  /// Median of five runs, in seconds with three decimals.
  private static func median(_ work: () -> Void) -> Double {
    let clock = ContinuousClock()
    let times = (0..<5).map { _ in clock.measure(work) }.sorted()
    let (seconds, attoseconds) = times[2].components
    return (Double(seconds) * 1000 + Double(attoseconds) / 1e15).rounded() / 1000
  }
}

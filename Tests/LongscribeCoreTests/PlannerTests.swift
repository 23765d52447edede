import LongscribeCore
import TestSupport
import Testing

@Suite("The planner")
struct PlannerTests {
  /// 40 seeds of 100 plans each.
  @Test("Plans keep every promise for any envelope and limits", arguments: 0..<40)
  func planInvariants(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    for round in 0..<100 {
      let rules = PlanRules.random(using: &random)
      let recording = RandomEnvelope(
        seconds: Double.random(in: 0.01...900, using: &random), using: &random)
      let chunks = Planner.plan(
        envelope: recording.envelope, length: recording.length, rules: rules)
      let problem = Self.problem(chunks, length: recording.length, rules: rules)
      #expect(problem == nil, "seed \(seed), round \(round): \(rules)")
    }
  }

  /// What is wrong with a plan; `nil` if it keeps all promises.
  static func problem(_ chunks: [Chunk], length: Int64, rules: PlanRules) -> String? {
    guard let first = chunks.first, let last = chunks.last else { return "no chunks" }
    if first.owned.start != 0 || last.owned.end != length { return "does not reach both ends" }
    if first.seam != nil { return "the first chunk has a seam" }
    for (index, chunk) in chunks.enumerated() {
      if chunk.index != index { return "index \(chunk.index) at \(index)" }
      if chunk.owned.isEmpty { return "chunk \(index) owns nothing" }
      if !chunk.audio.contains(chunk.owned) { return "chunk \(index) is not in its audio" }
      if chunk.audio.length > rules.longest { return "chunk \(index) is too long" }
      if chunk.audio.start < 0 || chunk.audio.end > length { return "chunk \(index) sticks out" }
      if chunk.audio.length < min(rules.shortest, length), index == chunks.count - 1 {
        return "the last chunk is a stub"
      }
      guard index > 0 else { continue }
      let previous = chunks[index - 1]
      if previous.owned.end != chunk.owned.start { return "owned ranges do not tile at \(index)" }
      guard let seam = chunk.seam else { return "chunk \(index) has no seam" }
      let overlap = previous.audio.intersection(chunk.audio).length
      // The last chunk may reach back further, so that it is no stub.
      let extended = index == chunks.count - 1 && chunk.audio.length == min(rules.shortest, length)
      switch seam {
      case .pause:
        if overlap > PlanRules.pauseOverlap, !extended { return "a pause overlaps by \(overlap)" }
      case .valley:
        if overlap < rules.valleyOverlap / 2 * 2, !extended,
          chunk.owned.length > rules.valleyOverlap
        {
          return "a valley overlaps by \(overlap) at \(index)"
        }
      case .forced:
        if overlap < rules.forcedOverlap / 2 * 2, chunk.owned.length > rules.forcedOverlap {
          return "a forced cut overlaps by \(overlap) at \(index)"
        }
      }
    }
    return nil
  }

  @Test("A plan does not depend on the blocks in which the recording is heard", arguments: 0..<30)
  func blocksDoNotMatter(seed: Int) {
    var random = SeededGenerator(seed: 1000 + UInt64(seed))
    for _ in 0..<20 {
      let rules = PlanRules.random(using: &random)
      let recording = RandomEnvelope(
        seconds: Double.random(in: 1...600, using: &random), using: &random)
      let whole = Planner.plan(envelope: recording.envelope, length: recording.length, rules: rules)
      var planner = Planner(rules: rules)
      var heard = Envelope()
      var pieces: [Chunk] = []
      var rest = recording.envelope.levels[...]
      while !rest.isEmpty {
        let count = min(rest.count, Int.random(in: 1...5000, using: &random))
        heard.levels += rest.prefix(count)
        rest = rest.dropFirst(count)
        pieces += planner.advance(envelope: heard)
      }
      pieces += planner.finish(envelope: heard, length: recording.length)
      #expect(pieces == whole)
    }
  }

  @Test("Chunks become final while the recording is still being heard")
  func plansStream() {
    var random = SeededGenerator(seed: 7)
    let recording = RandomEnvelope(seconds: 600, using: &random)
    let rules = PlanRules(
      longest: 59 * 16_000, shortest: 0, valleyOverlap: 32_000, forcedOverlap: 48_000)
    var planner = Planner(rules: rules)
    let early = Envelope(levels: Array(recording.envelope.levels.prefix(12_000)))
    let first = planner.advance(envelope: early)
    #expect(!first.isEmpty, "two minutes are enough for a first chunk of one minute")
    for chunk in first { #expect(chunk.audio.end <= 12_000 * 160, "it lies in what was heard") }
  }

  @Test("Cuts lie in pauses where there are any, and both chunks hold only silence there")
  func cutsLieInPauses() throws {
    // Ten seconds of speech, half a second of pause, again and again.
    let sentence = [UInt8](repeating: 190, count: 1000) + [UInt8](repeating: 100, count: 50)
    let envelope = Envelope(levels: Array(repeatElement(sentence, count: 60).joined()))
    let rules = PlanRules(
      longest: 59 * 16_000, shortest: 0, valleyOverlap: 32_000, forcedOverlap: 48_000)
    let chunks = Planner.plan(
      envelope: envelope, length: Int64(envelope.levels.count) * 160, rules: rules)
    #expect(chunks.count >= 11)
    for (left, right) in zip(chunks, chunks.dropFirst()) {
      #expect(right.seam == .pause)
      let shared = left.audio.intersection(right.audio)
      #expect(!shared.isEmpty)
      for frame in shared.start / 160..<(shared.end + 159) / 160 {
        #expect(envelope.levels[Int(frame)] == 100, "only silence is in both")
      }
    }
  }

  @Test("Speech without a pause is cut with an overlap, at its quietest place")
  func speechWithoutPauses() {
    var levels = [UInt8](repeating: 190, count: 20_000)
    for place in [2800, 2801, 2802, 8100, 8101, 8102] { levels[place] = 120 }
    let rules = PlanRules(
      longest: 59 * 16_000, shortest: 0, valleyOverlap: 32_000, forcedOverlap: 48_000)
    let chunks = Planner.plan(
      envelope: Envelope(levels: levels), length: 20_000 * 160, rules: rules)
    for chunk in chunks.dropFirst() { #expect(chunk.seam != .pause) }
    #expect(PlannerTests.problem(chunks, length: 20_000 * 160, rules: rules) == nil)
  }

  @Test("Limits in bytes bind as well as limits in seconds")
  func bytesBind() throws {
    let limits = ServiceLimits(
      maximumSamples: 1800 * 16_000, marginSamples: 16_000, minimumSamples: 0,
      maximumBytes: 1_000_000, formats: [.wav], maximumInFlight: 1)
    let rules = try PlanRules(limits: limits, format: .wav, quality: .segments)
    #expect(rules.longest * 2 + 44 <= 1_000_000 - ServiceLimits.formBytes)
    #expect(rules.longest > 29 * 16_000)
  }

  @Test("A recording shorter than the shortest chunk is one chunk")
  func shortRecording() {
    let rules = PlanRules(
      longest: 59 * 16_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 48_000)
    let chunks = Planner.plan(envelope: Envelope(levels: [200]), length: 1, rules: rules)
    #expect(
      chunks == [Chunk(index: 0, audio: TimelineRange(0, 1), owned: TimelineRange(0, 1), seam: nil)]
    )
  }

  @Test("An empty recording has no chunks")
  func emptyRecording() {
    let rules = PlanRules(longest: 32_000, shortest: 0, valleyOverlap: 0, forcedOverlap: 0)
    #expect(Planner.plan(envelope: Envelope(), length: 0, rules: rules) == [])
  }

  @Test("Limits that leave nothing to plan with are refused with the numbers")
  func impossibleRules() {
    func limits(seconds: Int64) -> ServiceLimits {
      ServiceLimits(
        maximumSamples: seconds * 16_000, marginSamples: 0, minimumSamples: 0,
        maximumBytes: 1_000_000, formats: [.wav], maximumInFlight: 1)
    }
    #expect(throws: PlanRulesError.limitTooSmall(16_000)) {
      try PlanRules(limits: limits(seconds: 1), format: .wav, quality: .words)
    }
    #expect(throws: PlanRulesError.chunkLengthOverLimit(asked: 480_000, limit: 320_000)) {
      try PlanRules(
        limits: limits(seconds: 20), format: .wav, quality: .words, chunkLength: 480_000)
    }
    #expect(throws: PlanRulesError.overlapTooLong(asked: 160_000, longest: 80_000)) {
      try PlanRules(limits: limits(seconds: 20), format: .wav, quality: .words, overlap: 160_000)
    }
  }
}

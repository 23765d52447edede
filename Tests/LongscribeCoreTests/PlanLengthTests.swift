import LongscribeCore
import TestSupport
import Testing

@Suite("Plans of recordings whose length is a special one")
struct PlanLengthTests {
  /// Rules as services have them: short and long limits, with times and without.
  private static let rules: [PlanRules] = [
    PlanRules(longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 48_000),
    PlanRules(longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 48_000, forcedOverlap: 64_000),
    PlanRules(
      longest: 300 * 16_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 80_000),
    PlanRules(longest: 29 * 16_000, shortest: 0, valleyOverlap: 0, forcedOverlap: 0),
  ]

  /// Speech without a pause, speech with pauses, and silence.
  private enum Sound: CaseIterable { case steady, speech, silence }

  private static func envelope(_ sound: Sound, _ length: Int64) -> Envelope {
    let frames = Int((length + 159) / 160)
    var random = SeededGenerator(seed: 3)
    return Envelope(
      levels: (0..<frames).map { frame in
        switch sound {
        case .steady: UInt8.random(in: 180...200, using: &random)
        case .speech: frame % 700 < 640 ? UInt8.random(in: 180...200, using: &random) : 100
        case .silence: 0
        }
      })
  }

  private static func plan(_ sound: Sound, _ length: Int64, _ rules: PlanRules) -> [Chunk] {
    Planner.plan(envelope: envelope(sound, length), length: length, rules: rules)
  }

  @Test(
    "Whatever is left over at the end, the plan keeps its promises", arguments: rules,
    [-1, 0, 1, 80, 159, 160, 161, 800, 16_000, 24_000, 47_999, 48_000, 48_001] as [Int64])
  func remainders(rules: PlanRules, rest: Int64) {
    // A chunk after the first adds what is left of the limit without the overlap.
    let step = rules.longest - rules.forcedOverlap
    for whole in [rules.longest, rules.longest + step, rules.longest + 2 * step, 3 * step] {
      for sound in Sound.allCases {
        let chunks = Self.plan(sound, whole + rest, rules)
        let problem = PlannerTests.problem(chunks, length: whole + rest, rules: rules)
        #expect(problem == nil, "\(sound), \(whole) samples and \(rest)")
      }
    }
  }

  @Test(
    "Up to the limit a recording is one chunk, and with one sample more it is two", arguments: rules
  )
  func limit(rules: PlanRules) {
    for sound in Sound.allCases {
      #expect(Self.plan(sound, rules.longest - 1, rules).count == 1)
      #expect(Self.plan(sound, rules.longest, rules).count == 1)
      #expect(Self.plan(sound, rules.longest + 1, rules).count == 2)
      #expect(Self.plan(sound, rules.longest + 800, rules).count == 2)
    }
  }

  @Test("However short a recording is, one chunk holds it, and nothing has none", arguments: rules)
  func shortest(rules: PlanRules) {
    for length: Int64 in [1, 2, 159, 160, 161, 16_000, 79_999, 80_000, 80_001] {
      let whole = TimelineRange(0, length)
      for sound in Sound.allCases {
        #expect(
          Self.plan(sound, length, rules)
            == [Chunk(index: 0, audio: whole, owned: whole, seam: nil)])
      }
    }
    #expect(Planner.plan(envelope: Envelope(), length: 0, rules: rules).isEmpty)
  }

  @Test("The last chunk reaches back as far as the shortest one has to", arguments: rules)
  func lastChunk(rules: PlanRules) throws {
    for rest: Int64 in [1, 160, 8000, 32_000, 79_999] {
      let length = rules.longest + rest
      let last = try #require(Self.plan(.steady, length, rules).last)
      #expect(last.audio.length >= rules.shortest)
      #expect(last.audio.end == length)
    }
  }

  /// Limits that a service could have, with what a user could wish.
  private static func rules(
    using random: inout SeededGenerator
  ) throws -> (limits: ServiceLimits, rules: PlanRules) {
    let limits = ServiceLimits(
      maximumSamples: Int64.random(in: 20...1800, using: &random) * 16_000, marginSamples: 16_000,
      minimumSamples: Int64.random(in: 0...16_000, using: &random), maximumBytes: 100_000_000,
      formats: [.wav], maximumInFlight: 1)
    let qualities: [TimeQuality] = [.words, .segments, .estimated]
    return (
      limits,
      try PlanRules(
        limits: limits, format: .wav, quality: qualities.randomElement(using: &random) ?? .words,
        overlap: Bool.random(using: &random) ? Int64.random(in: 0...64_000, using: &random) : nil)
    )
  }

  @Test(
    "No chunk is shorter than the service takes, and neighbours overlap as their seam says",
    arguments: 0..<40)
  func overlaps(seed: Int) throws {
    var random = SeededGenerator(seed: 70_000 + UInt64(seed))
    for round in 0..<20 {
      let (limits, rules) = try Self.rules(using: &random)
      let recording = RandomEnvelope(
        seconds: Double.random(in: 1...900, using: &random), using: &random)
      let chunks = Planner.plan(
        envelope: recording.envelope, length: recording.length, rules: rules)
      #expect(
        chunks.allSatisfy {
          $0.audio.length >= min(limits.minimumSamples, recording.length)
        }, "seed \(seed), round \(round): \(rules)")
      for (left, right) in zip(chunks, chunks.dropFirst().dropLast()) {
        let before = right.owned.start - right.audio.start
        let after = left.audio.end - left.owned.end
        let seam = try #require(right.seam)
        if seam == .pause {
          #expect(before <= PlanRules.pauseOverlap / 2 && after <= PlanRules.pauseOverlap / 2)
        } else {
          #expect(before == rules.reach(seam) && after == rules.reach(seam), "\(seam) \(rules)")
        }
      }
    }
  }

  @Test("The same recording and rules give the same plan", arguments: 0..<10)
  func determinism(seed: Int) throws {
    var random = SeededGenerator(seed: 80_000 + UInt64(seed))
    let (_, rules) = try Self.rules(using: &random)
    let recording = RandomEnvelope(seconds: 600, using: &random)
    let chunks = Planner.plan(envelope: recording.envelope, length: recording.length, rules: rules)
    // What comes after the last frame that a decision looks at changes nothing of it.
    var longer = recording.envelope
    longer.levels += [UInt8](repeating: 200, count: 5000)
    var planner = Planner(rules: rules)
    let early = planner.advance(envelope: recording.envelope)
    var again = Planner(rules: rules)
    #expect(again.advance(envelope: longer).starts(with: early))
    #expect(chunks.starts(with: early))
    #expect(
      chunks == Planner.plan(envelope: recording.envelope, length: recording.length, rules: rules))
  }
}

import Foundation
import LongscribeCore
import TestSupport
import Testing

@Suite("Planning again after a refusal")
struct ReplanningTests {
  private static func limits(
    seconds: Int64, bytes: Int64 = 100_000_000, formats: [AudioFormat] = [.wav]
  ) -> ServiceLimits {
    ServiceLimits(
      maximumSamples: seconds * 16_000, marginSamples: 16_000, minimumSamples: 0,
      maximumBytes: bytes, formats: formats, maximumInFlight: 5)
  }

  @Test(
    "Every run ends with a plan that keeps its promises and text for all of it", arguments: 0..<40)
  func invariants(seed: Int) throws {
    var random = SeededGenerator(seed: 31_000 + UInt64(seed))
    for round in 0..<15 {
      let recording = RandomEnvelope(
        seconds: Double.random(in: 10...1800, using: &random), using: &random)
      let believed = Int64.random(in: 25...240, using: &random)
      let taken = Int64.random(in: 6...believed, using: &random)
      var truth = RefusingRun.Truth(isNamed: Bool.random(using: &random))
      if Bool.random(using: &random) {
        truth.maximumSamples = taken * 16_000
      } else {
        truth.maximumBytes = taken * 32_000 + ServiceLimits.formBytes
      }
      var run = try RefusingRun(
        envelope: recording.envelope, length: recording.length,
        limits: Self.limits(
          seconds: believed, formats: Bool.random(using: &random) ? [.wav] : [.wav, .mp3]),
        truth: truth, window: Int.random(in: 1...6, using: &random),
        quality: [.words, .estimated].randomElement(using: &random) ?? .words
      ) { _ in Recognition(text: "one two") }
      run.run(using: &random)
      let name: Comment = "seed \(seed), round \(round): \(believed) s believed, \(truth)"
      #expect(run.problems == [], name)
      #expect(run.planProblem == nil, name)
      #expect(run.record.epochs.count <= 7, name)
      #expect(run.refused <= 6 * run.record.epochs.count, name)
      #expect(
        run.record.outcomes.values.allSatisfy { if case .failed = $0 { false } else { true } }, name
      )
      #expect(run.frontier.isFinished, name)
      #expect(run.record.frontier().parts == run.frontier.parts, name)
      if truth.isNamed { #expect(run.record.epochs.count <= 2, name) }
    }
  }

  @Test("No word is lost or doubled where chunks were planned again", arguments: 0..<30)
  func words(seed: Int) throws {
    var random = SeededGenerator(seed: 32_000 + UInt64(seed))
    let speech = SimulatedSpeech(
      seconds: Int.random(in: 60...900, using: &random), script: .english, pauses: seed % 2 == 0,
      using: &random)
    var answers = SeededGenerator(seed: UInt64(seed))
    var run = try RefusingRun(
      envelope: speech.envelope, length: speech.length, limits: Self.limits(seconds: 600),
      truth: .init(
        maximumSamples: Int64.random(in: 30...300, using: &random) * 16_000,
        isNamed: Bool.random(using: &random)),
      window: 3
    ) { speech.answer($0, .words, using: &answers) }
    run.run(using: &random)
    #expect(run.problems == [])
    #expect(run.planProblem == nil)
    #expect(speech.differences(from: run.record.transcript().text) == "")
  }

  @Test("Refusals that arrive together shrink the limit once")
  func once() throws {
    var random = SeededGenerator(seed: 5)
    let recording = RandomEnvelope(seconds: 1200, using: &random)
    for isNamed in [true, false] {
      var run = try RefusingRun(
        envelope: recording.envelope, length: recording.length, limits: Self.limits(seconds: 60),
        truth: .init(maximumSamples: 31 * 16_000, isNamed: isNamed), window: 5
      ) { _ in Recognition(text: "") }
      run.run(using: &random)
      #expect(run.record.epochs.count == 2)
      #expect(run.replannings.filter(\.isNewEpoch).count == 1)
      #expect(run.refused <= 5)
    }
  }

  @Test("The record tells from which chunk on which limits hold, and why, and survives JSON")
  func told() throws {
    var random = SeededGenerator(seed: 5)
    let recording = RandomEnvelope(seconds: 400, using: &random)
    var run = try RefusingRun(
      envelope: recording.envelope, length: recording.length, limits: Self.limits(seconds: 60),
      truth: .init(maximumSamples: 30 * 16_000, isNamed: true), window: 1
    ) { _ in Recognition(text: "") }
    run.run(using: &random)
    let epoch = try #require(run.record.epochs.last)
    #expect(epoch.firstChunk > 0)
    #expect(epoch.limits?.maximumSamples == 480_000)
    #expect(epoch.rules.longest == 29 * 16_000, "with a margin")
    #expect(epoch.cause?.failure.code == .tooLong)
    #expect(
      run.record.warnings == [
        "the service takes at most 30 s, not 60 s; planned again from 0:00:00 in chunks of at most 29 s; "
          + "--chunk-length avoids the refused calls"
      ])
    let data = try JSONEncoder().encode(run.record)
    #expect(try JSONDecoder().decode(JobRecord.self, from: data) == run.record)
  }

  @Test("A service that takes nothing is asked a few times, not for ever")
  func bounded() throws {
    var random = SeededGenerator(seed: 8)
    let recording = RandomEnvelope(seconds: 200, using: &random)
    for isNamed in [true, false] {
      var run = try RefusingRun(
        envelope: recording.envelope, length: recording.length, limits: Self.limits(seconds: 60),
        truth: .init(maximumSamples: 0, isNamed: isNamed), window: 1
      ) { _ in Recognition(text: "") }
      run.run(using: &random)
      #expect(run.problems == [])
      #expect(run.record.epochs.count <= 9)
      for case .failed(let failure) in run.record.outcomes.values {
        #expect(failure.message.contains("cannot be planned in smaller pieces"))
        #expect(failure.retry == .never)
      }
      #expect(run.frontier.isFinished)
    }
  }

  @Test(
    "How far a recording was heard when the refusal came does not change the new plan",
    arguments: 0..<30)
  func timeDoesNotMatter(seed: Int) throws {
    var random = SeededGenerator(seed: 33_000 + UInt64(seed))
    let recording = RandomEnvelope(
      seconds: Double.random(in: 200...900, using: &random), using: &random)
    let rules = PlanRules.random(using: &random)
    var smaller = PlanRules.random(using: &random)
    if smaller.longest > rules.longest { smaller = rules }
    let planned = Planner.plan(
      envelope: recording.envelope, length: recording.length, rules: rules)
    let place = Int.random(in: planned.indices, using: &random)
    let stretch = Stretch(
      from: planned[place], to: planned[place], left: place > 0 ? planned[place - 1] : nil,
      right: nil)
    var plans: Set<[Chunk]> = []
    for _ in 0..<5 {
      var planner = Planner(rules: rules)
      let first = Int.random(in: 0...recording.envelope.levels.count, using: &random)
      _ = planner.advance(envelope: Envelope(levels: Array(recording.envelope.levels[..<first])))
      var again = planner.restarted(by: smaller, at: stretch)
      let early = again.advance(
        envelope: Envelope(levels: Array(recording.envelope.levels[..<first])))
      plans.insert(early + again.finish(envelope: recording.envelope, length: recording.length))
    }
    #expect(plans.count == 1)
    #expect(plans.first?.first?.owned.start == planned[place].owned.start)
    #expect(plans.first?.last?.owned.end == recording.length)
  }

  @Test("What a refusal teaches")
  func lessons() {
    let limits = Self.limits(seconds: 60)
    func lesson(
      _ code: RecognitionFailure.Code, _ learnt: RecognitionFailure.LearntLimit?, seconds: Int64
    ) -> ServiceLimits.Lesson {
      limits.lesson(
        of: RecognitionFailure(code, message: "", retry: .split, learnt: learnt),
        sent: SentAudio(samples: seconds * 16_000, bytes: seconds * 32_000 + 44))
    }
    #expect(lesson(.tooLong, .init(maximumSamples: 60 * 16_000), seconds: 40) == .contradiction)
    #expect(lesson(.tooLong, .init(maximumSamples: 50 * 16_000), seconds: 40) == .contradiction)
    #expect(lesson(.tooLong, nil, seconds: 80) == .known)
    guard case .smaller(let half) = lesson(.tooLong, nil, seconds: 40),
      case .smaller(let bytes) = lesson(.tooLarge, nil, seconds: 40),
      case .smaller(let named) = lesson(.tooLarge, .init(maximumBytes: 1_000_000), seconds: 40)
    else {
      Issue.record("they teach something")
      return
    }
    #expect(half.maximumSamples == 20 * 16_000)
    #expect(half.longestChunk(in: .wav) == 19 * 16_000, "below it by a margin")
    #expect(bytes.maximumFileBytes == 20 * 32_000 + 22)
    #expect(named.maximumBytes == 1_000_000)
  }

  @Test("Refusals that were charged are repeated three times at the most")
  func charged() throws {
    var record = JobRecord(
      source: JobRecord.Source(name: "a.wav", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"),
      rules: try PlanWishes(quality: .words).rules(for: Self.limits(seconds: 960), in: .wav),
      format: .wav, limits: Self.limits(seconds: 960))
    record.envelope = Envelope(levels: [UInt8](repeating: 190, count: 90_000))
    record.length = 90_000 * 160
    var planner = Planner(rules: record.epochs[0].rules)
    for chunk in planner.finish(envelope: record.envelope, length: 90_000 * 160) {
      _ = record.append(chunk)
    }
    let failure = RecognitionFailure(.tooLong, message: "cut off", retry: .split, charge: .certain)
    var halvings = 0
    while halvings < 10, let chunk = record.plan.first {
      do throws(RecognitionFailure) {
        _ = try record.planAgain(
          chunk.index, after: failure, wishes: PlanWishes(quality: .words), planner: &planner,
          isInFlight: { _ in false })
        halvings += 1
      } catch {
        #expect(error.message.contains("planned again 3 times already"))
        break
      }
    }
    #expect(halvings == 3)
  }

  @Test("A refusal of the format is not planned again")
  func format() {
    #expect(!RecognitionFailure(.unsupportedFormat, message: "", retry: .split).isTooMuch)
    #expect(!RecognitionFailure(.tooLong, message: "", retry: .never).isTooMuch)
    #expect(RecognitionFailure(.tooLarge, message: "", retry: .split).isTooMuch)
  }
}

@Suite("What was asked again, when a run goes on")
struct WithdrawnRepairTests {
  /// A record of five chunks, of which one asks again for another.
  private func record(repairing: Int, without missing: Int?) -> JobRecord {
    var record = JobRecord(
      source: JobRecord.Source(name: "a.wav", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"),
      rules: PlanRules(longest: 160_000, shortest: 0, valleyOverlap: 0, forcedOverlap: 0),
      format: .wav)
    for index in 0..<5 {
      let range = TimelineRange(Int64(index) * 160_000, Int64(index + 1) * 160_000)
      _ = record.append(Chunk(index: 0, audio: range, owned: range, seam: .pause))
      if index != missing { record.outcomes[index] = .answered(Recognition(text: "so")) }
    }
    let hole = TimelineRange(Int64(repairing) * 160_000, Int64(repairing) * 160_000 + 80_000)
    let asked = record.append(
      Chunk(index: 0, audio: hole, owned: hole, seam: nil, repairs: repairing))
    record.outcomes[asked.index] = .answered(Recognition(text: "that"))
    record.length = 800_000
    return record
  }

  @Test(
    "It counts only where all chunks up to the next one had answers",
    arguments: [
      (4, nil, false), (2, nil, false), (2, 4, false), (2, 3, true), (2, 2, true), (2, 0, true),
      (0, 1, true), (0, 2, false),
    ] as [(Int, Int?, Bool)])
  func withdrawn(repairing: Int, missing: Int?, isWithdrawn: Bool) {
    // A transcript that was gone on with after a gap could differ from one that never had it.
    var record = record(repairing: repairing, without: missing)
    #expect(record.withdrawRepairs() == (isWithdrawn ? [5] : []))
    #expect(record.repairs.isEmpty == isWithdrawn)
    #expect(record.plan.count == 5)
    #expect(record.withdrawRepairs().isEmpty)
  }
}

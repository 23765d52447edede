import Foundation
import Longscribe
import SyntheticLecture
import Synchronization
import TestSupport
import Testing

/// A recogniser in this process that takes its time, and knows how many of its account's calls were under way.
private struct SlowRecognizer: Recognizer {
  /// The calls of one account.
  final class Calls: Sendable {
    struct Log: Sendable {
      var now = 0
      var most = 0
      var begun: [ContinuousClock.Instant] = []
    }
    let log = Mutex(Log())

    var most: Int { log.withLock { $0.most } }
    var begun: [ContinuousClock.Instant] { log.withLock { $0.begun } }
  }

  let account: String
  let calls: Calls
  let latency: Duration
  var refusal: (@Sendable (_ number: Int) -> RecognitionFailure?)?

  let identity = RecognizerIdentity(provider: "slow", host: "slow.test")
  let timeQuality = TimeQuality.estimated
  let limits = ServiceLimits(
    maximumSamples: 6 * Timeline.sampleRate, marginSamples: Timeline.sampleRate,
    minimumSamples: 0, maximumBytes: 10_000_000, formats: [.wav], maximumInFlight: 5)

  func recognize(_ request: RecognitionRequest) async throws(RecognitionFailure) -> Recognition {
    let number = calls.log.withLock { log in
      log.now += 1
      log.most = max(log.most, log.now)
      log.begun.append(.now)
      return log.begun.count
    }
    defer { calls.log.withLock { $0.now -= 1 } }
    if let failure = refusal?(number) { throw failure }
    do {
      try await Task.sleep(for: latency)
    } catch {
      throw RecognitionFailure(.cancelled, message: "cancelled", retry: .never)
    }
    return Recognition(text: "chunk \(request.chunk.index)")
  }
}

@Suite("Recordings of one account share its bounds on calls", .serialized)
struct SharedAccountTests {
  /// Transcribes to the end and returns how many chunks there were, and the whole time in seconds.
  @discardableResult
  private static func run(
    _ path: String, _ recognizer: SlowRecognizer, _ transcriber: Transcriber
  ) async throws -> (chunks: Int, seconds: Double) {
    let began = ContinuousClock.now
    var chunks = 0
    for try await event in transcriber.transcribe(path, with: recognizer) {
      if case .finished(let transcript, _) = event {
        chunks = transcript.chunks.count
        #expect(transcript.gaps.isEmpty)
      }
    }
    return (chunks, (ContinuousClock.now - began) / .seconds(1))
  }

  private static func recording(seconds: Double) async throws -> (SpokenLecture, String) {
    let lecture = try SpokenLecture(seed: 91, seconds: seconds, language: .english)
    return (lecture, try await lecture.recording("wav"))
  }

  @Test("A whole run takes the time of its calls in rounds of the window", arguments: [1, 3, 5])
  func wholeRun(most: Int) async throws {
    let (lecture, path) = try await Self.recording(seconds: most == 1 ? 60 : 180)
    let latency = 0.4
    // 0.2 s for opening and stitching.
    try await expectBest(
      of: 3, meets: { $0.most == most && $0.seconds <= 1.1 * Double($0.rounds) * latency + 0.2 }
    ) {
      let calls = SlowRecognizer.Calls()
      let recognizer = SlowRecognizer(account: "a", calls: calls, latency: .seconds(latency))
      let run = try await Self.run(
        path, recognizer, Transcriber(options: .init(concurrency: most)))
      #expect(calls.most <= most)
      return (most: calls.most, rounds: (run.chunks + most - 1) / most, seconds: run.seconds)
    }
    withExtendedLifetime(lecture) {}
  }

  @Test("Two recordings at the same time make no more calls together than one may, and take turns")
  func twoAtATime() async throws {
    let (lecture, path) = try await Self.recording(seconds: 80)
    let recognizer = SlowRecognizer(account: "a", calls: .init(), latency: .seconds(0.2))
    let transcriber = Transcriber(options: .init(concurrency: 2))
    var copy = transcriber
    copy.options.temporaryFolder = "/tmp"
    let copied = copy
    // Neither waits for the other.
    try await expectBest(of: 3, meets: { abs($0.one - $0.two) < 0.25 * $0.one }) {
      async let first = Self.run(path, recognizer, transcriber)
      async let second = Self.run(path, recognizer, copied)
      return (one: try await first.seconds, two: try await second.seconds)
    }
    #expect(recognizer.calls.most == 2)
    withExtendedLifetime(lecture) {}
  }

  @Test("An account that is told to wait delays no other, and its recordings together")
  func anotherAccount() async throws {
    let (lecture, path) = try await Self.recording(seconds: 40)
    try await expectBest(of: 3, meets: { $0 < 2 }) {
      let shut = SlowRecognizer.Calls()
      let refused = SlowRecognizer(account: "a", calls: shut, latency: .seconds(0.05)) { number in
        number == 1
          ? RecognitionFailure(.rateLimited, message: "wait", retry: .after(2)) : nil
      }
      let open = SlowRecognizer(account: "b", calls: .init(), latency: .seconds(0.05))
      let transcriber = Transcriber()
      async let first = Self.run(path, refused, transcriber)
      async let second = Self.run(path, refused, transcriber)
      async let third = Self.run(path, open, transcriber)
      let times = try await [first.seconds, second.seconds, third.seconds]
      #expect(times[0] >= 2 && times[1] >= 2)
      let begun = shut.begun
      let late = begun.filter { $0 > begun[0] + .seconds(0.5) && $0 < begun[0] + .seconds(1.9) }
      #expect(late.isEmpty, "nothing is sent while the wait runs")
      return times[2]
    }
    withExtendedLifetime(lecture) {}
  }

  @Test("A recording that is cancelled leaves its calls to the others")
  func cancelled() async throws {
    let (lecture, path) = try await Self.recording(seconds: 40)
    try await expectBest(of: 3, meets: { $0 < 5 }) {
      let slow = SlowRecognizer(account: "a", calls: .init(), latency: .seconds(60))
      let quick = SlowRecognizer(account: "a", calls: .init(), latency: .seconds(0.05))
      let transcriber = Transcriber(options: .init(concurrency: 2))
      let task = Task { try await Self.run(path, slow, transcriber) }
      let deadline = ContinuousClock.now + .seconds(10)
      while slow.calls.most < 2, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(10))
      }
      async let other = Self.run(path, quick, transcriber)
      try await Task.sleep(for: .milliseconds(300))
      #expect(quick.calls.begun.isEmpty, "all calls are the first recording's")
      task.cancel()
      let seconds = try await other.seconds
      await #expect(throws: TranscriptionError.cancelled) { try await task.value }
      return seconds
    }
    withExtendedLifetime(lecture) {}
  }

  @Test("A bound a minute holds over recordings one after the other")
  func perMinute() async throws {
    let (lecture, path) = try await Self.recording(seconds: 20)
    // A call may be made later than it was allowed to, and then the next one follows it sooner.
    try await expectBest(of: 3, meets: { $0 > 0.45 }) {
      let recognizer = SlowRecognizer(account: "a", calls: .init(), latency: .seconds(0.01))
      let transcriber = Transcriber(options: .init(concurrency: 1, requestsPerMinute: 120))
      let start = ContinuousClock.now
      let first = try await Self.run(path, recognizer, transcriber)
      try await Self.run(path, recognizer, transcriber)
      let begun = recognizer.calls.begun
      #expect(begun.count == 2 * first.chunks)
      for (index, begin) in begun.enumerated() {
        #expect(begin - start >= .seconds(0.5 * Double(index) - 0.01))
      }
      return zip(begun, begun.dropFirst()).map { ($1 - $0) / .seconds(1) }.min() ?? 0
    }
    withExtendedLifetime(lecture) {}
  }
}

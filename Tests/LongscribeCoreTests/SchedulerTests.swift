import LongscribeCore
import TestSupport
import Testing

@Suite("The scheduler and its retry policy")
struct SchedulerTests {
  private let busy = RecognitionFailure(.overloaded, message: "busy", retry: .now)
  private let limited = RecognitionFailure(.concurrencyLimited, message: "1302", retry: .now)
  private let lost = RecognitionFailure(
    .connectionLost, message: "lost", retry: .now, charge: .unknown)
  private let wrongKey = RecognitionFailure(
    .authentication, message: "no", retry: .never, affectsAllChunks: true)

  private static let paidForNothing = RecognitionFailure(
    .unexpectedResponse, message: "no text", retry: .now, charge: .certain)

  /// Admits so many calls and returns the chunks that they are for.
  private func admit(_ scheduler: inout Scheduler, _ count: Int = 1) -> [Int] {
    (0..<count).flatMap { _ in scheduler.handle(.admitted) }.compactMap {
      if case .start(let chunk, _) = $0 { chunk } else { nil }
    }
  }

  /// A scheduler with so many chunks ready, of which the first are under way.
  private func scheduler(
    _ chunks: Int, underWay: Int, policy: RetryPolicy = .standard
  ) -> Scheduler {
    var scheduler = Scheduler(policy: policy)
    for chunk in 0..<chunks { _ = scheduler.handle(.ready(chunk: chunk)) }
    #expect(admit(&scheduler, underWay) == Array(0..<underWay))
    return scheduler
  }

  @Test("It wants as many calls as chunks are ready, and declines what it has no chunk for")
  func wants() {
    var scheduler = Scheduler(policy: .standard)
    #expect(scheduler.wanted == 0)
    #expect(scheduler.handle(.admitted) == [.decline])
    _ = scheduler.handle(.ready(chunk: 0))
    _ = scheduler.handle(.ready(chunk: 1))
    #expect(scheduler.wanted == 2)
    #expect(scheduler.handle(.admitted) == [.start(chunk: 0, attempt: 1)])
    #expect(scheduler.wanted == 1)
  }

  @Test("Earlier chunks go first, repeated ones too")
  func order() {
    var scheduler = scheduler(3, underWay: 1)
    #expect(
      scheduler.handle(.failed(chunk: 0, busy, jitter: 0.5)) == [
        .wait(chunk: 0, seconds: 0.75, failure: busy)
      ])
    #expect(admit(&scheduler) == [1])
    _ = scheduler.handle(.waited(chunk: 0))
    #expect(scheduler.handle(.admitted) == [.start(chunk: 0, attempt: 2)])
  }

  @Test("A refusal for rate does not use up a try, and the chunk goes first when the window opens")
  func refusal() {
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 2
    var scheduler = scheduler(4, underWay: 2, policy: policy)
    for _ in 0..<30 {
      #expect(
        scheduler.handle(.refused(chunk: 0, limited, seconds: 5))
          == [.hold(chunk: 0, seconds: 5, failure: limited)])
      #expect(scheduler.wanted == 3)
      #expect(scheduler.handle(.admitted) == [.start(chunk: 0, attempt: 1)])
    }
    #expect(
      scheduler.handle(.refused(chunk: 0, limited, seconds: nil))
        == [.giveUp(chunk: 0, limited)])
  }

  @Test("A chunk that waits for its next try does not outlive the end of the run")
  func stopEndsWaits() {
    var scheduler = scheduler(2, underWay: 2)
    _ = scheduler.handle(.failed(chunk: 0, busy, jitter: 0))
    #expect(
      scheduler.handle(.failed(chunk: 1, wrongKey, jitter: 0))
        == [.stop(wrongKey), .giveUp(chunk: 1, wrongKey), .giveUp(chunk: 0, wrongKey)])
    #expect(scheduler.handle(.waited(chunk: 0)) == [])
    #expect(scheduler.isStopped && !scheduler.hasCallsInFlight)
  }

  @Test("A failure that affects all chunks stops everything at once")
  func stops() {
    var scheduler = scheduler(4, underWay: 2)
    let actions = scheduler.handle(.failed(chunk: 0, wrongKey, jitter: 0))
    #expect(
      actions == [
        .stop(wrongKey), .giveUp(chunk: 0, wrongKey), .giveUp(chunk: 2, wrongKey),
        .giveUp(chunk: 3, wrongKey),
      ])
    #expect(scheduler.handle(.ready(chunk: 4)) == [.giveUp(chunk: 4, wrongKey)])
    #expect(scheduler.handle(.failed(chunk: 1, busy, jitter: 0)) == [.giveUp(chunk: 1, wrongKey)])
  }

  @Test(
    "A call that was charged, or may have been, is repeated by itself no more often than asked",
    arguments: [RecognitionFailure.Charge.unknown, .certain], 0...2)
  func ambiguous(charge: RecognitionFailure.Charge, repeats: Int) {
    var policy = RetryPolicy.standard
    policy.maximumAmbiguousFailures = repeats
    var failure = lost
    failure.charge = charge
    var scheduler = scheduler(1, underWay: 1, policy: policy)
    for _ in 0..<repeats {
      guard case .wait = scheduler.handle(.failed(chunk: 0, failure, jitter: 1)).first else {
        Issue.record("it gave up early")
        return
      }
      _ = scheduler.handle(.waited(chunk: 0))
      #expect(admit(&scheduler) == [0])
    }
    #expect(scheduler.handle(.failed(chunk: 0, failure, jitter: 1)) == [.giveUp(chunk: 0, failure)])
  }

  @Test(
    "What was charged and what may have been count together, what was not is repeated all the same")
  func chargesAddUp() {
    var scheduler = scheduler(1, underWay: 1)
    for failure in [busy, lost, busy] {
      guard case .wait = scheduler.handle(.failed(chunk: 0, failure, jitter: 1)).first else {
        Issue.record("it gave up early")
        return
      }
      _ = scheduler.handle(.waited(chunk: 0))
      #expect(admit(&scheduler) == [0])
    }
    #expect(
      scheduler.handle(.failed(chunk: 0, Self.paidForNothing, jitter: 1))
        == [.giveUp(chunk: 0, Self.paidForNothing)])
  }

  @Test("A chunk is given up after as many tries as the policy allows")
  func attempts() {
    var scheduler = scheduler(1, underWay: 1)
    for _ in 1..<RetryPolicy.standard.maximumAttempts {
      guard case .wait = scheduler.handle(.failed(chunk: 0, busy, jitter: 0)).first else {
        Issue.record("it gave up early")
        return
      }
      _ = scheduler.handle(.waited(chunk: 0))
      #expect(admit(&scheduler) == [0])
    }
    #expect(scheduler.handle(.failed(chunk: 0, busy, jitter: 0)) == [.giveUp(chunk: 0, busy)])
  }

  @Test("A service that stays out of reach for one chunk is not tried for the next")
  func unreachable() {
    let failure = RecognitionFailure(.unreachable, message: "no route", retry: .now)
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 1
    var scheduler = scheduler(2, underWay: 1, policy: policy)
    #expect(
      scheduler.handle(.failed(chunk: 0, failure, jitter: 0))
        == [.stop(failure), .giveUp(chunk: 0, failure), .giveUp(chunk: 1, failure)])
  }

  private let broken = RecognitionFailure(.serverError, message: "it broke", retry: .now)

  @Test("A service that fails chunk after chunk is not asked for the rest of ten hours")
  func serviceDown() {
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 1
    var scheduler = scheduler(600, underWay: 1, policy: policy)
    func lose(_ chunk: Int) -> [Scheduler.Action] {
      let actions = scheduler.handle(.failed(chunk: chunk, broken, jitter: 0))
      _ = scheduler.handle(.admitted)
      return actions
    }
    #expect(lose(0).count == 1)
    #expect(lose(1).count == 1)
    _ = scheduler.handle(.succeeded(chunk: 2))
    _ = scheduler.handle(.admitted)
    #expect(lose(3).count == 1, "an answer starts the count again")
    #expect(lose(4).count == 1)
    let last = lose(5)
    #expect(last.first == .stop(broken))
    #expect(last.count == 1 + 1 + 594)
    #expect(scheduler.handle(.admitted) == [.decline])
  }

  @Test("Calls that a network loses together are one loss, not a service that is down")
  func lostTogether() {
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 1
    var scheduler = scheduler(600, underWay: 5, policy: policy)
    for chunk in 0..<5 {
      let actions = scheduler.handle(.failed(chunk: chunk, broken, jitter: 0))
      #expect(actions == [.giveUp(chunk: chunk, broken)])
    }
    #expect(!scheduler.isStopped)
  }

  @Test("The same refusal for good, chunk after chunk, ends the run; refusals of content do not")
  func refusedForGood() {
    func refusal(_ code: RecognitionFailure.Code) -> RecognitionFailure {
      RecognitionFailure(code, message: "no", retry: .never, status: 400, serviceCode: "7")
    }
    var scheduler = scheduler(600, underWay: 5, policy: .standard)
    for chunk in 0..<2 {
      let actions = scheduler.handle(.failed(chunk: chunk, refusal(.badParameter), jitter: 0))
      #expect(actions.count == 1)
    }
    #expect(
      scheduler.handle(.failed(chunk: 2, refusal(.badParameter), jitter: 0)).first
        == .stop(refusal(.badParameter)))
    var content = self.scheduler(600, underWay: 5, policy: .standard)
    for chunk in 0..<5 {
      _ = content.handle(.failed(chunk: chunk, refusal(.contentBlocked), jitter: 0))
    }
    #expect(!content.isStopped)
  }

  @Test(
    "Chunks that ask again may be refused or lost as often as they are, and the others go on",
    arguments: [
      RecognitionFailure(.badParameter, message: "no", retry: .never, status: 400),
      RecognitionFailure(.unreachable, message: "no route", retry: .now),
      RecognitionFailure(.serverError, message: "it broke", retry: .now),
    ])
  func extraChunks(failure: RecognitionFailure) {
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 1
    var scheduler = scheduler(2, underWay: 0, policy: policy)
    for chunk in 10..<20 {
      _ = scheduler.handle(.ready(chunk: chunk, position: -1, isExtra: true))
      #expect(scheduler.handle(.admitted) == [.start(chunk: chunk, attempt: 1)])
      #expect(
        scheduler.handle(.failed(chunk: chunk, failure, jitter: 0))
          == [.giveUp(chunk: chunk, failure)])
    }
    #expect(!scheduler.isStopped)
    #expect(scheduler.wanted == 2)
  }

  @Test("A network that is gone for minutes is waited for, once the service has answered")
  func outage() {
    let failure = RecognitionFailure(.unreachable, message: "no route", retry: .now)
    func tries(_ hasAnswered: Bool) -> Int {
      (1...50).first { attempts in
        RetryPolicy.standard.wait(
          after: failure, attempts: attempts, ambiguous: 0, hasAnswered: hasAnswered, jitter: 1)
          == nil
      } ?? 0
    }
    #expect(tries(false) == 6)
    #expect(tries(true) == 14)
  }

  @Test(
    "Waits double, are capped, and obey the service",
    arguments: [
      (1, 0.0, nil, 0.5), (1, 1.0, nil, 1.0), (3, 1.0, nil, 4.0), (5, 1.0, nil, 16.0),
      (1, 0.0, 7.0, 7.0), (5, 1.0, 2.0, 16.0),
    ] as [(Int, Double, Double?, Double)])
  func waits(attempts: Int, jitter: Double, asked: Double?, expected: Double) {
    var failure = busy
    if let asked { failure.retry = .after(asked) }
    let wait = RetryPolicy.standard.wait(
      after: failure, attempts: attempts, ambiguous: 0, jitter: jitter)
    #expect(wait == expected)
  }

  @Test("A wait of an hour is not waited for")
  func endlessWait() {
    let failure = RecognitionFailure(.rateLimited, message: "tomorrow", retry: .after(3600))
    #expect(
      RetryPolicy.standard.wait(after: failure, attempts: 1, ambiguous: 0, jitter: 0) == nil)
  }
}

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

  private func starts(_ actions: [Scheduler.Action]) -> [Int] {
    actions.compactMap { if case .start(let chunk, _) = $0 { chunk } else { nil } }
  }

  @Test("No more calls are in flight than the window allows")
  func window() {
    var scheduler = Scheduler(maximumInFlight: 2, policy: .standard)
    #expect(starts(scheduler.handle(.ready(chunk: 0))) == [0])
    #expect(starts(scheduler.handle(.ready(chunk: 1))) == [1])
    #expect(starts(scheduler.handle(.ready(chunk: 2))) == [])
    #expect(starts(scheduler.handle(.succeeded(chunk: 1))) == [2])
  }

  @Test("Earlier chunks go first, repeated ones too")
  func order() {
    var scheduler = Scheduler(maximumInFlight: 1, policy: .standard)
    _ = scheduler.handle(.ready(chunk: 0))
    _ = scheduler.handle(.ready(chunk: 1))
    _ = scheduler.handle(.ready(chunk: 2))
    let failed = scheduler.handle(.failed(chunk: 0, busy, jitter: 0.5))
    #expect(
      failed == [.wait(chunk: 0, seconds: 0.75, failure: busy), .start(chunk: 1, attempt: 1)])
    _ = scheduler.handle(.waited(chunk: 0))
    #expect(scheduler.handle(.succeeded(chunk: 1)) == [.start(chunk: 0, attempt: 2)])
  }

  @Test("A refusal for rate halves the window and holds back all calls until its wait is over")
  func adaptiveWindow() {
    var scheduler = Scheduler(maximumInFlight: 4, policy: .standard)
    for chunk in 0..<40 { _ = scheduler.handle(.ready(chunk: chunk)) }
    let refused = scheduler.handle(.failed(chunk: 0, limited, jitter: 0))
    #expect(refused == [.wait(chunk: 0, seconds: 0.5, failure: limited)])
    for chunk in 1...3 { #expect(starts(scheduler.handle(.succeeded(chunk: chunk))) == []) }
    var running = starts(scheduler.handle(.waited(chunk: 0)))
    #expect(running.first == 0)
    #expect(running.count >= 2 && running.count < 4, "fewer than before")
    for _ in 0..<20 {
      running += starts(scheduler.handle(.succeeded(chunk: running.removeFirst())))
    }
    #expect(running.count == 4, "it has grown back")
  }

  @Test(
    "A service that allows so many calls a minute answers every chunk in the end",
    arguments: [(20, nil), (60, nil), (20, 20)] as [(Int, Double?)])
  func rateLimit(perMinute: Int, retryAfter: Double?) {
    var failure = limited
    if let retryAfter { failure.retry = .after(retryAfter) }
    let chunks = 100
    var scheduler = Scheduler(maximumInFlight: 5, policy: .standard)
    var agenda: [(time: Double, event: Scheduler.Event)] = (0..<chunks).map {
      (0, .ready(chunk: $0))
    }
    var granted: [Double] = []
    var answered: Set<Int> = []
    var calls = 0
    while let next = agenda.indices.min(by: { agenda[$0].time < agenda[$1].time }) {
      let (now, event) = agenda.remove(at: next)
      if case .succeeded(let chunk) = event { answered.insert(chunk) }
      for action in scheduler.handle(event) {
        switch action {
        case .start(let chunk, _):
          calls += 1
          granted.removeAll { $0 <= now - 60 }
          if granted.count < perMinute {
            granted.append(now)
            agenda.append((now + 2, .succeeded(chunk: chunk)))
          } else {
            agenda.append((now + 0.2, .failed(chunk: chunk, failure, jitter: 0.5)))
          }
        case .wait(let chunk, let seconds, _): agenda.append((now + seconds, .waited(chunk: chunk)))
        case .giveUp(let chunk, _): Issue.record("chunk \(chunk) was given up")
        case .stop: Issue.record("the run was stopped")
        }
      }
    }
    #expect(answered.count == chunks)
    #expect(calls < 2 * chunks, "few calls are refused")
  }

  @Test("A chunk that waits for its next try does not outlive the end of the run")
  func stopEndsWaits() {
    var scheduler = Scheduler(maximumInFlight: 2, policy: .standard)
    _ = scheduler.handle(.ready(chunk: 0))
    _ = scheduler.handle(.ready(chunk: 1))
    _ = scheduler.handle(.failed(chunk: 0, busy, jitter: 0))
    #expect(
      scheduler.handle(.failed(chunk: 1, wrongKey, jitter: 0))
        == [.stop(wrongKey), .giveUp(chunk: 1, wrongKey), .giveUp(chunk: 0, wrongKey)])
    #expect(scheduler.handle(.waited(chunk: 0)) == [])
    #expect(scheduler.isStopped && !scheduler.hasCallsInFlight)
  }

  @Test("A failure that affects all chunks stops everything at once")
  func stops() {
    var scheduler = Scheduler(maximumInFlight: 2, policy: .standard)
    for chunk in 0..<4 { _ = scheduler.handle(.ready(chunk: chunk)) }
    let actions = scheduler.handle(.failed(chunk: 0, wrongKey, jitter: 0))
    #expect(
      actions == [
        .stop(wrongKey), .giveUp(chunk: 0, wrongKey), .giveUp(chunk: 2, wrongKey),
        .giveUp(chunk: 3, wrongKey),
      ])
    #expect(scheduler.handle(.ready(chunk: 4)) == [.giveUp(chunk: 4, wrongKey)])
    #expect(scheduler.handle(.failed(chunk: 1, busy, jitter: 0)) == [.giveUp(chunk: 1, wrongKey)])
  }

  @Test("A call whose fate is unknown is repeated once by itself")
  func ambiguous() {
    var scheduler = Scheduler(maximumInFlight: 1, policy: .standard)
    _ = scheduler.handle(.ready(chunk: 0))
    #expect(
      scheduler.handle(.failed(chunk: 0, lost, jitter: 1))
        == [.wait(chunk: 0, seconds: 1, failure: lost)])
    #expect(scheduler.handle(.waited(chunk: 0)) == [.start(chunk: 0, attempt: 2)])
    #expect(scheduler.handle(.failed(chunk: 0, lost, jitter: 1)) == [.giveUp(chunk: 0, lost)])
  }

  @Test("A chunk is given up after as many tries as the policy allows")
  func attempts() {
    var scheduler = Scheduler(maximumInFlight: 1, policy: .standard)
    _ = scheduler.handle(.ready(chunk: 0))
    for _ in 1..<RetryPolicy.standard.maximumAttempts {
      guard case .wait = scheduler.handle(.failed(chunk: 0, busy, jitter: 0)).first else {
        Issue.record("it gave up early")
        return
      }
      _ = scheduler.handle(.waited(chunk: 0))
    }
    #expect(scheduler.handle(.failed(chunk: 0, busy, jitter: 0)) == [.giveUp(chunk: 0, busy)])
  }

  @Test("A service that stays out of reach for one chunk is not tried for the next")
  func unreachable() {
    let failure = RecognitionFailure(.unreachable, message: "no route", retry: .now)
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 1
    var scheduler = Scheduler(maximumInFlight: 1, policy: policy)
    _ = scheduler.handle(.ready(chunk: 0))
    _ = scheduler.handle(.ready(chunk: 1))
    #expect(
      scheduler.handle(.failed(chunk: 0, failure, jitter: 0))
        == [.stop(failure), .giveUp(chunk: 0, failure), .giveUp(chunk: 1, failure)])
  }

  @Test("A service that fails chunk after chunk is not asked for the rest of ten hours")
  func serviceDown() {
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 1
    var scheduler = Scheduler(maximumInFlight: 1, policy: policy)
    for chunk in 0..<600 { _ = scheduler.handle(.ready(chunk: chunk)) }
    #expect(scheduler.handle(.failed(chunk: 0, busy, jitter: 0)).count == 2)
    #expect(scheduler.handle(.failed(chunk: 1, busy, jitter: 0)).count == 2)
    _ = scheduler.handle(.succeeded(chunk: 2))
    #expect(
      scheduler.handle(.failed(chunk: 3, busy, jitter: 0)).count == 2,
      "an answer starts the count again")
    #expect(scheduler.handle(.failed(chunk: 4, busy, jitter: 0)).count == 2)
    let last = scheduler.handle(.failed(chunk: 5, busy, jitter: 0))
    #expect(last.first == .stop(busy))
    #expect(last.count == 1 + 1 + 594)
  }

  @Test("Every chunk ends answered or given up, whatever happens in which order", arguments: 0..<50)
  func everythingEnds(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var scheduler = Scheduler(
      maximumInFlight: Int.random(in: 1...6, using: &random), policy: .standard)
    let chunks = 30
    var pending: [Scheduler.Event] = (0..<chunks).map { .ready(chunk: $0) }
    var ended: [Int: Int] = [:]
    var inFlight = 0
    while !pending.isEmpty {
      let event = pending.remove(at: Int.random(in: 0..<min(3, pending.count), using: &random))
      switch event {
      case .succeeded(let chunk):
        ended[chunk, default: 0] += 1
        inFlight -= 1
      case .failed: inFlight -= 1
      default: break
      }
      for action in scheduler.handle(event) {
        switch action {
        case .start(let chunk, _):
          inFlight += 1
          let failure = [busy, lost, nil, nil].randomElement(using: &random) ?? nil
          pending.append(
            failure.map { .failed(chunk: chunk, $0, jitter: 0.3) } ?? .succeeded(chunk: chunk))
        case .wait(let chunk, _, _): pending.append(.waited(chunk: chunk))
        case .giveUp(let chunk, _): ended[chunk, default: 0] += 1
        case .stop: break
        }
      }
      #expect(inFlight <= 6)
    }
    #expect(ended == Dictionary(uniqueKeysWithValues: (0..<chunks).map { ($0, 1) }))
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

import LongscribeCore
import TestSupport
import Testing

@Suite("The window of calls that an account's recordings share")
struct CallWindowTests {
  private static let limited = RecognitionFailure(.concurrencyLimited, message: "1302", retry: .now)

  private static func terms(_ most: Int, perMinute: Int? = nil) -> CallWindow.Terms {
    CallWindow.Terms(maximumInFlight: most, requestsPerMinute: perMinute)
  }

  /// A window with one member that wants as many calls as it can get.
  private static func window(_ most: Int, perMinute: Int? = nil) -> CallWindow {
    var window = CallWindow()
    window.join(1, terms: terms(most, perMinute: perMinute))
    window.want(10_000, by: 1)
    return window
  }

  private static func refuse(
    _ window: inout CallWindow, _ permit: CallWindow.Permit, at now: Double,
    _ failure: RecognitionFailure = limited
  ) -> Double? {
    window.refuse(permit, failure, policy: .standard, jitter: 1, at: now)
  }

  @Test("No more calls are under way than the window is wide", arguments: 1...6)
  func width(most: Int) {
    var window = Self.window(most)
    let first = window.admit(at: 0)
    #expect(first.permits.count == most && first.next == nil)
    #expect(window.admit(at: 1).permits.isEmpty)
    window.succeed(first.permits[0])
    #expect(window.admit(at: 2).permits.count == 1)
  }

  @Test("No permit is given for a chunk that has one on its way")
  func onTheWay() {
    var window = CallWindow()
    window.join(1, terms: Self.terms(4))
    window.want(1, by: 1)
    let permits = window.admit(at: 0).permits
    #expect(permits.count == 1)
    window.want(1, by: 1)
    #expect(window.admit(at: 0).permits.isEmpty)
    window.take(permits[0])
    #expect(window.admit(at: 0).permits.isEmpty)
    window.want(1, by: 1)
    #expect(window.admit(at: 0).permits.count == 1)
  }

  @Test("A permit that is given back twice counts once")
  func givenBackTwice() {
    var window = Self.window(2)
    let permits = window.admit(at: 0).permits
    window.succeed(permits[0])
    window.succeed(permits[0])
    window.finish(permits[0])
    #expect(window.admit(at: 0).permits.count == 1)
  }

  @Test("A refusal halves the window once for all calls that were under way with it")
  func halving() {
    var window = Self.window(5)
    let permits = window.admit(at: 0).permits
    #expect(Self.refuse(&window, permits[0], at: 1) == 1)
    #expect(window.width == 2)
    #expect(Self.refuse(&window, permits[1], at: 1.1) == 1, "it is one refusal")
    #expect(window.width == 2)
    window.succeed(permits[2])
    window.succeed(permits[3])
    #expect(window.width == 2, "calls of the wider window do not widen it")
    let next = window.admit(at: 10).permits
    #expect(next.count == 1)
    #expect(Self.refuse(&window, next[0], at: 11) == 1)
    #expect(window.width == 1)
  }

  @Test("Nothing begins until a refusal's wait is over, and the caller learns when that is")
  func hold() {
    var window = Self.window(4)
    let permits = window.admit(at: 0).permits
    var failure = Self.limited
    failure.retry = .after(20)
    #expect(Self.refuse(&window, permits[0], at: 1, failure) == 20)
    for permit in permits.dropFirst() { window.succeed(permit) }
    let shut = window.admit(at: 20.9)
    #expect(shut.permits.isEmpty && shut.next == 21)
    #expect(window.admit(at: 21).permits.count == 2)
  }

  @Test("A wait that is not worth it shuts nothing")
  func endlessWait() {
    var window = Self.window(4)
    let permits = window.admit(at: 0).permits
    var failure = Self.limited
    failure.retry = .after(3600)
    #expect(Self.refuse(&window, permits[0], at: 1, failure) == nil)
    #expect(window.admit(at: 1).next == nil)
  }

  @Test("The window grows by one after as many answers as it is wide, up to where it was")
  func growth() {
    var window = Self.window(4)
    _ = window.admit(at: 0).permits.map { Self.refuse(&window, $0, at: 0) }
    #expect(window.width == 2)
    var now = 100.0
    var widths: [Int] = []
    for _ in 0..<12 {
      let permits = window.admit(at: now).permits
      if let first = permits.first { window.succeed(first) }
      for permit in permits.dropFirst() { window.finish(permit) }
      widths.append(window.width)
      now += 1
    }
    #expect(widths == [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4])
  }

  @Test("Refusals in a row are bounded, and an answer starts their count again")
  func refusalsEnd() {
    var window = Self.window(1)
    var now = 0.0
    func refusals() -> Int {
      for count in 1...100 {
        now += 1000
        guard let permit = window.admit(at: now).permits.first else { return 0 }
        if Self.refuse(&window, permit, at: now) == nil { return count }
      }
      return 100
    }
    #expect(refusals() == 21)
    #expect(refusals() == 1, "the next chunk is not waited for as long")
    if let permit = window.admit(at: now + 1000).permits.first { window.succeed(permit) }
    now += 1000
    #expect(refusals() == 21)
  }

  @Test("What an account was taught outlives a recording, but not the count of its refusals")
  func nextRecording() {
    var window = Self.window(4)
    let permits = window.admit(at: 0).permits
    let wait = Self.refuse(&window, permits[0], at: 0) ?? 0
    window.leave(1)
    #expect(window.isIdle)
    window.join(2, terms: Self.terms(4))
    window.want(10, by: 2)
    #expect(window.width == 2)
    #expect(window.admit(at: wait / 2).permits.isEmpty)
    let next = window.admit(at: wait).permits
    #expect(next.count == 2)
    #expect(Self.refuse(&window, next[0], at: 5) == 1, "the backoff starts anew")
  }

  @Test("Recordings take turns, however many chunks the first has ready")
  func turns() {
    var window = CallWindow()
    for member in 1...3 {
      window.join(member, terms: Self.terms(2))
      window.want(member == 3 ? 2 : 1000, by: member)
    }
    var order: [Int] = []
    while order.count < 12 {
      for permit in window.admit(at: 0).permits {
        order.append(permit.member)
        window.take(permit)
        window.succeed(permit)
      }
    }
    #expect(order == [1, 2, 3, 1, 2, 3, 1, 2, 1, 2, 1, 2])
  }

  @Test("The strictest bound of all recordings holds, and leaves with its recording")
  func strictest() {
    var window = Self.window(5)
    window.join(2, terms: Self.terms(2))
    #expect(window.width == 2)
    window.leave(2)
    #expect(window.width == 5)
  }

  @Test("A recording that leaves takes its demand with it and frees its permits")
  func leaving() {
    var window = Self.window(3)
    window.join(2, terms: Self.terms(3))
    window.want(5, by: 2)
    let permits = window.admit(at: 0).permits
    #expect(permits.map(\.member) == [1, 2, 1])
    window.leave(1)
    let next = window.admit(at: 0).permits
    #expect(next.map(\.member) == [2, 2])
    for permit in permits where permit.member == 1 { window.succeed(permit) }
    #expect(window.admit(at: 0).permits.isEmpty, "what comes back late frees nothing a second time")
  }

  @Test(
    "Never more calls begin within a minute than allowed, in bursts no wider than the window",
    arguments: [1, 3, 20, 60, 500], [1, 4])
  func perMinute(bound: Int, most: Int) {
    var window = Self.window(most, perMinute: bound)
    var now = 0.0
    var begun: [Double] = []
    while begun.count < 3 * bound {
      let (permits, next) = window.admit(at: now)
      for permit in permits {
        begun.append(now)
        window.take(permit)
        window.succeed(permit)
      }
      #expect(permits.count <= most)
      if let next {
        #expect(next > now)
        now = next
      } else {
        now += 0.05
      }
    }
    for index in begun.indices.dropFirst(bound) {
      #expect(begun[index] - begun[index - bound] > 60)
    }
    #expect(now < 61 * 3 + 5, "the bound is used: \(now)")
  }

  @Test("A bound a minute counts the calls of the recording before it")
  func perMinuteAcross() {
    var window = Self.window(10)
    for permit in window.admit(at: 0).permits { window.succeed(permit) }
    window.leave(1)
    window.join(2, terms: Self.terms(10, perMinute: 12))
    window.want(10, by: 2)
    #expect(window.admit(at: 30).permits.count == 2)
    #expect(window.admit(at: 70).permits.count == 8)
  }

  @Test(
    "A service that allows so many calls a minute answers every chunk in the end",
    arguments: [(20, nil), (60, nil), (20, 20)] as [(Int, Double?)], [1, 3])
  func rateLimit(bound: (perMinute: Int, retryAfter: Double?), recordings: Int) {
    var failure = Self.limited
    if let seconds = bound.retryAfter { failure.retry = .after(seconds) }
    var account = SimulatedAccount()
    let chunks = 100 / recordings
    for _ in 0..<recordings { account.add(chunks: chunks, Self.terms(5)) }
    var granted: [Double] = []
    account.run { now, _, _, _ in
      granted.removeAll { $0 <= now - 60 }
      guard granted.count < bound.perMinute else {
        return .init(failure: failure, seconds: 0.2)
      }
      granted.append(now)
      return .init(failure: nil, seconds: 2)
    }
    #expect(account.answered.allSatisfy { $0 == chunks })
    #expect(account.starts.count < 2 * chunks * recordings, "few calls are refused")
  }

  @Test("Two recordings find the width that a service allows together", arguments: 1...4)
  func shared(allowed: Int) {
    var account = SimulatedAccount()
    for _ in 0..<2 { account.add(chunks: 200, Self.terms(5)) }
    account.run { _, _, _, inFlight in
      inFlight > allowed
        ? .init(failure: Self.limited, seconds: 0.1) : .init(failure: nil, seconds: 2)
    }
    #expect(account.answered == [200, 200])
    #expect(account.mostInFlight <= 5)
    let refused = account.starts.count - 400
    #expect(refused < 400, "\(refused) refused")
    for hold in account.held {
      #expect(
        !account.starts.contains { $0.time > hold.lowerBound + 0.001 && hold.contains($0.time) })
    }
  }

  @Test("A whole run takes the time of its chunks in rounds of the window", arguments: 1...5)
  func wholeRun(most: Int) {
    var account = SimulatedAccount()
    for _ in 0..<2 { account.add(chunks: 37, Self.terms(most)) }
    account.run { _, _, _, _ in .init(failure: nil, seconds: 3) }
    let rounds = Double((74 + most - 1) / most)
    #expect(account.time <= 1.1 * rounds * 3)
    #expect(account.mostInFlight == min(most, 74))
  }

  @Test(
    "Whatever happens in which order, no permit is lost and every chunk ends once",
    arguments: 0..<80)
  func nothingIsLost(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let most = Int.random(in: 1...6, using: &random)
    var account = SimulatedAccount(seed: UInt64(seed))
    let recordings = Int.random(in: 1...4, using: &random)
    var cancelled: Set<Int> = []
    for recording in 0..<recordings {
      let isCancelled = recording > 0 && Bool.random(using: &random)
      if isCancelled { cancelled.insert(recording) }
      account.add(
        chunks: 30,
        Self.terms(most, perMinute: Bool.random(using: &random) ? 40 : nil),
        at: Double.random(in: 0..<20, using: &random),
        cancelledAt: isCancelled ? Double.random(in: 20..<60, using: &random) : nil)
    }
    let busy = RecognitionFailure(.overloaded, message: "busy", retry: .now)
    let lost = RecognitionFailure(.connectionLost, message: "lost", retry: .now, charge: .unknown)
    account.run { _, _, _, _ in
      let failure = [busy, lost, Self.limited, nil, nil, nil, nil].randomElement(using: &random)
      return .init(
        failure: failure ?? nil, seconds: Double.random(in: 0.1..<3, using: &random))
    }
    for recording in 0..<recordings where !cancelled.contains(recording) {
      #expect(account.answered[recording] + account.givenUp[recording] == 30)
    }
    #expect(account.mostInFlight <= most || !cancelled.isEmpty)
    #expect(account.inFlight == 0)
    var window = account.window
    #expect(window.isIdle)
    window.join(99, terms: Self.terms(1))
    window.want(1, by: 99)
    #expect(window.admit(at: 1e9).permits.count == 1, "the window is free again")
  }
}

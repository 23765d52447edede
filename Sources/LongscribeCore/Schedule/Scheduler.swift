/// Decides which chunk is sent when. A pure state machine: events go in, actions come out.
///
/// At most `window` calls are in flight. The window is halved when the service says that there are too many,
/// and grows by one after as many successes as it is wide, up to where it started. Such a refusal is about the account, not about the
/// chunk: until its wait is over nothing is sent, and it does not use up one of the chunk's tries.
package struct Scheduler: Sendable {
  /// What happened.
  package enum Event: Sendable, Hashable {
    /// A chunk can be sent; `position` is where in the recording it is: earlier ones go first, then those with lower indexes.
    case ready(chunk: Int, position: Int64 = 0)
    /// Chunks were planned again as others, which are ready already; they themselves will not be sent any more.
    case withdrawn([Int])
    /// A call was answered.
    case succeeded(chunk: Int)
    /// A call failed; `jitter` is a number from 0 up to 1.
    case failed(chunk: Int, RecognitionFailure, jitter: Double)
    /// The wait asked for by `.wait` is over.
    case waited(chunk: Int)
  }

  /// What is to be done.
  package enum Action: Sendable, Hashable {
    /// Send a chunk; `attempt` counts from 1.
    case start(chunk: Int, attempt: Int)
    /// Report `.waited` after this many seconds.
    case wait(chunk: Int, seconds: Double, failure: RecognitionFailure)
    /// The chunk cannot be transcribed.
    case giveUp(chunk: Int, RecognitionFailure)
    /// No further call makes sense; chunks that were not sent are given up as well.
    case stop(RecognitionFailure)
  }

  private struct Progress {
    var attempts = 0
    var ambiguous = 0
  }

  private let policy: RetryPolicy
  private let widest: Int
  private(set) var window: Int
  private var successes = 0
  private var inFlight: Set<Int> = []
  private var waiting: [Int] = []
  /// Where in the recording chunks are.
  private var positions: [Int: Int64] = [:]
  /// Chunks whose wait is not over.
  private var sleeping: Set<Int> = []
  /// Those of them whose refusal holds back all others.
  private var holding: Set<Int> = []
  /// Times in a row that the service has refused for rate, with no answer in between.
  private var refusals = 0
  private var progress: [Int: Progress] = [:]
  private var stopped: RecognitionFailure?
  /// Chunks given up one after the other, with no answer in between, although trying again might have helped.
  private var lostInARow = 0

  /// So many of them mean that the service is down: ten hours of chunks would fail the same way, each after all its tries.
  private static let mostLostInARow = 3
  /// Refusals for rate in a row after which a chunk is given up: about ten minutes of waiting.
  private static let mostRefusals = 20

  package init(maximumInFlight: Int, policy: RetryPolicy) {
    self.policy = policy
    self.widest = max(1, maximumInFlight)
    self.window = widest
  }

  /// Whether no further call will be made.
  package var isStopped: Bool { stopped != nil }
  /// Whether a call is under way.
  package var hasCallsInFlight: Bool { !inFlight.isEmpty }

  /// Takes an event and returns what follows from it, in order.
  package mutating func handle(_ event: Event) -> [Action] {
    var actions: [Action] = []
    switch event {
    case .withdrawn(let chunks):
      for chunk in chunks { withdraw(chunk) }
    case .ready(let chunk, let position):
      positions[chunk] = position
      if let stopped {
        actions.append(.giveUp(chunk: chunk, stopped))
      } else {
        enqueue(chunk)
      }
    case .waited(let chunk):
      // A chunk that was given up meanwhile is not waited for any more.
      guard sleeping.remove(chunk) != nil else { return [] }
      holding.remove(chunk)
      enqueue(chunk)
    case .succeeded(let chunk):
      finish(chunk)
      grow()
    case .failed(let chunk, let failure, let jitter):
      actions += handleFailure(of: chunk, failure, jitter: jitter)
    }
    return actions + starts()
  }

  private mutating func handleFailure(
    of chunk: Int, _ failure: RecognitionFailure, jitter: Double
  ) -> [Action] {
    inFlight.remove(chunk)
    if failure.affectsAllChunks { return stop(at: chunk, failure) }
    if let stopped { return [.giveUp(chunk: chunk, stopped)] }
    if failure.charge == .unknown { progress[chunk, default: Progress()].ambiguous += 1 }
    let isRefusal = failure.code == .concurrencyLimited || failure.code == .rateLimited
    if isRefusal { refuse(chunk) }
    guard let seconds = wait(for: chunk, failure, isRefusal: isRefusal, jitter: jitter) else {
      progress[chunk] = nil
      if isServiceDown(failure) { return stop(at: chunk, failure) }
      return [.giveUp(chunk: chunk, failure)]
    }
    sleeping.insert(chunk)
    if isRefusal { holding.insert(chunk) }
    return [.wait(chunk: chunk, seconds: seconds, failure: failure)]
  }

  private mutating func enqueue(_ chunk: Int) {
    let key = (positions[chunk] ?? 0, chunk)
    waiting.insert(
      chunk, at: waiting.firstIndex { (positions[$0] ?? 0, $0) > key } ?? waiting.count)
  }

  private mutating func withdraw(_ chunk: Int) {
    inFlight.remove(chunk)
    waiting.removeAll { $0 == chunk }
    sleeping.remove(chunk)
    holding.remove(chunk)
    progress[chunk] = nil
  }

  /// Whether a chunk is being sent.
  package func isInFlight(_ chunk: Int) -> Bool { inFlight.contains(chunk) }

  private mutating func refuse(_ chunk: Int) {
    window = max(1, window / 2)
    successes = 0
    // Calls that were in flight together are refused together: that is one refusal.
    if holding.isEmpty { refusals += 1 }
    progress[chunk, default: Progress()].attempts -= 1
  }

  private func wait(
    for chunk: Int, _ failure: RecognitionFailure, isRefusal: Bool, jitter: Double
  ) -> Double? {
    let sofar = progress[chunk] ?? Progress()
    guard isRefusal else {
      return policy.wait(
        after: failure, attempts: sofar.attempts, ambiguous: sofar.ambiguous, jitter: jitter)
    }
    guard refusals <= Self.mostRefusals else { return nil }
    return policy.wait(
      after: failure, attempts: min(refusals, policy.maximumAttempts - 1), ambiguous: 0,
      jitter: jitter)
  }

  private mutating func isServiceDown(_ failure: RecognitionFailure) -> Bool {
    // A service that could not be reached for one chunk will not be for the next.
    if failure.code == .unreachable { return true }
    if failure.retry == .never || failure.retry == .split { return false }
    lostInARow += 1
    return lostInARow >= Self.mostLostInARow
  }

  private mutating func stop(at chunk: Int, _ failure: RecognitionFailure) -> [Action] {
    guard stopped == nil else { return [.giveUp(chunk: chunk, failure)] }
    stopped = failure
    let abandoned = (waiting + sleeping).sorted()
    waiting = []
    sleeping = []
    holding = []
    return [.stop(failure), .giveUp(chunk: chunk, failure)]
      + abandoned.map { .giveUp(chunk: $0, failure) }
  }

  private mutating func finish(_ chunk: Int) {
    inFlight.remove(chunk)
    progress[chunk] = nil
    lostInARow = 0
    refusals = 0
  }

  private mutating func grow() {
    guard window < widest else { return }
    successes += 1
    if successes >= window {
      window += 1
      successes = 0
    }
  }

  private mutating func starts() -> [Action] {
    var actions: [Action] = []
    while holding.isEmpty, inFlight.count < window, !waiting.isEmpty {
      let chunk = waiting.removeFirst()
      inFlight.insert(chunk)
      progress[chunk, default: Progress()].attempts += 1
      actions.append(.start(chunk: chunk, attempt: progress[chunk]?.attempts ?? 1))
    }
    return actions
  }
}

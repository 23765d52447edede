/// Decides which chunk of a recording is sent next, which again, and which is given up. A pure state machine: events go in, actions
/// come out.
///
/// When a call may begin is not decided here but by the account's `CallWindow`, which all its recordings share: the scheduler says
/// how many chunks it could send (`wanted`) and picks the chunk when it is admitted. That the account makes too many
/// calls is not the chunk's fault: such a refusal does not use up one of its tries, and the chunk is ready again at once, since the
/// window stays shut until the wait is over.
package struct Scheduler: Sendable {
  /// What happened.
  package enum Event: Sendable, Hashable {
    /// A chunk can be sent; `position` is where in the recording it is: earlier ones go first, then those with lower indexes. One that
    /// asks again for what another left open is extra: that it fails says nothing about the others.
    case ready(chunk: Int, position: Int64 = 0, isExtra: Bool = false)
    /// Chunks were planned again as others, which are ready already; they themselves will not be sent any more.
    case withdrawn([Int])
    /// A call may begin.
    case admitted
    /// A call was answered.
    case succeeded(chunk: Int)
    /// A chunk's answer was there already, so no call was made.
    case reused(chunk: Int)
    /// A call failed; `jitter` is a number from 0 up to 1.
    case failed(chunk: Int, RecognitionFailure, jitter: Double)
    /// A call was refused because the account makes too many; the account's window is shut for so many seconds, or the
    /// chunk is not worth the wait if `nil`.
    case refused(chunk: Int, RecognitionFailure, seconds: Double?)
    /// The wait asked for by `.wait` is over.
    case waited(chunk: Int)
    /// No further call is to be made, for a reason that is no chunk's. Calls under way go on.
    case stopped(RecognitionFailure)
  }

  /// What is to be done.
  package enum Action: Sendable, Hashable {
    /// Send a chunk; `attempt` counts from 1.
    case start(chunk: Int, attempt: Int)
    /// There is nothing to send any more: the permit goes back.
    case decline
    /// Report `.waited` after this many seconds.
    case wait(chunk: Int, seconds: Double, failure: RecognitionFailure)
    /// The chunk is sent again when the account's window opens, in about so many seconds: nothing is to be done.
    case hold(chunk: Int, seconds: Double, failure: RecognitionFailure)
    /// The chunk cannot be transcribed.
    case giveUp(chunk: Int, RecognitionFailure)
    /// No further call makes sense; chunks that were not sent are given up as well.
    case stop(RecognitionFailure)
  }

  private struct Progress {
    var attempts = 0
    var ambiguous = 0
    /// How many chunks had been lost when the last call began.
    var lossesAtStart = 0
  }

  /// When failed calls are made again.
  package let policy: RetryPolicy
  private var inFlight: Set<Int> = []
  private var waiting: [Int] = []
  /// Where in the recording chunks are.
  private var positions: [Int: Int64] = [:]
  /// Chunks whose wait is not over.
  private var sleeping: Set<Int> = []
  /// Chunks that ask again.
  private var extra: Set<Int> = []
  private var progress: [Int: Progress] = [:]
  private var stopped: RecognitionFailure?
  /// Chunks given up one after the other, with no answer in between, although trying again might have helped.
  private var lostInARow = 0
  /// Chunks given up so far, and how many there were at the last that counted.
  private var losses = 0
  private var countedLosses = 0
  /// The last refusal for good, and how often in a row it came with no answer in between.
  private var refusedForGood: (failure: RecognitionFailure, times: Int)?
  private var hasAnswer = false

  /// So many of them mean that the service is down: ten hours of chunks would fail the same way, each after all its tries.
  private static let mostLostInARow = 3

  package init(policy: RetryPolicy) {
    self.policy = policy
  }

  /// Whether no further call will be made.
  package var isStopped: Bool { stopped != nil }
  /// Whether a call is under way.
  package var hasCallsInFlight: Bool { !inFlight.isEmpty }

  /// Whether something is sent, waits to be sent, or waits to be sent again.
  package var isBusy: Bool { !inFlight.isEmpty || !waiting.isEmpty || !sleeping.isEmpty }

  /// Chunks that could be sent now, if the account's window were open.
  package var wanted: Int { waiting.count }

  /// Takes an event and returns what follows from it, in order.
  package mutating func handle(_ event: Event) -> [Action] {
    switch event {
    case .withdrawn(let chunks):
      for chunk in chunks { withdraw(chunk) }
      return []
    case .ready(let chunk, let position, let isExtra):
      positions[chunk] = position
      if isExtra { extra.insert(chunk) }
      if let stopped { return [.giveUp(chunk: chunk, stopped)] }
      enqueue(chunk)
      return []
    case .admitted: return [admit()]
    case .waited(let chunk):
      // A chunk that was given up meanwhile is not waited for any more.
      guard sleeping.remove(chunk) != nil else { return [] }
      enqueue(chunk)
      return []
    case .succeeded(let chunk):
      finish(chunk)
      return []
    case .reused(let chunk):
      inFlight.remove(chunk)
      progress[chunk] = nil
      return []
    case .failed(let chunk, let failure, let jitter):
      return handleFailure(of: chunk, failure, jitter: jitter)
    case .refused(let chunk, let failure, let seconds):
      return handleRefusal(of: chunk, failure, seconds: seconds)
    case .stopped(let failure): return stop(failure)
    }
  }

  private mutating func admit() -> Action {
    guard !waiting.isEmpty else { return .decline }
    let chunk = waiting.removeFirst()
    inFlight.insert(chunk)
    progress[chunk, default: Progress()].attempts += 1
    progress[chunk]?.lossesAtStart = losses
    return .start(chunk: chunk, attempt: progress[chunk]?.attempts ?? 1)
  }

  private mutating func handleFailure(
    of chunk: Int, _ failure: RecognitionFailure, jitter: Double
  ) -> [Action] {
    inFlight.remove(chunk)
    if failure.affectsAllChunks { return stop(at: chunk, failure) }
    if let stopped { return [.giveUp(chunk: chunk, stopped)] }
    if failure.charge != .none { progress[chunk, default: Progress()].ambiguous += 1 }
    let sofar = progress[chunk] ?? Progress()
    guard
      let seconds = policy.wait(
        after: failure, attempts: sofar.attempts, ambiguous: sofar.ambiguous,
        hasAnswered: hasAnswer, jitter: jitter)
    else { return giveUp(chunk, failure) }
    sleeping.insert(chunk)
    return [.wait(chunk: chunk, seconds: seconds, failure: failure)]
  }

  private mutating func handleRefusal(
    of chunk: Int, _ failure: RecognitionFailure, seconds: Double?
  ) -> [Action] {
    inFlight.remove(chunk)
    if let stopped { return [.giveUp(chunk: chunk, stopped)] }
    guard let seconds else { return giveUp(chunk, failure) }
    progress[chunk, default: Progress()].attempts -= 1
    enqueue(chunk)
    return [.hold(chunk: chunk, seconds: seconds, failure: failure)]
  }

  private mutating func giveUp(_ chunk: Int, _ last: RecognitionFailure) -> [Action] {
    var failure = last
    if case .after(let seconds) = failure.retry, seconds > policy.longestObeyedWait {
      let wait = TimeText.short(Timeline.samples(min(seconds, 1e9)))
      failure.hint = "the service asks to wait \(wait); go on after that"
    }
    let lossesAtStart = progress.removeValue(forKey: chunk)?.lossesAtStart ?? losses
    if extra.contains(chunk) { return [.giveUp(chunk: chunk, failure)] }
    if isHopeless(failure) || isServiceDown(failure, lossesAtStart: lossesAtStart) {
      return stop(at: chunk, failure)
    }
    return [.giveUp(chunk: chunk, failure)]
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
    progress[chunk] = nil
  }

  /// Whether a chunk is being sent.
  package func isInFlight(_ chunk: Int) -> Bool { inFlight.contains(chunk) }

  private mutating func isServiceDown(
    _ failure: RecognitionFailure, lossesAtStart: Int
  ) -> Bool {
    // A service that could not be reached for one chunk will not be for the next.
    if failure.code == .unreachable { return true }
    if failure.retry == .never || failure.retry == .split { return false }
    // Calls that were under way together are lost together: that is one loss.
    losses += 1
    if lossesAtStart >= countedLosses {
      lostInARow += 1
      countedLosses = losses
    }
    return lostInARow >= Self.mostLostInARow
  }

  /// Whether chunk after chunk is refused for good for the same reason, with no answer in between: the others would be too, and each
  /// refusal may count against the account.
  private mutating func isHopeless(_ failure: RecognitionFailure) -> Bool {
    guard failure.retry == .never, failure.status != nil, failure.code != .contentBlocked else {
      return false
    }
    let isSame =
      refusedForGood.map {
        $0.failure.code == failure.code && $0.failure.serviceCode == failure.serviceCode
          && $0.failure.status == failure.status
      } ?? false
    refusedForGood = (failure, isSame ? (refusedForGood?.times ?? 0) + 1 : 1)
    return refusedForGood?.times ?? 0 >= Self.mostLostInARow
  }

  private mutating func stop(at chunk: Int, _ failure: RecognitionFailure) -> [Action] {
    guard stopped == nil else { return [.giveUp(chunk: chunk, failure)] }
    var actions = stop(failure)
    actions.insert(.giveUp(chunk: chunk, failure), at: 1)
    return actions
  }

  private mutating func stop(_ failure: RecognitionFailure) -> [Action] {
    guard stopped == nil else { return [] }
    stopped = failure
    let abandoned = (waiting + sleeping).sorted()
    waiting = []
    sleeping = []
    return [.stop(failure)] + abandoned.map { .giveUp(chunk: $0, failure) }
  }

  private mutating func finish(_ chunk: Int) {
    inFlight.remove(chunk)
    progress[chunk] = nil
    lostInARow = 0
    refusedForGood = nil
    hasAnswer = true
  }
}

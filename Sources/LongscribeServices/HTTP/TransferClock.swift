/// The deadlines of one transfer: a pure state machine that is told what moved and when.
struct TransferClock {
  /// What the transfer is doing.
  private enum Phase {
    case connecting
    case sending
    case answering
  }

  /// What the deadlines say.
  enum Verdict: Hashable {
    /// Nothing to do for as long as given, unless something moves.
    case wait(Duration)
    /// A deadline has passed.
    case expired(HTTPFailure.Code, message: String)
  }

  typealias Instant = ContinuousClock.Instant

  private let timeouts: HTTPTimeouts
  private let started: Instant
  private var phase: Phase = .connecting
  private var lastMove: Instant
  private var bytesSent: Int64 = 0
  private var bytesReceived: Int64 = 0
  /// When the connection was ready for the last attempt, counted from the start.
  private(set) var connected: Duration?
  /// When the first byte of the answer was noticed, counted from the start.
  private(set) var firstByte: Duration?

  init(timeouts: HTTPTimeouts, now: Instant) {
    self.timeouts = timeouts
    started = now
    lastMove = now
  }

  /// Notes when the connection became ready.
  mutating func noteConnected(now: Instant = .now) {
    connected = now - started
  }

  /// Notes when the first byte of the answer came.
  mutating func noteFirstByte(now: Instant = .now) {
    if firstByte == nil { firstByte = now - started }
  }

  /// Takes the present counters; whatever grew restarts the wait of the present phase.
  mutating func update(
    now: Instant,
    isConnected: Bool,
    bytesSent: Int64,
    bytesReceived: Int64,
    isSending: Bool
  ) {
    let newPhase: Phase = !isConnected ? .connecting : isSending ? .sending : .answering
    // While sending, an answer's bytes are no progress: the body is what the server waits for.
    let moved =
      bytesSent != self.bytesSent
      || (newPhase == .answering && bytesReceived != self.bytesReceived)
    if newPhase != phase || moved { lastMove = now }
    phase = newPhase
    self.bytesSent = bytesSent
    self.bytesReceived = bytesReceived
  }

  func elapsed(now: Instant = .now) -> Duration { now - started }

  /// Which deadline has passed, or how long the nearest one is away.
  ///
  /// Connecting has its limit in libcurl, which shares it out over the host's addresses.
  func verdict(now: Instant) -> Verdict {
    let total = timeouts.total - elapsed(now: now)
    guard total > .zero else {
      return .expired(.timedOutTotal, message: "no complete answer in \(timeouts.total.inSeconds)")
    }
    let idle = now - lastMove
    switch phase {
    case .connecting:
      return .wait(total)
    case .sending where idle >= timeouts.sendIdle:
      let message = "no byte of the body could be sent for \(timeouts.sendIdle.inSeconds)"
      return .expired(.timedOutSending, message: message)
    case .sending:
      return .wait(min(total, timeouts.sendIdle - idle))
    case .answering where idle >= timeouts.answerIdle:
      let message = "no byte of the answer arrived for \(timeouts.answerIdle.inSeconds)"
      return .expired(.timedOutWaiting, message: message)
    case .answering:
      return .wait(min(total, timeouts.answerIdle - idle))
    }
  }
}

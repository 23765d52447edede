import LongscribeCore
import TestSupport

/// Recordings that share the window of one account, in simulated time: the schedulers, the window and a service that answers as told.
struct SimulatedAccount {
  /// What the service does with a call.
  struct Answer {
    var failure: RecognitionFailure?
    var seconds: Double
  }

  struct Start {
    var time: Double
    var recording: Int
    var chunk: Int
    var attempt: Int
  }

  private enum Happening {
    case begins
    case admitted(CallWindow.Permit)
    case ended(chunk: Int, CallWindow.Permit, RecognitionFailure?)
    case waited(chunk: Int)
    case isCancelled
    case opens
  }

  private(set) var window = CallWindow()
  private(set) var starts: [Start] = []
  private(set) var held: [ClosedRange<Double>] = []
  private(set) var answered: [Int] = []
  private(set) var givenUp: [Int] = []
  private(set) var mostInFlight = 0
  private(set) var inFlight = 0
  private(set) var time = 0.0
  private(set) var stops = 0
  private var schedulers: [Scheduler] = []
  private var terms: [CallWindow.Terms] = []
  private var chunks: [Int] = []
  private var isCancelled: Set<Int> = []
  private var agenda: [(time: Double, recording: Int, happening: Happening)] = []
  private var random: SeededGenerator

  init(seed: UInt64 = 1) { random = SeededGenerator(seed: seed) }

  /// A recording whose chunks are all ready at a time.
  mutating func add(
    chunks: Int, _ terms: CallWindow.Terms, at time: Double = 0, cancelledAt: Double? = nil,
    policy: RetryPolicy = .standard
  ) {
    let number = schedulers.count
    schedulers.append(Scheduler(policy: policy))
    self.terms.append(terms)
    self.chunks.append(chunks)
    answered.append(0)
    givenUp.append(0)
    agenda.append((time, number, .begins))
    if let cancelledAt { agenda.append((cancelledAt, number, .isCancelled)) }
  }

  /// Plays to the end; `service` is told the time, the recording, the chunk, and how many calls are under way with this one.
  mutating func run(
    until end: Double = .infinity, _ service: (Double, Int, Int, Int) -> Answer
  ) {
    while let next = agenda.indices.min(by: { agenda[$0].time < agenda[$1].time }) {
      guard agenda[next].time < end else { return }
      let (now, recording, happening) = agenda.remove(at: next)
      time = now
      take(happening, of: recording, service)
      let (permits, opens) = window.admit(at: now)
      for permit in permits {
        // On its way for a moment, as messages are.
        agenda.append(
          (now + Double.random(in: 0..<0.001, using: &random), permit.member, .admitted(permit)))
      }
      if let opens { agenda.append((opens, recording, .opens)) }
    }
  }

  private mutating func take(
    _ happening: Happening, of recording: Int, _ service: (Double, Int, Int, Int) -> Answer
  ) {
    switch happening {
    case .opens: break
    case .begins:
      window.join(recording, terms: terms[recording])
      for chunk in 0..<chunks[recording] { feed(.ready(chunk: chunk), recording) }
    case .isCancelled:
      isCancelled.insert(recording)
      window.leave(recording)
    case .admitted(let permit):
      guard !isCancelled.contains(recording) else { return }
      let actions = schedulers[recording].handle(.admitted)
      window.take(permit)
      window.want(schedulers[recording].wanted, by: recording)
      guard case .start(let chunk, let attempt) = actions.first else {
        return window.finish(permit)
      }
      inFlight += 1
      mostInFlight = max(mostInFlight, inFlight)
      starts.append(Start(time: time, recording: recording, chunk: chunk, attempt: attempt))
      let answer = service(time, recording, chunk, inFlight)
      agenda.append(
        (time + answer.seconds, recording, .ended(chunk: chunk, permit, answer.failure)))
    case .waited(let chunk): feed(.waited(chunk: chunk), recording)
    case .ended(let chunk, let permit, let failure):
      inFlight -= 1
      guard !isCancelled.contains(recording) else { return }
      end(chunk, of: recording, permit, failure)
    }
  }

  private mutating func end(
    _ chunk: Int, of recording: Int, _ permit: CallWindow.Permit, _ failure: RecognitionFailure?
  ) {
    let jitter = Double.random(in: 0..<1, using: &random)
    guard let failure else {
      window.succeed(permit)
      answered[recording] += 1
      return feed(.succeeded(chunk: chunk), recording)
    }
    guard failure.isRefusal else {
      window.finish(permit)
      return feed(.failed(chunk: chunk, failure, jitter: jitter), recording)
    }
    let seconds = window.refuse(permit, failure, policy: .standard, jitter: jitter, at: time)
    if let seconds { held.append(time...time + seconds) }
    feed(.refused(chunk: chunk, failure, seconds: seconds), recording)
  }

  private mutating func feed(_ event: Scheduler.Event, _ recording: Int) {
    for action in schedulers[recording].handle(event) {
      switch action {
      case .wait(let chunk, let seconds, _):
        agenda.append((time + seconds, recording, .waited(chunk: chunk)))
      case .giveUp: givenUp[recording] += 1
      case .stop: stops += 1
      case .hold, .start, .decline: break
      }
    }
    window.want(schedulers[recording].wanted, by: recording)
    if answered[recording] + givenUp[recording] == chunks[recording] { window.leave(recording) }
  }
}

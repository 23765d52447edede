import Dispatch
import Glibc
import Longscribe
import LongscribeInterchange
import Synchronization

/// What a handle stands for: a provider with its account, and the calls that are working with it.
///
/// # Note: Whose thread does what
///
/// A C caller has threads and no tasks. The work of a call is a task on the library's threads; the thread that called waits for its lines,
/// and reports them itself. So whoever calls finds everything on the thread that they called on: Python holds its lock there, a GUI knows
/// where it is, and nothing is reported after the call has returned. The price is a thread that waits, and that was there anyway.
final class Session: Sendable {
  /// A call that is working.
  private struct Call {
    /// The thread that waits for it.
    let thread: pthread_t
    /// Its work, once that has begun.
    var task: Task<Void, Never>?
    var isCancelled = false
  }

  private struct State {
    var calls: [Int: Call] = [:]
    var count = 0
    var isClosed = false
    var recognizer: (any Recognizer)?
    /// What refusals have taught, for the calls to come.
    var limits: ServiceLimits?
  }

  let provider: Provider
  let profiles: [ServiceProfile]
  let key: Secret?
  private let network: NetworkOptions
  /// Copies share the bounds on calls.
  private let transcriber: Transcriber
  private let state = Mutex(State())
  /// Entered by each call.
  private let calls = DispatchGroup()

  /// - Throws: If there is no such provider, or its journal or its bounds cannot be.
  init(_ request: OpenRequest) throws(CallFailure) {
    do throws(ProviderError) {
      provider = try Provider(
        request.name, among: request.profiles, model: request.model, address: request.address,
        options: request.options, limits: request.limits,
        rate: request.price.map { .own($0, from: "'rate'") })
    } catch {
      throw CallFailure(error)
    }
    profiles = request.profiles
    key = request.key
    network = request.network
    let budget: Budget?
    do throws(BudgetError) {
      let rate = provider.rate
      budget = try request.bounds.budget(rate: rate.known, metering: rate.metering)
    } catch {
      throw CallFailure(error)
    }
    let journal: Journal?
    do throws(JournalError) {
      journal = try request.journal.map { folder throws(JournalError) in try Journal(folder: folder)
      }
    } catch {
      throw CallFailure(error)
    }
    transcriber = Transcriber(options: request.transcriber, journal: journal, budget: budget)
  }

  /// Who answers.
  var identity: RecognizerIdentity {
    get throws(CallFailure) {
      do throws(ProviderError) {
        return try provider.facts.identity
      } catch {
        throw CallFailure(error)
      }
    }
  }

  /// The recogniser, made when it is first needed.
  func recognizer() throws(ProviderError) -> any Recognizer {
    try state.withLock { state throws(ProviderError) in
      if let recognizer = state.recognizer { return recognizer }
      let recognizer = try provider.recognizer(key: key, network: network)
      state.recognizer = recognizer
      return recognizer
    }
  }

  /// Sentences about the journal.
  var notes: [String] { transcriber.journal?.notes ?? [] }

  /// The transcriber of one call.
  func transcriber(_ change: (inout Transcriber.Options) -> Void) -> Transcriber {
    var transcriber = transcriber
    change(&transcriber.options)
    transcriber.options.limits = state.withLock { $0.limits }
    return transcriber
  }

  /// Keeps what a refusal has taught.
  func learn(_ limits: ServiceLimits) {
    state.withLock { $0.limits = limits }
  }

  /// Lets a call work, and waits for its end on this thread.
  ///
  /// - Parameters:
  ///   - report: Gets its lines on this thread.
  ///   - work: The work; it ends early when its task is cancelled.
  func run(
    report: (String) -> Void = { _ in },
    _ work: @escaping @Sendable (@escaping @Sendable (EventLine) -> Void) async -> Answer
  ) -> Answer {
    guard let call = begin() else { return Answer(SessionTable.notOpen) }
    defer { end(call) }
    let queue = LineQueue()
    let answer = Mutex<Answer?>(nil)
    start(
      call,
      Task {
        let given = await work { queue.put(JSONText.line($0)) }
        answer.withLock { $0 = given }
        queue.end()
      })
    while true {
      let lines = queue.take()
      if lines.isEmpty { break }
      for line in lines { report(line) }
    }
    return answer.withLock { $0 } ?? Answer(CallFailure(.unexpected, "ended without an answer"))
  }

  private func begin() -> Int? {
    state.withLock { state in
      guard !state.isClosed else { return nil }
      state.count += 1
      state.calls[state.count] = Call(thread: pthread_self())
      calls.enter()
      return state.count
    }
  }

  private func start(_ call: Int, _ task: Task<Void, Never>) {
    let isCancelled = state.withLock { state in
      state.calls[call]?.task = task
      return state.calls[call]?.isCancelled ?? true
    }
    // It was cancelled before its task was known.
    if isCancelled { task.cancel() }
  }

  private func end(_ call: Int) {
    state.withLock { $0.calls[call] = nil }
    calls.leave()
  }

  /// Ends all calls that are working.
  func cancel() {
    let tasks = state.withLock { state in
      for call in state.calls.keys { state.calls[call]?.isCancelled = true }
      return state.calls.values.compactMap(\.task)
    }
    for task in tasks { task.cancel() }
  }

  /// Whether a call is waiting on this thread: it would wait for itself.
  var isWorkingHere: Bool {
    state.withLock { $0.calls.values.contains { pthread_equal($0.thread, pthread_self()) != 0 } }
  }

  /// Ends all calls, waits for them, and lets no other begin.
  func close() {
    state.withLock { $0.isClosed = true }
    cancel()
    calls.wait()
    state.withLock { $0.recognizer = nil }
  }
}

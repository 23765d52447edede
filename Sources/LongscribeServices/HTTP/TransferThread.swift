import CCurl
import Glibc
import Synchronization

/// The thread on which all transfers of a client run, and the way in to it.
///
/// libcurl gets a thread of its own because its callbacks and waits block, and Swift's cooperative
/// pool has only one thread per core to lend.
final class TransferThread: Sendable {
  /// The multi handle as seen from other threads.
  ///
  /// @unchecked Sendable: `curl_multi_wakeup`, the only use, may be called from any thread.
  private struct WakeTarget: @unchecked Sendable {
    let multi: UnsafeMutableRawPointer

    /// > A wake-up is not lost when nothing polls: the next `curl_multi_poll` returns at once.
    /// > https://curl.se/libcurl/c/curl_multi_wakeup.html
    func wake() { curl_multi_wakeup(multi) }
  }

  private struct Inbox {
    var arrivals: [TransferJob] = []
    /// Nil before the engine exists and from before it is destroyed on.
    var target: WakeTarget?
    var isStopping = false
    /// Set once the thread takes nothing up any more: why a transfer that comes later fails.
    var ending: HTTPFailure?
    var endWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private let inbox = Mutex(Inbox())
  private let handle = Mutex<pthread_t?>(nil)

  /// Starts the thread.
  ///
  /// If the system has none to give, every transfer fails as `internal`.
  static func start(_ configuration: HTTPClientConfiguration) -> TransferThread {
    let thread = TransferThread()
    let start = Unmanaged.passRetained(ThreadStart(thread: thread, configuration: configuration))
    var handle = pthread_t()
    if LibCurl.isReady, pthread_create(&handle, nil, transferThreadMain, start.toOpaque()) == 0 {
      thread.handle.withLock { $0 = handle }
    } else {
      start.release()
      let message = "the network thread could not be started"
      thread.end(HTTPFailure(code: .internal, message: message))
    }
    return thread
  }

  /// Hands a transfer over.
  ///
  /// It always gets an outcome, though perhaps only that the thread ended.
  func add(_ job: TransferJob) {
    let refusal = inbox.withLock { inbox -> HTTPFailure? in
      if let ending = inbox.ending { return ending }
      if inbox.isStopping { return Self.shutdownFailure }
      inbox.arrivals.append(job)
      inbox.target?.wake()
      return nil
    }
    if let refusal { job.finish(.failure(refusal)) }
  }

  /// Cancels a transfer wherever it is: not yet added, waiting, under way or done.
  ///
  /// There is no message that could overtake the one that adds the transfer. The flag is part of the
  /// transfer, so the thread sees it when it takes the transfer up, or else after this wake-up.
  func cancel(_ transfer: Transfer) {
    transfer.cancel()
    inbox.withLock { $0.target?.wake() }
  }

  /// Tells the thread to cancel everything and end.
  ///
  /// Returns at once.
  func stop() {
    inbox.withLock { inbox in
      inbox.isStopping = true
      inbox.target?.wake()
    }
  }

  /// Waits, without blocking a thread, until all transfers have been ended.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = inbox.withLock { inbox in
        if inbox.ending == nil { inbox.endWaiters.append(continuation) }
        return inbox.ending != nil
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// Reclaims the thread, which must have been told to stop.
  func join() {
    guard let handle = handle.withLock({ $0.take() }) else { return }
    // A callback may have held the last reference to the client. A thread cannot join itself.
    if pthread_equal(handle, pthread_self()) != 0 {
      pthread_detach(handle)
    } else {
      pthread_join(handle, nil)
    }
  }

  fileprivate func run(_ configuration: HTTPClientConfiguration) {
    guard let engine = TransferEngine(configuration: configuration) else {
      end(HTTPFailure(code: .internal, message: "libcurl could not be started"))
      return
    }
    let target = WakeTarget(multi: engine.multi)
    inbox.withLock { $0.target = target }
    while true {
      let (arrivals, isStopping) = inbox.withLock { inbox in
        defer { inbox.arrivals = [] }
        // From here on no other thread touches the multi handle, which is about to be destroyed.
        if inbox.isStopping { inbox.target = nil }
        return (inbox.arrivals, inbox.isStopping)
      }
      engine.add(arrivals)
      if isStopping { break }
      engine.wait(atMost: engine.advance())
    }
    engine.close()
    end(Self.shutdownFailure)
  }

  /// Fails what no one will take up any more, and wakes those who wait for the end.
  private func end(_ failure: HTTPFailure) {
    let (arrivals, waiters) = inbox.withLock { inbox in
      defer {
        inbox.arrivals = []
        inbox.endWaiters = []
        inbox.ending = failure
      }
      return (inbox.arrivals, inbox.endWaiters)
    }
    for job in arrivals { job.finish(.failure(failure)) }
    for waiter in waiters { waiter.resume() }
  }

  private static let shutdownFailure = HTTPFailure(
    code: .cancelled,
    message: "the HTTP client has been shut down"
  )
}

/// What the thread is given to start with.
private final class ThreadStart: Sendable {
  let thread: TransferThread
  let configuration: HTTPClientConfiguration

  init(thread: TransferThread, configuration: HTTPClientConfiguration) {
    self.thread = thread
    self.configuration = configuration
  }
}

private func transferThreadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
  // Signals are for the program's own threads. With NOSIGNAL libcurl leaves SIGPIPE to its user; a
  // blocked one turns into EPIPE. Threads that libcurl starts from here inherit the mask.
  var everySignal = sigset_t()
  sigfillset(&everySignal)
  pthread_sigmask(SIG_SETMASK, &everySignal, nil)
  start.thread.run(start.configuration)
  return nil
}

/// The library as a whole.
enum LibCurl {
  /// Initialises libcurl once per process.
  ///
  /// > Has to be called once, before anything else. Since 7.84 it may be called while other threads
  /// > run, on all platforms with atomics. https://curl.se/libcurl/c/curl_global_init.html
  static let isReady: Bool = ccurl_global_init() == CURLE_OK
}

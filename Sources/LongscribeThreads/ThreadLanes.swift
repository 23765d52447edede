private import CDispatch
private import Foundation
private import Synchronization

/// A few threads of our own for work that blocks: decoding, encoding, recognising on this machine.
///
/// # Note: Why not Swift's own threads
///
/// Swift runs tasks on as many threads as there are cores. On two cores, two tasks that wait for a disk stop every other task of
/// the process, those that would wake them included. So whatever blocks runs here, and the task that asked for it
/// waits without holding a thread.
package final class ThreadLanes: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var idle = 0
    var threads = 0
    var isClosed = false
  }

  /// What the threads hold on to: not the lanes themselves, so that those can go away.
  private final class Shared: Sendable {
    let state = Mutex(State())
    let wake = DispatchSemaphore(value: 0)
  }

  private let shared = Shared()
  private let name: String
  private let most: Int

  /// Stack of each thread in bytes; FFmpeg's and PocketSphinx's own threads manage with the system's 8 MiB.
  private static let stackSize = 8 << 20

  /// Lanes that start when they are needed.
  ///
  /// - Parameters:
  ///   - name: What the threads are called in debuggers.
  ///   - most: How many run at a time.
  package init(name: String, most: Int) {
    self.name = name
    self.most = max(1, most)
  }

  deinit {
    let threads = shared.state.withLock { state in
      state.isClosed = true
      return state.threads
    }
    for _ in 0..<threads { shared.wake.signal() }
  }

  /// Runs blocking work on a lane and gives its result. Work that was taken on is always finished.
  package func run<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
      submit { continuation.resume(returning: work()) }
    }
  }

  /// Runs blocking work on a lane and gives its result, or `nil` as soon as the task is cancelled.
  ///
  /// For work that cannot be interrupted: its result is thrown away once nobody waits for it.
  package func runUnlessCancelled<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T? {
    let waiter = Waiter<T>()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiter.wait(continuation)
        submit { if !waiter.isOver { waiter.end(with: work()) } }
      }
    } onCancel: {
      waiter.end(with: nil)
    }
  }

  /// Whoever ends first, the work or the task, decides what the task gets.
  private final class Waiter<T: Sendable>: Sendable {
    private enum State {
      case idle
      case waiting(CheckedContinuation<T?, Never>)
      case over
    }

    private let state = Mutex(State.idle)

    var isOver: Bool {
      state.withLock { state in
        if case .over = state { true } else { false }
      }
    }

    func wait(_ continuation: CheckedContinuation<T?, Never>) {
      let isLate = state.withLock { state in
        if case .over = state { return true }
        state = .waiting(continuation)
        return false
      }
      // Cancelled before it began to wait.
      if isLate { continuation.resume(returning: nil) }
    }

    func end(with result: T?) {
      let continuation = state.withLock { state -> CheckedContinuation<T?, Never>? in
        defer { state = .over }
        if case .waiting(let continuation) = state { return continuation }
        return nil
      }
      continuation?.resume(returning: result)
    }
  }

  /// Gives work to a lane, whose result nobody waits for. With one lane, work is done in the order in which it is given.
  package func submit(_ job: @escaping @Sendable () -> Void) {
    let needsThread = shared.state.withLock { state in
      state.jobs.append(job)
      guard state.idle < state.jobs.count, state.threads < most else { return false }
      state.threads += 1
      return true
    }
    if needsThread, !startThread() {
      let orphan = shared.state.withLock { state -> (@Sendable () -> Void)? in
        state.threads -= 1
        return state.threads == 0 && !state.jobs.isEmpty ? state.jobs.removeFirst() : nil
      }
      // With no thread at all the work would never be done: better here than not.
      if let orphan { return orphan() }
    }
    shared.wake.signal()
  }

  /// Starts a thread; `false` if the system has none to give.
  private func startThread() -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackSize)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    let context = Unmanaged.passRetained(Start(shared: shared, name: name))
    var thread = pthread_t()
    let result = pthread_create(
      &thread, &attributes,
      { pointer in
        guard let pointer else { return nil }
        let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
        Thread.current.name = start.name
        ThreadLanes.loop(start.shared)
        return nil
      }, context.toOpaque())
    if result != 0 { context.release() }
    return result == 0
  }

  /// What a new thread is given.
  private final class Start: Sendable {
    let shared: Shared
    let name: String

    init(shared: Shared, name: String) {
      self.shared = shared
      self.name = name
    }
  }

  private static func loop(_ shared: Shared) {
    while true {
      shared.state.withLock { $0.idle += 1 }
      shared.wake.wait()
      let job = shared.state.withLock { state -> (@Sendable () -> Void)? in
        state.idle -= 1
        return state.jobs.isEmpty ? nil : state.jobs.removeFirst()
      }
      if let job {
        job()
      } else if shared.state.withLock({ $0.isClosed }) {
        return
      }
    }
  }
}

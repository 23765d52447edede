import Glibc

/// Starts threads that belong to nobody's pool.
enum OwnThread {
  /// The work of a thread, carried through C.
  private final class Work {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  /// Starts a thread that must be joined; nil when the system allows no more threads.
  ///
  /// All signals are blocked in it, so that they reach the program's own threads.
  static func start(_ run: @escaping @Sendable () -> Void) -> pthread_t? {
    let work = Unmanaged.passRetained(Work(run))
    var thread = pthread_t()
    let result = SignalMask.withAllBlocked {
      pthread_create(&thread, nil, { OwnThread.enter($0) }, work.toOpaque())
    }
    guard result == 0 else {
      work.release()
      return nil
    }
    return thread
  }

  /// Runs blocking work on a thread of its own while the calling task waits without blocking.
  static func result<Value: Sendable>(
    of work: @escaping @Sendable () -> Value
  ) async -> Value {
    await withCheckedContinuation { continuation in
      let thread = start { continuation.resume(returning: work()) }
      if let thread {
        pthread_detach(thread)
      } else {
        continuation.resume(returning: work())
      }
    }
  }

  private static func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context {
      Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
    }
    return nil
  }
}

enum SignalMask {
  /// Threads started in `body` have all signals blocked.
  static func withAllBlocked<Value>(_ body: () -> Value) -> Value {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}

enum MonotonicTime {
  static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

import Glibc

/// A fixed number of threads that run jobs, at once or at a later time.
///
/// Work that blocks must not run on the threads that Swift's tasks share; there are only as many
/// of those as processors.
// Unchecked: `state` is only touched between lock and unlock of `mutex`. (A condition variable is
// needed, which `Synchronization` does not have.)
final class WorkerThreads: @unchecked Sendable {
  private struct Job {
    /// Nanoseconds on the monotonic clock.
    let due: UInt64
    let order: UInt64
    let run: @Sendable () -> Void
  }

  private struct State {
    var jobs: [Job] = []
    var submitted: UInt64 = 0
    var stopping = false
    var threads: [pthread_t] = []
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state = State()

  init(count: Int) {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
    pthread_mutex_lock(mutex)
    for _ in 0..<max(1, count) {
      if let thread = OwnThread.start({ [self] in work() }) {
        state.threads.append(thread)
      }
    }
    pthread_mutex_unlock(mutex)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Hands over a job; after ``stop()`` it is dropped.
  func submit(after seconds: Double = 0, _ run: @escaping @Sendable () -> Void) {
    let due = MonotonicTime.nanoseconds() + UInt64(max(0, seconds) * 1e9)
    pthread_mutex_lock(mutex)
    if !state.stopping {
      state.submitted += 1
      state.jobs.append(Job(due: due, order: state.submitted, run: run))
      pthread_cond_broadcast(condition)
    }
    pthread_mutex_unlock(mutex)
  }

  /// Drops all waiting jobs and returns when the running ones have ended.
  func stop() {
    pthread_mutex_lock(mutex)
    state.stopping = true
    state.jobs.removeAll()
    let threads = state.threads
    state.threads.removeAll()
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
    for thread in threads where pthread_equal(thread, pthread_self()) == 0 {
      pthread_join(thread, nil)
    }
  }

  private func work() {
    pthread_mutex_lock(mutex)
    while !state.stopping {
      guard let index = nextJob() else {
        pthread_cond_wait(condition, mutex)
        continue
      }
      let due = state.jobs[index].due
      if due > MonotonicTime.nanoseconds() {
        var limit = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
        pthread_cond_timedwait(condition, mutex, &limit)
        continue
      }
      let job = state.jobs.remove(at: index)
      pthread_mutex_unlock(mutex)
      job.run()
      pthread_mutex_lock(mutex)
    }
    pthread_mutex_unlock(mutex)
  }

  /// The job due first; of those due at the same time, the one submitted first.
  private func nextJob() -> Int? {
    state.jobs.indices.min { left, right in
      (state.jobs[left].due, state.jobs[left].order)
        < (state.jobs[right].due, state.jobs[right].order)
    }
  }
}

import Glibc
import Synchronization

/// Says that the simulator is being stopped, and ends the child programs that run then.
final class StopSignal: Sendable {
  private struct State: Sendable {
    var isSet = false
    var children: Set<pid_t> = []
  }

  private let state = Mutex(State())

  func set() {
    state.withLock { state in
      state.isSet = true
      for child in state.children { kill(child, SIGKILL) }
    }
  }

  /// Starts a child program unless the signal is set; `start` returns its process number.
  func run(_ start: () -> pid_t?) -> pid_t? {
    state.withLock { state in
      guard !state.isSet, let child = start() else { return nil }
      state.children.insert(child)
      return child
    }
  }

  /// The child has ended but is not yet reaped, so that its number cannot be another's.
  func forget(_ child: pid_t) {
    state.withLock { _ = $0.children.remove(child) }
  }
}

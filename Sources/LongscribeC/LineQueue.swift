import Dispatch
import Synchronization

/// Lines on their way from the threads that work to the one that waits for them. One takes; anybody puts.
final class LineQueue: Sendable {
  private struct State {
    var lines: [String] = []
    var isEnded = false
  }

  private let state = Mutex(State())
  private let filled = DispatchSemaphore(value: 0)

  /// Puts a line at the end.
  func put(_ line: String) {
    state.withLock { $0.lines.append(line) }
    filled.signal()
  }

  /// No further line will come.
  func end() {
    state.withLock { $0.isEnded = true }
    filled.signal()
  }

  /// Takes all lines that are there; waits for one. Empty when all have been taken and no more will come.
  func take() -> [String] {
    while true {
      let (lines, isEnded) = state.withLock { state in
        defer { state.lines = [] }
        return (state.lines, state.isEnded)
      }
      if !lines.isEmpty || isEnded { return lines }
      filled.wait()
    }
  }
}

private import Synchronization

/// Asks running transcriptions to end early and in good order: no further call is made, those under way may finish for a while, and what there is
/// becomes a transcript with gaps.
///
/// Cancelling the task instead ends at once and gives no transcript. Either way the journal has all that was answered.
public final class StopRequest: Sendable {
  private struct State {
    var isMade = false
    var listeners: [Int: @Sendable () -> Void] = [:]
    var next = 0
  }

  private let state = Mutex(State())
  /// Seconds for which calls under way may go on.
  public let grace: Double

  /// A request that has not been made yet.
  ///
  /// - Parameter grace: Seconds for which calls under way may go on; what they answer is paid for in any case.
  public init(grace: Double = 8) {
    self.grace = grace
  }

  /// Whether the request has been made.
  public var isMade: Bool { state.withLock { $0.isMade } }

  /// Makes the request, for all transcriptions that were given it. Making it again does nothing.
  public func stop() {
    let listeners = state.withLock { state in
      guard !state.isMade else { return [@Sendable () -> Void]() }
      state.isMade = true
      return Array(state.listeners.values)
    }
    for listener in listeners { listener() }
  }

  /// Tells of the request when it is made, or at once if it has been. Returns a number for `forget`.
  func tell(_ listener: @escaping @Sendable () -> Void) -> Int {
    let (number, isMade) = state.withLock { state in
      state.next += 1
      state.listeners[state.next] = listener
      return (state.next, state.isMade)
    }
    if isMade { listener() }
    return number
  }

  /// Nobody listens any more.
  func forget(_ number: Int) {
    _ = state.withLock { $0.listeners.removeValue(forKey: number) }
  }
}

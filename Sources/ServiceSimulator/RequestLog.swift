import Synchronization

/// All requests so far, and how many are being answered.
final class RequestLog: Sendable {
  private struct State: Sendable {
    var requests: [ReceivedRequest] = []
    var open = 0
    var mostOpen = 0
    var admitted: Set<Int> = []
    /// When the requests of the last minute came that were let in by the limit per minute.
    var lastMinute: [Double] = []
  }

  private let start = MonotonicTime.nanoseconds()
  private let inFlightLimit: Int
  private let observer: (@Sendable (ReceivedRequest) -> Void)?
  private let state = Mutex(State())

  init(inFlightLimit: Int, observer: (@Sendable (ReceivedRequest) -> Void)?) {
    self.inFlightLimit = inFlightLimit
    self.observer = observer
  }

  var requests: [ReceivedRequest] {
    state.withLock { $0.requests }
  }

  var mostInFlight: Int {
    state.withLock { $0.mostOpen }
  }

  /// Notes a new request and returns its number.
  func add(_ head: HTTPRequestHead) -> Int {
    let arrival = now
    return state.withLock { state in
      let number = state.requests.count + 1
      state.requests.append(
        ReceivedRequest(number: number, method: head.method, path: head.path, arrival: arrival)
      )
      state.open += 1
      state.mostOpen = max(state.mostOpen, state.open)
      if state.admitted.count < inFlightLimit { state.admitted.insert(number) }
      return number
    }
  }

  /// Whether the request is within the limit of requests within a minute; counts it then.
  func isWithinMinute(limit: Int?) -> Bool {
    guard let limit else { return true }
    let now = now
    return state.withLock { state in
      state.lastMinute.removeAll { $0 <= now - 60 }
      guard state.lastMinute.count < limit else { return false }
      state.lastMinute.append(now)
      return true
    }
  }

  /// Whether the request came within the limit of requests in flight.
  func isAdmitted(_ number: Int) -> Bool {
    state.withLock { $0.admitted.contains(number) }
  }

  func update(_ number: Int, _ change: (inout ReceivedRequest) -> Void) {
    state.withLock { change(&$0.requests[number - 1]) }
  }

  func finish(_ number: Int) {
    let finish = now
    let request = state.withLock { state in
      state.open -= 1
      state.admitted.remove(number)
      state.requests[number - 1].finish = finish
      return state.requests[number - 1]
    }
    observer?(request)
  }

  private var now: Double {
    Double(MonotonicTime.nanoseconds() - start) / 1e9
  }
}

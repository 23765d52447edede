import Synchronization

/// One request and its answer; shared between the server's thread and a worker.
final class HTTPExchange: Sendable {
  enum Phase: Sendable {
    case receiving
    /// Answered before the body had come; the rest of the body is thrown away.
    case answeredEarly
    case working
    case ready(HTTPReply)
  }

  private struct State: Sendable {
    var phase = Phase.receiving
    var body = HTTPRequestBody()
    var isFinished = false
  }

  let head: HTTPRequestHead
  /// The number the handler gave the request.
  let number: Int
  let early: HTTPEarlyReply?
  private let bodyLimit: Int
  private let state = Mutex(State())

  init(head: HTTPRequestHead, number: Int, early: HTTPEarlyReply?, bodyLimit: Int) {
    self.head = head
    self.number = number
    self.early = early
    self.bodyLimit = bodyLimit
  }

  var phase: Phase {
    state.withLock { $0.phase }
  }

  /// Keeps a part of the body; once the limit is passed, the rest is only counted.
  func receive(_ bytes: UnsafeRawBufferPointer) {
    state.withLock { state in
      state.body.receivedBytes += bytes.count
      if state.body.receivedBytes <= bodyLimit {
        state.body.bytes.append(contentsOf: bytes)
      }
    }
  }

  /// The early reply, once, when its time has come: at the latest when the body has ended.
  func takeEarlyReply(atEnd: Bool) -> HTTPReply.Action? {
    guard let early else { return nil }
    return state.withLock { state in
      guard case .receiving = state.phase,
        atEnd || state.body.receivedBytes >= early.afterBytes
      else { return nil }
      state.phase = .answeredEarly
      state.body.bytes = []
      return early.action
    }
  }

  /// Ends the receiving and gives the body away.
  func takeBody() -> HTTPRequestBody {
    state.withLock { state in
      state.phase = .working
      let body = state.body
      state.body = HTTPRequestBody()
      return body
    }
  }

  func setReply(_ reply: HTTPReply) {
    state.withLock { $0.phase = .ready(reply) }
  }

  /// True the first time only.
  func markFinished() -> Bool {
    state.withLock { state in
      defer { state.isFinished = true }
      return !state.isFinished
    }
  }
}

import CMicrohttpd
import Synchronization

/// A small HTTP server on 127.0.0.1 whose handler may block.
///
/// libmicrohttpd calls back on its one thread. A complete request is suspended, a worker thread
/// makes the reply, and the connection is resumed to send it. The library forbids stopping with
/// suspended connections; therefore every suspension is noted and ``stop()`` resumes all of them
/// first.
final class HTTPServer: Sendable {
  private struct State: Sendable {
    /// The daemon and the suspended connections as addresses, because pointers are not sendable.
    var daemon: UInt?
    var suspended: [ObjectIdentifier: UInt] = [:]
    var isStopping = false
  }

  /// The port that was bound.
  var port: UInt16 { boundPort.load(ordering: .relaxed) }

  private let boundPort = Atomic<UInt16>(0)
  private let handler: any HTTPHandler
  private let bodyLimit: Int
  private let streamPause: Double
  private let workers: WorkerThreads
  /// Resumes connections when their time has come; never blocked by work.
  private let timer = WorkerThreads(count: 1)
  private let state = Mutex(State())

  /// Starts the server.
  ///
  /// - Parameters:
  ///   - port: The port to bind, 0 for any free one.
  ///   - bodyLimit: Larger bodies are read to their end but not kept.
  ///   - streamPause: Seconds between two pieces of an answer.
  ///   - workers: How many requests are worked on at a time.
  init(
    port: UInt16,
    bodyLimit: Int,
    streamPause: Double,
    workers: Int,
    handler: any HTTPHandler
  ) throws(SimulatorError) {
    self.handler = handler
    self.bodyLimit = bodyLimit
    self.streamPause = streamPause
    self.workers = WorkerThreads(count: workers)
    let context = Unmanaged.passUnretained(self).toOpaque()
    let daemon = SignalMask.withAllBlocked {
      smhd_start_on_loopback(
        port, 256 * 1024, 256, 120,
        { context, connection, path, method, _, bytes, count, exchange in
          HTTPServer.access(context, connection, path, method, bytes, count, exchange)
        },
        context,
        { context, _, exchange, _ in HTTPServer.completed(context, exchange) },
        context
      )
    }
    guard let daemon else {
      self.workers.stop()
      timer.stop()
      throw .cannotListen(port: port)
    }
    boundPort.store(smhd_port(daemon), ordering: .relaxed)
    let address = UInt(bitPattern: daemon)
    state.withLock { $0.daemon = address }
  }

  deinit {
    stop()
  }

  /// Closes all connections, answered or not, and ends all threads. May be called twice.
  func stop() {
    let daemon = state.withLock { state in
      state.isStopping = true
      for connection in state.suspended.values {
        MHD_resume_connection(OpaquePointer(bitPattern: connection))
      }
      state.suspended.removeAll()
      defer { state.daemon = nil }
      return state.daemon
    }
    if let daemon {
      MHD_stop_daemon(OpaquePointer(bitPattern: daemon))
    }
    workers.stop()
    timer.stop()
  }

  // MARK: Suspending

  var isStopping: Bool {
    state.withLock { $0.isStopping }
  }

  /// Suspends the connection; false when the server is being stopped.
  func suspend(_ connection: OpaquePointer?, for exchange: HTTPExchange) -> Bool {
    let address = UInt(bitPattern: connection)
    return state.withLock { state in
      guard !state.isStopping else { return false }
      MHD_suspend_connection(OpaquePointer(bitPattern: address))
      state.suspended[ObjectIdentifier(exchange)] = address
      return true
    }
  }

  /// Resumes the exchange's connection unless ``stop()`` has done so already.
  func resume(_ exchange: HTTPExchange, after seconds: Double) {
    guard seconds <= 0 else {
      timer.submit(after: seconds) { [weak self] in self?.resume(exchange, after: 0) }
      return
    }
    state.withLock { state in
      if let connection = state.suspended.removeValue(forKey: ObjectIdentifier(exchange)) {
        MHD_resume_connection(OpaquePointer(bitPattern: connection))
      }
    }
  }

  func finish(_ exchange: HTTPExchange) {
    if exchange.markFinished() { handler.finished(exchange.number) }
  }

  // MARK: Callbacks of libmicrohttpd, all on its thread

  /// Called when the headers have come, for each part of the body, at the end of the body, and
  /// again after each resumption until an answer is queued.
  private static func access(
    _ context: UnsafeMutableRawPointer?,
    _ connection: OpaquePointer?,
    _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?,
    _ bytes: UnsafePointer<CChar>?,
    _ count: UnsafeMutablePointer<Int>?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) -> MHD_Result {
    guard let context, let path, let method, let count, let slot else { return .NO }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    guard let current = slot.pointee else {
      let head = HTTPRequestHead(
        method: String(cString: method),
        path: String(cString: path),
        headers: headers(of: connection)
      )
      let number = server.handler.arrived(head)
      let exchange = HTTPExchange(
        head: head,
        number: number,
        early: server.handler.earlyReply(to: number, head),
        bodyLimit: server.bodyLimit
      )
      slot.pointee = Unmanaged.passRetained(exchange).toOpaque()
      return .YES
    }
    let exchange = Unmanaged<HTTPExchange>.fromOpaque(current).takeUnretainedValue()
    if count.pointee > 0 {
      exchange.receive(UnsafeRawBufferPointer(start: bytes, count: count.pointee))
      count.pointee = 0
      return server.replyEarly(exchange, connection, atEnd: false) ?? .YES
    }
    switch exchange.phase {
    case .answeredEarly:
      return .NO
    case .receiving:
      return server.replyEarly(exchange, connection, atEnd: true)
        ?? server.begin(exchange, connection)
    case .working:
      // Resumed without a reply: the server is being stopped.
      return .NO
    case .ready(let reply):
      // What is held back is not sent early because the server is being stopped.
      return server.isStopping ? .NO : server.send(reply, of: exchange, connection)
    }
  }

  private static func completed(
    _ context: UnsafeMutableRawPointer?,
    _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  ) {
    guard let context, let slot, let current = slot.pointee else { return }
    slot.pointee = nil
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    server.finish(Unmanaged<HTTPExchange>.fromOpaque(current).takeRetainedValue())
  }

  private static func headers(of connection: OpaquePointer?) -> [HTTPHeader] {
    var headers: [HTTPHeader] = []
    withUnsafeMutablePointer(to: &headers) { list in
      smhd_each_header(
        connection,
        { list, _, name, value in
          guard let list, let name else { return .YES }
          list.assumingMemoryBound(to: [HTTPHeader].self).pointee.append(
            HTTPHeader(
              name: String(cString: name),
              value: value.map { String(cString: $0) } ?? ""
            )
          )
          return .YES
        },
        list
      )
    }
    return headers
  }

  private func begin(_ exchange: HTTPExchange, _ connection: OpaquePointer?) -> MHD_Result {
    let body = exchange.takeBody()
    guard suspend(connection, for: exchange) else { return .NO }
    workers.submit { [weak self] in
      guard let self, !isStopping else { return }
      let reply = handler.reply(to: exchange.number, exchange.head, body)
      exchange.setReply(reply)
      resume(exchange, after: reply.delay)
    }
    return .YES
  }

  /// Does what is to be done before the body has been read; nil when there is nothing of the kind.
  private func replyEarly(
    _ exchange: HTTPExchange,
    _ connection: OpaquePointer?,
    atEnd: Bool
  ) -> MHD_Result? {
    guard let action = exchange.takeEarlyReply(atEnd: atEnd) else { return nil }
    finish(exchange)
    switch action {
    case .answer(let answer):
      // The library cannot answer in the middle of a body, so the answer goes past it. The rest
      // of the body is still read, because unread bytes would make the closing a reset.
      ConnectionSocket(connection)?.send(answer.closingMessage)
      return atEnd ? .NO : .YES
    case .hangUp:
      return .NO
    case .reset:
      ConnectionSocket(connection)?.reset()
      return .NO
    }
  }

  private func send(
    _ reply: HTTPReply,
    of exchange: HTTPExchange,
    _ connection: OpaquePointer?
  ) -> MHD_Result {
    guard case .answer(let answer) = reply.action else {
      finish(exchange)
      if case .reset = reply.action { ConnectionSocket(connection)?.reset() }
      return .NO
    }
    let body = HTTPAnswerBody(
      answer: answer,
      exchange: exchange,
      connection: connection,
      server: self,
      pause: answer.pause ?? streamPause
    )
    guard let response = body.makeResponse() else { return .NO }
    defer { MHD_destroy_response(response) }
    for header in answer.headers {
      MHD_add_response_header(response, header.name, header.value)
    }
    return MHD_queue_response(connection, UInt32(answer.status), response)
  }
}

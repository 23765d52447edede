/// An HTTP client that knows what it has sent.
///
/// It follows no redirect and never sends a form twice once all of it has gone out. What it does
/// repeat, on a new connection, is a GET, or a form that was cut short, when a kept connection turns
/// out to be dead. Requests can be sent from any number of tasks.
package final class HTTPClient: Sendable {
  private let configuration: HTTPClientConfiguration
  private let thread: TransferThread

  package init(configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
    self.configuration = configuration
    thread = .start(configuration)
  }

  /// Ends the network thread.
  ///
  /// No request can be under way, because each holds the client, so there is nothing to wait for but
  /// the closing of idle connections.
  deinit {
    thread.stop()
    thread.join()
  }

  /// Sends a request and waits for the whole answer.
  ///
  /// Cancelling the task ends the transfer promptly, and the failure still tells what had been sent.
  ///
  /// - Parameter request: What to send. Its `onBody` sees the answer while it arrives.
  /// - Returns: The answer, of any status: 3xx, 4xx and 5xx are not errors here. A server that
  ///   refuses while the body is still being sent is heard, and its answer returned.
  /// - Throws: An ``HTTPFailure`` when there is no complete answer.
  package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let transfer = try prepare(request)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        thread.add(TransferJob(transfer: transfer, continuation: continuation))
      }
    } onCancel: {
      thread.cancel(transfer)
    }
    return try result.get()
  }

  /// Cancels all requests, closes all connections and waits until that is done.
  ///
  /// Requests sent afterwards fail as ``HTTPFailure/Code/cancelled``.
  package func shutdown() async {
    thread.stop()
    await thread.waitForEnd()
  }

  /// Everything that can be refused without touching the network.
  private func prepare(_ request: HTTPRequest) throws(HTTPFailure) -> Transfer {
    let address = try RequestAddress(url: request.url)
    guard address.isEncrypted || address.isLoopback || configuration.allowPlainHTTP == .anywhere
    else {
      throw HTTPFailure(code: .plainHTTPRefused, message: "use https://")
    }
    for header in request.headers + [HTTPHeader("User-Agent", configuration.userAgent)] {
      guard header.isWellFormed else {
        let message = "a header has a character that HTTP does not allow"
        throw HTTPFailure(code: .badRequest, message: message)
      }
      guard !HTTPHeader.namesOfTheClient.contains(header.name.lowercased()) else {
        let message = "the header \(header.name) is set by the client"
        throw HTTPFailure(code: .badRequest, message: message)
      }
    }
    guard case .post(let parts) = request.method else {
      return Transfer(request: request, address: address, body: nil)
    }
    guard parts.allSatisfy(\.isWellFormed) else {
      let message = "a part has an invalid content type or a negative size"
      throw HTTPFailure(code: .badRequest, message: message)
    }
    let body = MultipartBody(parts: parts)
    guard body.byteCount < Int64.max else {
      throw HTTPFailure(code: .badRequest, message: "the parts are too large to be counted")
    }
    return Transfer(request: request, address: address, body: body)
  }
}

/// A request: where to send it, what, and how long to wait.
package struct HTTPRequest: Sendable {
  /// What is asked of the server.
  package enum Method: Sendable {
    /// A question without a body.
    case get
    /// A form, sent as `multipart/form-data` with an exact `Content-Length`.
    case post(parts: [MultipartPart])
  }

  /// The address, `https://…`.
  ///
  /// Plain `http://` is for loopback, unless the client allows more.
  package var url: String
  /// What is asked, and with which form.
  package var method: Method
  /// Headers to add.
  ///
  /// Those about the connection and the form (`Content-Type`, `Content-Length`, `Host`, `Expect` …)
  /// belong to the client and are refused.
  package var headers: [HTTPHeader]
  /// How long each phase may take.
  package var timeouts: HTTPTimeouts
  /// The largest answer accepted, in bytes after decompression.
  package var responseLimit: Int
  /// Receives the answer's bytes as they arrive, for 2xx answers only; all are also collected.
  ///
  /// Called on the client's network thread, which all transfers share, so it must return at once. It
  /// is not called any more once `send` has returned.
  package var onBody: (@Sendable (UnsafeRawBufferPointer) -> Void)?

  /// The largest answer accepted by default: 16 MiB.
  package static let defaultResponseLimit: Int = 16 << 20

  package init(
    url: String,
    method: Method,
    headers: [HTTPHeader] = [],
    timeouts: HTTPTimeouts = HTTPTimeouts(),
    responseLimit: Int = Self.defaultResponseLimit,
    onBody: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil
  ) {
    self.url = url
    self.method = method
    self.headers = headers
    self.timeouts = timeouts
    self.responseLimit = responseLimit
    self.onBody = onBody
  }
}

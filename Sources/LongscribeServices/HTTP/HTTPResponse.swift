/// An answer, whatever its status: a 4xx, a 5xx and a 3xx are answers too.
package struct HTTPResponse: Sendable {
  /// The final status, 200 to 999; answers with 1xx only precede it.
  package let status: Int
  /// The headers in the order received.
  ///
  /// Trailers are not included.
  package let headers: [HTTPHeader]
  /// The decompressed body.
  package let body: [UInt8]
  /// Bytes of the request body that went out; fewer than the body has if the server answered early.
  package let bytesSent: Int64
  /// Whether the whole request went out.
  package let requestFullySent: Bool
  /// When things happened.
  package let timings: HTTPTimings

  /// The value of the first header called `name`, whatever the case of its letters.
  package func header(_ name: String) -> String? {
    headers.firstValue(named: name)
  }
}

/// When things happened, each measured from the moment the request left the client's own queue.
package struct HTTPTimings: Sendable, Hashable {
  /// Until the connection was ready, TLS included; about zero for a reused one.
  package let connect: Duration
  /// Until the first byte of the answer.
  package let firstByte: Duration
  /// Until the last byte of the answer.
  package let total: Duration
  /// Whether the request went over a connection that an earlier one had opened.
  package let reusedConnection: Bool
}

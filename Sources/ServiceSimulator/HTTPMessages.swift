/// The request line and the headers of a request.
struct HTTPRequestHead: Sendable {
  let method: String
  /// The path, decoded, without a query.
  let path: String
  let headers: [HTTPHeader]

  /// The value of the first header of that name, upper and lower case being the same.
  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

struct HTTPHeader: Sendable, Hashable {
  let name: String
  let value: String
}

/// A request's body as far as it was kept.
struct HTTPRequestBody: Sendable {
  var bytes: [UInt8] = []
  /// All bytes that came, kept or not.
  var receivedBytes = 0

  /// Whether the body was too large to be kept.
  var isIncomplete: Bool { receivedBytes > bytes.count }
}

/// One answer, in the pieces in which it is written to the connection.
struct HTTPAnswer: Sendable {
  enum Ending: Sendable {
    /// The answer is whole.
    case complete
    /// The connection is closed after the last piece although more was promised.
    case cut
  }

  var status: Int
  var headers: [HTTPHeader]
  /// Written one by one with a pause between them.
  var pieces: [[UInt8]]
  /// Without a length the answer is sent in HTTP chunks.
  var hasLength: Bool
  var ending: Ending = .complete

  /// An answer with a length, written in one piece.
  init(status: Int, contentType: String, body: [UInt8], headers: [HTTPHeader] = []) {
    self.status = status
    self.headers = [HTTPHeader(name: "Content-Type", value: contentType)] + headers
    pieces = [body]
    hasLength = true
  }

  /// An event stream.
  init(eventStream pieces: [[UInt8]]) {
    status = 200
    headers = [
      HTTPHeader(name: "Content-Type", value: "text/event-stream;charset=UTF-8"),
      HTTPHeader(name: "Cache-Control", value: "no-cache"),
    ]
    self.pieces = pieces
    hasLength = false
  }

  /// The same answer, promised whole, but closed half-way.
  func cutInHalf() -> HTTPAnswer {
    var half = self
    half.ending = .cut
    if pieces.count > 1 {
      half.pieces = Array(pieces.prefix(pieces.count / 2))
    }
    return half
  }
}

/// What becomes of a request.
struct HTTPReply: Sendable {
  enum Action: Sendable {
    case answer(HTTPAnswer)
    /// The connection is closed and nothing is answered.
    case hangUp
  }

  var action: Action
  /// Seconds to wait before the first byte.
  var delay: Double
}

/// The program behind the server.
protocol HTTPHandler: AnyObject, Sendable {
  /// The headers of a request have come; returns the number by which it is known from now on.
  ///
  /// Called on the server's thread, so it must not block.
  func arrived(_ head: HTTPRequestHead) -> Int

  /// The request is complete; called on a worker thread, where blocking is allowed.
  func reply(to request: Int, _ head: HTTPRequestHead, _ body: HTTPRequestBody) -> HTTPReply

  /// The last byte is about to be written, or the request is given up.
  ///
  /// Called once a request, before the client can see the answer's end: a client that sends its
  /// next request at once never finds the old one still counted.
  func finished(_ request: Int)
}

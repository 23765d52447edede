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
  /// Seconds between two pieces; nil for the server's usual pause.
  var pause: Double?

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

  /// The same answer, in up to 50 pieces that take so many seconds together.
  func dribbled(over seconds: Double) -> HTTPAnswer {
    let bytes = pieces.flatMap { $0 }
    let step = max(1, (bytes.count + 49) / 50)
    var slow = self
    slow.pieces = stride(from: 0, to: bytes.count, by: step).map {
      Array(bytes[$0..<min($0 + step, bytes.count)])
    }
    slow.pause = seconds / Double(max(1, slow.pieces.count - 1))
    return slow
  }

  /// The answer as it stands on the wire, after which the connection is closed.
  var closingMessage: [UInt8] {
    let body = pieces.flatMap { $0 }
    let lines =
      ["HTTP/1.1 \(status) \(status < 400 ? "Answer" : "Refused")"]
      + headers.map { "\($0.name): \($0.value)" }
      + ["Content-Length: \(body.count)", "Connection: close", "", ""]
    return Array(lines.joined(separator: "\r\n").utf8) + body
  }
}

/// What becomes of a request.
struct HTTPReply: Sendable {
  enum Action: Sendable {
    case answer(HTTPAnswer)
    /// The connection is closed and nothing is answered.
    case hangUp
    /// The connection is ended with RST and nothing is answered.
    case reset
  }

  var action: Action
  /// Seconds to wait before the first byte.
  var delay: Double
}

/// What becomes of a request before its body has been read.
struct HTTPEarlyReply: Sendable {
  var action: HTTPReply.Action
  /// It happens when so many bytes of the body have come, or the whole body.
  var afterBytes: Int
}

/// The program behind the server.
protocol HTTPHandler: AnyObject, Sendable {
  /// The headers of a request have come; returns the number by which it is known from now on.
  ///
  /// Called on the server's thread, so it must not block.
  func arrived(_ head: HTTPRequestHead) -> Int

  /// What happens while the body is still being sent; nil for nothing, the usual case.
  ///
  /// Called on the server's thread, so it must not block.
  func earlyReply(to request: Int, _ head: HTTPRequestHead) -> HTTPEarlyReply?

  /// The request is complete; called on a worker thread, where blocking is allowed.
  func reply(to request: Int, _ head: HTTPRequestHead, _ body: HTTPRequestBody) -> HTTPReply

  /// The last byte is about to be written, or the request is given up.
  ///
  /// Called once a request, before the client can see the answer's end: a client that sends its
  /// next request at once never finds the old one still counted.
  func finished(_ request: Int)
}

/// Makes of a service's answer what an ordered fault leaves of it.
struct FaultyAnswer {
  let service: any SpeechService
  let answer: ServiceAnswer
  /// What the answer would be if nobody had spoken.
  let emptyAnswer: ServiceAnswer
  let id: Int

  /// What becomes of the request, and the error's code and message where there is one.
  func reply(
    under action: Fault.Action?
  ) -> (reply: HTTPReply, code: String?, message: String?) {
    switch action {
    // What a hole leaves out is missing from the answer already.
    case nil, .delay, .hole, .oneOf:
      return plain(.answer(Self.http(answer)))
    case .dribble(let seconds):
      return plain(.answer(Self.http(answer).dribbled(over: seconds)))
    case .status(let status, let code, let message, let retryAfter):
      let headers = retryAfter.map { [HTTPHeader(name: "Retry-After", value: $0)] } ?? []
      let failure = service.failure(status: status, code: code, message: message, id: id)
      return (
        HTTPReply(action: .answer(HTTPAnswer(failure, headers: headers)), delay: 0), code, message
      )
    case .answer(let status, let type, let headers, let body),
      .answerWhileUploading(let status, let type, let headers, let body, _):
      return plain(.answer(HTTPAnswer(status: status, type: type, headers: headers, body: body)))
    case .page(let status):
      return plain(.answer(.page(status: status)))
    case .html200:
      return plain(.answer(.page(status: 200)))
    case .redirect(let status, let location):
      return plain(
        .answer(
          HTTPAnswer(
            status: status, type: "text/html", headers: ["Location": location],
            body: "<html><body>Moved</body></html>\n")))
    case .reset:
      return plain(.reset)
    case .closeWithoutAnswer:
      return plain(.hangUp)
    case .closeMidBody:
      return plain(.answer(Self.http(answer).cutInHalf()))
    case .truncateStream:
      return plain(.answer(truncated))
    case .errorInStream(let code, let message):
      let error = service.failure(status: 200, code: code, message: message, id: id)
      return (HTTPReply(action: .answer(failing(with: error)), delay: 0), code, message)
    case .emptyText:
      return plain(.answer(Self.http(emptyAnswer)))
    case .garbageJSON:
      let garbage = "{\"id\": \"simulated-\(id)\", \"text\": \"half a"
      return plain(
        .answer(HTTPAnswer(status: 200, type: "application/json", headers: [:], body: garbage)))
    }
  }

  private func plain(
    _ action: HTTPReply.Action
  ) -> (reply: HTTPReply, code: String?, message: String?) {
    (HTTPReply(action: action, delay: 0), nil, nil)
  }

  static func http(_ answer: ServiceAnswer) -> HTTPAnswer {
    switch answer {
    case .json(let body):
      HTTPAnswer(status: 200, contentType: "application/json;charset=UTF-8", body: body)
    case .text(let text):
      HTTPAnswer(status: 200, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    case .eventStream(let deltas, let closing):
      HTTPAnswer(eventStream: EventStreamWriter.pieces(of: deltas + closing))
    }
  }

  private var truncated: HTTPAnswer {
    guard case .eventStream(let deltas, _) = answer else { return Self.http(answer).cutInHalf() }
    let first = Array(deltas.prefix((deltas.count + 1) / 2))
    return HTTPAnswer(eventStream: EventStreamWriter.pieces(of: first))
  }

  private func failing(with error: ServiceFailure) -> HTTPAnswer {
    guard case .eventStream(let deltas, _) = answer else { return HTTPAnswer(error, headers: []) }
    let first = Array(deltas.prefix((deltas.count + 1) / 2))
    return HTTPAnswer(eventStream: EventStreamWriter.pieces(of: first + [error.body]))
  }
}

extension HTTPAnswer {
  init(_ failure: ServiceFailure, headers: [HTTPHeader]) {
    self.init(
      status: failure.status, contentType: failure.contentType, body: failure.body,
      headers: headers)
  }

  init(status: Int, type: String, headers: [String: String], body: String) {
    self.init(
      status: status,
      contentType: type,
      body: Array(body.utf8),
      headers: headers.sorted { $0.key < $1.key }.map { HTTPHeader(name: $0.key, value: $0.value) }
    )
  }

  /// A page as gateways and portals send it instead of the service's answer.
  static func page(status: Int) -> HTTPAnswer {
    let titles = [
      502: "502 Bad Gateway", 503: "503 Service Unavailable", 504: "504 Gateway Time-out",
    ]
    let title = titles[status] ?? (status == 200 ? "Welcome" : "Error \(status)")
    return HTTPAnswer(
      status: status, type: "text/html", headers: [:],
      body: "<!DOCTYPE html><html><body><h1>\(title)</h1></body></html>\n")
  }
}

import Synchronization

/// Leads a request through all checks to its answer.
final class TranscriptionHandler: HTTPHandler {
  let log: RequestLog
  let faults: FaultScript
  private let service: any SpeechService
  private let recogniser: any Recogniser
  private let inspector: AudioInspector
  private let key: String
  private let inFlightLimit: Int
  private let latency: Double
  private let usedRequestIDs = Mutex<Set<String>>([])

  init(
    service: any SpeechService,
    recogniser: any Recogniser,
    inspector: AudioInspector,
    configuration: ServiceSimulator.Configuration
  ) {
    self.service = service
    self.recogniser = recogniser
    self.inspector = inspector
    key = configuration.key
    inFlightLimit = configuration.inFlightLimit
    latency = configuration.latency
    log = RequestLog(
      inFlightLimit: configuration.inFlightLimit,
      observer: configuration.observer
    )
    faults = FaultScript(configuration.faults)
  }

  func arrived(_ head: HTTPRequestHead) -> Int {
    log.add(head)
  }

  func finished(_ request: Int) {
    log.finish(request)
  }

  func reply(
    to request: Int,
    _ head: HTTPRequestHead,
    _ body: HTTPRequestBody
  ) -> HTTPReply {
    let start = MonotonicTime.nanoseconds()
    var reply: HTTPReply
    do throws(Refusal) {
      reply = try regularReply(to: request, head, body)
    } catch {
      let (status, code) = service.error(for: error.reason)
      reply = errorReply(request, status: status, code: code, message: error.message)
    }
    reply.delay += latency
    log.update(request) { entry in
      entry.workSeconds = Double(MonotonicTime.nanoseconds() - start) / 1e9
      if case .answer(let answer) = reply.action { entry.status = answer.status }
    }
    return reply
  }

  // MARK: The way of a request

  private func regularReply(
    to request: Int,
    _ head: HTTPRequestHead,
    _ body: HTTPRequestBody
  ) throws(Refusal) -> HTTPReply {
    log.update(request) { $0.bodyBytes = body.receivedBytes }
    try checkAddress(head)
    try checkKey(head)
    guard !body.isIncomplete else {
      throw Refusal(
        .bodyTooLarge,
        "the request body has \(body.receivedBytes) bytes; the limit is \(service.bodyLimit)"
      )
    }
    let form = try MultipartForm(body: body.bytes, contentType: head.header("Content-Type"))
    note(form, of: request)
    let order = try service.order(from: form)
    try checkRequestID(order.requestID)
    guard log.isAdmitted(request) else {
      throw Refusal(.tooManyInFlight, "more than \(inFlightLimit) requests at the same time")
    }
    let audio = try inspector.inspect(order.file, limits: order.audioLimits) { format, seconds in
      log.update(request) { entry in
        entry.format = format
        entry.seconds = seconds
      }
    }
    let recognition = try recogniser.recognise(audio)
    log.update(request) { entry in
      entry.matchedStart = recognition.matchedStart
      entry.text = recognition.text
    }
    return replyWithFaults(to: order, recognition, request)
  }

  private func checkAddress(_ head: HTTPRequestHead) throws(Refusal) {
    guard head.path == service.transcriptionPath else {
      throw Refusal(.noSuchPath, "there is nothing at \(head.path)")
    }
    guard head.method == "POST" else {
      throw Refusal(.wrongMethod, "the method must be POST, not \(head.method)")
    }
    guard head.header("Transfer-Encoding") == nil,
      head.header("Content-Length").flatMap({ Int($0) }) != nil
    else {
      throw Refusal(.lengthRequired, "a Content-Length is required")
    }
  }

  private func checkKey(_ head: HTTPRequestHead) throws(Refusal) {
    guard let authorization = head.header("Authorization") else {
      throw Refusal(.missingKey, "the Authorization header is missing")
    }
    guard authorization.hasPrefix("Bearer ") else {
      throw Refusal(.malformedKey, "the Authorization header is not 'Bearer' and a key")
    }
    guard authorization == "Bearer \(key)" else {
      throw Refusal(.wrongKey, "the key is wrong")
    }
  }

  private func checkRequestID(_ requestID: String?) throws(Refusal) {
    guard let requestID else { return }
    guard usedRequestIDs.withLock({ $0.insert(requestID).inserted }) else {
      throw Refusal(.repeatedRequestID, "the request_id \(requestID) was used before")
    }
  }

  private func note(_ form: MultipartForm, of request: Int) {
    var fields: [String: String] = [:]
    for part in form.parts where part.fileName == nil {
      let text = part.text ?? "(\(part.content.count) bytes, not UTF-8)"
      fields[part.name] = fields[part.name].map { "\($0)\n\(text)" } ?? text
    }
    let file = form.parts.first { $0.name == "file" }
    log.update(request) { entry in
      entry.fields = fields
      entry.fileName = file?.fileName
      entry.partContentType = file?.contentType
      entry.fileBytes = file?.content.count ?? 0
    }
  }

  // MARK: Answers and faults

  private func replyWithFaults(
    to order: TranscriptionOrder,
    _ recognition: Recognition,
    _ request: Int
  ) -> HTTPReply {
    let (delay, action) = faults.draw(request: request, matchedStart: recognition.matchedStart)
    let answer = service.answer(to: order, recognition, id: request)
    var reply = HTTPReply(action: .answer(Self.httpAnswer(answer)), delay: 0)
    switch action {
    case nil, .delay:
      break
    case .status(let status, let code, let message, let retryAfter):
      let headers = retryAfter.map { [HTTPHeader(name: "Retry-After", value: $0)] } ?? []
      reply = errorReply(request, status: status, code: code, message: message, headers: headers)
    case .closeWithoutAnswer:
      reply.action = .hangUp
    case .closeMidBody:
      reply.action = .answer(Self.httpAnswer(answer).cutInHalf())
    case .truncateStream:
      reply.action = .answer(Self.truncated(answer))
    case .errorInStream(let code, let message):
      let error = service.errorBody(code: code, message: message)
      log.update(request) { $0.errorCode = code }
      reply.action = .answer(Self.failing(answer, with: error))
    case .html200:
      let page = "<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>\n"
      reply.action = .answer(
        HTTPAnswer(status: 200, contentType: "text/html", body: Array(page.utf8))
      )
    case .emptyText:
      let silence = Recognition.silence(matchedStart: recognition.matchedStart)
      reply.action = .answer(
        Self.httpAnswer(service.answer(to: order, silence, id: request))
      )
    case .garbageJSON:
      let garbage = "{\"id\": \"simulated-\(request)\", \"text\": \"half a"
      reply.action = .answer(
        HTTPAnswer(status: 200, contentType: "application/json", body: Array(garbage.utf8))
      )
    }
    reply.delay += delay
    return reply
  }

  private func errorReply(
    _ request: Int,
    status: Int,
    code: String,
    message: String,
    headers: [HTTPHeader] = []
  ) -> HTTPReply {
    log.update(request) { entry in
      entry.errorCode = code
      entry.errorMessage = message
    }
    let answer = HTTPAnswer(
      status: status,
      contentType: "application/json;charset=UTF-8",
      body: service.errorBody(code: code, message: message),
      headers: headers
    )
    return HTTPReply(action: .answer(answer), delay: 0)
  }

  private static func httpAnswer(_ answer: ServiceAnswer) -> HTTPAnswer {
    switch answer {
    case .json(let body):
      HTTPAnswer(status: 200, contentType: "application/json;charset=UTF-8", body: body)
    case .eventStream(let deltas, let closing):
      HTTPAnswer(eventStream: EventStreamWriter.pieces(of: deltas + closing))
    }
  }

  private static func truncated(_ answer: ServiceAnswer) -> HTTPAnswer {
    switch answer {
    case .json:
      httpAnswer(answer).cutInHalf()
    case .eventStream(let deltas, _):
      HTTPAnswer(
        eventStream: EventStreamWriter.pieces(of: Array(deltas.prefix((deltas.count + 1) / 2)))
      )
    }
  }

  private static func failing(_ answer: ServiceAnswer, with error: [UInt8]) -> HTTPAnswer {
    switch answer {
    case .json:
      HTTPAnswer(status: 200, contentType: "application/json;charset=UTF-8", body: error)
    case .eventStream(let deltas, _):
      HTTPAnswer(
        eventStream: EventStreamWriter.pieces(
          of: Array(deltas.prefix((deltas.count + 1) / 2)) + [error]
        )
      )
    }
  }
}

import Synchronization

/// Leads a request through all checks to its answer.
final class TranscriptionHandler: HTTPHandler {
  /// More of a body is not kept: the largest limit of any service, and some room.
  static let keptBodyBytes = 64_000_000

  let log: RequestLog
  let faults: FaultScript
  let limits: Mutex<ServiceSimulator.Limits>
  private let service: any SpeechService
  private let recogniser: any Recogniser
  private let inspector: AudioInspector
  private let configuration: ServiceSimulator.Configuration
  private let inFlightLimit: Int
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
    self.configuration = configuration
    inFlightLimit = configuration.inFlightLimit ?? service.inFlightLimit
    limits = Mutex(configuration.limits)
    log = RequestLog(inFlightLimit: inFlightLimit, observer: configuration.observer)
    faults = FaultScript(configuration.faults)
  }

  func arrived(_ head: HTTPRequestHead) -> Int {
    log.add(head)
  }

  func finished(_ request: Int) {
    log.finish(request)
  }

  func earlyReply(to request: Int, _ head: HTTPRequestHead) -> HTTPEarlyReply? {
    guard head.path == service.transcriptionPath, head.method == "POST" else { return nil }
    if configuration.refusesWhileUploading, let refusal = earlyRefusal(head) {
      let answer = failureAnswer(request, refusal).traced(service.traceHeaders(id: request))
      log.update(request) { $0.status = answer.status }
      return HTTPEarlyReply(action: .answer(answer), afterBytes: 1)
    }
    guard let action = faults.drawBeforeBody(request: request) else { return nil }
    log.update(request) { $0.fault = action }
    switch action {
    case .reset:
      return HTTPEarlyReply(action: .reset, afterBytes: 1)
    case .answerWhileUploading(let status, let type, let headers, let body, let afterBytes):
      log.update(request) { $0.status = status }
      return HTTPEarlyReply(
        action: .answer(
          HTTPAnswer(status: status, type: type, headers: headers, body: body)
            .traced(service.traceHeaders(id: request))),
        afterBytes: afterBytes)
    default:
      return nil
    }
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
      reply = HTTPReply(action: .answer(failureAnswer(request, error)), delay: 0)
    }
    reply.delay += configuration.latency
    if case .answer(let answer) = reply.action {
      reply.action = .answer(answer.traced(service.traceHeaders(id: request)))
    }
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
    try checkSize(body.receivedBytes)
    guard log.isWithinMinute(limit: configuration.requestsPerMinute) else {
      throw Refusal(
        .tooManyPerMinute,
        "more than \(configuration.requestsPerMinute ?? 0) requests within a minute")
    }
    let form = try MultipartForm(body: body.bytes, contentType: head.header("Content-Type"))
    note(form, of: request)
    let order = try service.order(from: form, limits.withLock { $0 })
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
    let seconds = Double(audio.count) / Double(AudioInspector.sampleRate)
    if let refusal = order.checkSeconds(seconds) { throw refusal }
    var recognition = try recogniser.recognise(audio, without: nil)
    recognition.duration = seconds
    let chunk = FaultScript.Chunk(
      matchedStart: recognition.matchedStart, content: order.file.content)
    log.update(request) { entry in
      entry.matchedStart = recognition.matchedStart
      entry.text = recognition.text
      entry.chunk = chunk
    }
    if recognition.text.isEmpty {
      recognition = try service.hallucination(over: recognition)
    }
    return try replyWithFaults(to: order, recognition, of: audio, chunk, request)
  }

  private func checkAddress(_ head: HTTPRequestHead) throws(Refusal) {
    guard head.path == service.transcriptionPath else {
      throw Refusal(.noSuchPath, "there is nothing for \(head.method) at \(head.path)")
    }
    guard head.method == "POST" else {
      throw Refusal(.wrongMethod, "the method must be POST, not \(head.method)")
    }
    guard head.header("Transfer-Encoding") == nil, Self.length(head) != nil else {
      throw Refusal(.lengthRequired, "a Content-Length is required")
    }
  }

  private static func length(_ head: HTTPRequestHead) -> Int? {
    head.header("Content-Length").flatMap { Int($0) }
  }

  private func checkKey(_ head: HTTPRequestHead) throws(Refusal) {
    guard let authorization = head.header("Authorization") else {
      throw Refusal(.missingKey, "the Authorization header is missing")
    }
    let scheme = "Bearer "
    guard authorization.hasPrefix(scheme) else {
      throw Refusal(.malformedKey, "the Authorization header is not 'Bearer' and a key")
    }
    guard authorization == scheme + configuration.key else {
      throw Refusal(.wrongKey(String(authorization.dropFirst(scheme.count))), "the key is wrong")
    }
  }

  private func checkSize(_ bytes: Int) throws(Refusal) {
    let ordered = limits.withLock { $0.bodyBytes }
    let limit = min(ordered ?? service.bodyLimit, Self.keptBodyBytes)
    guard bytes <= limit else {
      throw Refusal(
        .bodyTooLarge(limit: limit), "the request body has \(bytes) bytes; the limit is \(limit)")
    }
  }

  /// What can be said against a request before its body has come.
  private func earlyRefusal(_ head: HTTPRequestHead) -> Refusal? {
    do throws(Refusal) {
      try checkKey(head)
      try checkSize(Self.length(head) ?? 0)
      return nil
    } catch {
      return error
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

  // MARK: Answers

  private func replyWithFaults(
    to order: TranscriptionOrder,
    _ whole: Recognition,
    of audio: [Int16],
    _ chunk: FaultScript.Chunk,
    _ request: Int
  ) throws(Refusal) -> HTTPReply {
    var recognition = whole
    let (delay, action) = faults.draw(
      request: request, matchedStart: recognition.matchedStart, chunk: chunk)
    if case .hole(let seconds) = action {
      recognition = try recogniser.recognise(audio, without: seconds)
      recognition.duration = whole.duration
    }
    var silence = Recognition.silence(matchedStart: recognition.matchedStart)
    silence.duration = recognition.duration
    let answer = service.answer(to: order, recognition, id: request)
    let outcome = FaultyAnswer(
      service: service,
      answer: answer,
      emptyAnswer: service.answer(to: order, silence, id: request),
      id: request
    ).reply(under: action)
    let isBilled = action.map { $0.isBilled(isStream: order.wantsStream) } ?? true
    log.update(request) { entry in
      entry.fault = action
      entry.errorCode = outcome.code
      entry.errorMessage = outcome.message
      entry.billed = isBilled
      entry.billedSeconds = isBilled ? service.billedSeconds(for: recognition.duration) : 0
    }
    var reply = outcome.reply
    reply.delay += delay
    return reply
  }

  private func failureAnswer(_ request: Int, _ refusal: Refusal) -> HTTPAnswer {
    let failure = service.failure(for: refusal, id: request)
    log.update(request) { entry in
      entry.errorCode = failure.code
      entry.errorMessage = refusal.message
    }
    var headers: [HTTPHeader] = []
    let isTooMany = [.tooManyInFlight, .tooManyPerMinute].contains(refusal.reason)
    if isTooMany, let retryAfter = configuration.retryAfter {
      headers.append(HTTPHeader(name: "Retry-After", value: retryAfter))
    }
    return HTTPAnswer(failure, headers: headers)
  }
}

extension HTTPAnswer {
  /// The answer with these headers as well.
  fileprivate func traced(_ headers: [HTTPHeader]) -> HTTPAnswer {
    var traced = self
    traced.headers += headers.filter { added in
      !self.headers.contains { $0.name.lowercased() == added.name.lowercased() }
    }
    return traced
  }
}

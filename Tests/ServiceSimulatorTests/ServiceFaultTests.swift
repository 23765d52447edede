import Foundation
import ServiceSimulator
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServiceFaultTests {
  static func model(_ service: ServiceSimulator.Service) -> String {
    switch service {
    case .glm: "glm-asr"
    case .coze: ""
    case .siliconflow: "TeleAI/TeleSpeechASR"
    case .chatanywhere, .relay, .openai: "whisper-1"
    }
  }

  private static func answer(
    to action: Fault.Action,
    of service: ServiceSimulator.Service = .openai,
    model: String? = nil,
    fields: [String] = [],
    options: [String] = [],
    seconds: Int = 2
  ) async throws -> (answer: Answer, request: ReceivedRequest) {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.service = service
      $0.faults = [Fault(match: .always, action: action)]
    }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: seconds * 16_000, to: folder.path("a.wav"))
    let answer = try await Curl.transcribe(
      folder.path("a.wav"), at: simulator.baseURL, model: model ?? Self.model(service),
      fields: fields, options: options)
    let request = try #require(simulator.requests.first)
    await simulator.stopped()
    return (answer, request)
  }

  @Test(arguments: ServiceSimulator.Service.allCases)
  func `every known error can be played`(service: ServiceSimulator.Service) async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator { $0.service = service }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("a.wav"))
    let errors = KnownError.all(of: service)
    #expect(errors.count >= 10)
    for error in errors {
      simulator.order(faults: [Fault(match: .always, action: error.action)])
      let answer = try await Curl.transcribe(
        folder.path("a.wav"), at: simulator.baseURL, model: Self.model(service))
      #expect(answer.status == error.status, "\(error): \(answer.text)")
      if let code = error.code { #expect(answer.text.contains(code), "\(error): \(answer.text)") }
      #expect(simulator.requests.last?.billed == (error.status == 504), "\(error)")
    }
    await simulator.stopped()
  }

  @Test
  func `an answer can be ordered word by word`() async throws {
    let (answer, request) = try await Self.answer(
      to: .answer(
        status: 418, contentType: "text/x-tea", headers: ["X-Pot": "short"], body: "a \"pot\""))
    #expect(answer.status == 418)
    #expect(answer.text == "a \"pot\"")
    #expect(answer.headers.contains("X-Pot: short"))
    #expect(answer.headers.contains("text/x-tea"))
    #expect(request.billed == false)
    #expect(request.matchedStart == 10)
  }

  @Test(arguments: Fault.Moment.allCases)
  func `connections are reset`(moment: Fault.Moment) async throws {
    let (answer, request) = try await Self.answer(to: .reset(moment), seconds: 60)
    // 55: failed sending, 56: failed receiving.
    #expect([55, 56].contains(answer.exitStatus), "\(answer.exitStatus)")
    #expect(answer.headers.isEmpty || answer.headers.contains("100 Continue"))
    #expect(request.status == nil)
    #expect(request.billed == (moment == .afterWork))
    #expect(request.billedSeconds == (moment == .afterWork ? 60 : 0))
  }

  @Test
  func `an answer can come while the body is still being sent`() async throws {
    let (answer, request) = try await Self.answer(
      to: .answerWhileUploading(status: 413, body: #"{"error":{}}"#, afterBytes: 200_000),
      options: ["--limit-rate", "400k", "-H", "Expect:"], seconds: 60)
    #expect(answer.status == 413)
    #expect(answer.text == #"{"error":{}}"#)
    // The whole body has 1.9 MB.
    #expect(answer.uploadedBytes < 1_700_000)
    #expect(request.status == 413)
    #expect(request.billed == false)
    #expect(request.finish != nil)
  }

  @Test
  func `an early answer to a short body comes at its end`() async throws {
    let (answer, request) = try await Self.answer(
      to: .answerWhileUploading(status: 503, body: "busy", afterBytes: 10_000_000))
    #expect(answer.status == 503)
    #expect(answer.text == "busy")
    #expect(request.text == nil)
  }

  @Test(arguments: [301, 302, 307, 308])
  func `redirects name another place`(status: Int) async throws {
    let (answer, _) = try await Self.answer(
      to: .redirect(status: status, location: "https://example.com/v1/audio/transcriptions"))
    #expect(answer.status == status)
    #expect(answer.headers.contains("Location: https://example.com/v1/audio/transcriptions"))
  }

  @Test(arguments: [(502, false), (503, false), (504, true)])
  func `gateways answer with pages`(status: Int, isBilled: Bool) async throws {
    let (answer, request) = try await Self.answer(to: .page(status: status), of: .coze)
    #expect(answer.status == status)
    #expect(answer.headers.contains("text/html"))
    #expect(answer.text.contains("<html>"))
    #expect(request.billed == isBilled)
  }

  @Test
  func `answers can dribble`() async throws {
    let (answer, request) = try await Self.answer(
      to: .dribble(0.8), fields: ["response_format=verbose_json"], seconds: 20)
    #expect(answer.status == 200)
    #expect(answer.seconds >= 0.75)
    #expect(answer.transcript == request.text)
    #expect(request.billedSeconds == 20)
    let (stream, _) = try await Self.answer(
      to: .dribble(0.4), model: "gpt-transcribe", fields: ["stream=true"], seconds: 20)
    #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
  }

  @Test
  func `streams break off, but are charged`() async throws {
    for action in [
      Fault.Action.truncateStream, .closeMidBody,
      .errorInStream(code: "server_error", message: "x"),
    ] {
      let (answer, request) = try await Self.answer(
        to: action, model: "gpt-4o-transcribe", fields: ["stream=true"], seconds: 20)
      #expect(answer.text.contains("transcript.text.delta"))
      #expect(!answer.text.contains("transcript.text.done"))
      #expect(request.billed)
    }
  }

  @Test
  func `what was charged twice is told`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.service = .openai
      $0.faults = [
        Fault(match: .requestNumber(1), action: .reset(.afterWork)),
        Fault(match: .requestNumber(3), action: .page(status: 503)),
      ]
    }
    let folder = try TestFolder()
    for start in [160_000, 160_000, 800_000, 800_000] {
      try recording.cut(start: start, count: 40_000, to: folder.path("a.wav"))
      _ = try await Curl.transcribe(
        folder.path("a.wav"), at: simulator.baseURL, model: "whisper-1")
    }
    #expect(simulator.bills.map(\.requests) == [[1, 2], [4]])
    #expect(simulator.paidRepeatedly.map(\.matchedStart) == [10])
    // 2.5 seconds each, rounded up.
    #expect(simulator.billedSeconds == 9)
    await simulator.stopped()
  }
}

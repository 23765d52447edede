import Foundation
import ServiceSimulator
import Testing

@Suite(.timeLimit(.minutes(10)))
struct FaultTests {
  /// The answer to one upload under one fault.
  private static func answer(
    to action: Fault.Action,
    stream: Bool = false
  ) async throws -> (answer: Answer, request: ReceivedRequest) {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.faults = [Fault(match: .always, action: action)]
    }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 160_000, to: folder.path("a.wav"))
    let answer = try await Curl.transcribe(
      folder.path("a.wav"), at: simulator.baseURL, fields: ["stream=\(stream)"])
    let request = try #require(simulator.requests.first)
    await simulator.stopped()
    return (answer, request)
  }

  @Test
  func `an ordered status has its code, message and Retry-After`() async throws {
    let (answer, request) = try await Self.answer(
      to: .status(429, code: "1303", message: "slowly", retryAfter: "7"))
    #expect(answer.status == 429)
    #expect(answer.errorCode == "1303")
    #expect(answer.errorMessage == "slowly")
    #expect(answer.headers.lowercased().contains("retry-after: 7"))
    #expect(request.status == 429)
    #expect(request.errorCode == "1303")
    #expect(request.matchedStart == 10)
  }

  @Test
  func `the connection can be closed instead of an answer`() async throws {
    let (answer, request) = try await Self.answer(to: .closeWithoutAnswer)
    #expect(answer.exitStatus == 52)
    #expect(answer.headers.isEmpty)
    #expect(request.status == nil)
    #expect(request.finish != nil)
  }

  @Test
  func `the connection can be closed in the middle of an answer`() async throws {
    for stream in [false, true] {
      let (answer, _) = try await Self.answer(to: .closeMidBody, stream: stream)
      #expect(answer.status == 200)
      #expect(answer.exitStatus == 18)
      #expect(!answer.body.isEmpty)
      #expect(answer.transcript == nil)
      #expect(!answer.text.contains("[DONE]"))
    }
  }

  @Test
  func `a stream can end too early, but regularly`() async throws {
    let (answer, _) = try await Self.answer(to: .truncateStream, stream: true)
    #expect(answer.status == 200)
    #expect(answer.exitStatus == 0)
    #expect(answer.text.contains("transcript.text.delta"))
    #expect(!answer.text.contains("transcript.text.done"))
    #expect(!answer.text.contains("[DONE]"))
  }

  @Test
  func `a stream can report an error`() async throws {
    let (answer, _) = try await Self.answer(
      to: .errorInStream(code: "1234", message: "lost"), stream: true)
    #expect(answer.exitStatus == 0)
    #expect(answer.text.contains("transcript.text.delta"))
    #expect(answer.text.contains(#"data: {"error":{"code":"1234","message":"lost"}}"#))
  }

  @Test
  func `a page, garbage and an empty text come with status 200`() async throws {
    let page = try await Self.answer(to: .html200).answer
    #expect(page.status == 200)
    #expect(page.headers.contains("text/html"))
    #expect(page.text.contains("<html>"))

    let garbage = try await Self.answer(to: .garbageJSON).answer
    #expect(garbage.status == 200)
    #expect(garbage.object.isEmpty)

    let empty = try await Self.answer(to: .emptyText).answer
    #expect(empty.status == 200)
    #expect(empty.transcript == "")
  }

  @Test
  func `delays and latency add up`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.latency = 0.3
      $0.faults = [Fault(match: .requestNumber(2), action: .delay(0.5))]
    }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("a.wav"))
    let first = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    let second = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    #expect(first.seconds >= 0.3)
    #expect(second.seconds >= 0.8)
    #expect(second.status == 200)
    await simulator.stopped()
  }

  @Test
  func `faults befall just the requests they are meant for`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    func error(_ status: Int) -> Fault.Action { .status(status, code: "x", message: "x") }
    func statuses(_ starts: [Int]) async throws -> [Int] {
      var statuses: [Int] = []
      for start in starts {
        try recording.cut(start: start, count: 32_000, to: folder.path("a.wav"))
        statuses.append(
          try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL).status)
      }
      return statuses
    }
    simulator.order(faults: [
      Fault(match: .requestNumber(1), action: error(500)),
      Fault(match: .first(2), action: error(502)),
      Fault(match: .every(4), action: error(503)),
    ])
    #expect(try await statuses(Array(repeating: 160_000, count: 5)) == [500, 502, 200, 503, 200])

    simulator.order(faults: [
      Fault(match: .matchedStart(49...51), action: error(500), times: 2)
    ])
    #expect(try await statuses([160_000, 800_000, 800_000, 800_000]) == [200, 500, 500, 200])

    // Nine requests so far.
    simulator.order(faults: [Fault(match: .after(10), action: error(500))])
    #expect(try await statuses([160_000, 160_000, 800_000]) == [200, 500, 500])
    await simulator.stopped()
  }

  @Test
  func `a fault does not hide a broken rule`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.faults = [Fault(match: .always, action: .status(503, code: "x", message: "x"))]
    }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("a.wav"))
    let answer = try await Curl.transcribe(
      folder.path("a.wav"), at: simulator.baseURL, fields: ["language=en"])
    #expect(answer.status == 400)
    await simulator.stopped()
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServerTests {
  private static func statuses(
    of count: Int,
    _ file: String,
    at baseURL: String
  ) async throws -> [Int] {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<count {
        group.addTask { try await Curl.transcribe(file, at: baseURL).status }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test
  func `eight uploads at a time are answered, those beyond the limit refused`() async throws {
    let recording = try Recording.english.get()
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 59 * 16_000, to: folder.path("a.wav"))
    // On a machine with much to do, the last of eight programs may start when the first is done.
    try await expectBest(of: 3, meets: { $0 == 8 }) {
      let wide = try await recording.simulator {
        $0.inFlightLimit = 8
        $0.latency = 2.5
      }
      let all = try await Self.statuses(of: 8, folder.path("a.wav"), at: wide.baseURL)
      #expect(all.allSatisfy { $0 == 200 })
      await wide.stopped()
      return wide.mostRequestsInFlight
    }
    try await expectBest(of: 3, meets: { $0 == Array(repeating: 200, count: 5) + [429, 429, 429] })
    {
      let narrow = try await recording.simulator { $0.latency = 2.5 }
      let some = try await Self.statuses(of: 8, folder.path("a.wav"), at: narrow.baseURL)
      let refused = some.count { $0 == 429 }
      #expect(narrow.requests.count { $0.errorCode == "1302" } == refused)
      await narrow.stopped()
      return some.sorted()
    }
  }

  @Test
  func `a client that waits for each answer's end is never over the limit`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator { $0.inFlightLimit = 2 }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("a.wav"))
    let file = folder.path("a.wav")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          for turn in 0..<12 {
            let answer = try await Curl.transcribe(
              file, at: simulator.baseURL, fields: ["stream=\(turn.isMultiple(of: 2))"])
            #expect(answer.status == 200)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(simulator.mostRequestsInFlight <= 2)
    await simulator.stopped()
  }

  @Test
  func `the log tells what went over the wire`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    try recording.cut(start: 480_000, count: 80_000, to: folder.path("chunk-7.wav"))
    _ = try await Curl.transcribe(
      folder.path("chunk-7.wav") + ";type=audio/wav", at: simulator.baseURL,
      fields: ["request_id=r-1", "temperature=0.5"])
    let request = try #require(simulator.requests.first)
    #expect(request.number == 1)
    #expect(request.method == "POST")
    #expect(request.path == "/api/paas/v4/audio/transcriptions")
    #expect(request.fields == ["model": "glm-asr", "request_id": "r-1", "temperature": "0.5"])
    #expect(request.fileName == "chunk-7.wav")
    #expect(request.partContentType == "audio/wav")
    #expect(request.fileBytes == 160_044)
    #expect(request.bodyBytes > 160_044)
    #expect(request.format == "wav")
    #expect(request.seconds == 5)
    #expect(request.matchedStart == 30)
    #expect(request.status == 200)
    #expect(request.errorCode == nil)
    #expect(request.finish.map { $0 > request.arrival } == true)
    await simulator.stopped()
  }

  @Test
  func `stopping closes waiting connections at once and may be repeated`() async throws {
    let recording = try Recording.english.get()
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("a.wav"))
    let file = folder.path("a.wav")
    try await expectBest(of: 3, meets: { $0 < .seconds(1) }) {
      let simulator = try await recording.simulator { $0.latency = 50 }
      let baseURL = simulator.baseURL
      let waiting = Task {
        try await withThrowingTaskGroup(of: Answer.self) { group in
          for _ in 0..<4 {
            group.addTask { try await Curl.transcribe(file, at: baseURL) }
          }
          return try await group.reduce(into: []) { $0.append($1) }
        }
      }
      let deadline = ContinuousClock.now + .seconds(40)
      while simulator.requests.count(where: { $0.status != nil }) < 4,
        ContinuousClock.now < deadline
      {
        try await Task.sleep(for: .milliseconds(20))
      }
      let start = ContinuousClock.now
      await simulator.stopped()
      let duration = ContinuousClock.now - start
      let answers = try await waiting.value
      let statuses = answers.map(\.exitStatus)
      #expect(Set(statuses).isSubset(of: [52, 56]), "\(statuses)")
      await simulator.stopped()
      return duration
    }
  }

  @Test
  func `stopping in the middle of streams and work is safe`() async throws {
    let recording = try Recording.english.get()
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 59 * 16_000, to: folder.path("a.wav"))
    let file = folder.path("a.wav")
    for wait in [20, 80, 140, 200, 300] {
      let simulator = try await recording.simulator { $0.streamPause = 0.05 }
      let baseURL = simulator.baseURL
      let clients = Task {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<3 {
            group.addTask {
              _ = try await Curl.transcribe(file, at: baseURL, fields: ["stream=true"])
            }
          }
          try await group.waitForAll()
        }
      }
      try await Task.sleep(for: .milliseconds(wait))
      await simulator.stopped()
      try await clients.value
    }
  }

  @Test
  func `a start that cannot work says why`() async throws {
    let recording = try Recording.english.get()
    await #expect(throws: SimulatorError.self) {
      _ = try await recording.simulator {
        $0.answers = .knownText(
          recording: "/nonexistent.wav", words: recording.words, language: .english)
      }
    }
    await #expect(throws: SimulatorError.unreadableWords(path: recording.wav, line: nil)) {
      _ = try await recording.simulator {
        $0.answers = .knownText(
          recording: recording.wav, words: recording.wav, language: .english)
      }
    }
    let first = try await recording.simulator()
    await #expect(throws: SimulatorError.cannotListen(port: first.port)) {
      _ = try await recording.simulator { $0.port = first.port }
    }
    await first.stopped()
  }

  @Test(.enabled(if: Program.isInstalled("pocketsphinx_batch") && Program.isInstalled("flite")))
  func `PocketSphinx really listens`() async throws {
    let folder = try TestFolder()
    let file = folder.path("spoken.wav")
    _ = try await Program.run(
      "flite", ["-voice", "slt", "-t", "good morning, the history of the city is long", "-o", file])
    let simulator = try await ServiceSimulator.started(.init(answers: .pocketSphinx))
    let answer = try await Curl.transcribe(file, at: simulator.baseURL)
    #expect(answer.status == 200, "\(answer.text)")
    let words = Set((answer.transcript ?? "").split(separator: " "))
    #expect(words.intersection(["good", "morning", "history", "city", "long"]).count >= 3)
    await simulator.stopped()
  }
}

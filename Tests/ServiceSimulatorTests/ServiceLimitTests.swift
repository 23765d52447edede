import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServiceLimitTests {
  /// Files of zeros beyond the bytes a service takes.
  static let sizes:
    [(service: ServiceSimulator.Service, model: String, bytes: Int, status: Int, mark: String)] =
      [
        (
          .openai, "whisper-1", 26_214_200, 413,
          "Maximum content size limit (26214400) exceeded (26222592 bytes read)"
        ),
        (.chatanywhere, "whisper-1", 26_214_400, 413, "server_error"),
        (.relay, "whisper-1", 26_214_400, 413, "Maximum content size limit"),
        (.coze, "", 10_000_000, 400, "\"code\":4302"),
        (.coze, "", 16_000_000, 413, "\"code\":4302"),
        (.siliconflow, "TeleAI/TeleSpeechASR", 50_000_000, 400, "\"code\":20015"),
      ]

  @Test(arguments: sizes)
  func `bytes are limited`(
    service: ServiceSimulator.Service, model: String, bytes: Int, status: Int, mark: String
  ) async throws {
    let simulator = try await Recording.english.get().simulator { $0.service = service }
    let folder = try TestFolder()
    try Wave.file(Data(count: bytes)).write(to: URL(fileURLWithPath: folder.path("a.wav")))
    let answer = try await Curl.transcribe(
      folder.path("a.wav"), at: simulator.baseURL, model: model)
    #expect(answer.status == status, "\(answer.text)")
    #expect(answer.text.contains(mark), "\(answer.text)")
    await simulator.stopped()
  }

  /// Seconds of silence that are and are not taken.
  static let lengths:
    [(service: ServiceSimulator.Service, model: String, seconds: Double, status: Int, mark: String)] =
      [
        (.openai, "gpt-4o-transcribe", 1400, 200, "\"text\""),
        (
          .openai, "gpt-4o-transcribe", 1401.5, 400,
          "audio duration 1401.5 seconds is longer than 1400 seconds which is the maximum for this model"
        ),
        (.openai, "whisper-1", 1401.5, 200, "\"text\""),
        (.openai, "whisper-1", 0.05, 400, "audio_too_short"),
        (.openai, "gpt-4o-transcribe-diarize", 31, 400, "chunking_strategy"),
        (.coze, "", 1799.9, 200, "\"code\":0"),
        (.coze, "", 1800, 400, "\"code\":4000"),
        (.siliconflow, "FunAudioLLM/SenseVoiceSmall", 3600, 200, "\"text\""),
        (.siliconflow, "FunAudioLLM/SenseVoiceSmall", 3601, 400, "\"code\":20015"),
      ]

  @Test(arguments: lengths)
  func `seconds are limited`(
    service: ServiceSimulator.Service, model: String, seconds: Double, status: Int, mark: String
  ) async throws {
    let simulator = try await Recording.english.get().simulator { $0.service = service }
    let folder = try TestFolder()
    // 1000 samples a second, so that bytes do not count.
    let pcm = Data(count: Int(seconds * 1000) * 2)
    try Wave.file(pcm, rate: 1000).write(to: URL(fileURLWithPath: folder.path("a.wav")))
    let answer = try await Curl.transcribe(
      folder.path("a.wav"), at: simulator.baseURL, model: model)
    #expect(answer.status == status, "\(answer.text)")
    #expect(answer.text.contains(mark), "\(answer.text)")
    await simulator.stopped()
  }

  @Test
  func `limits can be other than documented, from the start or later`() async throws {
    let recording = try Recording.english.get()
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 640_000, to: folder.path("a.wav"))
    let glm = try await recording.simulator { $0.limits.seconds = 30 }
    let long = try await Curl.transcribe(folder.path("a.wav"), at: glm.baseURL)
    #expect(long.status == 400)
    #expect(long.errorMessage.contains("30"))
    await glm.stopped()

    let openAI = try await recording.simulator { $0.service = .openai }
    func answer() async throws -> Answer {
      try await Curl.transcribe(folder.path("a.wav"), at: openAI.baseURL, model: "whisper-1")
    }
    #expect(try await answer().status == 200)
    openAI.order(limits: .init(bodyBytes: 1_048_576))
    let large = try await answer()
    #expect(large.status == 413)
    #expect(large.errorMessage.contains("(1048576) exceeded (1056768 bytes read)"))
    openAI.order(limits: .init(models: ["gpt-transcribe", "whisper-large-v3"]))
    #expect(try await answer().status == 404)
    let other = try await Curl.transcribe(
      folder.path("a.wav"), at: openAI.baseURL, model: "whisper-large-v3",
      fields: ["response_format=srt"])
    #expect(other.text.contains(" --> "))
    await openAI.stopped()
  }

  @Test(
    arguments: [
      (ServiceSimulator.Service.glm, "glm-asr", #""code":"1303""#),
      (.coze, "", #""code":4020"#),
      (.siliconflow, "TeleAI/TeleSpeechASR", "rate limiting"),
      (.openai, "whisper-1", "rate_limit_exceeded"),
      (.chatanywhere, "whisper-1", "rate_limit_exceeded"),
      (.relay, "whisper-1", "上游负载已饱和"),
    ])
  func `requests in a minute are limited`(
    service: ServiceSimulator.Service, model: String, mark: String
  ) async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.service = service
      $0.requestsPerMinute = 2
      $0.retryAfter = "7"
    }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("a.wav"))
    var answers: [Answer] = []
    for _ in 0..<3 {
      answers.append(
        try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL, model: model))
    }
    #expect(answers.map(\.status) == [200, 200, 429])
    #expect(answers[2].text.contains(mark))
    #expect(answers[2].headers.lowercased().contains("retry-after: 7"))
    await simulator.stopped()
  }

  @Test(
    arguments: [
      (ServiceSimulator.Service.glm, "glm-asr", #""code":"1302""#),
      (.coze, "", #""code":4013"#),
      (.siliconflow, "TeleAI/TeleSpeechASR", "rate limiting"),
      (.openai, "whisper-1", "rate_limit_exceeded"),
      (.relay, "whisper-1", "上游负载已饱和"),
    ])
  func `requests at a time are limited`(
    service: ServiceSimulator.Service, model: String, mark: String
  ) async throws {
    let recording = try Recording.english.get()
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("a.wav"))
    let file = folder.path("a.wav")
    // On a machine with much to do, one program may start when the other is done.
    let last = try await expectBest(of: 3, meets: { $0.answers.map(\.status) == [200, 429] }) {
      let simulator = try await recording.simulator {
        $0.service = service
        $0.inFlightLimit = 1
        $0.latency = 2
      }
      async let first = Curl.transcribe(file, at: simulator.baseURL, model: model)
      async let second = Curl.transcribe(file, at: simulator.baseURL, model: model)
      let answers = try await [first, second].sorted { $0.status < $1.status }
      await simulator.stopped()
      return (answers: answers, billed: simulator.billedSeconds)
    }
    #expect(last.answers[1].text.contains(mark), "\(last.answers[1].text)")
    #expect(last.billed == 1)
  }

  @Test
  func `a body that is too large can be refused while it comes`() async throws {
    let simulator = try await Recording.english.get().simulator {
      $0.service = .openai
      $0.refusesWhileUploading = true
    }
    let folder = try TestFolder()
    try Wave.file(Data(count: 45_000_000)).write(to: URL(fileURLWithPath: folder.path("a.wav")))
    let answer = try await Curl.transcribe(
      folder.path("a.wav"), at: simulator.baseURL, model: "whisper-1",
      options: ["--limit-rate", "3M", "-H", "Expect:"])
    #expect(answer.status == 413, "\(answer.text)")
    #expect(answer.text.contains("26214400"))
    #expect(answer.uploadedBytes < 43_000_000)
    await simulator.stopped()
  }
}

import Foundation
import ServiceSimulator
import SyntheticLecture
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServiceAnswerTests {
  private static func bare(_ text: some StringProtocol) -> String {
    text.lowercased().filter { $0.isLetter }
  }

  /// A simulator and a file with 20.5 seconds of the English recording.
  private static func started(
    _ service: ServiceSimulator.Service,
    _ change: (inout ServiceSimulator.Configuration) -> Void = { _ in }
  ) async throws -> (simulator: ServiceSimulator, folder: TestFolder, file: String) {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.service = service
      change(&$0)
    }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 328_000, to: folder.path("a.wav"))
    return (simulator, folder, folder.path("a.wav"))
  }

  @Test
  func `verbose answers have what was asked for`() async throws {
    let (simulator, folder, file) = try await Self.started(.openai)
    func answer(_ granularities: [String]) async throws -> Answer {
      try await Curl.transcribe(
        file, at: simulator.baseURL, model: "whisper-1",
        fields: ["response_format=verbose_json"]
          + granularities.map { "timestamp_granularities[]=\($0)" })
    }
    let plain = try await answer([])
    #expect(plain.object["language"] as? String == "english")
    #expect(plain.object["duration"] as? Double == 20.5)
    #expect(plain.object["task"] as? String == "transcribe")
    #expect(plain.object["words"] == nil)
    #expect((plain.object["usage"] as? [String: Any])?["seconds"] as? Int == 21)
    let segments = try #require(plain.object["segments"] as? [[String: Any]])
    #expect(
      segments.compactMap { $0["text"] as? String }.joined() == " " + (plain.transcript ?? ""))
    for segment in segments {
      #expect(segment["no_speech_prob"] as? Double ?? 1 < 0.1)
      #expect(segment["avg_logprob"] as? Double ?? -2 > -1)
      #expect(segment["compression_ratio"] is Double)
    }
    let wordsOnly = try await answer(["word"])
    #expect(wordsOnly.object["segments"] == nil)
    let words = try #require(wordsOnly.object["words"] as? [[String: Any]])
    let texts = words.compactMap { $0["word"] as? String }
    #expect(texts.allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "'" } })
    #expect(texts.map(Self.bare) == plain.transcript?.split(separator: " ").map(Self.bare))
    var time = 0.0
    for word in words {
      let start = try #require(word["start"] as? Double)
      let end = try #require(word["end"] as? Double)
      #expect(time <= start && start < end && end <= 20.5)
      time = end
      let text = Self.bare(try #require(word["word"] as? String))
      // True to 50 ms.
      #expect(
        try Recording.english.get().lecture.words.contains {
          abs(Double($0.start) / 16_000 - 10 - start) < 0.05 && Self.bare($0.text).hasSuffix(text)
        } || start < 0.1 || end > 20.4, "\(text) at \(start)")
    }
    let both = try await answer(["word", "segment"])
    #expect(both.object["segments"] != nil && both.object["words"] != nil)
    folder.remove()
    await simulator.stopped()
  }

  @Test
  func `texts and subtitles are plain`() async throws {
    let (simulator, folder, file) = try await Self.started(.openai)
    func answer(_ format: String, model: String = "whisper-1") async throws -> Answer {
      try await Curl.transcribe(
        file, at: simulator.baseURL, model: model, fields: ["response_format=\(format)"])
    }
    let json = try await answer("json")
    #expect((json.object["usage"] as? [String: Any])?["type"] as? String == "duration")
    let text = try await answer("text")
    #expect(text.text == (json.transcript ?? "") + "\n")
    #expect(text.headers.contains("text/plain"))
    let srt = try await answer("srt")
    #expect(srt.text.hasPrefix("1\n00:00:0"))
    #expect(srt.text.contains(","))
    let vtt = try await answer("vtt")
    #expect(vtt.text.hasPrefix("WEBVTT\n\n00:00:0"))
    #expect(Self.bare(vtt.text.filter { !$0.isNumber }).contains(Self.bare(json.transcript ?? "-")))
    let tokens = try await answer("json", model: "gpt-4o-transcribe")
    #expect((tokens.object["usage"] as? [String: Any])?["type"] as? String == "tokens")
    let speakers = try await answer("diarized_json", model: "gpt-4o-transcribe-diarize")
    #expect((speakers.object["segments"] as? [[String: Any]])?.first?["speaker"] as? String == "A")
    folder.remove()
    await simulator.stopped()
  }

  @Test(arguments: ServiceSimulator.StreamDialect.allCases)
  func `newer models stream, whisper does not`(
    dialect: ServiceSimulator.StreamDialect
  ) async throws {
    let streaming = ["gpt-4o-transcribe", "gpt-transcribe"] + (dialect == .vllm ? ["mine"] : [])
    let (simulator, folder, file) = try await Self.started(.openai) {
      $0.streamDialect = dialect
      $0.limits.models = ["whisper-1"] + streaming
    }
    func answer(_ model: String) async throws -> Answer {
      try await Curl.transcribe(
        file, at: simulator.baseURL, model: model, fields: ["stream=true"])
    }
    let whisper = try await answer("whisper-1")
    #expect(whisper.headers.contains("application/json"))
    let text = try #require(whisper.transcript)
    for model in streaming {
      let stream = try await answer(model)
      #expect(stream.headers.contains("text/event-stream"))
      let events = stream.text.split(separator: "\n\n").map { $0.dropFirst("data: ".count) }
      #expect(events.last == "[DONE]")
      let objects = events.dropLast().compactMap {
        try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
      }
      switch dialect {
      case .openai:
        #expect(objects.last?["type"] as? String == "transcript.text.done")
        #expect(objects.last?["text"] as? String == text)
        #expect(objects.compactMap { $0["delta"] as? String }.joined() == text)
      case .vllm:
        #expect(objects.allSatisfy { $0["object"] as? String == "transcription.chunk" })
        let choices = objects.compactMap { ($0["choices"] as? [[String: Any]])?.first }
        #expect(choices.last?["finish_reason"] as? String == "stop")
        let deltas = choices.compactMap { ($0["delta"] as? [String: Any])?["content"] as? String }
        #expect(deltas.joined() == text)
      }
    }
    folder.remove()
    await simulator.stopped()
  }

  @Test
  func `Coze answers in an envelope`() async throws {
    let (simulator, folder, file) = try await Self.started(.coze)
    let answer = try await Curl.transcribe(file, at: simulator.baseURL, model: "")
    #expect(answer.object["code"] as? Int == 0)
    #expect(answer.object["msg"] as? String == "")
    let text = (answer.object["data"] as? [String: Any])?["text"] as? String
    #expect(text == simulator.requests.last?.text)
    let trace = try #require((answer.object["detail"] as? [String: Any])?["logid"] as? String)
    #expect(answer.headers.contains("x-tt-logid: \(trace)"))
    simulator.order(faults: [Fault(match: .always, action: .cozeNullData)])
    let empty = try await Curl.transcribe(file, at: simulator.baseURL, model: "")
    #expect(empty.object["code"] as? Int == 0)
    #expect(empty.object["data"] is NSNull)
    folder.remove()
    await simulator.stopped()

    let (lenient, otherFolder, other) = try await Self.started(.coze) {
      $0.errorsWithStatus200 = true
    }
    let error = try await Curl.transcribe(other, at: lenient.baseURL, model: "x")
    #expect(error.status == 200)
    #expect(error.object["code"] as? Int == 4000)
    otherFolder.remove()
    await lenient.stopped()
  }

  @Test(arguments: ServiceSimulator.SenseVoiceMarks.allCases)
  func `SiliconFlow answers with SenseVoice's notes or without`(
    marks: ServiceSimulator.SenseVoiceMarks
  ) async throws {
    let (simulator, folder, file) = try await Self.started(.siliconflow) {
      $0.senseVoiceMarks = marks
    }
    let model = "FunAudioLLM/SenseVoiceSmall"
    let answer = try await Curl.transcribe(file, at: simulator.baseURL, model: model)
    #expect(answer.object.keys.sorted() == ["text"])
    let text = try #require(answer.transcript)
    #expect(text.contains("<|en|>") == (marks == .tags))
    #expect(text.contains("😊") == (marks == .emoji))
    if marks == .none { #expect(text == simulator.requests.last?.text) }
    let other = try await Curl.transcribe(
      file, at: simulator.baseURL, model: "TeleAI/TeleSpeechASR")
    #expect(other.transcript == simulator.requests.last?.text)
    folder.remove()
    await simulator.stopped()
  }

  @Test
  func `silence is answered as each service is known to`() async throws {
    let folder = try TestFolder()
    let file = folder.path("a.wav")
    try Wave.file(Data(count: 64_000)).write(to: URL(fileURLWithPath: file))
    func answer(
      _ service: ServiceSimulator.Service, _ model: String, _ fields: [String] = [],
      chinese: Bool = false, invents: Bool = true
    ) async throws -> Answer {
      let recording = try (chinese ? Recording.chinese : Recording.english).get()
      let simulator = try await recording.simulator {
        $0.service = service
        $0.hallucinations = invents
      }
      let answer = try await Curl.transcribe(
        file, at: simulator.baseURL, model: model, fields: fields)
      await simulator.stopped()
      return answer
    }
    let verbose = try await answer(.openai, "whisper-1", ["response_format=verbose_json"])
    #expect(verbose.transcript == "Thank you for watching!")
    let segment = (verbose.object["segments"] as? [[String: Any]])?.first
    #expect(segment?["no_speech_prob"] as? Double ?? 0 > 0.9)
    #expect(
      try await answer(.relay, "whisper-1", chinese: true).transcript == "字幕由Amara.org社区提供")
    #expect(try await answer(.openai, "whisper-1", invents: false).transcript == "")
    let coze = try await answer(.coze, "")
    #expect(coze.object["code"] as? Int == 5000)
    #expect(try await answer(.coze, "", invents: false).object["code"] as? Int == 0)
    #expect(try await answer(.siliconflow, "TeleAI/TeleSpeechASR").transcript == "嗯。")
    #expect(try await answer(.glm, "glm-asr").transcript == "")
    folder.remove()
  }

  @Test
  func `a relay can pass errors on and refuse what its page does not list`() async throws {
    let (open, folder, file) = try await Self.started(.relay) {
      $0.masksErrors = false
      $0.documentedFieldsOnly = true
    }
    let language = try await Curl.transcribe(
      file, at: open.baseURL, model: "whisper-1", fields: ["language=english"])
    #expect(language.status == 400)
    #expect(language.error["type"] as? String == "invalid_request_error")
    let words = try await Curl.transcribe(
      file, at: open.baseURL, model: "whisper-1",
      fields: ["response_format=verbose_json", "timestamp_granularities[]=word"])
    #expect(words.status == 400)
    #expect(words.text.contains("timestamp_granularities[]"))
    folder.remove()
    await open.stopped()
  }
}

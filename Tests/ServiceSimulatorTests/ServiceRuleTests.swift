import Foundation
import ServiceSimulator
import Testing

@Suite(.timeLimit(.minutes(10)))
struct ServiceRuleTests {
  /// A form and what is to come of it. `{wav}`, `{mp3}`, `{ogg}` and so on stand for good files of
  /// two seconds.
  struct Form: Sendable, CustomStringConvertible {
    let service: ServiceSimulator.Service
    let parts: [String]
    let status: Int
    /// What the body holds.
    let mark: String

    var description: String { "\(service.rawValue) \(parts.joined(separator: " "))" }

    init(
      _ service: ServiceSimulator.Service, _ parts: String..., status: Int = 200,
      mark: String = #""text":"#
    ) {
      self.service = service
      self.parts = parts
      self.status = status
      self.mark = mark
    }
  }

  static let forms: [Form] = [
    // Coze: the file alone.
    Form(.coze, "file=@{wav}"), Form(.coze, "file=@{ogg}"), Form(.coze, "file=@{opus}"),
    Form(.coze, "file=@{mp3}"), Form(.coze, "file=@{m4a}"), Form(.coze, "file=@{mp4}"),
    Form(.coze, "file=@{raw}"), Form(.coze, "file=@{aac}"),
    Form(.coze, "file=@{mp3};filename=JAY.MP3"),
    Form(.coze, "file=@{wav}", "model=x", status: 400, mark: #""code":4000"#),
    Form(.coze, "model=x", status: 400, mark: #""code":4300"#),
    Form(.coze, "file=@{wav}", "file=@{wav}", status: 400, mark: #""code":4301"#),
    Form(.coze, "file=@{flac}", status: 400, mark: #""code":4303"#),
    Form(.coze, "file=@{webm}", status: 400, mark: #""code":4303"#),
    Form(.coze, "file=@{wav};type=text/plain", status: 400, mark: #""code":4303"#),
    Form(.coze, "file=@{wav};filename=a.mp3", status: 400, mark: #""code":4304"#),
    Form(.coze, "body=@{wav}", status: 400, mark: #""code":4300"#),
    // SiliconFlow: file and model.
    Form(.siliconflow, "model=FunAudioLLM/SenseVoiceSmall", "file=@{wav}"),
    Form(.siliconflow, "model=TeleAI/TeleSpeechASR", "file=@{mp3};type=audio/mpeg"),
    Form(.siliconflow, "model=x", "file=@{wav}", status: 400, mark: #""code":20012"#),
    Form(.siliconflow, "file=@{wav}", status: 400, mark: #""code":20015"#),
    Form(
      .siliconflow, "model=TeleAI/TeleSpeechASR", "file=@{wav}", "language=en", status: 400,
      mark: #""code":20015,"data":null"#),
    Form(
      .siliconflow, "model=TeleAI/TeleSpeechASR", "file=@{m4a}", status: 400,
      mark: #""code":20015"#),
    Form(
      .siliconflow, "model=TeleAI/TeleSpeechASR", "file=@{wav};filename=A.WAV", status: 400,
      mark: "parameter is invalid"),
    // OpenAI.
    Form(.openai, "model=whisper-1", "file=@{flac}"),
    Form(.openai, "model=whisper-1", "file=@{ogg}"),
    Form(.openai, "model=whisper-1", "file=@{webm}"),
    Form(.openai, "model=whisper-1", "file=@{mpga}"),
    Form(.openai, "model=whisper-1", "file=@{mpeg}"),
    Form(.openai, "model=whisper-1", "file=@{mp4}"),
    Form(.openai, "model=gpt-transcribe", "file=@{mp3}", "keywords[]=a", "languages[]=en"),
    Form(.openai, "model=whisper-1", "file=@{wav}", "language=en", "temperature=0.5", "prompt=x"),
    Form(.openai, "file=@{wav}", status: 400, mark: #""param":"model""#),
    Form(.openai, "model=x", "file=@{wav}", status: 404, mark: "model_not_found"),
    Form(.openai, "model=whisper-1", "file=@{wav}", "x=1", status: 400, mark: "unknown_parameter"),
    Form(
      .openai, "model=whisper-1", "file=@{wav}", "language=english", status: 400, mark: "ISO-639-1"),
    Form(
      .openai, "model=whisper-1", "file=@{wav}", "language=zh-CN", status: 400, mark: "ISO-639-1"),
    Form(
      .openai, "model=whisper-1", "file=@{wav}", "temperature=2", status: 400,
      mark: #""param":"temperature""#),
    Form(
      .openai, "model=whisper-1", "file=@{wav}", "keywords[]=a", status: 400,
      mark: "unknown_parameter"),
    Form(
      .openai, "model=whisper-1", "file=@{wav}", "timestamp_granularities[]=word", status: 400,
      mark: "verbose_json only"),
    Form(
      .openai, "model=gpt-4o-transcribe", "file=@{wav}", "response_format=verbose_json",
      status: 400, mark: "is not compatible with model 'gpt-4o-transcribe'"),
    Form(
      .openai, "model=gpt-transcribe", "file=@{wav}", "response_format=srt", status: 400,
      mark: "unsupported_value"),
    Form(
      .openai, "model=whisper-1", "file=@{wav}", "response_format=xml", status: 400,
      mark: "invalid_value"),
    Form(
      .openai, "model=whisper-1", "file=@{wav};filename=upload", status: 400,
      mark: "Invalid file format"),
    Form(
      .openai, "model=whisper-1", "file=@{wav};filename=A.WAV", status: 400,
      mark: "Invalid file format"),
    Form(.openai, "model=whisper-1", "file=@{aac}", status: 400, mark: "Invalid file format"),
    Form(
      .openai, "model=whisper-1", "file=@{m4a};filename=a.wav", status: 400,
      mark: "could not be decoded"),
    Form(
      .openai, "model=whisper-1", "file=@{wav};type=audio/mpeg", status: 400,
      mark: "could not be decoded"),
    // ChatAnywhere: fewer formats.
    Form(.chatanywhere, "model=whisper-1", "file=@{m4a}"),
    Form(.chatanywhere, "model=whisper-1", "file=@{webm}"),
    Form(.chatanywhere, "model=whisper-1", "file=@{ogg}", status: 400, mark: "(request id: "),
    // The relay measures files by their names and hides the rest.
    Form(.relay, "model=whisper-1", "file=@{mp3}"), Form(.relay, "model=whisper-1", "file=@{m4a}"),
    Form(.relay, "model=whisper-1", "file=@{mpga}", status: 500, mark: "count_token_failed"),
    Form(.relay, "model=whisper-1", "file=@{webm}", status: 500, mark: "format: .webm"),
    Form(
      .relay, "model=whisper-1", "file=@{mp3};filename=A.MP3", status: 500,
      mark: "new_api_error"),
    Form(
      .relay, "model=whisper-1", "file=@{ogg}", status: 500,
      mark: "type invalid_request_error, code <nil>, message Invalid file format"),
    Form(.relay, "model=x", "file=@{mp3}", status: 503, mark: "无可用渠道"),
    Form(
      .relay, "model=whisper-1", "file=@{mp3}", "language=english", status: 500,
      mark: "one_api_error"),
    Form(
      .relay, "model=whisper-1", "file=@{mp3}", "response_format=xml", status: 500,
      mark: "unexpected_response_format"),
  ]

  @Test(arguments: ServiceSimulator.Service.allCases.filter { $0 != .glm })
  func `forms are judged in the service's own words`(
    service: ServiceSimulator.Service
  ) async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator { $0.service = service }
    #expect(simulator.baseURL.hasSuffix("/v1"))
    let folder = try TestFolder()
    let wav = folder.path("piece.wav")
    try recording.cut(start: 160_000, count: 32_000, to: wav)
    let forms = Self.forms.filter { $0.service == service }
    #expect(!forms.isEmpty)
    for suffix in [
      "mp3", "ogg", "opus", "m4a", "mp4", "raw", "aac", "flac", "webm", "mpga", "mpeg",
    ]
    where forms.contains(where: { $0.parts.contains { $0.contains("{\(suffix)}") } }) {
      try await Media.encode(wav, to: folder.path("piece.\(suffix)"), Media.options(for: suffix))
    }
    for form in forms {
      let parts = form.parts.map {
        $0.replacing("{", with: folder.path("piece.")).replacing("}", with: "")
      }
      let answer = try await Curl.send(parts, to: simulator.baseURL)
      #expect(answer.status == form.status, "\(form): \(answer.text)")
      #expect(answer.text.contains(form.mark), "\(form): \(answer.text)")
      let request = try #require(simulator.requests.last)
      #expect(request.billed == (form.status == 200))
      #expect((request.billedSeconds > 0) == (form.status == 200))
    }
    await simulator.stopped()
  }

  /// What the services say of a missing key, a wrong key, a wrong path, a wrong method, and chunks
  /// instead of a length.
  static let addresses:
    [(service: ServiceSimulator.Service, statuses: [Int], marks: [String], header: String)] = [
      (
        .coze, [401, 401, 404, 405, 411],
        ["\"code\":4100", "\"code\":4100", "\"code\":4200", "\"logid\":\"", "\"code\":4000"],
        "x-tt-logid: "
      ),
      (
        .siliconflow, [401, 401, 404, 405, 411],
        ["\"Invalid token\"", "\"Invalid token\"", "404 page not found", "405", "411"],
        "x-siliconcloud-trace-id: "
      ),
      (
        .openai, [401, 401, 404, 405, 411],
        ["\"error\":", "invalid_api_key", "Invalid URL", "\"error\":", "\"error\":"],
        "x-request-id: "
      ),
      (
        .chatanywhere, [401, 401, 404, 405, 411],
        ["(request id:", "invalid_api_key", "Invalid URL", "\"error\":", "\"error\":"],
        "x-request-id: "
      ),
      (
        .relay, [401, 401, 404, 405, 411],
        ["无效的令牌", "one_api_error", "Invalid URL", "\"error\":", "\"error\":"],
        "x-oneapi-request-id: "
      ),
    ]

  @Test(arguments: addresses)
  func `address, method, key and length are refused in the service's own form`(
    service: ServiceSimulator.Service, statuses: [Int], marks: [String], header: String
  ) async throws {
    let simulator = try await Recording.english.get().simulator { $0.service = service }
    let url = "\(simulator.baseURL)/audio/transcriptions"
    let key = ["-H", "Authorization: Bearer simulator-key"]
    let requests = [
      ["--form", "a=b", url],
      ["-H", "Authorization: Bearer a-wrong-key-of-mine", "--form", "a=b", url],
      key + ["--form", "a=b", "\(simulator.baseURL)/audio"],
      key + [url],
      key + ["-H", "Transfer-Encoding: chunked", "--form", "a=b", url],
    ]
    for (index, options) in requests.enumerated() {
      let answer = try await Curl.run(options)
      #expect(answer.status == statuses[index], "\(options): \(answer.text)")
      #expect(answer.text.contains(marks[index]), "\(options): \(answer.text)")
      #expect(answer.headers.lowercased().contains(header))
      #expect(!answer.text.contains("simulator-key"))
      #expect(!answer.text.contains("a-wrong-key-of-mine"))
    }
    await simulator.stopped()
  }
}

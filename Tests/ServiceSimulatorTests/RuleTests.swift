import Foundation
import ServiceSimulator
import Testing

@Suite(.timeLimit(.minutes(10)))
struct RuleTests {
  /// A form and what is to come of it. `{wav}` and `{mp3}` stand for good files of one second.
  struct Form: Sendable, CustomStringConvertible {
    let description: String
    let parts: [String]
    let status: Int
    let code: String?

    init(_ description: String, _ parts: [String], _ status: Int, _ code: String? = nil) {
      self.description = description
      self.parts = parts
      self.status = status
      self.code = code
    }
  }

  static let forms: [Form] = [
    Form("plain", ["model=glm-asr", "file=@{wav}"], 200),
    Form("mp3", ["model=glm-asr", "file=@{mp3}"], 200),
    Form("file before model", ["file=@{wav}", "model=glm-asr"], 200),
    Form(
      "all fields",
      [
        "model=glm-asr", "file=@{wav}", "temperature=0.2", "stream=false", "request_id=abc-1",
        "user_id=user-1",
      ], 200),
    Form("no model", ["file=@{wav}"], 400, "1213"),
    Form("unknown model", ["model=whisper-1", "file=@{wav}"], 400, "1211"),
    Form("model twice", ["model=glm-asr", "model=glm-asr", "file=@{wav}"], 400, "1210"),
    Form("no file", ["model=glm-asr"], 400, "1213"),
    Form("file twice", ["model=glm-asr", "file=@{wav}", "file=@{wav}"], 400, "1210"),
    Form("file without a name", ["model=glm-asr", "file=<{wav}"], 400, "1214"),
    Form("upper case name", ["model=glm-asr", "file=@{wav};filename=A.WAV"], 400, "1214"),
    Form("name without suffix", ["model=glm-asr", "file=@{wav};filename=upload"], 400, "1214"),
    Form("wav called mp3", ["model=glm-asr", "file=@{wav};filename=a.mp3"], 400, "1214"),
    Form("mp3 called wav", ["model=glm-asr", "file=@{mp3};filename=a.wav"], 400, "1214"),
    Form("unknown field", ["model=glm-asr", "file=@{wav}", "language=en"], 400, "1210"),
    Form("prompt, old model", ["model=glm-asr", "file=@{wav}", "prompt=x"], 400, "1210"),
    Form("hotwords, old model", ["model=glm-asr", "file=@{wav}", "hotwords=x"], 400, "1210"),
    Form(
      "prompt and hotwords, new model",
      ["model=glm-asr-2512", "file=@{wav}", "prompt=x", "hotwords=[\"y\"]"], 200),
    Form(
      "temperature, new model", ["model=glm-asr-2512", "file=@{wav}", "temperature=0.95"], 200),
    Form("temperature too high", ["model=glm-asr", "file=@{wav}", "temperature=1.1"], 400, "1214"),
    Form(
      "temperature no number", ["model=glm-asr", "file=@{wav}", "temperature=hot"], 400, "1214"),
    Form("stream neither", ["model=glm-asr", "file=@{wav}", "stream=True"], 400, "1214"),
    Form("user_id short", ["model=glm-asr", "file=@{wav}", "user_id=12345"], 400, "1214"),
    Form("request_id empty", ["model=glm-asr", "file=@{wav}", "request_id="], 400, "1214"),
  ]

  @Test
  func `forms are judged by the rules of the interface`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    let wav = folder.path("piece.wav")
    let mp3 = folder.path("piece.mp3")
    try recording.cut(start: 160_000, count: 16_000, to: wav)
    _ = try await Program.run("ffmpeg", ["-nostdin", "-v", "error", "-i", wav, mp3])
    for form in Self.forms {
      let parts = form.parts.map { part in
        part.replacing("{wav}", with: wav).replacing("{mp3}", with: mp3)
      }
      let answer = try await Curl.run(
        ["--header", "Authorization: Bearer simulator-key"]
          + parts.flatMap { ["--form", $0] } + ["\(simulator.baseURL)/audio/transcriptions"]
      )
      #expect(answer.status == form.status, "\(form): \(answer.text)")
      #expect(answer.errorCode == form.code, "\(form): \(answer.text)")
    }
    await simulator.stopped()
  }

  @Test
  func `a request_id is good for one request only`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.faults = [Fault(match: .first(1), action: .status(500, code: "500", message: "busy"))]
    }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 16_000, to: folder.path("piece.wav"))
    var answers: [Answer] = []
    for requestID in ["first", "first", "second"] {
      answers.append(
        try await Curl.transcribe(
          folder.path("piece.wav"), at: simulator.baseURL, fields: ["request_id=\(requestID)"])
      )
    }
    #expect(answers.map(\.status) == [500, 400, 200])
    #expect(answers[1].errorCode == "1231")
    #expect(answers[2].object["request_id"] as? String == "second")
    await simulator.stopped()
  }

  /// Options of curl and the answer; `{url}` is the endpoint, `{base}` the base address.
  static let addresses: [(options: [String], status: Int, code: String?)] = [
    (["--form", "model=glm-asr", "{url}"], 401, "1001"),
    (["-H", "Authorization: simulator-key", "--form", "a=b", "{url}"], 401, "1002"),
    (["-H", "Authorization: Bearer wrong", "--form", "a=b", "{url}"], 401, "1000"),
    (["-H", "Authorization: Bearer simulator-key2", "--form", "a=b", "{url}"], 401, "1000"),
    (["-H", "Authorization: Bearer simulator-key", "--form", "a=b", "{url}"], 400, "1213"),
    (["-H", "Authorization: bearer simulator-key", "--form", "a=b", "{url}"], 401, "1002"),
    (["{url}"], 405, "405"),
    (["--request", "PUT", "--data", "x", "{url}"], 405, "405"),
    (["--form", "a=b", "{base}/audio/transcription"], 404, "404"),
    (["--form", "a=b", "{base}"], 404, "404"),
    (
      ["-H", "Authorization: Bearer simulator-key", "--data", "model=glm-asr", "{url}"], 400, "1210"
    ),
    (
      [
        "-H", "Authorization: Bearer simulator-key", "-H", "Transfer-Encoding: chunked", "--form",
        "model=glm-asr", "{url}",
      ], 411, "411"
    ),
  ]

  @Test
  func `address, method, key and length are checked first`() async throws {
    let simulator = try await Recording.english.get().simulator()
    for (options, status, code) in Self.addresses {
      let answer = try await Curl.run(
        options.map {
          $0.replacing("{url}", with: "\(simulator.baseURL)/audio/transcriptions")
            .replacing("{base}", with: simulator.baseURL)
        }
      )
      #expect(answer.status == status, "\(options): \(answer.text)")
      #expect(answer.errorCode == code, "\(options): \(answer.text)")
      #expect(!answer.text.contains("simulator-key"))
    }
    await simulator.stopped()
  }

  static let head = "Content-Disposition: form-data; name=\"model\""
  /// Bodies with the boundary "b" that are not well-formed.
  static let bodies = [
    "",
    "--b--",
    "--b\n\(head)\n\nglm-asr\n--b--\n",
    "--b\r\n\(head)\r\n\r\nglm-asr\r\n--b",
    "--b\r\n\(head)\r\n\r\nglm-asr",
    "--b\r\n\(head)\r\n\r\nglm-asr\r\n--b--\r\nmore",
    "before\r\n--b\r\n\(head)\r\n\r\nglm-asr\r\n--b--\r\n",
    "--b\r\nContent-Disposition: form-data\r\n\r\nglm-asr\r\n--b--\r\n",
    "--b\r\nContent-Disposition: form-data; name=model; name=file\r\n\r\nx\r\n--b--\r\n",
    "--b\r\nContent-Type: text/plain\r\n\r\nglm-asr\r\n--b--\r\n",
    "--b\r\n\(head)\r\n\(head)\r\n\r\nglm-asr\r\n--b--\r\n",
  ]

  @Test
  func `malformed forms are refused`() async throws {
    let simulator = try await Recording.english.get().simulator()
    let folder = try TestFolder()
    for (index, body) in Self.bodies.enumerated() {
      let file = folder.path("body-\(index)")
      try Data(body.utf8).write(to: URL(fileURLWithPath: file))
      let answer = try await Curl.run([
        "-H", "Authorization: Bearer simulator-key", "-H",
        "Content-Type: multipart/form-data; boundary=b", "--data-binary", "@\(file)",
        "\(simulator.baseURL)/audio/transcriptions",
      ])
      #expect(answer.status == 400, "\(body)")
      #expect(["1210", "1213"].contains(answer.errorCode), "\(body): \(answer.text)")
    }
    await simulator.stopped()
  }
}

import Foundation
import LongscribeCore
import LongscribeServices
import Testing

@Suite("Answers that another program has saved")
struct SavedAnswerTests {
  static func failure(
    _ body: [UInt8], mayBeText: Bool = false, of profile: ServiceProfile? = nil,
    model: String? = nil
  ) -> RecognitionFailure? {
    do throws(RecognitionFailure) {
      _ = try Recognition(answer: Data(body), mayBeText: mayBeText, of: profile, model: model)
      return nil
    } catch {
      return error
    }
  }

  /// An answer, and the texts of its segments with their starts in samples.
  struct Shape: Sendable, CustomTestStringConvertible {
    var name: String
    var body: String
    var text: String
    var starts: [Int64] = []
    var isJSON = true

    var testDescription: String { name }
  }

  private static let shapes = [
    Shape(
      name: "GLM with segments",
      body:
        #"{"id":"2026","created":1,"request_id":"r1","model":"glm-asr","text":"\n你好。再见。","segments":[{"id":0,"start":0.5,"end":1.5,"text":"你好。"},{"id":1,"start":2,"end":3,"text":"再见。"}]}"#,
      text: "你好。再见。", starts: [8000, 32_000]),
    Shape(
      name: "GLM with bare text", body: #"{"id":"1","request_id":"r","text":"你好"}"#, text: "你好"),
    Shape(
      name: "GLM's stream",
      body: """
        data: {"id":"1","type":"transcript.text.delta","delta":"Hello"}

        data: {"id":"1","type":"transcript.text.delta","delta":" there."}

        data: {"id":"1","type":"transcript.text.done","text":"Hello there."}

        data: [DONE]


        """, text: "Hello there."),
    Shape(
      name: "Coze", body: #"{"code":0,"msg":"","data":{"text":"你好"},"detail":{"logid":"l"}}"#,
      text: "你好"),
    Shape(
      name: "Coze, nobody speaks", body: #"{"code":0,"msg":"","data":null,"detail":{"logid":"l"}}"#,
      text: ""),
    Shape(name: "SiliconFlow", body: #"{"text":"你好"}"#, text: "你好"),
    Shape(
      name: "SiliconFlow with SenseVoice's tags",
      body: #"{"text":"<|zh|><|HAPPY|><|BGM|><|withitn|>你好。😊"}"#, text: "你好。"),
    Shape(
      name: "ChatAnywhere", body: #"{"text":"hi","usage":{"type":"tokens","output_tokens":1}}"#,
      text: "hi"),
    Shape(
      name: "OpenAI's verbose_json",
      body:
        #"{"task":"transcribe","language":"english","duration":2.5,"text":" Hello there.","segments":[{"id":0,"start":0.5,"end":1.5,"text":" Hello there."}],"words":[{"word":"Hello","start":0.5,"end":0.9},{"word":"there","start":1,"end":1.5}]}"#,
      text: "Hello there.", starts: [8000]),
    Shape(
      name: "OpenAI's stream",
      body:
        "event: transcript.text.delta\ndata: {\"type\":\"transcript.text.delta\",\"delta\":\"Hi\"}\n\nevent: transcript.text.done\ndata: {\"type\":\"transcript.text.done\",\"text\":\"Hi.\"}\n\n",
      text: "Hi."),
    Shape(
      name: "vLLM's stream",
      body:
        ": ping\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hi.\"}}]}\n\ndata: [DONE]\n\n",
      text: "Hi."),
    Shape(name: "a text in a JSON string", body: #""Hello there.""#, text: "Hello there."),
    Shape(
      name: "subtitles in JSON",
      body: #"{"text":"1\n00:00:01,000 --> 00:00:02,500\nHello.\n\n"}"#, text: "Hello.",
      starts: [16_000]),
    Shape(
      name: "SRT", body: "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello\r\nthere.\r\n\r\n",
      text: "Hello there.", starts: [16_000]),
    Shape(
      name: "WebVTT", body: "WEBVTT\n\n00:01.000 --> 00:02.500\nHello there.\n",
      text: "Hello there.",
      starts: [16_000]),
    Shape(name: "WebVTT, nobody speaks", body: "WEBVTT\n\n", text: ""),
    Shape(name: "an empty text", body: #"{"text":""}"#, text: ""),
    Shape(name: "bare text", body: "Hello there.\n", text: "Hello there.", isJSON: false),
    Shape(
      name: "bare text in brackets", body: "{laughs} [Applause] \"Well\"",
      text: "{laughs} [Applause] \"Well\"", isJSON: false),
    Shape(
      name: "bare text about data", body: "data: these are numbers.",
      text: "data: these are numbers.",
      isJSON: false),
    Shape(name: "a line end", body: "\n", text: "", isJSON: false),
  ]

  @Test(
    "Any service's form is read, in any file, with and without a byte-order mark", arguments: shapes
  )
  func anyForm(shape: Shape) throws {
    for mark in ["", "\u{FEFF}"] {
      for mayBeText in shape.isJSON ? [false, true] : [true] {
        for profile in [nil] + ServiceProfile.all {
          let raw = Data((mark + shape.body).utf8)
          if raw == Data("\u{FEFF}\n".utf8) { continue }
          let answer = try Recognition(answer: raw, mayBeText: mayBeText, of: profile)
          #expect(answer.text == shape.text, "\(profile?.name ?? "any") \(mayBeText)")
          #expect(answer.segments.map(\.range.start) == shape.starts)
          #expect(answer.raw == raw, "the answer is kept as it came")
        }
      }
    }
  }

  @Test("Language, words and the service's name for the call are kept")
  func details() throws {
    let body =
      #"{"language":"chinese","text":"hi","words":[{"word":"hi","start":0,"end":1}],"id":"x"}"#
    let answer = try Recognition(answer: Data(body.utf8))
    #expect(answer.language == "zh")
    #expect(answer.words.map(\.text) == ["hi"])
    #expect(answer.traceID == "x")
  }

  @Test("A profile of one's own says where the text is")
  func ownProfile() throws {
    var profile = ServiceProfile.openAI
    profile.textPath = "result.best"
    let body = Data(#"{"result":{"best":"hello"}}"#.utf8)
    #expect(try Recognition(answer: body, of: profile).text == "hello")
    #expect(throws: RecognitionFailure.self) { try Recognition(answer: body) }
  }

  @Test("Emoji stay, but those of a service that is known for its own")
  func emoji() throws {
    let body = Data(#"{"text":"so happy 😊"}"#.utf8)
    #expect(try Recognition(answer: body).text == "so happy 😊")
    #expect(try Recognition(answer: body, of: .siliconFlow).text == "so happy")
  }

  @Test(
    "What is no answer is called what it is",
    arguments: [
      ("", "it is empty"), ("  \n", "it is empty"),
      (#"{"text":"Hel"#, "it begins as JSON and is none, or its end is missing"),
      ("{", "it begins as JSON and is none, or its end is missing"),
      (
        "<!DOCTYPE html><html><head><title>502 Bad Gateway</title>",
        "the answer is not a transcription: a web page: 502 Bad Gateway"
      ),
      ("upstream connect error", "it is no JSON; bare text has its place in a .txt file"),
      ("[1]", "the answer is not a transcription: [1]"),
      (#"{"detail":"Not Found"}"#, #"the answer is not a transcription: {"detail":"Not Found"}"#),
      ("a\u{0}b", "it is no text in UTF-8"),
    ])
  func noAnswer(body: String, message: String) {
    for profile in [nil] + ServiceProfile.all {
      let failure = Self.failure(Array(body.utf8), of: profile)
      #expect(failure?.code == .unexpectedResponse)
      #expect(failure?.message == message, "\(profile?.name ?? "any")")
      #expect(failure?.hint == nil)
    }
  }

  @Test(
    "A text file that holds what is left of an answer is no text",
    arguments: [
      "", #"{"text":"Hel"#, "{", #" { "error": "#, "<html><body>502</body></html>",
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}\n\n",
    ])
  func noText(body: String) {
    #expect(Self.failure(Array(body.utf8), mayBeText: true) != nil)
  }

  @Test(
    "Bytes that are no UTF-8 are refused, not repaired",
    arguments: [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xFE, 0x68, 0x00], [0xC4, 0xE3, 0xBA, 0xC3]]
      as [[UInt8]])
  func binary(body: [UInt8]) {
    for mayBeText in [false, true] {
      #expect(Self.failure(body, mayBeText: mayBeText)?.message == "it is no text in UTF-8")
    }
  }

  @Test(
    "The service's own refusal is told, whoever it was",
    arguments: [
      (
        #"{"error":{"code":"1302","message":"您的账户已达到速率限制"}}"#, ServiceProfile.glm,
        RecognitionFailure.Code.concurrencyLimited, "1302"
      ),
      (
        #"{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}"#,
        .openAI, .authentication, "invalid_api_key"
      ),
      (
        #"{"code":4101,"msg":"The token you entered is incorrect","detail":{"logid":"l"}}"#, .coze,
        .permission, "4101"
      ),
      (
        #"{"code":50505,"message":"Model service overloaded","data":null}"#, .siliconFlow,
        .overloaded, "50505"
      ),
    ])
  func refusals(
    body: String, profile: ServiceProfile, code: RecognitionFailure.Code, number: String
  ) {
    for mayBeText in [false, true] {
      let failure = Self.failure(Array(body.utf8), mayBeText: mayBeText, of: profile)
      #expect(failure?.code == code)
      #expect(failure?.serviceCode == number)
      // Advice for calls is none for files.
      #expect(failure?.hint == nil && failure?.status == nil)
      #expect(Self.failure(Array(body.utf8), mayBeText: mayBeText)?.serviceCode == number)
    }
  }

  @Test("An answer without its end is no short transcript")
  func cutOff() {
    let stream = "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}\n\n"
    #expect(Self.failure(Array(stream.utf8))?.code == .truncatedStream)
    let full = #"{"text":"hello","usage":{"output_tokens":2000}}"#
    #expect(
      Self.failure(Array(full.utf8), of: .openAI, model: "gpt-4o-transcribe")?.code == .tooLong)
    #expect(Self.failure(Array(full.utf8), of: .openAI, model: "whisper-1") == nil)
  }

  @Test("More bytes than any answer has are not read")
  func tooLarge() {
    let body = [UInt8](repeating: 0x61, count: Recognition.maximumAnswerBytes + 1)
    #expect(Self.failure(body, mayBeText: true)?.message == "it has more than 64 MB")
  }
}

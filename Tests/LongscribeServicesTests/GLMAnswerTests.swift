import Foundation
import LongscribeCore
import LongscribeServices
import Testing

@Suite("GLM's answers and errors")
struct GLMAnswerTests {
  @Test(
    "Each error code has one meaning, whatever the HTTP status",
    arguments: [
      ("1000", .authentication, true), ("1003", .authentication, true),
      ("1113", .quotaExhausted, true),
      ("1112", .permission, true), ("1211", .modelUnavailable, true),
      ("1213", .badParameter, false),
      ("1220", .permission, true), ("1221", .modelUnavailable, true), ("1261", .badParameter, true),
      ("1301", .contentBlocked, false), ("1302", .concurrencyLimited, false),
      ("1303", .rateLimited, false), ("1304", .quotaExhausted, true), ("1305", .overloaded, false),
      ("1308", .quotaExhausted, true), ("1312", .overloaded, false), ("1230", .serverError, false),
    ] as [(String, RecognitionFailure.Code, Bool)])
  func codes(code: String, expected: RecognitionFailure.Code, affectsAll: Bool) throws {
    let failure = try #require(GLMErrors.failure(code: code, message: "words"))
    #expect(failure.code == expected)
    #expect(failure.affectsAllChunks == affectsAll)
    #expect(failure.serviceCode == code)
    #expect(failure.description.contains("words"))
    let permanent: Set<RecognitionFailure.Code> = [
      .authentication, .permission, .quotaExhausted, .modelUnavailable, .contentBlocked,
      .badParameter,
    ]
    #expect((failure.retry == .never) == permanent.contains(expected))
  }

  @Test(
    "A refused file is known by the words of the message",
    arguments: [
      ("audio of 61.2 seconds is longer than 60", .tooLong), ("音频时长超过限制", .tooLong),
      ("file size exceeds 25 MB", .tooLarge), ("文件大小超过限制", .tooLarge),
      ("unsupported format", .unsupportedFormat), ("something else", .badParameter),
    ] as [(String, RecognitionFailure.Code)])
  func refusedFiles(message: String, expected: RecognitionFailure.Code) throws {
    #expect(try #require(GLMErrors.failure(code: "1214", message: message)).code == expected)
  }

  @Test(
    "Statuses without a readable body have a meaning of their own",
    arguments: [
      (401, .authentication), (403, .permission), (404, .badParameter), (413, .tooLarge),
      (429, .rateLimited), (500, .serverError), (502, .serverError), (503, .overloaded),
      (307, .redirected), (400, .badParameter),
    ] as [(Int, RecognitionFailure.Code)])
  func statuses(status: Int, expected: RecognitionFailure.Code) {
    #expect(HTTPErrors.failure(status: status, message: "m", location: nil).code == expected)
  }

  @Test("A gateway's time-out leaves open whether the call was charged")
  func gatewayIsAmbiguous() {
    #expect(HTTPErrors.failure(status: 504, message: "", location: nil).charge == .unknown)
    #expect(HTTPErrors.failure(status: 503, message: "", location: nil).charge == .none)
  }

  @Test(
    "Retry-After is seconds, a date or milliseconds",
    arguments: [
      (["retry-after": "7"], 7.0), (["retry-after": "0.5"], 0.5),
      (["retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"], 60), (["retry-after-ms": "1500"], 1.5),
      (["retry-after": "soon"], nil), ([:], nil), (["retry-after": "-5"], nil),
    ] as [([String: String], Double?)])
  func retryAfter(headers: [String: String], expected: Double?) {
    let seconds = HTTPErrors.retryAfter({ headers[$0] }, now: Date(timeIntervalSince1970: 0))
    #expect(seconds == expected)
  }

  @Test("Numbers may be written as text, and unusable segments do not cost the text")
  func lenientAnswer() throws {
    let body = """
      {"text":"\\nHello there. ","segments":[{"id":0,"start":"0.5","end":1,"text":"Hello"},
      {"id":1,"start":null,"end":2,"text":"lost"},{"id":2,"start":0.2,"end":2,"text":" there."}],
      "request_id":"r1","unknown":{"a":[1]}}
      """
    let answer = try #require(ServiceAnswer(Array(body.utf8)))
    let recognition = answer.recognition(raw: Array(body.utf8))
    #expect(recognition.text == "Hello there.")
    #expect(recognition.traceID == "r1")
    #expect(recognition.segments.map(\.text) == ["Hello", " there."])
    #expect(recognition.segments[0].range == TimelineRange(8000, 16_000))
    #expect(recognition.segments[1].range.start == 8000, "clamped, not sorted")
    #expect(recognition.raw == Data(body.utf8))
  }

  private func reply(
    _ body: String, status: Int = 200, headers: [(String, String)] = []
  ) -> ServiceReply {
    ServiceReply(
      status: status, headers: headers, body: Array(body.utf8), key: Secret("CANARYKEY12345.abcd"))
  }

  @Test(
    "A field that nobody needs does not cost a text that was paid for",
    arguments: [
      #"{"text":"hello","segments":[{"start":"abc","end":1,"text":"hello"}]}"#,
      #"{"text":"hello","segments":{"a":1}}"#, #"{"text":"hello","language":5,"id":17}"#,
      #"{"text":"hello","duration":NaN,"segments":[{"start":NaN,"end":1,"text":"hello"}]}"#,
      #"{"segments":[{"text":"hello"}]}"#, #"{"text":"hello","words":[5,{"word":3}]}"#,
    ])
  func oddFields(body: String) throws {
    #expect(try GLMAnswer.recognition(reply(body)).text == "hello")
  }

  @Test("Broken UTF-8 and half surrogates are replaced, not refused")
  func brokenText() throws {
    let half = try #require(ServiceAnswer(Array(#"{"text":"a\ud800b"}"#.utf8)))
    #expect(half.recognition(raw: []).text == "a\u{FFFD}b")
    let bytes = Array(#"{"text":"a"#.utf8) + [0xFF] + Array(#"b"}"#.utf8)
    #expect(try #require(ServiceAnswer(bytes)).recognition(raw: []).text == "a\u{FFFD}b")
    let pair = try #require(ServiceAnswer(Array(#"{"text":"\ud83d\ude00"}"#.utf8)))
    #expect(pair.recognition(raw: []).text == "😀")
  }

  @Test("A key that the service repeats is in no part of an error, not even half of it")
  func repeatedKey() {
    let key = "CANARYKEY12345.abcd"
    let long = String(repeating: "x", count: 290) + key
    for body in [
      #"{"error":{"code":"\#(key)","message":"bad \#(key)"}}"#, long, "<html>\(long)</html>",
    ] {
      do throws(RecognitionFailure) {
        _ = try GLMAnswer.recognition(reply(body, status: 400, headers: [("x-log-id", key)]))
        Issue.record("it is an error")
      } catch {
        #expect(!"\(error) \(error.traceID ?? "") \(error.serviceCode ?? "")".contains("CANARY"))
      }
    }
  }

  @Test(
    "A stream without readable text is an error, not silence",
    arguments: [
      "data: {broken\n\ndata: [DONE]\n\n", "data: [DONE]\n\n",
      "data: {\"type\":\"transcript.text.delta\",\"delta\":\"a\"}\n\n",
    ])
  func unreadableStream(body: String) {
    #expect(throws: RecognitionFailure.self) {
      try GLMAnswer.recognition(reply(body, headers: [("content-type", "text/event-stream")]))
    }
  }

  @Test("An end mark without text does not erase the pieces before it")
  func emptyDone() throws {
    let body = """
      data: {"type":"transcript.text.delta","delta":"Hello ","id":7}

      data: {"type":"transcript.text.delta","delta":"there"}

      data: {"type":"transcript.text.done","text":""}

      data: [DONE]


      """
    let answer = try GLMAnswer.recognition(
      reply(body, headers: [("content-type", "text/event-stream")]))
    #expect(answer.text == "Hello there")
  }

  @Test(
    "What is no transcription is not taken for one",
    arguments: ["<html>hello</html>", "", "[]", "{}", "{\"message\":\"x\"}", "null", "\"text\""])
  func noAnswer(body: String) {
    #expect(ServiceAnswer(Array(body.utf8)) == nil)
  }

  @Test(
    "Base URLs are understood as people paste them",
    arguments: [
      "https://h.example/v1", "https://h.example/v1/", " https://h.example/v1// ",
      "https://h.example/v1/audio/transcriptions", "https://h.example/v1/audio/transcriptions/",
    ])
  func baseURLs(given: String) throws {
    let url = try BaseURL(given)
    #expect(url.transcriptions == "https://h.example/v1/audio/transcriptions")
    #expect(url.host == "h.example")
  }

  @Test(
    "Addresses that would leak a key are refused",
    arguments: [
      "http://h.example/v1", "ftp://h.example", "h.example/v1", "", "https://",
      "https://u:p@h.example/v1",
      "https://h.example/v1?key=1", "http://127.0.0.1.example/v1", "http://localhost.example/v1",
    ])
  func refusedURLs(given: String) {
    #expect(throws: BaseURLError.self) { try BaseURL(given) }
  }

  @Test(
    "Plain http works on this machine",
    arguments: ["http://127.0.0.1:8080/v1", "http://localhost:1/v1", "http://[::1]:5/v1"])
  func loopback(given: String) throws {
    #expect(try BaseURL(given).text == given)
  }

  @Test("A secret never shows itself")
  func secrets() {
    let secret = Secret(" sk-canary-123 \n")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped] {
      #expect(!text.contains("canary"))
    }
    #expect(secret.redacted(from: "key sk-canary-123 is wrong") == "key *** is wrong")
    #expect(secret.revealed == "sk-canary-123")
  }

  @Test("Options outside their ranges are named")
  func options() {
    #expect(GLMOptions(temperature: 1.5).problem != nil)
    #expect(GLMOptions(userID: "abc").problem != nil)
    #expect(GLMOptions(prompt: String(repeating: "x", count: 8000)).problem != nil)
    #expect(GLMOptions(temperature: 0, userID: "abcdef", prompt: "x").problem == nil)
    #expect(GLMOptions(temperature: 0.5, prompt: "x").ignored(by: .named("glm-asr")).count == 1)
    #expect(
      GLMOptions(temperature: 0.5, prompt: "x").ignored(by: .named("glm-asr-2512")).count == 1)
    #expect(GLMModel.named("glm-asr-9999").maximumSeconds == 30)
  }
}

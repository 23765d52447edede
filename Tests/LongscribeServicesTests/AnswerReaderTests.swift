import Foundation
import LongscribeCore
import LongscribeServices
import Testing

@Suite("Answers are read by what they are")
struct AnswerReaderTests {
  static func read(
    _ body: [UInt8], _ profile: ServiceProfile = .openAI, model: String? = nil,
    options: ServiceOptions = ServiceOptions(), headers: [(String, String)] = []
  ) throws(RecognitionFailure) -> Recognition {
    let plan = RequestPlan(profile: profile, model: profile.model(model), options: options)
    let reply = ServiceReply(
      status: 200, headers: headers, body: body, key: Secret("CANARYKEY12345.abcd"))
    return try AnswerReader(plan: plan, samples: 16_000 * 60, bytes: 1_000_000).recognition(reply)
  }

  static func read(
    _ body: String, _ profile: ServiceProfile = .openAI, model: String? = nil,
    options: ServiceOptions = ServiceOptions(), headers: [(String, String)] = []
  ) throws(RecognitionFailure) -> Recognition {
    try read(Array(body.utf8), profile, model: model, options: options, headers: headers)
  }

  static func failure(_ body: String, _ profile: ServiceProfile = .openAI, model: String? = nil)
    -> RecognitionFailure?
  {
    do throws(RecognitionFailure) {
      _ = try read(body, profile, model: model)
      return nil
    } catch {
      return error
    }
  }

  @Test("verbose_json: segments, words, the recogniser's doubts, and the language as a code")
  func verbose() throws {
    let body = """
      {"task":"transcribe","language":"chinese","duration":2.5,"text":" Hello there. ",
       "segments":[{"id":0,"seek":0,"start":0.5,"end":1.5,"text":" Hello there.","tokens":[1,2],
        "temperature":0,"avg_logprob":-0.2,"compression_ratio":1.1,"no_speech_prob":0.01}],
       "words":[{"word":"Hello","start":0.5,"end":0.9},{"word":"there","start":1,"end":1.5}],
       "usage":{"type":"duration","seconds":3}}
      """
    let answer = try Self.read(body, headers: [("x-request-id", "req-1")])
    #expect(answer.text == "Hello there.")
    #expect(answer.language == "zh")
    #expect(answer.segments.count == 1)
    #expect(answer.segments[0].range == TimelineRange(8000, 24_000))
    #expect(
      answer.segments[0].confidence
        == Recognition.Confidence(
          noSpeech: 0.01, averageLogProbability: -0.2, compressionRatio: 1.1))
    #expect(answer.words.map(\.text) == ["Hello", "there"])
    #expect(answer.traceID == "req-1")
    #expect(answer.raw == Data(body.utf8), "the answer is kept as it came")
  }

  @Test(
    "The text of every service's answer is found",
    arguments: [
      (.glm, #"{"id":"1","request_id":"r","model":"glm-asr-2512","text":"\n你好"}"#, "你好", "r"),
      (.coze, #"{"code":0,"msg":"","data":{"text":"你好"},"detail":{"logid":"l"}}"#, "你好", "l"),
      (.coze, #"{"code":0,"msg":"","data":null,"detail":{"logid":"l"}}"#, "", "l"),
      (.coze, #"{"code":"0","msg":"","data":{"text":null},"detail":{"logid":"l"}}"#, "", "l"),
      (.siliconFlow, #"{"text":"你好"}"#, "你好", nil),
      (.siliconFlow, #"{"text":"<|zh|><|HAPPY|><|BGM|><|withitn|>你好。"}"#, "你好。", nil),
      (.siliconFlow, #"{"text":"🎼你好😊 说的是🚀。"}"#, "你好 说的是🚀。", nil),
      (.siliconFlow, #"{"text":"❓"}"#, "", nil), (.chatAnywhere, #"{"text":"hi"}"#, "hi", nil),
      (.openAI, #"{"text":"","usage":{"output_tokens":1}}"#, "", nil),
      (.openAI, #"{"text":null}"#, "", nil),
    ] as [(ServiceProfile, String, String, String?)])
  func texts(profile: ServiceProfile, body: String, text: String, traceID: String?) throws {
    let answer = try Self.read(body, profile)
    #expect(answer.text == text)
    #expect(answer.traceID == traceID)
  }

  @Test("A gateway may wrap the answer, and call success 200")
  func wrapped() throws {
    var profile = ServiceProfile.openAI
    profile.textPath = "data.result.text"
    let body = #"{"code":200,"message":"ok","data":{"result":{"text":"hello"}}}"#
    #expect(try Self.read(body, profile).text == "hello")
    let failure = Self.failure(#"{"code":50505,"message":"overloaded","data":null}"#)
    #expect(failure?.serviceCode == "50505")
    #expect(Self.failure(#"{"code":500,"message":"failed","text":""}"#) != nil)
    #expect(Self.failure(#"{"code":200,"message":"ok","text":""}"#) == nil)
  }

  @Test("Emoji that somebody dictated stay where tags are not a service's habit")
  func emoji() throws {
    #expect(try Self.read(#"{"text":"so happy 😊"}"#).text == "so happy 😊")
  }

  private static let srt = """
    1\r
    00:00:01,000 --> 00:00:02,500\r
    Hello <i>there</i>.\r
    \r
    2\r
    00:01:00,250 --> 00:01:02,000\r
    It is\r
    2024\r

    """
  private static let vtt = """
    WEBVTT

    00:01.000 --> 00:02.500
    <v Anna>Hello there.

    note
    00:01:00.250 --> 00:01:02.000 align:start
    It is
    2024
    """

  @Test("Subtitles, alone or inside JSON, become segments", arguments: [srt, vtt])
  func subtitles(text: String) throws {
    let inside = String(decoding: try JSONEncoder().encode(["text": text]), as: UTF8.self)
    let bare = String(
      decoding: try JSONEncoder().encode([text])[...].dropFirst().dropLast(), as: UTF8.self)
    for body in [text, inside, bare] {
      let answer = try Self.read(body)
      #expect(answer.text == "Hello there. It is 2024")
      #expect(answer.segments.map(\.text) == ["Hello there.", "It is 2024"])
      #expect(answer.segments.map(\.range.start) == [16_000, 964_000])
      #expect(answer.segments.map(\.range.end) == [40_000, 992_000])
    }
  }

  @Test(
    "Speech about subtitles is speech",
    arguments: [
      "WEBVTT is a file format for subtitles on the web. We look at it today.",
      "Here is the subtitle line.\n00:00:01,000 --> 00:00:02,000\nsecond thing",
    ])
  func speechAboutSubtitles(text: String) throws {
    let body = String(decoding: try JSONEncoder().encode(["text": text]), as: UTF8.self)
    #expect(try Self.read(body).text == text)
  }

  @Test("A text is paid for, whatever stands beside it; raw line ends inside it do not cost it")
  func paidText() throws {
    #expect(try Self.read(#"{"text":"hello","error":"none"}"#).text == "hello")
    #expect(try Self.read("{\"text\":\"hello\nthere\"}").text == "hello there")
    let stream =
      "data: ping\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\ndata: \n\ndata: [DONE]\n\n"
    #expect(try Self.read(stream, headers: Self.stream).text == "Hello")
  }

  @Test("Bare text is an answer only where it was asked for")
  func bareText() throws {
    var options = ServiceOptions()
    options.responseFormat = .text
    #expect(try Self.read("Hello there.\n", options: options).text == "Hello there.")
    #expect(Self.failure("Hello there.\n")?.code == .unexpectedResponse)
  }

  @Test(
    "What is no transcription is not taken for one",
    arguments: [
      "<!DOCTYPE html><html><title>Sign in</title></html>", "\n <html>hello</html>", "", "[]", "{}",
      #"{"message":"x"}"#, "null", "{\"text\":[1]}", "{\"text\": \"half", "<?xml version=\"1.0\"?>",
    ])
  func noAnswer(body: String) throws {
    for profile in ServiceProfile.all {
      let failure = try #require(Self.failure(body, profile))
      #expect(failure.charge == .unknown)
      #expect(failure.code == .unexpectedResponse)
    }
  }

  @Test("A web page with status 200 is named")
  func page() throws {
    let failure = try #require(
      Self.failure("<!DOCTYPE html><html><head><title>Sign in</title></head></html>"))
    #expect(failure.description.contains("Sign in"))
    #expect(failure.description.contains("--base-url"))
  }

  @Test("Audio that is too short to hold a word is an empty answer, not a failure")
  func tooShort() throws {
    let body =
      #"{"error":{"message":"Audio file is too short. Minimum audio length is 0.1 seconds.","code":"audio_too_short","param":"file"}}"#
    let reply = ServiceReply(status: 400, body: Array(body.utf8), key: Secret(""))
    let plan = RequestPlan(
      profile: .openAI, model: ServiceProfile.openAI.model(nil), options: ServiceOptions())
    #expect(try AnswerReader(plan: plan, samples: 100, bytes: 100).recognition(reply).text == "")
    // What is long enough for a word is never taken for silent.
    #expect(throws: RecognitionFailure.self) {
      try AnswerReader(plan: plan, samples: 16_000, bytes: 100).recognition(reply)
    }
  }

  @Test("An answer as long as the model's output can be was cut off, and is asked for in parts")
  func cutOff() throws {
    let body = #"{"text":"a lot","usage":{"type":"tokens","output_tokens":2000}}"#
    let failure = try #require(Self.failure(body, model: "gpt-4o-transcribe"))
    #expect(failure.code == .tooLong)
    #expect(failure.retry == .split)
    #expect(failure.charge == .certain)
    #expect(Self.failure(body) == nil, "Whisper has no such bound")
  }

  // MARK: Streams

  private static let stream = [("content-type", "text/event-stream; charset=utf-8")]

  @Test(
    "Streams of every dialect",
    arguments: [
      #"data: {"type":"transcript.text.delta","delta":"Hello "}|data: {"type":"transcript.text.delta","delta":"there"}|data: {"type":"transcript.text.done","text":"Hello there","usage":{"output_tokens":3}}|data: [DONE]|"#,
      #"data: {"id":7,"choices":[],"type":"transcript.text.delta","delta":"Hello "}|data: {"type":"transcript.text.delta","delta":"there"}|data: {"type":"transcript.text.done","text":""}|data: [DONE]|"#,
      #"data: {"object":"transcription.chunk","choices":[{"delta":{"content":"Hello"}}]}|data: {"object":"transcription.chunk","choices":[{"delta":{"content":" there"},"finish_reason":"stop"}]}|data: [DONE]|"#,
      #"data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}|data: {"choices":[{"delta":{"content":" there"},"finish_reason":"stop"}]}|data: [DONE]|"#,
      #": comment|event: transcript.text.done|data: {"type":"transcript.text.done",|data: "text":"Hello there"}|"#,
    ])
  func streams(body: String) throws {
    // In the last case one event has several lines.
    let separator = body.hasPrefix(":") ? "\n" : "\n\n"
    let text = body.replacing("|", with: separator)
    for headers in [Self.stream, []] {
      #expect(try Self.read(text, headers: headers).text == "Hello there")
    }
  }

  @Test(
    "A stream that was cut is an error, never a short transcript",
    arguments: [
      #"data: {"type":"transcript.text.delta","delta":"Hello "}|"#, "data: {broken|data: [DONE]|",
      "data: [DONE]|", ": nothing|", "",
      #"data: {"object":"transcription.chunk","choices":[{"delta":{"content":"Hello"}}]}|"#,
      #"data: {"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}|"#,
    ])
  func cutStreams(body: String) {
    #expect {
      try Self.read(body.replacing("|", with: "\n\n"), headers: Self.stream)
    } throws: { error in
      let failure = error as? RecognitionFailure
      return failure?.code == .truncatedStream && failure?.charge == .unknown
    }
  }

  @Test("An event of an error is an error, whatever is in it")
  func errorEvent() {
    for data in [#"{"message":"boom"}"#, "boom"] {
      let delta = #"data: {"type":"transcript.text.delta","delta":"Hello "}"#
      #expect {
        try Self.read(
          delta + "\n\nevent: error\ndata: \(data)\n\ndata: [DONE]\n\n", headers: Self.stream)
      } throws: { error in
        (error as? RecognitionFailure)?.message.contains("boom") ?? false
      }
    }
  }

  @Test("A JSON answer that is called a stream is a JSON answer")
  func mislabelled() throws {
    #expect(try Self.read(#"{"text":"hello"}"#, headers: Self.stream).text == "hello")
    var options = ServiceOptions()
    options.responseFormat = .text
    #expect(try Self.read("data: the word of the year", options: options).text.hasPrefix("data:"))
    #expect(throws: RecognitionFailure.self) {
      try Self.read(#"{"status":"error","reason":"x"}"#, options: options)
    }
  }

  @Test("An error in a stream is the service's error")
  func errorInStream() {
    let delta = #"data: {"type":"transcript.text.delta","delta":"Hello "}"#
    #expect {
      try Self.read(
        delta + "\n\n" + #"data: {"error":{"code":"1302","message":"busy"}}"# + "\n\n", .glm,
        headers: Self.stream)
    } throws: { error in
      (error as? RecognitionFailure)?.code == .concurrencyLimited
    }
  }

  // MARK: Sloppy servers

  @Test("Numbers may be written as text, and unusable segments do not cost the text")
  func lenient() throws {
    let body = """
      {"text":"\\nHello there. ","segments":[{"id":0,"start":"0.5","end":1,"text":"Hello"},
      {"id":1,"start":null,"end":2,"text":"lost"},{"id":2,"start":0.2,"end":2,"text":" there."}],
      "request_id":"r1","unknown":{"a":[1]}}
      """
    let recognition = try Self.read(body)
    #expect(recognition.text == "Hello there.")
    #expect(recognition.traceID == "r1")
    #expect(recognition.segments.map(\.text) == ["Hello", " there."])
    #expect(recognition.segments[0].range == TimelineRange(8000, 16_000))
    #expect(recognition.segments[1].range.start == 8000, "clamped, not sorted")
  }

  @Test(
    "A field that nobody needs does not cost a text that was paid for",
    arguments: [
      #"{"text":"hello","segments":[{"start":"abc","end":1,"text":"hello"}]}"#,
      #"{"text":"hello","segments":{"a":1}}"#, #"{"text":"hello","language":5,"id":17}"#,
      #"{"text":"hello","duration":NaN,"segments":[{"start":NaN,"end":1,"text":"hello"}]}"#,
      #"{"segments":[{"text":"hello"}]}"#, #"{"text":"hello","words":[5,{"word":3}]}"#,
      #"{"text":"hello","error":""}"#, #"{"text":"hello","error":{}}"#,
      #"{"text":"hello","usage":"none","code":7,"message":"fine"}"#,
      #"{"text":"hello","error":null}"#,
      #"{"text":"hello","segments":[{"start":0,"end":1,"text":"hello","no_speech_prob":"x"}]}"#,
    ])
  func oddFields(body: String) throws {
    #expect(try Self.read(body).text == "hello")
  }

  @Test("Broken UTF-8 and half surrogates are replaced, not refused")
  func brokenText() throws {
    #expect(try Self.read(#"{"text":"a\ud800b"}"#).text == "a\u{FFFD}b")
    let bytes = Array(#"{"text":"a"#.utf8) + [0xFF] + Array(#"b"}"#.utf8)
    #expect(try Self.read(bytes).text == "a\u{FFFD}b")
    #expect(try Self.read(#"{"text":"\ud83d\ude00"}"#).text == "😀")
  }
}

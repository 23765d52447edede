import Foundation
import LongscribeCore
import LongscribeServices
import Testing

/// One error as a service sends it, and what it has to mean.
struct ErrorCase: Sendable, CustomTestStringConvertible {
  var service: ServiceProfile
  var status: Int
  var body: String
  var headers: [String: String] = [:]
  var code: RecognitionFailure.Code
  var retry: RecognitionFailure.Retry
  var affectsAll = false
  var charge = RecognitionFailure.Charge.none
  var seconds: Double?
  var bytes: Int64?
  var traceID: String?

  var testDescription: String { "\(service.name) \(status) \(body.prefix(60))" }

  static func glm(
    _ status: Int, _ code: String, _ meaning: RecognitionFailure.Code,
    _ retry: RecognitionFailure.Retry, all: Bool = false, seconds: Double? = nil,
    says message: String = "words"
  ) -> ErrorCase {
    ErrorCase(
      service: .glm, status: status,
      body: #"{"error":{"code":"\#(code)","message":"\#(message)"}}"#, code: meaning, retry: retry,
      affectsAll: all, seconds: seconds)
  }

  static func coze(
    _ status: Int, _ code: Int, _ meaning: RecognitionFailure.Code,
    _ retry: RecognitionFailure.Retry, all: Bool = false,
    charge: RecognitionFailure.Charge = .none, bytes: Int64? = nil, says message: String = "words"
  ) -> ErrorCase {
    ErrorCase(
      service: .coze, status: status,
      body: #"{"code":\#(code),"msg":"\#(message)","detail":{"logid":"log-7"}}"#, code: meaning,
      retry: retry, affectsAll: all, charge: charge, bytes: bytes, traceID: "log-7")
  }

  static func openAI(
    _ status: Int, _ message: String, code: String? = nil, type: String = "invalid_request_error",
    _ meaning: RecognitionFailure.Code, _ retry: RecognitionFailure.Retry, all: Bool = false,
    charge: RecognitionFailure.Charge = .none, seconds: Double? = nil, bytes: Int64? = nil
  ) -> ErrorCase {
    let code = code.map { "\"\($0)\"" } ?? "null"
    return ErrorCase(
      service: .openAI, status: status,
      body: #"{"error":{"message":"\#(message)","type":"\#(type)","param":null,"code":\#(code)}}"#,
      code: meaning, retry: retry, affectsAll: all, charge: charge, seconds: seconds, bytes: bytes)
  }

  static func siliconFlow(
    _ status: Int, _ body: String, _ meaning: RecognitionFailure.Code,
    _ retry: RecognitionFailure.Retry, all: Bool = false,
    charge: RecognitionFailure.Charge = .none
  ) -> ErrorCase {
    ErrorCase(
      service: .siliconFlow, status: status, body: body,
      headers: ["x-siliconcloud-trace-id": "ti-1"], code: meaning, retry: retry, affectsAll: all,
      charge: charge, traceID: "ti-1")
  }
}

@Suite("What each service's errors mean")
struct ErrorTableTests {
  /// The failure that an answer stands for, after a request of 2,000 s and 30 MB.
  static func failure(_ error: ErrorCase) throws -> RecognitionFailure {
    let plan = RequestPlan(
      profile: error.service, model: error.service.model(nil), options: ServiceOptions())
    let reply = ServiceReply(
      status: error.status, headers: error.headers.map { ($0.key, $0.value) },
      body: Array(error.body.utf8), key: Secret("CANARYKEY12345.abcd"))
    let reader = AnswerReader(
      plan: plan, samples: 2000 * Timeline.sampleRate, bytes: 30_000_000)
    do throws(RecognitionFailure) {
      let answer = try reader.recognition(reply)
      Issue.record("taken for an answer: \(answer.text)")
      throw RecognitionFailure(.cancelled, message: "", retry: .never)
    } catch {
      return error
    }
  }

  static func check(_ error: ErrorCase) throws {
    let failure = try failure(error)
    #expect(failure.code == error.code)
    #expect(failure.retry == error.retry)
    #expect(failure.affectsAllChunks == error.affectsAll)
    #expect(failure.charge == error.charge)
    #expect(failure.status == error.status)
    #expect(failure.traceID == error.traceID)
    #expect(failure.learnt?.maximumSamples == error.seconds.map(Timeline.samples))
    #expect(failure.learnt?.maximumBytes == error.bytes)
    if error.affectsAll { #expect(failure.hint != nil, "a failure of everything names the cure") }
    #expect(failure.hint?.contains("{") != true)
  }

  private static let glmCases: [ErrorCase] = [
    .glm(401, "1000", .authentication, .never, all: true),
    .glm(401, "1001", .authentication, .never, all: true),
    .glm(401, "1002", .authentication, .never, all: true),
    .glm(401, "1003", .authentication, .never, all: true),
    .glm(401, "1004", .authentication, .never, all: true),
    .glm(400, "1210", .badParameter, .never), .glm(400, "1212", .badParameter, .never),
    .glm(400, "1213", .badParameter, .never), .glm(400, "1214", .badParameter, .never),
    .glm(400, "1215", .badParameter, .never),
    .glm(400, "1211", .modelUnavailable, .never, all: true),
    .glm(400, "1221", .modelUnavailable, .never, all: true),
    .glm(400, "1222", .modelUnavailable, .never, all: true),
    .glm(400, "1220", .permission, .never, all: true),
    .glm(400, "1261", .badParameter, .never, all: true),
    .glm(400, "1301", .contentBlocked, .never), .glm(400, "1231", .serverError, .now),
    .glm(429, "1113", .quotaExhausted, .never, all: true),
    .glm(429, "1112", .permission, .never, all: true),
    .glm(429, "1121", .permission, .never, all: true),
    .glm(429, "1304", .quotaExhausted, .never, all: true),
    .glm(429, "1308", .quotaExhausted, .never, all: true),
    .glm(429, "1309", .quotaExhausted, .never, all: true),
    .glm(429, "1310", .quotaExhausted, .never, all: true),
    .glm(429, "1311", .quotaExhausted, .never, all: true),
    .glm(429, "1313", .quotaExhausted, .never, all: true),
    .glm(429, "1302", .concurrencyLimited, .now), .glm(429, "1303", .rateLimited, .now),
    .glm(429, "1305", .overloaded, .now), .glm(429, "1312", .overloaded, .now),
    .glm(500, "500", .serverError, .now), .glm(500, "1120", .serverError, .now),
    .glm(500, "1230", .serverError, .now), .glm(500, "1234", .serverError, .now),
    .glm(434, "434", .permission, .never, all: true), .glm(435, "435", .tooLarge, .split),
    .glm(200, "1302", .concurrencyLimited, .now),
    .glm(400, "1214", .tooLong, .split, says: "音频时长超过限制"),
    .glm(400, "1214", .tooLong, .split, seconds: 30, says: "音频时长不能超过 30 秒"),
    .glm(
      400, "1214", .tooLong, .split, seconds: 60, says: "audio of 1999.2 seconds is longer than 60"),
    .glm(400, "1214", .unsupportedFormat, .never, says: "unsupported format"),
  ]

  @Test("GLM: the code decides, whatever the status", arguments: glmCases)
  func glm(error: ErrorCase) throws { try Self.check(error) }

  private static let cozeCases: [ErrorCase] = [
    .coze(400, 4000, .badParameter, .never),
    .coze(429, 4008, .quotaExhausted, .never, all: true), .coze(200, 4009, .overloaded, .now),
    .coze(200, 4011, .quotaExhausted, .never, all: true),
    .coze(200, 4019, .quotaExhausted, .never, all: true),
    .coze(200, 4022, .quotaExhausted, .never, all: true),
    .coze(200, 4013, .rateLimited, .now), .coze(429, 4020, .rateLimited, .now),
    .coze(401, 4100, .authentication, .never, all: true),
    .coze(200, 700_012_006, .authentication, .never, all: true),
    .coze(403, 4101, .permission, .never, all: true),
    .coze(403, 4102, .permission, .never, all: true),
    .coze(404, 4200, .badParameter, .never, all: true),
    .coze(400, 4300, .badParameter, .never), .coze(400, 4301, .badParameter, .never),
    .coze(400, 4302, .tooLarge, .split),
    .coze(400, 4302, .tooLarge, .split, bytes: 10_000_000, says: "file exceeds 10 MB"),
    .coze(400, 4303, .unsupportedFormat, .never), .coze(400, 4304, .unsupportedFormat, .never),
    .coze(500, 5000, .serverError, .now, charge: .unknown),
    .coze(200, 5000, .serverError, .now, charge: .unknown),
    .coze(408, 1, .connectionLost, .now), .coze(502, 1, .serverError, .now, charge: .unknown),
    .coze(503, 1, .overloaded, .now),
  ]

  @Test("Coze: the code decides, even under status 200", arguments: cozeCases)
  func coze(error: ErrorCase) throws { try Self.check(error) }

  private static let siliconFlowCases: [ErrorCase] = [
    .siliconFlow(
      400,
      #"{"code":20012,"message":"Model does not exist. Please check it carefully.","data":null}"#,
      .modelUnavailable, .never, all: true),
    .siliconFlow(
      400,
      #"{"code":20015,"message":"The parameter is invalid. Please check again.","data":null}"#,
      .tooLong, .split),
    .siliconFlow(401, #""Invalid token""#, .authentication, .never, all: true),
    .siliconFlow(403, #""Forbidden""#, .permission, .never, all: true),
    .siliconFlow(
      403, #"{"code":30001,"message":"balance","data":null}"#, .quotaExhausted, .never, all: true),
    .siliconFlow(404, "404 page not found", .badParameter, .never, all: true),
    .siliconFlow(
      429,
      #"{"message":"Request was rejected due to rate limiting. Details:TPM limit reached.","data":""}"#,
      .rateLimited, .after(10)),
    .siliconFlow(
      429, #"{"message":"rate limiting. Details:RPD limit reached.","data":""}"#, .quotaExhausted,
      .never, all: true),
    .siliconFlow(
      503,
      #"{"code":50505,"message":"Model service overloaded. Please try again later.","data":null}"#,
      .overloaded, .now),
    .siliconFlow(504, #""timeout""#, .serverError, .now, charge: .unknown),
    .siliconFlow(504, "upstream timed out", .serverError, .now, charge: .unknown),
    .siliconFlow(500, "", .serverError, .now, charge: .unknown),
  ]

  @Test("SiliconFlow: objects, bare strings and plain text", arguments: siliconFlowCases)
  func siliconFlow(error: ErrorCase) throws { try Self.check(error) }

  private static let openAICases: [ErrorCase] = [
    .openAI(
      400, "Invalid file format. Supported formats: ['flac', 'm4a']", .unsupportedFormat, .never),
    .openAI(400, "Unrecognized file format. Supported", .unsupportedFormat, .never),
    .openAI(
      400, "The audio file could not be decoded or its format is not supported.",
      .unsupportedFormat, .never),
    .openAI(
      400, "This model does not support the format you provided.", code: "unsupported_format",
      .unsupportedFormat, .never),
    .openAI(
      400, "Audio file might be corrupted or unsupported", .unsupportedFormat, .never),
    .openAI(
      400,
      "audio duration 1830.530612 seconds is longer than 1400 seconds which is the maximum for this model",
      code: "invalid_value", .tooLong, .split, seconds: 1400),
    .openAI(
      400,
      "response_format 'verbose_json' is not compatible with model 'x'. Use 'json' or 'text' instead.",
      code: "unsupported_value", .badParameter, .never, all: true),
    .openAI(
      413, "Maximum content size limit (26214400) exceeded (26222592 bytes read)",
      type: "server_error", .tooLarge, .split, bytes: 26_214_400),
    .openAI(413, "Request Entity Too Large", code: "request_too_large", .tooLarge, .split),
    .openAI(
      401, "Incorrect API key provided: sk-***.", code: "invalid_api_key", .authentication,
      .never,
      all: true),
    .openAI(
      429, "You exceeded your current quota", code: "insufficient_quota",
      type: "insufficient_quota", .quotaExhausted, .never, all: true),
    .openAI(
      429, "Rate limit reached for whisper-1. Please try again in 1.5s.",
      code: "rate_limit_exceeded", type: "requests", .rateLimited, .after(1.5)),
    .openAI(
      404, "The model `whisper-1` does not exist or you do not have access to it.",
      code: "model_not_found", .modelUnavailable, .never, all: true),
    .openAI(404, "Invalid URL (POST /v1/audio/x)", .badParameter, .never, all: true),
    .openAI(500, "The server had an error", type: "server_error", .serverError, .now),
    .openAI(502, "bad gateway", type: "server_error", .serverError, .now, charge: .unknown),
    .openAI(503, "overloaded", type: "server_error", .overloaded, .now),
  ]

  @Test("OpenAI: by code, then by the words", arguments: openAICases)
  func openAI(error: ErrorCase) throws { try Self.check(error) }

  private static let relaysCases: [ErrorCase] = [
    .openAI(
      500,
      "type invalid_request_error, code <nil>, message Invalid file format. (request id: 2025)",
      code: "request_error", type: "one_api_error", .unsupportedFormat, .never),
    .openAI(
      500,
      "type server_error, code <nil>, message Maximum content size limit (26214400) exceeded (26222592 bytes read)",
      code: "request_error", type: "one_api_error", .tooLarge, .split, bytes: 26_214_400),
    .openAI(
      500, "type invalid_request_error, code <nil>, message something", code: "request_error",
      type: "one_api_error", .badParameter, .never),
    .openAI(
      500, "error getting audio duration: unsupported audio format: .mpga",
      code: "count_token_failed", type: "new_api_error", .unsupportedFormat, .never),
    .openAI(
      503, "当前分组 default 下对于模型 whisper-1 无可用渠道", type: "new_api_error", .modelUnavailable,
      .never, all: true),
    .openAI(
      503, "no available channels for model whisper-1", type: "new_api_error", .modelUnavailable,
      .never, all: true),
    .openAI(
      403, "quota", code: "insufficient_user_quota", type: "new_api_error", .quotaExhausted,
      .never,
      all: true),
    .openAI(
      403, "该令牌无权使用模型：whisper-1", type: "new_api_error", .modelUnavailable, .never, all: true),
    .openAI(429, "当前分组上游负载已饱和，请稍后再试", type: "one_api_error", .rateLimited, .now),
    .openAI(
      500, "invalid character", code: "get_text_from_body_err", type: "one_api_error",
      .unexpectedResponse, .never, all: true, charge: .certain),
    .openAI(
      500, "unmarshal", code: "unmarshal_response_body_failed", type: "one_api_error",
      .unexpectedResponse, .never, all: true, charge: .certain),
    .openAI(
      500, "unexpected_response_format", code: "unexpected_response_format",
      type: "one_api_error", .badParameter, .never, all: true),
    .openAI(
      413, "too big", code: "read_request_body_failed", type: "new_api_error", .tooLarge, .split),
    .openAI(200, "Invalid file format", .unsupportedFormat, .never),
    .openAI(
      400, "No connected db.", code: "400", type: "no_db_connection", .authentication, .never,
      all: true),
    .openAI(
      400, "{'error': '/audio/transcriptions: Invalid model name passed in model=whisper-9.'}",
      code: "400", type: "None", .modelUnavailable, .never, all: true),
  ]

  @Test("Relays: what their own errors hide", arguments: relaysCases)
  func relays(error: ErrorCase) throws { try Self.check(error) }

  @Test(
    "Gateways answer for any service, in HTML or not at all",
    arguments: [ServiceProfile.glm, .coze, .siliconFlow, .openAI, .chatAnywhere],
    [
      (413, .tooLarge, .split, .none), (502, .serverError, .now, .unknown),
      (504, .serverError, .now, .unknown), (503, .overloaded, .now, .none),
      (408, .connectionLost, .now, .none), (307, .redirected, .never, .none),
      (301, .redirected, .never, .none),
    ]
      as [(
        Int, RecognitionFailure.Code, RecognitionFailure.Retry, RecognitionFailure.Charge
      )])
  func gateways(
    service: ServiceProfile,
    row: (Int, RecognitionFailure.Code, RecognitionFailure.Retry, RecognitionFailure.Charge)
  ) throws {
    for body in ["", "<html><head><title>Oops</title></head></html>", "plain words"] {
      let error = ErrorCase(
        service: service, status: row.0, body: body, headers: ["location": "https://other.example"],
        code: row.1, retry: row.2)
      let failure = try Self.failure(error)
      #expect(failure.code == row.1)
      #expect(failure.retry == row.2)
      #expect(failure.charge == row.3)
      if row.1 == .redirected {
        #expect(failure.message.contains("other.example"))
        #expect(failure.affectsAllChunks)
      }
      if body.hasPrefix("<"), row.1 != .redirected { #expect(failure.message.contains("Oops")) }
    }
  }

  @Test("A model that is gone: the message names those that the service has, and the option")
  func modelGone() throws {
    for service in [ServiceProfile.glm, .siliconFlow, .openAI, .chatAnywhere] {
      let body =
        switch service.errors {
        case .glm: #"{"error":{"code":"1211","message":"模型不存在"}}"#
        case .siliconFlow: #"{"code":20012,"message":"Model does not exist.","data":null}"#
        default: #"{"error":{"message":"no available channel for model whisper-1","type":"x"}}"#
        }
      let failure = try Self.failure(
        ErrorCase(
          service: service, status: 400, body: body, code: .modelUnavailable, retry: .never))
      #expect(failure.description.contains("--model"))
      for model in service.models.dropFirst() { #expect(failure.description.contains(model.name)) }
    }
  }

  @Test(
    "A wait is seconds, a date, milliseconds, or in the sentence; the longer of two holds",
    arguments: [
      (["retry-after": "7"], "", 7), (["retry-after": "0.5"], "", 0.5),
      (["retry-after-ms": "1500"], "", 1.5), ([:], "Please try again in 20s.", 20),
      ([:], "Please try again in 1m2.5s", 62.5), ([:], "try again in 350ms", 0.35),
      ([:], "retry after 5 seconds", 5), ([:], "请在 10 秒后重试", 10), ([:], "请 2 分钟后再试", 120),
      (["retry-after": "soon"], "", nil), (["retry-after": "-5"], "", nil),
      ([:], "Limit 3, Used 3, Requested 1", nil), ([:], "try again in 1.5 minutes", 90),
      ([:], "upstream retry failed: 502 HTTP error", nil),
      ([:], "retry limit reached, 3 hosts failed", nil),
    ] as [([String: String], String, Double?)])
  func waits(headers: [String: String], message: String, expected: Double?) throws {
    let failure = try Self.failure(
      ErrorCase(
        service: .openAI, status: 429,
        body: #"{"error":{"message":"\#(message)","code":"rate_limit_exceeded"}}"#,
        headers: headers, code: .rateLimited, retry: .now))
    #expect(failure.retry == expected.map { .after($0) } ?? .now)
  }

  @Test("Retry-After as a date is a span from now")
  func dates() {
    let seconds = WaitWording.seconds(
      { $0 == "retry-after" ? "Thu, 01 Jan 1970 00:01:00 GMT" : nil },
      now: Date(timeIntervalSince1970: 0))
    #expect(seconds == 60)
  }

  @Test(
    "Limits are read out of refusals, and only such as explain them",
    arguments: [
      ("duration 61.2 s exceeds the limit of 60 s", 61.2, 60), ("时长超过最大 30 秒", 60, 30),
      ("音频时长需小于 30 分钟", 2000, 1800), ("maximum duration is 1 hour", 4000, 3600),
      ("must be between 0.1 and 30 seconds", 59, 30), ("audio is too long", 60, nil),
      ("limit is 1400 seconds", 600, nil), ("error 1214 at 12:30", 60, nil),
      ("longer than 25", 30, 25), ("prompt is longer than 224 tokens", 1000, nil),
      ("exceeds the maximum of 01:00:00", 4000, 3600), ("最长1分30秒", 100, 90),
      ("duration limit exceeded; retry after 20 seconds", 60, nil),
      ("processed 12 seconds before it was hit", 60, nil),
      ("longer than the 8 kHz 30 second window", 60, nil), ("limit is 0.001 seconds", 60, nil),
      ("时长需在 30 秒以内", 60, 30), ("30 seconds maximum", 60, 30),
    ] as [(String, Double, Double?)])
  func limits(message: String, sent: Double, expected: Double?) {
    #expect(
      LimitWording.samples(in: message, sent: Timeline.samples(sent))
        == expected.map(Timeline.samples))
  }

  @Test(
    "Sizes have units, or follow a word for a limit",
    arguments: [
      ("Maximum content size limit (26214400) exceeded (26222592 bytes read)", 26_214_400),
      ("file larger than 25MB", 25_000_000), ("文件大小不能超过 10 MB", 10_000_000),
      ("body exceeds 1,048,576 bytes", 1_048_576), ("limit: 20 MiB", 20_971_520),
      ("too large", nil), ("maximum is 5", nil),
    ] as [(String, Int64?)])
  func sizes(message: String, expected: Int64?) {
    #expect(LimitWording.bytes(in: message, sent: 30_000_000) == expected)
  }

  @Test(
    "Words of a refusal stand for what they mean, not for parts of other words",
    arguments: [
      ("temperature must be a number", .badParameter, .never),
      ("a member of the form is missing", .badParameter, .never),
      ("音频时长过短", .tooShort, .never), ("audio is too short, at least 1 second", .tooShort, .never),
      ("prompt too long", .badParameter, .never), ("batch size is wrong", .badParameter, .never),
      ("file size exceeds 25MB", .tooLarge, .split), ("文件大小超过限制", .tooLarge, .split),
      ("audio file duration exceeds the limit", .tooLong, .split),
    ] as [(String, RecognitionFailure.Code, RecognitionFailure.Retry)])
  func words(
    message: String, code: RecognitionFailure.Code, retry: RecognitionFailure.Retry
  ) throws {
    for (service, body) in [
      (ServiceProfile.glm, #"{"error":{"code":"1214","message":"\#(message)"}}"#),
      (.coze, #"{"code":4000,"msg":"\#(message)"}"#),
    ] {
      let failure = try Self.failure(
        ErrorCase(service: service, status: 400, body: body, code: code, retry: retry))
      #expect(failure.code == code)
      #expect(failure.retry == retry)
    }
  }

  @Test(
    "An unknown error under status 200 may have been charged; relays' words for nothing are nothing"
  )
  func oddErrors() throws {
    let unknown = try Self.failure(
      ErrorCase(
        service: .openAI, status: 200, body: #"{"error":{"message":"odd"}}"#, code: .serverError,
        retry: .now))
    #expect(unknown.charge == .unknown)
    let null = try Self.failure(
      ErrorCase(
        service: .openAI, status: 400,
        body:
          #"{"error":{"message":"timestamp_granularities is only supported with response_format verbose_json","param":"null","code":"<nil>"}}"#,
        code: .badParameter, retry: .never))
    #expect(null.parameter == "timestamp_granularities")
    #expect(null.serviceCode == nil)
    let cloudflare = try Self.failure(
      ErrorCase(service: .openAI, status: 524, body: "", code: .serverError, retry: .now))
    #expect(cloudflare.charge == .unknown)
    let busy = try Self.failure(
      ErrorCase(
        service: .openAI, status: 503,
        body: #"{"error":{"message":"The model `x` is overloaded"}}"#,
        code: .overloaded, retry: .now))
    #expect(busy.code == .overloaded)
  }

  @Test("Parts of keys that services repeat, and signs that turn text around, are not shown")
  func masked() throws {
    let failure = try Self.failure(
      ErrorCase(
        service: .openAI, status: 401,
        body:
          #"{"error":{"message":"Incorrect API key provided: sk-proj-abcd****wxyz. \u202eevil"}}"#,
        code: .authentication, retry: .never))
    #expect(!failure.description.contains("wxyz"))
    #expect(!failure.description.unicodeScalars.contains("\u{202E}"))
  }

  @Test("A key that the service repeats is in no part of an error, not even half of it")
  func repeatedKey() throws {
    let key = "CANARYKEY12345.abcd"
    let long = String(repeating: "x", count: 290) + key
    for service in ServiceProfile.all {
      for body in [
        #"{"error":{"code":"\#(key)","message":"bad \#(key)","param":"\#(key)","type":"\#(key)"}}"#,
        #"{"code":4100,"msg":"bad \#(key)","detail":{"logid":"\#(key)"}}"#,
        #"{"code":"\#(key)","message":"bad \#(key)"}"#, "\"\(key)\"", long, "<html>\(long)</html>",
      ] {
        let failure = try Self.failure(
          ErrorCase(
            service: service, status: 400, body: body,
            headers: ["x-log-id": key, "x-request-id": key, "x-tt-logid": key, "location": key],
            code: .badParameter, retry: .never))
        var all = ""
        dump(failure, to: &all)
        #expect(!(all + failure.description).contains("CANARY"))
      }
    }
  }
}

private import Foundation
package import LongscribeCore

/// What GLM's error codes mean, as a table.
///
/// Source: the service's tables of error codes (docs.bigmodel.cn and docs.z.ai, "api-code"). Its HTTP statuses do not tell enough: 429 is
/// used for an empty account as well as for too many requests.
package enum GLMErrors {
  struct Row {
    let codes: [Int]
    let code: RecognitionFailure.Code
    let retry: RecognitionFailure.Retry
    let affectsAllChunks: Bool
    let hint: String?
  }

  private static func row(
    _ codes: [Int], _ code: RecognitionFailure.Code, _ retry: RecognitionFailure.Retry,
    all: Bool = false, _ hint: String? = nil
  ) -> Row {
    Row(codes: codes, code: code, retry: retry, affectsAllChunks: all, hint: hint)
  }

  static let rows = [
    row(
      [1000, 1001, 1002, 1003, 1004], .authentication, .never, all: true,
      "check the key in ZHIPUAI_API_KEY (bigmodel.cn) or ZAI_API_KEY (z.ai); their accounts are separate"
    ),
    row(
      [1112, 1121, 1220], .permission, .never, all: true,
      "ask the service why the account may not do this"),
    row([1113], .quotaExhausted, .never, all: true, "the account has no balance; top it up"),
    row(
      [1304, 1308, 1309, 1310, 1311, 1313], .quotaExhausted, .never, all: true,
      "the plan's limit is used up; wait for the next period or change the plan"),
    row([1210, 1212, 1213, 1215], .badParameter, .never),
    row(
      [1211, 1221, 1222], .modelUnavailable, .never, all: true,
      "name a current model with --model: glm-asr-2512 or glm-asr"),
    row([1231], .serverError, .now),
    row([1261], .badParameter, .never, all: true, "shorten the prompt"),
    row([1301], .contentBlocked, .never, "the service refuses this stretch as sensitive"),
    row([1302], .concurrencyLimited, .now, "lower --concurrency if this goes on"),
    row([1303], .rateLimited, .now, "lower --concurrency if this goes on"),
    row([1305, 1312], .overloaded, .now),
    row([500, 1120, 1230, 1234], .serverError, .now),
  ]

  /// Words by which a refusal for length or size is known: the exact code is not documented.
  private static let tooLong = ["seconds", "duration", "too long", "时长", "秒"]
  private static let tooLarge = ["size", "too large", "大小", "MB"]
  private static let format = ["format", "decode", "格式", "解码"]

  /// The failure that an error code and message stand for; `nil` if the code is not in the table.
  package static func failure(code: String, message: String) -> RecognitionFailure? {
    guard let number = Int(code) else { return nil }
    // 1214 says that a parameter is wrong: which one is only in the message.
    if number == 1214 { return badFile(message) }
    guard let row = rows.first(where: { $0.codes.contains(number) }) else { return nil }
    return RecognitionFailure(
      row.code, message: message, retry: row.retry, affectsAllChunks: row.affectsAllChunks,
      serviceCode: code, hint: row.hint)
  }

  private static func badFile(_ message: String) -> RecognitionFailure {
    func mentions(_ words: [String]) -> Bool {
      words.contains { message.range(of: $0, options: .caseInsensitive) != nil }
    }
    let (code, retry, hint): (RecognitionFailure.Code, RecognitionFailure.Retry, String?) =
      if mentions(tooLong) {
        (.tooLong, .split, "ask for shorter chunks with --chunk-length 29")
      } else if mentions(tooLarge) {
        (.tooLarge, .split, "ask for shorter chunks with --chunk-length 29")
      } else if mentions(format) {
        (.unsupportedFormat, .never, nil)
      } else {
        (.badParameter, .never, nil)
      }
    return RecognitionFailure(code, message: message, retry: retry, serviceCode: "1214", hint: hint)
  }
}

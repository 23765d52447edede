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

  /// What 1214 ("a parameter is wrong") means, by words of its message: the codes of refused files are not documented.
  ///
  /// Chunks are planned below the limits that are known, so a refusal for length or size means that the service's limits have
  /// changed, and all other chunks would be refused as well.
  private static let refusals: [(words: [String], row: Row)] = [
    (
      ["seconds", "duration", "too long", "时长", "秒"],
      row([1214], .tooLong, .split, all: true, shorter)
    ),
    (["size", "too large", "大小", "MB"], row([1214], .tooLarge, .split, all: true, shorter)),
    (["format", "decode", "格式", "解码"], row([1214], .unsupportedFormat, .never)),
    ([""], row([1214], .badParameter, .never)),
  ]

  private static let shorter = "the service takes less than it used to; try --chunk-length 29"

  /// The failure that an error code and message stand for; `nil` if the code is not in the table.
  package static func failure(code: String, message: String) -> RecognitionFailure? {
    guard let number = Int(code) else { return nil }
    let found =
      refusals.first { $0.row.codes.contains(number) && mentions($0.words, in: message) }?.row
      ?? rows.first { $0.codes.contains(number) }
    return found.map { row in
      RecognitionFailure(
        row.code, message: message, retry: row.retry, affectsAllChunks: row.affectsAllChunks,
        serviceCode: code, hint: row.hint)
    }
  }

  /// Whether one of the words is in a message; the empty word is in every message.
  private static func mentions(_ words: [String], in message: String) -> Bool {
    words.contains { $0.isEmpty || message.range(of: $0, options: .caseInsensitive) != nil }
  }
}

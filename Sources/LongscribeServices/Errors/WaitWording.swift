package import Foundation

/// How long a service asks to wait, in seconds.
package enum WaitWording {
  /// The wait in headers: `Retry-After` holds seconds or a date (RFC 9110, 10.2.3); `retry-after-ms` is OpenAI's.
  package static func seconds(_ header: (String) -> String?, now: Date) -> Double? {
    if let text = header("retry-after-ms"), let milliseconds = Double(text), milliseconds >= 0,
      milliseconds.isFinite
    {
      return milliseconds / 1000
    }
    guard let text = header("retry-after")?.trimmingCharacters(in: .whitespaces) else { return nil }
    if let seconds = Double(text) { return seconds.isFinite && seconds >= 0 ? seconds : nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { max(0, $0.timeIntervalSince(now)) }
  }

  /// The wait in a sentence: "Please try again in 1m2.5s", "retry after 20 seconds", "请在 10 秒后重试".
  package static func seconds(in message: String) -> Double? {
    let text = message as NSString
    let whole = NSRange(location: 0, length: text.length)
    for pattern in patterns {
      guard let match = pattern?.firstMatch(in: message, range: whole) else { continue }
      func number(_ group: Int) -> Double? {
        let range = match.range(at: group)
        return range.location == NSNotFound ? nil : Double(text.substring(with: range))
      }
      let parts: [(Double?, Double)] = [
        (number(1), 3600), (number(2), 60), (number(3).map { $0 / 1000 }, 1), (number(4), 1),
      ]
      guard parts.contains(where: { $0.0 != nil }) else { continue }
      return parts.reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
    }
    return nil
  }

  private static let number = #"(\d+(?:\.\d+)?)\s*"#
  private static let span =
    #"(?=\d)(?:"# + number + #"(?:(?:h|hours?)(?![a-z])|(?:h)(?=\d)|小时)\s*)?"#
    + #"(?:"# + number + #"(?:(?:m|min|mins|minutes?)(?![a-z])|分钟?)\s*)?"#
    + #"(?:"# + number + #"(?:(?:ms|milliseconds?)(?![a-z])|毫秒)|"# + number
    + #"(?:(?:s|secs?|seconds?)(?![a-z])|秒))?"#

  /// Words between are few, so that a number of something else is not taken for a wait ("retry failed: 502 HTTP error").
  private static let patterns = [
    #"(?:try again|retry|retrying|available|reset|resets|wait)\s+(?:again\s+)?(?:after|in|for)?\s*(?:about\s+)?"#
      + span,
    #"(?:请在|请于|等待)\s*"# + span, span + #"\s*(?:之?后|以后)"#,
  ].map { try? NSRegularExpression(pattern: $0, options: .caseInsensitive) }
}

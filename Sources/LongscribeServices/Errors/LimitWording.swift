private import Foundation
import LongscribeCore

/// Reads limits out of the sentences in which services refuse what is too long or too large.
///
/// | sentence | limit |
/// | --- | --- |
/// | audio duration 1830.53 seconds is longer than 1400 seconds which is the maximum for this model | 1400 s |
/// | Maximum content size limit (26214400) exceeded (26222592 bytes read) | 26,214,400 bytes |
/// | 音频时长不能超过 30 秒 | 30 s |
///
/// A span or size counts if a word for a limit stands before it (`limit`, `than`, `超过` …) or after it (`以内`, `maximum` …), with no other number between;
/// a number without a unit only if nothing but punctuation follows. What stands after a word for waiting is no limit. And it counts only if
/// it is below what was sent, because a limit that would have let the request pass is not the reason, and not absurdly far below.
package enum LimitWording {
  /// `1:02:03`, or a number with a unit, or alone. Of several with units of time in a row (`1 minute 30 seconds`, `1分30秒`) each adds to the one before.
  private static let numbers = try? NSRegularExpression(
    pattern: #"(\d{1,3}):(\d{2})(?::(\d{2}))?(?!\d)|(\d[\d,]*(?:\.\d+)?)\s*"#
      + #"((?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|hours?|h|bytes?|b|kib|kb|k|mib|mb|m|gib|gb|g)(?![a-z])"#
      + #"|秒钟?|分钟?|小时|兆|字节)?"#,
    options: .caseInsensitive)

  private static let wordsBefore = [
    "than", "limit", "limits", "maximum", "max", "up to", "exceed", "exceeds", "at most", "over",
    "and", "within", "allowed",
    "超过", "超出", "最大", "最长", "上限", "限制", "不能", "不得", "小于", "≤", "<=", "<",
  ]
  private static let wordsAfter = ["以内", "以下", "maximum", "max", "limit", "allowed", "at most"]
  private static let wordsOfWaiting = ["retry", "try again", "wait", "重试", "请在", "后再"]

  /// Less than this share of what was sent is no limit that would be told only now.
  private static let leastShare = 1.0 / 128

  /// Seconds in one of a unit of time.
  private static func seconds(_ unit: String) -> Double? {
    switch unit.lowercased() {
    case "millisecond", "milliseconds", "ms": 0.001
    case "second", "seconds", "sec", "secs", "s", "秒", "秒钟": 1
    case "minute", "minutes", "min", "mins", "分", "分钟": 60
    case "hour", "hours", "h", "小时": 3600
    default: nil
    }
  }

  /// Bytes in one of a unit of size. "MB" is taken as 10^6: who means more takes that too.
  private static func bytes(_ unit: String) -> Double? {
    switch unit {
    case "byte", "bytes", "b", "字节": 1
    case "kb", "k": 1e3
    case "kib": 1024
    case "mb", "m", "兆": 1e6
    case "mib": 1_048_576
    case "gb", "g": 1e9
    case "gib": 1_073_741_824
    default: nil
    }
  }

  /// The longest audio that a message allows, in samples; `nil` if it tells none below what was sent.
  package static func samples(in message: String, sent: Int64) -> Int64? {
    best(in: message, below: Timeline.seconds(sent), unit: seconds, bare: 1...100_000)
      .map(Timeline.samples)
  }

  /// The most bytes that a message allows; `nil` if it tells none below what was sent.
  package static func bytes(in message: String, sent: Int64) -> Int64? {
    best(in: message, below: Double(sent), unit: bytes, bare: 10_000...1e12).map { Int64($0) }
  }

  /// The largest of the limits in a message that explains the refusal.
  private static func best(
    in message: String, below sent: Double, unit: (String) -> Double?, bare: ClosedRange<Double>
  ) -> Double? {
    let text = message as NSString
    let whole = NSRange(location: 0, length: text.length)
    var found: Double?
    var previousEnd = 0
    var open: (value: Double, start: Int, end: Int, isLimit: Bool)?
    func close() {
      if let open, open.isLimit, open.value < sent, open.value >= sent * leastShare {
        found = max(found ?? 0, open.value)
      }
      open = nil
    }
    for match in numbers?.matches(in: message, range: whole) ?? [] {
      defer { previousEnd = match.range.location + match.range.length }
      guard let value = value(of: match, in: text, unit: unit, bare: bare) else { continue }
      let gap = text.substring(
        with: NSRange(location: previousEnd, length: match.range.location - previousEnd))
      let end = match.range.location + match.range.length
      if let last = open, last.end == previousEnd, gap.allSatisfy(\.isWhitespace) {
        open = (last.value + value, last.start, end, last.isLimit || isLimit(gap, match, text))
      } else {
        close()
        open = (value, match.range.location, end, isLimit(gap, match, text))
      }
    }
    close()
    return found
  }

  /// What a number stands for, in seconds or bytes; `nil` if for something else.
  private static func value(
    of match: NSTextCheckingResult, in text: NSString, unit: (String) -> Double?,
    bare: ClosedRange<Double>
  ) -> Double? {
    func part(_ group: Int) -> String? {
      let range = match.range(at: group)
      return range.location == NSNotFound ? nil : text.substring(with: range)
    }
    if let first = part(1).flatMap(Double.init), let second = part(2).flatMap(Double.init) {
      guard unit("s") != nil else { return nil }
      guard let third = part(3).flatMap(Double.init) else { return first * 60 + second }
      return first * 3600 + second * 60 + third
    }
    guard let number = part(4).flatMap({ Double($0.replacing(",", with: "")) }), number > 0 else {
      return nil
    }
    if let name = part(5)?.lowercased() { return unit(name).map { number * $0 } }
    let rest = text.substring(from: match.range.location + match.range.length)
    let next = rest.first { !$0.isWhitespace }
    return bare.contains(number) && (next.map { !$0.isLetter } ?? true) ? number : nil
  }

  private static func isLimit(
    _ gap: String, _ match: NSTextCheckingResult, _ text: NSString
  ) -> Bool {
    let before = gap.lowercased().suffix(40)
    guard !wordsOfWaiting.contains(where: before.contains) else { return false }
    if wordsBefore.contains(where: { Wording.holds($0, in: before) }) { return true }
    let end = match.range.location + match.range.length
    let after = text.substring(with: NSRange(location: end, length: min(24, text.length - end)))
      .lowercased().prefix { !$0.isNumber }
    return wordsAfter.contains { Wording.holds($0, in: after) }
  }
}

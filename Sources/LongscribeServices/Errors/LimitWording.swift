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
/// A number counts if it has a unit, or stands right after a word for a limit; and only if it is below what was sent, because a limit that
/// would have let the request pass is not the reason. Of several, those after such a word come first, then the largest.
package enum LimitWording {
  private static let numbers = try? NSRegularExpression(
    pattern: #"(\d[\d,]*(?:\.\d+)?)\s*"#
      + #"(milliseconds?|ms\b|seconds?|secs?\b|s\b|minutes?|mins?\b|hours?|h\b|秒钟?|分钟?|小时|"#
      + #"bytes?|b\b|kib|kb|k\b|mib|mb|m\b|兆|gib|gb|g\b|字节)?"#,
    options: .caseInsensitive)

  private static let limitWords = [
    "than", "limit", "maximum", "max", "up to", "exceeds ", "exceed ", "at most", "over", "超过",
    "不超过", "最大", "最长", "上限", "≤",
    "<=", "小于", "within",
  ]

  /// Seconds in one of a unit of time.
  private static func seconds(_ unit: String) -> Double? {
    switch unit {
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

  private static func best(
    in message: String, below sent: Double, unit: (String) -> Double?, bare: ClosedRange<Double>
  ) -> Double? {
    let text = message as NSString
    let matches =
      numbers?.matches(in: message, range: NSRange(location: 0, length: text.length)) ?? []
    var afterWord: Double?
    var any: Double?
    for match in matches {
      guard
        let number = Double(
          text.substring(with: match.range(at: 1)).replacing(",", with: ""))
      else { continue }
      let start = max(0, match.range.location - 24)
      let before = text.substring(
        with: NSRange(location: start, length: match.range.location - start)
      ).lowercased()
      let followsWord = limitWords.contains { word in
        before.range(of: word, options: .backwards).map {
          !before[$0.upperBound...].contains { $0.isNumber }
        } ?? false
      }
      let name =
        match.range(at: 2).location == NSNotFound
        ? nil : text.substring(with: match.range(at: 2)).lowercased()
      let value: Double
      if let name, let factor = unit(name) {
        value = number * factor
      } else if name == nil, followsWord, bare.contains(number) {
        value = number
      } else {
        continue
      }
      guard value > 0, value < sent else { continue }
      if followsWord { afterWord = max(afterWord ?? 0, value) }
      any = max(any ?? 0, value)
    }
    return afterWord ?? any
  }
}

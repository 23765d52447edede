private import Foundation
package import LongscribeCore

/// SRT or WebVTT as an answer: cues with times, which make segments.
package enum SubtitleAnswer {
  private static let time = try? NSRegularExpression(
    pattern:
      #"^\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"#
  )

  /// Whether a text begins as subtitles do.
  package static func looksLike(_ text: String) -> Bool {
    let lines = text.prefix(400).split(whereSeparator: \.isNewline).prefix(4)
    return text.hasPrefix("WEBVTT") || lines.prefix(3).contains { range(of: String($0)) != nil }
  }

  /// The segments of subtitles; `nil` if much of the text belongs to no cue, so that it is no subtitles but speech about them. A few lines after an
  /// empty one inside a cue belong to that cue.
  package static func segments(_ text: String) -> [Recognition.Segment]? {
    var outside = 0
    let isWebVTT = text.hasPrefix("WEBVTT")
    var isHeader = isWebVTT
    var segments: [Recognition.Segment] = []
    var current: TimelineRange?
    var lines: [String] = []
    var isNumber: Bool { lines.last.map { $0.allSatisfy(\.isNumber) } ?? false }
    func close() {
      guard let range = current, !lines.isEmpty else { return }
      segments.append(Recognition.Segment(range: range, text: Joining.joined(lines)))
    }
    let all = text.split(separator: /\r\n|\n|\r/, omittingEmptySubsequences: false).map(String.init)
    for (index, line) in all.enumerated() {
      // A cue of WebVTT may have a name, on a line before its times.
      let isName = isWebVTT && index + 1 < all.count && range(of: all[index + 1]) != nil
      if let range = range(of: line) {
        // The number of the next cue, should the empty line before it be missing.
        if isNumber, current != nil, lines.count > 1 { lines.removeLast() }
        close()
        current = range
        lines = []
      } else if line.allSatisfy(\.isWhitespace) {
        close()
        current = nil
        lines = []
      } else if current != nil {
        lines.append(Joining.trimmed(isWebVTT ? decoded(plain(line)) : plain(line)))
      } else if !isHeader, !isName, !line.allSatisfy({ $0.isNumber || $0.isWhitespace }) {
        outside += 1
        // What is left of a cue's times is no text.
        if !segments.isEmpty, !line.contains("-->") {
          let text = [segments[segments.count - 1].text, Joining.trimmed(plain(line))]
          segments[segments.count - 1].text = Joining.joined(text)
        }
      }
      if line.allSatisfy(\.isWhitespace) { isHeader = false }
      let isBlock = ["NOTE", "STYLE", "REGION"].contains { line.hasPrefix($0) }
      if isBlock, isWebVTT { isHeader = true }
    }
    close()
    // Subtitles of a recording in which nobody speaks.
    let title = Joining.trimmed(String(text.prefix { !$0.isNewline }))
    if segments.isEmpty, outside == 0, title == "WEBVTT" { return [] }
    return segments.isEmpty || outside > segments.count / 2 ? nil : segments
  }

  private static func range(of line: String) -> TimelineRange? {
    let text = line as NSString
    guard
      let match = time?.firstMatch(in: line, range: NSRange(location: 0, length: text.length))
    else { return nil }
    func seconds(_ first: Int) -> Double {
      func number(_ group: Int) -> Double {
        let range = match.range(at: group)
        return range.location == NSNotFound ? 0 : Double(text.substring(with: range)) ?? 0
      }
      let digits = match.range(at: first + 3).length
      return number(first) * 3600 + number(first + 1) * 60 + number(first + 2)
        + number(first + 3) / pow(10, Double(digits))
    }
    let start = seconds(1)
    return TimelineRange(
      Timeline.samples(start), max(Timeline.samples(start), Timeline.samples(seconds(5))))
  }

  /// A cue's line without marks such as `<i>`, `<c.voice>` and `<00:01.500>`.
  private static func plain(_ line: String) -> String {
    line.contains("<") ? line.replacing(/<(?:\/?[a-zA-Z]|\d)[^>]*>/, with: "") : line
  }

  /// What WebVTT writes for characters that mean something in it (W3C WebVTT, 4.2.2).
  private static let entities = [
    "&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "", "&rlm;": "", "&amp;": "&",
  ]

  private static func decoded(_ line: String) -> String {
    line.contains("&")
      ? line.replacing(/&[a-z]+;/) { entities[String($0.output)] ?? String($0.output) } : line
  }
}

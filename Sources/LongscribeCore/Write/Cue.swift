/// One entry of a subtitle or text file: what every writer writes.
package struct Cue: Sendable, Hashable {
  /// A part of a line.
  package struct Span: Sendable, Hashable {
    /// Its text, without line breaks and control characters.
    package var text: String
    /// Whether it is the word that is being said, in subtitles that show that.
    package var isHighlighted: Bool
  }

  /// When it is shown.
  package var range: TimelineRange
  /// Its lines; none of them is empty.
  package var lines: [[Span]]
  /// Whether it stands for a stretch that could not be transcribed.
  package var isGap: Bool

  package init(range: TimelineRange, lines: [[Span]], isGap: Bool) {
    self.range = range
    self.lines = lines
    self.isGap = isGap
  }

  /// A cue of one line.
  package init(range: TimelineRange, text: String, isGap: Bool) {
    self.init(range: range, lines: [[Span(text: text, isHighlighted: false)]], isGap: isGap)
  }

  /// Its text, with a line break between lines.
  package var text: String {
    lines.map { $0.map(\.text).joined() }.joined(separator: "\n")
  }
}

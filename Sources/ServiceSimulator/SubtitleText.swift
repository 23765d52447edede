/// A transcript as subtitles.
enum SubtitleText {
  static func srt(_ segments: [Recognition.Segment]) -> String {
    segments.enumerated().map { index, segment in
      "\(index + 1)\n\(time(segment.start, ",")) --> \(time(segment.end, ","))\n\(segment.text)\n\n"
    }.joined() + "\n"
  }

  static func vtt(_ segments: [Recognition.Segment]) -> String {
    "WEBVTT\n\n"
      + segments.map { segment in
        "\(time(segment.start, ".")) --> \(time(segment.end, "."))\n\(segment.text)\n\n"
      }.joined()
  }

  /// `00:00:00,000`
  private static func time(_ seconds: Double, _ separator: String) -> String {
    let milliseconds = Int((seconds * 1000).rounded())
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return digits(milliseconds / 3_600_000, 2) + ":" + digits(milliseconds / 60_000 % 60, 2) + ":"
      + digits(milliseconds / 1000 % 60, 2) + separator + digits(milliseconds % 1000, 3)
  }
}

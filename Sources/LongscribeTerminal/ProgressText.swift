import Longscribe

/// Draws how far a transcription is. Pure: numbers, seconds and columns in, one line out.
package enum ProgressText {
  /// Seconds before a speed is told: one answer is no measure.
  private static let measured = 2.0
  /// Columns that are left for the name before anything else is left out.
  private static let leastName = 12

  /// A part of the line; the one with the highest number is left out first where there is no room.
  private struct Part {
    var text: String
    var rank: Int
  }

  /// A line for a terminal, never wider than so many columns.
  ///
  /// - Parameters:
  ///   - seconds: Since the transcription began.
  ///   - columns: The terminal's width less one, because a cursor behind the last column wraps.
  package static func line(
    _ progress: TranscriptionProgress, after seconds: Double, columns: Int
  ) -> String {
    var parts = parts(progress, after: seconds, isShort: false)
    let name = FileName.printable(progress.name)
    let nameWidth = min(DisplayWidth.of(name), leastName)
    func room() -> Int { columns - width(parts) }
    if room() < nameWidth { parts = Self.parts(progress, after: seconds, isShort: true) }
    while room() < nameWidth, let last = parts.map(\.rank).max() {
      parts.removeAll { $0.rank == last }
    }
    let shown = DisplayWidth.clipped(name, to: max(0, room()))
    var line = DisplayWidth.clipped(
      ([shown] + parts.map(\.text)).joined(separator: "  "), to: columns)
    let tail = columns - DisplayWidth.of(line) - 2
    if !progress.provisional.isEmpty, tail >= 10 {
      line += "  " + ending(of: FileName.printable(progress.provisional), in: tail)
    }
    return line
  }

  /// A line for a log, with all that is known.
  package static func plain(_ progress: TranscriptionProgress, after seconds: Double) -> String {
    let parts = parts(progress, after: seconds, isShort: false).map(\.text)
    return "\(FileName.printable(progress.name)): \(parts.joined(separator: ", "))"
  }

  private static func width(_ parts: [Part]) -> Int {
    parts.reduce(0) { $0 + DisplayWidth.of($1.text) + 2 }
  }

  private static func parts(
    _ progress: TranscriptionProgress, after seconds: Double, isShort: Bool
  ) -> [Part] {
    let of = isShort ? "/" : " of "
    var parts = [
      Part(
        text: "\(progress.done)\(of)\(progress.chunks)\(progress.isPlanned ? "" : "+") chunks",
        rank: 0)
    ]
    let position = TimeText.coarse(progress.doneSamples)
    let total = progress.length.map { "\(of)\(TimeText.coarse($0))" } ?? ""
    parts.append(Part(text: position + total, rank: 2))
    if let share = progress.share { parts.append(Part(text: "\(Int(share * 100)) %", rank: 1)) }
    if !progress.isPlanned {
      parts.append(Part(text: "heard \(TimeText.coarse(progress.heard))", rank: 6))
    }
    if progress.repairs > 0 {
      parts.append(Part(text: "asking again for \(progress.repairs)", rank: 7))
    }
    if seconds >= measured, let speed = progress.speed(after: seconds) {
      parts.append(Part(text: "\(number(speed)) ×\(isShort ? "" : " real time")", rank: 5))
    }
    if let cost = progress.cost { parts.append(Part(text: cost, rank: 4)) }
    if seconds >= measured, let left = progress.left(after: seconds) {
      parts.append(Part(text: "\(TimeText.coarse(Timeline.samples(left))) left", rank: 3))
    }
    return parts
  }

  private static func number(_ value: Double) -> String {
    guard value < 10 else { return String(Int(min(value, 1e6))) }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  /// The end of a text that grows, in so many columns.
  private static func ending(of text: String, in columns: Int) -> String {
    guard DisplayWidth.of(text) > columns else { return text }
    var (tail, width) = ("", 1)
    for character in text.reversed() {
      width += DisplayWidth.of(character)
      guard width <= columns else { break }
      tail.insert(character, at: tail.startIndex)
    }
    return "…" + tail
  }
}

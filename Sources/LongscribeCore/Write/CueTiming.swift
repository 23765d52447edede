/// When subtitles are shown: as they are said, but long enough to be read, apart from each other, and none too long.
///
/// Where not everything can be had, in this order: no two overlap and each lasts, none is shown for too long, the shortest time is kept, the
/// gap is kept, there is time to read.
struct CueTiming: Sendable {
  /// A subtitle with the time in which it is said.
  struct Timed: Sendable {
    /// When it is said, and later when it is shown.
    var range: TimelineRange
    /// How long it takes to read it.
    var reading: Int64
    /// Whether it stands for a stretch that could not be transcribed. Those are shown exactly where they are.
    var isGap: Bool
  }

  /// Shortest cue in samples (1 ms): WebVTT asks for an end after the start, and rounding to milliseconds must leave one.
  static let shortest = Timeline.sampleRate / 1000
  /// How much earlier or later than it is said a subtitle may appear, so that it or the one before is shown long enough (0.3 s, 0.5 s). The BBC
  /// allows three times as much.
  private static let lead = Timeline.sampleRate * 3 / 10
  private static let lag = Timeline.sampleRate / 2

  private let style: SubtitleStyle
  private let length: Int64
  private let longest: Int64

  /// - Parameter length: The recording's length.
  init(_ style: SubtitleStyle, length: Int64) {
    self.style = style
    self.length = length
    longest = max(Self.shortest, style.maximumDuration ?? .max / 4)
  }

  /// Turns times at which cues are said, in order, into times at which they are shown.
  func show(_ cues: [Timed]) -> [TimelineRange] {
    var starts = cues.map(\.range.start)
    lead(&starts, cues)
    lag(&starts, cues)
    let ranges = cues.indices.map { index in
      TimelineRange(starts[index], end(of: index, starts, cues))
    }
    return Self.separated(ranges)
  }

  /// Where whatever follows a cue begins, and the gap that belongs before it.
  private func next(_ index: Int, _ starts: [Int64], _ cues: [Timed]) -> (start: Int64, gap: Int64)
  {
    guard index + 1 < cues.count else { return (max(length, cues[index].range.end), 0) }
    return (starts[index + 1], cues[index + 1].isGap ? 0 : style.smallestGap)
  }

  /// Lets cues begin earlier that would be too short.
  private func lead(_ starts: inout [Int64], _ cues: [Timed]) {
    for index in cues.indices.reversed() where !cues[index].isGap {
      let next = next(index, starts, cues)
      let wanted = next.start - next.gap - min(style.minimumDuration, longest)
      guard wanted < starts[index] else { continue }
      var earliest = max(0, cues[index].range.start - Self.lead)
      // A stretch that is missing is shown to its end.
      if index > 0, cues[index - 1].isGap { earliest = max(earliest, cues[index - 1].range.end) }
      starts[index] = min(starts[index], max(wanted, earliest))
    }
  }

  /// Lets cues begin later where the one before would be too short.
  private func lag(_ starts: inout [Int64], _ cues: [Timed]) {
    let latest = latestStarts(cues)
    for index in cues.indices.dropFirst() where !cues[index].isGap {
      let before = cues[index - 1]
      let wanted =
        before.isGap
        ? min(before.range.end, starts[index] + before.range.length)
        : starts[index - 1] + min(style.minimumDuration, longest) + style.smallestGap
      let most = min(cues[index].range.start + Self.lag, latest[index])
      starts[index] = max(starts[index], min(wanted, most))
    }
  }

  /// Where cues have to begin at the latest, so that each is shown before the next missing stretch and the recording's end.
  private func latestStarts(_ cues: [Timed]) -> [Int64] {
    var latest = [Int64](repeating: 0, count: cues.count)
    var limit = max(length, cues.last?.range.end ?? 0)
    for index in cues.indices.reversed() {
      limit = cues[index].isGap ? cues[index].range.start : limit - Self.shortest
      latest[index] = limit
    }
    return latest
  }

  private func end(of index: Int, _ starts: [Int64], _ cues: [Timed]) -> Int64 {
    let cue = cues[index]
    let start = starts[index]
    if cue.isGap { return cue.range.end }
    let last = start + longest
    let next = next(index, starts, cues)
    let least = min(start + style.minimumDuration, last)
    let said = max(least, min(cue.range.end, last))
    // What is read slowly stays a while after it was said.
    var end = max(said, min(start + cue.reading, cue.range.end + style.linger, last))
    if index + 1 < cues.count, !cues[index + 1].isGap, next.start - end < style.closedGap {
      let closed = min(next.start - next.gap, last)
      if next.start - closed < style.closedGap,
        closed - cue.range.end <= max(style.linger, style.closedGap)
      {
        end = closed
      } else {
        end = max(said, min(end, next.start - style.closedGap))
      }
    }
    // The gap goes before the shortest time does.
    let limit = next.start - next.gap
    return min(end, limit - start >= min(style.minimumDuration, longest) ? limit : next.start)
  }

  /// Moves ends, and where there is no other way starts, so that no two cues overlap and each lasts.
  static func separated(_ ranges: [TimelineRange]) -> [TimelineRange] {
    var ranges = ranges
    for index in ranges.indices {
      if index > 0 {
        let previous = ranges[index - 1]
        if ranges[index].start < previous.end {
          // Prefer to shorten the cue before; if nothing of it would be left, start later.
          let meeting = max(previous.start + shortest, ranges[index].start)
          ranges[index - 1] = TimelineRange(previous.start, min(previous.end, meeting))
          ranges[index].start = max(ranges[index].start, ranges[index - 1].end)
        }
      }
      let range = ranges[index]
      ranges[index] = TimelineRange(range.start, max(range.start + shortest, range.end))
    }
    return ranges
  }
}

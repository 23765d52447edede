/// Gives the text of segments its times: those of its words where the service told them, else a share of the speech in the segment.
struct SegmentTimes {
  private let envelope: Envelope
  private let chunks: [Int: TimelineRange]
  /// The estimate for the chunk of the last segment that needed one.
  private var estimate: (chunk: Int, times: EstimatedTimes)?

  /// Nobody speaks so much slower than at an ordinary pace (a quarter). What is given more time than that, and more than any subtitle is
  /// shown (7 s), lies somewhere in it, and is taken for said at its start.
  private static let slowest = 4.0
  private static let longestIdle = 7.0

  init(_ transcript: Transcript, envelope: Envelope) {
    self.envelope = envelope
    chunks = Dictionary((transcript.chunks + transcript.repairs).map { ($0.index, $0.audio) }) {
      first, _ in first
    }
  }

  /// The times of a segment's text, which is that of the tokens.
  mutating func clock(of segment: TranscriptSegment, _ tokens: [Token]) -> TextClock {
    let total = tokens.reduce(0) { $0 + TextClock.bytes($1) }
    let words = segment.words.lazy.map { (TextClock.bytes(CueText.clean($0.text)), $0.range) }
    if let clock = TextClock(words, total: total) { return clock }
    var tokens = tokens
    estimates(for: segment).give(&tokens, over: segment.range)
    Self.hasten(&tokens)
    return TextClock(tokens.lazy.map { (TextClock.bytes($0), $0.range) }, total: total)
      ?? TextClock(range: segment.range)
  }

  private mutating func estimates(for segment: TranscriptSegment) -> EstimatedTimes {
    // Where speech is loud and pauses are quiet is told by what is around.
    guard let chunk = chunks[segment.chunk], chunk.contains(segment.range) else {
      return EstimatedTimes(in: segment.range, of: envelope)
    }
    if let estimate, estimate.chunk == segment.chunk { return estimate.times }
    let times = EstimatedTimes(in: chunk, of: envelope)
    estimate = (segment.chunk, times)
    return times
  }

  /// Takes time away from words that nobody says so slowly.
  private static func hasten(_ tokens: inout [Token]) {
    var start = 0
    while start < tokens.count {
      var end = start + 1
      while end < tokens.count, tokens[end].range.start == tokens[end - 1].range.end { end += 1 }
      let from = tokens[start].range.start
      let length = tokens[end - 1].range.end - from
      let spoken = tokens[start..<end].reduce(0) { $0 + $1.duration }
      let most = Timeline.samples(max(longestIdle, slowest * spoken))
      if length > most {
        for index in start..<end {
          let range = tokens[index].range
          tokens[index].range = TimelineRange(
            from + (range.start - from) * most / length, from + (range.end - from) * most / length)
        }
      }
      start = end
    }
  }
}

/// When each place of a text is said. Places are counted in bytes of UTF-8 that are no white space.
struct TextClock {
  /// Where units end, in such bytes.
  private var ends: [Int] = []
  private var ranges: [TimelineRange] = []
  /// Such bytes of the text. Where the units have more or fewer, since they are written otherwise, places are scaled.
  private let total: Int

  /// A clock for a text all of which is said in one range.
  init(range: TimelineRange) {
    ends = [1]
    ranges = [range]
    total = 1
  }

  /// A clock of units in order, each with its bytes; `nil` if they have none, or the text has none.
  init?(_ units: some Sequence<(Int, TimelineRange)>, total: Int) {
    self.total = total
    var bytes = 0
    var earliest = Int64.min
    for (count, range) in units where count > 0 {
      bytes += count
      let start = max(earliest, range.start)
      ends.append(bytes)
      ranges.append(TimelineRange(start, range.end))
      earliest = start
    }
    guard bytes > 0, total > 0 else { return nil }
  }

  /// The range of a part of the text.
  func range(of part: Range<Int>) -> TimelineRange {
    let units = ends.last ?? 1
    let from = part.lowerBound * units / total
    let to = max(from, min(units, part.upperBound * units / total))
    return TimelineRange(
      time(of: from, in: index(endingAfter: from)),
      time(of: to, in: index(endingAfter: max(from, to - 1))))
  }

  /// When a place inside a unit, or at one of its ends, is said.
  private func time(of place: Int, in unit: Int) -> Int64 {
    let begin = unit > 0 ? ends[unit - 1] : 0
    let length = Int64(max(1, ends[unit] - begin))
    let range = ranges[unit]
    return range.start + range.length * Int64(place - begin) / length
  }

  private func index(endingAfter place: Int) -> Int {
    var lower = 0
    var upper = ends.count - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if ends[middle] > place { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }

  static func bytes(_ text: String) -> Int {
    text.utf8.count { $0 != 0x20 }
  }

  static func bytes(_ token: Token) -> Int {
    bytes(token.lead) + bytes(token.core) + bytes(token.trail)
  }
}

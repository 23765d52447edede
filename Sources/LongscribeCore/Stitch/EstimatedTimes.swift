/// Times for text that came without any.
struct EstimatedTimes {
  private let stretches: SpokenStretches

  init(in range: TimelineRange, of envelope: Envelope) {
    stretches = SpokenStretches(in: range, of: envelope)
  }

  /// Gives tokens consecutive times in a range.
  func give(_ tokens: inout [Token], over range: TimelineRange) {
    guard !tokens.isEmpty else { return }
    let stretches = stretches.stretches(in: range)
    let durations = tokens.map(\.duration)
    guard !stretches.isEmpty else {
      Self.lay(&tokens, 0..<tokens.count, durations, over: range)
      return
    }
    let marks = tokens.indices.map { index in
      index + 1 < tokens.count ? PauseMark(after: tokens[index], before: tokens[index + 1]) : .none
    }
    let alignment = PauseAlignment(durations: durations, marks: marks, stretches: stretches)
    let ends = alignment.ends() ?? Self.share(durations, stretches.map(\.frames))
    var from = 0
    for (index, stretch) in stretches.enumerated() {
      Self.lay(&tokens, from..<ends[index], durations, over: stretch.range)
      from = ends[index]
    }
  }

  private static func share(_ durations: [Double], _ runs: [Range<Int>]) -> [Int] {
    let total = durations.reduce(0, +)
    let spoken = Double(runs.reduce(0) { $0 + $1.count })
    var said = 0.0
    var heard = 0.0
    var position = 0
    return runs.indices.map { index in
      heard += Double(runs[index].count)
      while position < durations.count, index == runs.count - 1 || said + durations[position] / 2 <= heard / spoken * total {
        said += durations[position]
        position += 1
      }
      return position
    }
  }

  private static func lay(_ tokens: inout [Token], _ part: Range<Int>, _ durations: [Double], over range: TimelineRange) {
    let total = durations[part].reduce(0, +)
    var said = 0.0
    var position = range.start
    for index in part {
      said += durations[index]
      let end = index == part.upperBound - 1 ? range.end : range.start + Int64(said / max(total, 1e-9) * Double(range.length))
      tokens[index].range = TimelineRange(position, end)
      position = end
    }
  }
}

/// Times for words that came without any, from the text and from the chunk's loudness.
///
/// The words are laid over the stretches in which somebody speaks, so that pauses lie between words and marks lie at pauses
/// (`PauseAlignment`); within a stretch each word gets a share by how long it takes to say.
struct EstimatedTimes {
  private let speech: SpokenStretches

  /// Words of a chunk that are aligned with its pauses at the most: an hour of the fastest speech. What says more is no speech.
  private static let mostWords = 30_000

  /// Estimates for the words of one chunk.
  init(in range: TimelineRange, of envelope: Envelope) {
    speech = SpokenStretches(in: range, of: envelope)
  }

  /// Gives tokens consecutive times in a range of the chunk: all of it, or what a service says of one segment.
  func give(_ tokens: inout [Token], over range: TimelineRange) {
    guard !tokens.isEmpty else { return }
    let durations = tokens.map(\.duration)
    let stretches = speech.stretches(in: range)
    guard stretches.count > 1 else {
      let whole = stretches.first?.range.intersection(range) ?? range
      return Self.lay(&tokens, tokens.indices, durations, over: whole)
    }
    let ends =
      tokens.count > Self.mostWords
      ? nil
      : PauseAlignment(
        durations: durations, marks: PauseMark.marks(of: tokens), stretches: stretches
      ).ends()
    var from = 0
    for (stretch, end) in zip(stretches, ends ?? Self.share(durations, among: stretches)) {
      Self.lay(&tokens, from..<end, durations, over: stretch.range.intersection(range))
      from = end
    }
  }

  /// Shares words out evenly: for what does not go together at all, such as much text for little speech.
  private static func share(_ durations: [Double], among stretches: [SpokenStretches.Stretch])
    -> [Int]
  {
    let total = durations.reduce(0, +)
    let spoken = stretches.reduce(0) { $0 + $1.seconds }
    var said = 0.0
    var heard = 0.0
    var position = 0
    var ends: [Int] = []
    for stretch in stretches {
      heard += stretch.seconds
      while position < durations.count, said + durations[position] / 2 <= heard / spoken * total {
        said += durations[position]
        position += 1
      }
      ends.append(position)
    }
    ends[stretches.count - 1] = durations.count
    return ends
  }

  private static func lay(
    _ tokens: inout [Token], _ part: Range<Int>, _ durations: [Double], over range: TimelineRange
  ) {
    let total = durations[part].reduce(0, +)
    var said = 0.0
    var position = range.start
    for index in part {
      said += durations[index]
      let share = total > 0 ? said / total : 1
      let end =
        index == part.upperBound - 1
        ? range.end : min(range.end, range.start + Int64(share * Double(range.length)))
      tokens[index].range = TimelineRange(position, end)
      position = end
    }
  }
}

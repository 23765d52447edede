/// Which words are said in which stretch of speech.
///
/// # Note: Marks and pauses
///
/// A speaker pauses where a sentence ends, mostly, and often at a comma; but some sentences follow each other without a breath, and
/// some pauses in the middle of a thought are longer than any between two. So neither marks nor lengths of pauses can be trusted
/// one by one. What can: every pause lies between two words, words come in their order, and what is said between two
/// pauses takes about as long as such words take.
///
/// That is a path: for every stretch between two pauses, the words that are said in it. A path costs what is unlikely about it: words
/// that take longer or shorter than their stretch (`SpeakingCost`), a pause where no mark is, a long one at a comma, none where a sentence ends
/// (`PauseMark`). The cheapest of all paths is found stretch by stretch: for each boundary between words, the cheapest way to be there when the stretch
/// ends. Since all pauses and all words have their say, one that misleads is outvoted by those around it, and an error does
/// not carry on beyond the next place that can be only one: the text of twenty minutes is as well placed as that of one.
///
/// Costs are of negative logarithms; those of boundaries without a pause are taken for nought, since every path passes all boundaries, and those
/// with one are counted against them.
struct PauseAlignment {
  /// Nobody speaks on the whole slower than this against what is expected: what sounds longer is not all speech.
  private static let slowest = 1.6
  /// The pace is measured again where it turns out to be this far from what was thought, once.
  private static let paceTolerance = 0.06
  private static let rounds = 2
  /// How far from an even spread over the speech words are looked for: 10 s, and a twentieth of the whole.
  private static let reach = (seconds: 10, part: 20)
  /// What is less likely than the best so far by this much, as a logarithm, is given up.
  private static let beam: Float = 25

  private let durations: [Double]
  private let marks: [PauseMark]
  private let stretches: [SpokenStretches.Stretch]
  private let costs: [SpeakingCost]
  /// For every stretch and mark what the pause after it costs there.
  private let pauses: [[Float]]
  /// What any pause costs at each mark.
  private let anyPause: [Float]
  /// Seconds of speech up to the end of each stretch.
  private let heard: [Double]

  /// - Parameters:
  ///   - durations: How long the words take, in seconds at an ordinary pace.
  ///   - marks: What stands after each word.
  ///   - stretches: Where somebody speaks; at least one.
  init(durations: [Double], marks: [PauseMark], stretches: [SpokenStretches.Stretch]) {
    self.durations = durations
    self.marks = marks
    self.stretches = stretches
    costs = stretches.map { SpeakingCost(of: $0) }
    let kinds = PauseMark.allCases
    pauses = stretches.map { stretch in
      kinds.map { stretch.pauseAfter > 0 ? $0.cost(ofPause: stretch.pauseAfter) : 0 }
    }
    anyPause = kinds.map(\.cost)
    var sum = 0.0
    heard = stretches.map { stretch in
      sum += stretch.seconds
      return sum
    }
  }

  /// For every stretch the boundary up to which the words are said when it ends: 3 is the one after the third word. `nil` if words and
  /// stretches do not go together at all.
  func ends() -> [Int]? {
    let total = durations.reduce(0, +)
    guard let spoken = heard.last, total > 0 else { return nil }
    var pace = min(Self.slowest, spoken / total)
    var ends: [Int]?
    for _ in 0..<Self.rounds {
      guard let found = likeliest(pace: pace) else { break }
      ends = found
      let better = self.pace(along: found, near: pace)
      if abs(better / pace - 1) < Self.paceTolerance { break }
      pace = better
    }
    return ends
  }

  /// The pace in those stretches that fit their words.
  private func pace(along ends: [Int], near pace: Double) -> Double {
    var said = 0.0
    var spoken = 0.0
    var from = 0
    for (end, stretch) in zip(ends, stretches) {
      let expected = durations[from..<end].reduce(0, +)
      from = end
      let off = abs(stretch.seconds - pace * expected)
      guard expected > 0, off < 0.3 + 0.5 * pace * expected else { continue }
      said += expected
      spoken += stretch.seconds
    }
    return said > 0 ? spoken / said : pace
  }

  /// The boundaries at which a stretch may end, and what the cheapest way to each costs.
  private struct Row {
    var start: Int
    var costs: [Float]

    var boundaries: Range<Int> { start..<start + costs.count }

    /// Leaves out what is hopeless at both ends.
    mutating func prune(_ beam: Float) {
      let limit = (costs.min() ?? 0) + beam
      guard limit < .infinity, let first = costs.firstIndex(where: { $0 <= limit }),
        let last = costs.lastIndex(where: { $0 <= limit })
      else {
        costs = []
        return
      }
      costs.removeLast(costs.count - 1 - last)
      costs.removeFirst(first)
      start += first
    }
  }

  private func likeliest(pace: Double) -> [Int]? {
    let said = steps(pace: pace)
    var rows = [Row(start: 0, costs: [0])]
    rows.reserveCapacity(stretches.count + 1)
    for index in stretches.indices {
      let row = row(index, after: rows[index], said)
      guard !row.costs.isEmpty else { return nil }
      rows.append(row)
    }
    // Only now is it known which boundaries matter, so only for them the way there is looked up.
    var ends = [Int](repeating: durations.count, count: stretches.count)
    for index in stretches.indices.dropFirst().reversed() {
      ends[index - 1] = origin(of: ends[index], index, after: rows[index], said)
    }
    return ends
  }

  /// Time that the words up to each boundary take.
  private func steps(pace: Double) -> [Int] {
    let scale = pace * Double(SpeakingCost.stepsPerSecond)
    var sum = 0.0
    var said = [0]
    said.reserveCapacity(durations.count + 1)
    for duration in durations {
      sum += duration * scale
      said.append(Int(sum))
    }
    return said
  }

  /// The boundaries that are looked at for the end of a stretch.
  private func reach(_ index: Int, _ said: [Int]) -> ClosedRange<Int> {
    let count = durations.count
    guard index < stretches.count - 1 else { return count...count }
    let total = said[count]
    let center = Int(Double(total) * heard[index] / heard[stretches.count - 1])
    let reach = Self.reach.seconds * SpeakingCost.stepsPerSecond + total / Self.reach.part
    let lower = said.firstIndex(atLeast: center - reach)
    return lower...max(lower, said.firstIndex(atLeast: center + reach))
  }

  private func row(_ index: Int, after latest: Row, _ said: [Int]) -> Row {
    let reach = reach(index, said)
    let lower = max(latest.start, reach.lowerBound)
    let upper = max(lower, reach.upperBound)
    var row = Row(start: lower, costs: [])
    row.costs.reserveCapacity(upper - lower + 1)
    var first = latest.start
    for boundary in lower...upper {
      first = self.first(of: boundary, index, after: latest, said, from: first)
      let candidates = first..<max(first, min(boundary, latest.boundaries.upperBound))
      let spoken = Self.least(candidates, to: boundary, after: latest, said, costs[index].ofWords)
      let best = min(spoken, silence(at: boundary, index, after: latest))
      row.costs.append(best + pauses[index][mark(boundary)])
    }
    row.prune(Self.beam)
    return row
  }

  private func mark(_ boundary: Int) -> Int {
    let isEdge = boundary == 0 || boundary == durations.count
    return (isEdge ? .sentence : marks[boundary - 1]).rawValue
  }

  /// The first boundary from which the words up to another are not too many for a stretch. One word is always possible, however long
  /// it seems.
  private func first(
    of boundary: Int, _ index: Int, after latest: Row, _ said: [Int], from start: Int
  ) -> Int {
    let most = costs[index].ofWords.count - 1
    let last = min(boundary, latest.boundaries.upperBound) - 1
    var first = start
    while first < last, said[boundary] - said[first] > most { first += 1 }
    return first
  }

  /// The cost up to a boundary if nobody says anything in a stretch.
  private func silence(at boundary: Int, _ index: Int, after latest: Row) -> Float {
    guard latest.boundaries.contains(boundary) else { return .infinity }
    // Two pauses at one boundary count as one.
    return latest.costs[boundary - latest.start] + costs[index].ofSilence - anyPause[mark(boundary)]
  }

  /// The boundary from which the cheapest way to another comes.
  private func origin(of boundary: Int, _ index: Int, after latest: Row, _ said: [Int]) -> Int {
    let ofWords = costs[index].ofWords
    var best = silence(at: boundary, index, after: latest)
    var origin = boundary
    let first = first(of: boundary, index, after: latest, said, from: latest.start)
    for from in first..<max(first, min(boundary, latest.boundaries.upperBound)) {
      let steps = min(ofWords.count - 1, said[boundary] - said[from])
      let cost = latest.costs[from - latest.start] + ofWords[steps]
      if cost < best { (best, origin) = (cost, from) }
    }
    return origin
  }

  /// The least cost up to a boundary if a stretch begins at one of some others.
  private static func least(
    _ candidates: Range<Int>, to boundary: Int, after latest: Row, _ said: [Int],
    _ ofWords: [Float]
  ) -> Float {
    let end = said[boundary]
    let most = ofWords.count - 1
    return said.withUnsafeBufferPointer { said in
      latest.costs.withUnsafeBufferPointer { before in
        ofWords.withUnsafeBufferPointer { ofWords in
          func cost(_ from: Int) -> Float {
            before[from &- latest.start] + ofWords[min(most, end &- said[from])]
          }
          // This is where the time goes; four at once, since one least value has to wait for the one before.
          var (a, b, c, d) = (Float.infinity, Float.infinity, Float.infinity, Float.infinity)
          var from = candidates.lowerBound
          while from &+ 4 <= candidates.upperBound {
            a = min(a, cost(from))
            b = min(b, cost(from &+ 1))
            c = min(c, cost(from &+ 2))
            d = min(d, cost(from &+ 3))
            from &+= 4
          }
          while from < candidates.upperBound {
            a = min(a, cost(from))
            from &+= 1
          }
          return min(min(a, b), min(c, d))
        }
      }
    }
  }
}

extension [Int] {
  /// The first index of a growing list whose value is not below another; the last index if all are.
  fileprivate func firstIndex(atLeast value: Int) -> Int {
    var lower = 0
    var upper = count - 1
    while lower < upper {
      let middle = (lower + upper) / 2
      if self[middle] >= value { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}

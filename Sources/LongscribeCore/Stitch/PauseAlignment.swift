/// Which words are said in which stretch of speech.
///
/// # Note: Marks and pauses
///
/// A speaker pauses where a sentence ends, mostly, and often at a comma; but some sentences follow each other without a breath, and
/// some pauses in the middle of a thought are longer than any between two. So neither marks nor lengths of pauses can be trusted
/// one by one. What can: every pause lies between two words, words come in their order, and what is said between two
/// pauses takes about as long as such words take.
///
/// That is a path: for every stretch between two pauses, the words that are said in it. How likely a path is has three parts: how well the words
/// fit the lengths of their stretches (`SpeakingLikelihood`), how likely pauses of such lengths are at the marks where they are, and none
/// at the others (`PauseMark`), and whether the stretches of one sentence tell the same pace (`SentencePaces`).
///
/// The likeliest path alone is not asked for. Where two pauses could be the end of a sentence, what counts is how many of all the ways to go on
/// agree with each, and the likeliest path may be a lonely one. So the likelihoods of all paths are added up, from the first stretch on
/// and from the last one back; the two sums together tell for each pause how likely each boundary between words is there, and the
/// median is taken: the place with the least error to be expected. Medians of successive pauses are in order, so they make a path.
///
/// Since all pauses and all words have their say, one that misleads is outvoted by those around it, and an error does
/// not carry on beyond the next place that can be only one: the text of twenty minutes is as well placed as that of one.
///
/// Boundaries without a pause count as one, since every path passes all boundaries; those with a pause count by their odds.
struct PauseAlignment {
  /// Nobody speaks on the whole slower than this against what is expected: what sounds longer is not all speech.
  private static let slowest = 1.6
  /// The pace is measured again where it turns out to be this far from what was thought, once.
  private static let paceTolerance = 0.06
  private static let rounds = 2
  /// How far from an even spread over the speech words are looked for: 10 s, and a twentieth of the whole.
  private static let reach = (seconds: 10, part: 20)
  /// What is less likely than the best so far by this factor is given up.
  private static let beam: Float = 1e-6

  private let durations: [Double]
  private let marks: [PauseMark]
  private let stretches: [SpokenStretches.Stretch]
  private let likelihoods: [SpeakingLikelihood]
  /// For every stretch and mark the odds of the pause after it there.
  private let pauses: [[Float]]
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
    likelihoods = stretches.map { SpeakingLikelihood(of: $0) }
    pauses = stretches.map { stretch in
      PauseMark.allCases.map { stretch.pauseAfter > 0 ? $0.odds(ofPause: stretch.pauseAfter) : 1 }
    }
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
      guard let found = medians(pace: pace) else { break }
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

  /// The boundaries at which a stretch may end, with a sum over paths for each, by the pace of the sentence that goes on there. Only
  /// ratios matter: the largest sum of a row is 1.
  private struct Row {
    var start: Int
    var sums: [SIMD4<Float>]

    var boundaries: Range<Int> { start..<start + sums.count }

    /// Makes the largest sum 1 and leaves out what is hopeless at both ends.
    mutating func scale(_ beam: Float) {
      let top = sums.reduce(0) { max($0, $1.max()) }
      guard top > 0, top.isFinite else {
        sums = []
        return
      }
      let limit = top * beam
      while let last = sums.last, last.max() < limit { sums.removeLast() }
      let first = sums.firstIndex { $0.max() >= limit } ?? 0
      sums.removeFirst(first)
      start += first
      for index in sums.indices { sums[index] /= top }
    }
  }

  private func medians(pace: Double) -> [Int]? {
    let paces = SentencePaces(durations: durations, marks: marks, pace: pace)
    var rows = [Row(start: 0, sums: [SIMD4(repeating: 1)])]
    rows.reserveCapacity(stretches.count + 1)
    for index in stretches.indices {
      var row = row(index, after: rows[index], paces)
      row.scale(Self.beam)
      guard !row.sums.isEmpty else { return nil }
      rows.append(row)
    }
    var ends = [Int](repeating: durations.count, count: stretches.count)
    var later = Row(start: durations.count, sums: [SIMD4(repeating: 1)])
    for index in stretches.indices.dropFirst().reversed() {
      let earlier = rows[index]
      later = row(index, at: earlier.boundaries, before: later, paces)
      ends[index - 1] = Self.median(earlier, later)
      later.scale(0)
      guard !later.sums.isEmpty else { return nil }
    }
    return ends
  }

  /// The boundary on either side of which half of all paths run, from the sums over their parts before and after.
  private static func median(_ before: Row, _ after: Row) -> Int {
    let shares = zip(before.sums, after.sums).map { ($0 * $1).sum() }
    let half = shares.reduce(0, +) / 2
    var sum: Float = 0
    for (index, share) in shares.enumerated() {
      sum += share
      if sum >= half { return before.start + index }
    }
    return before.start
  }

  /// The boundaries that are looked at for the end of a stretch.
  private func reach(_ index: Int, _ paces: SentencePaces) -> ClosedRange<Int> {
    let count = durations.count
    guard index < stretches.count - 1 else { return count...count }
    let total = Int(paces.usual[count])
    let center = Int(Double(total) * heard[index] / heard[stretches.count - 1])
    let reach = Self.reach.seconds * SpeakingLikelihood.stepsPerSecond + total / Self.reach.part
    let lower = paces.first(atLeast: center - reach)
    return lower...max(lower, paces.first(atLeast: center + reach))
  }

  private func mark(_ boundary: Int) -> PauseMark {
    boundary == 0 || boundary == durations.count ? .sentence : marks[boundary - 1]
  }

  /// The odds of a sound without words at a boundary: the pauses around it count as one.
  private func silence(at boundary: Int, _ index: Int) -> Float {
    likelihoods[index].ofSilence / mark(boundary).odds
  }

  /// The sums over all paths up to the end of a stretch.
  private func row(_ index: Int, after latest: Row, _ paces: SentencePaces) -> Row {
    let reach = reach(index, paces)
    let lower = max(latest.start, reach.lowerBound)
    let upper = max(lower, reach.upperBound)
    var row = Row(start: lower, sums: [])
    row.sums.reserveCapacity(upper - lower + 1)
    paces.withWords(likelihoods[index]) { words in
      latest.sums.withUnsafeBufferPointer { sums in
        var first = latest.start
        for boundary in lower...upper {
          let last = min(boundary, latest.boundaries.upperBound)
          // One word is always possible, however long it seems.
          while first < last - 1, words.areTooMany(first, boundary) { first += 1 }
          if boundary > first + 1, first == last - 1, words.areTooMany(first, boundary) { break }
          let begin = min(max(first, words.start(of: boundary)), max(first, last))
          var other = SIMD4<Float>.zero
          for from in first..<begin {
            other += sums[from &- latest.start] * words.acrossSentences(from, boundary)
          }
          var sum = SIMD4(repeating: other.sum() / 4)
          for from in begin..<max(begin, last) {
            sum += sums[from &- latest.start] * words.inSentence(from, boundary)
          }
          if paces.isFresh(boundary) { sum = SIMD4(repeating: sum.sum() / 4) }
          if latest.boundaries.contains(boundary) {
            sum += sums[boundary - latest.start] * silence(at: boundary, index)
          }
          row.sums.append(sum * pauses[index][mark(boundary).rawValue])
        }
      }
    }
    return row
  }

  /// The sums over all paths from the start of a stretch on.
  private func row(
    _ index: Int, at boundaries: Range<Int>, before later: Row, _ paces: SentencePaces
  ) -> Row {
    let mixed = later.boundaries.map { boundary in
      later.sums[boundary - later.start].sum() / 4 * pauses[index][mark(boundary).rawValue]
    }
    let paused = later.boundaries.map { boundary in
      paces.isFresh(boundary)
        ? SIMD4(repeating: mixed[boundary - later.start])
        : later.sums[boundary - later.start] * pauses[index][mark(boundary).rawValue]
    }
    let last = later.boundaries.upperBound
    let sums = paces.withWords(likelihoods[index]) { words in
      paused.withUnsafeBufferPointer { paused in
        mixed.withUnsafeBufferPointer { mixed in
          boundaries.map { boundary in
            var sum = SIMD4<Float>.zero
            if later.boundaries.contains(boundary) {
              sum = paused[boundary - later.start] * silence(at: boundary, index)
            }
            let first = max(boundary + 1, later.start)
            var end = first
            while end < last, end == boundary + 1 || !words.areTooMany(boundary, end) { end += 1 }
            let same = min(max(first, words.end(of: boundary) + 1), end)
            for to in first..<same {
              sum += paused[to &- later.start] * words.inSentence(boundary, to)
            }
            for to in same..<end {
              sum += mixed[to &- later.start] * words.acrossSentences(boundary, to)
            }
            return sum
          }
        }
      }
    }
    return Row(start: boundaries.lowerBound, sums: sums)
  }
}

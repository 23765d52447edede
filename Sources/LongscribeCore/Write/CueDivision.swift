/// Divides text into subtitles: where sentences, phrases and pauses end, so that each fits into its lines, is not shown for too long, and can
/// be read in the time that it has.
///
/// Of all divisions that keep the style's limits the one with the lowest cost is taken, over a whole run of speech at a time. Costs are in
/// hundredths of what `BreakRules` counts in.
struct CueDivision: Sendable {
  private let style: SubtitleStyle
  private let lines: LineDivision
  private let mostLines: Int
  private let longest: Int64

  /// Nothing is said for so long (1.5 s) that what follows comes too late for the subtitle before it. Source: the BBC's bound.
  static let longPause = Timeline.sampleRate * 3 / 2
  /// A pause that is rather between two subtitles than in one (0.7 s).
  private static let pause = Timeline.sampleRate * 7 / 10
  /// More pieces than fit into any subtitle that somebody reads.
  private static let mostAtoms = 400

  /// What a subtitle costs for being one: fewer are better.
  private static let perCue: Int64 = 1200
  /// A sentence that ends inside a subtitle: the BBC wants each to hold a single one.
  private static let innerSentence: Int64 = 1600
  /// A pause inside a subtitle.
  private static let innerPause: Int64 = 800
  /// A segment that ends inside a subtitle, where the speaker or the service saw an end.
  private static let innerSegment: Int64 = 200
  /// What a pause of 0.3 s or more takes off a break's cost.
  private static let pauseBonus: Int64 = 600
  private static let fullBonus = Timeline.sampleRate * 3 / 10
  /// No time at all of the shortest that a subtitle is shown; and of what it takes to read it.
  private static let tooShort: Int64 = 3000
  private static let tooFast: Int64 = 2000
  /// A third line, and each beyond it.
  private static let furtherLine: Int64 = 400

  init(_ style: SubtitleStyle, _ lines: LineDivision) {
    self.style = style
    self.lines = lines
    mostLines = style.maximumLines ?? .max
    longest = style.maximumDuration ?? .max
  }

  /// The subtitles of a run of speech, in order.
  ///
  /// - Parameters:
  ///   - atoms: Its text.
  ///   - limit: Where what comes after it begins.
  func cues(of atoms: [TextAtom], until limit: Int64, _ sums: LineDivision.Sums) -> [Range<Int>] {
    guard !atoms.isEmpty else { return [] }
    // A segment that needs no division gets none.
    if style.keepsSegments, style.maximumDuration == nil,
      lines.count(of: atoms.indices, atoms, sums) <= mostLines
    {
      return [atoms.indices]
    }
    var best = [Int64](repeating: .max, count: atoms.count + 1)
    var starts = [Int](repeating: 0, count: atoms.count + 1)
    best[0] = 0
    for start in atoms.indices {
      extend(from: start, atoms, sums, limit) { end, cost in
        if best[start] + cost < best[end] {
          best[end] = best[start] + cost
          starts[end] = start
        }
      }
    }
    var cues: [Range<Int>] = []
    var end = atoms.count
    while end > 0 {
      cues.append(starts[end]..<end)
      end = starts[end]
    }
    return cues.reversed()
  }

  /// Finds what each subtitle costs that begins at an atom. One atom alone always is one.
  private func extend(
    from start: Int, _ atoms: [TextAtom], _ sums: LineDivision.Sums, _ limit: Int64,
    _ take: (_ end: Int, _ cost: Int64) -> Void
  ) {
    var inner: Int64 = 0
    var lineCount = 1
    var lineStart = start
    var reading = atoms[start].reading
    var end = start + 1
    while true {
      let next = end < atoms.count ? atoms[end].range.start : limit
      var cost = Self.perCue + inner + breakCost(at: end, atoms)
      cost += haste(of: start..<end, atoms, reading, next)
      cost += raggedness(start..<end, lineCount, atoms, sums)
      take(end, cost)
      guard end < atoms.count, end - start < Self.mostAtoms else { return }
      let pause = atoms[end].range.start - atoms[end - 1].range.end
      guard pause < Self.longPause,
        max(atoms[end].range.end, atoms[end - 1].range.end) - atoms[start].range.start <= longest
      else { return }
      if pause >= Self.pause { inner += Self.innerPause }
      if atoms[end - 1].endsSentence { inner += Self.innerSentence }
      if atoms[end].beginsSegment {
        if style.keepsSegments { return }
        inner += Self.innerSegment
      }
      if !lines.fits(lineStart..<end + 1, atoms, sums) {
        lineCount += 1
        lineStart = end
        if lineCount > mostLines { return }
      }
      reading += atoms[end].reading
      end += 1
    }
  }

  /// What a break between two subtitles costs.
  private func breakCost(at end: Int, _ atoms: [TextAtom]) -> Int64 {
    guard end < atoms.count else { return 0 }
    let pause = max(0, atoms[end].range.start - atoms[end - 1].range.end)
    let bonus = min(pause, Self.fullBonus) * Self.pauseBonus / Self.fullBonus
    return Int64(atoms[end - 1].breakCost) * 100 - bonus
  }

  /// What it costs that a subtitle is shown for less time than it needs.
  private func haste(
    of cue: Range<Int>, _ atoms: [TextAtom], _ reading: Int64, _ next: Int64
  ) -> Int64 {
    let start = atoms[cue.lowerBound].range.start
    let until = next - (next < .max ? style.smallestGap : 0)
    let given = max(0, min(until, start + longestShown) - start)
    var cost: Int64 = 0
    if given < style.minimumDuration {
      cost += Self.tooShort * (style.minimumDuration - given) / style.minimumDuration
    }
    if given < reading { cost += Self.tooFast * (reading - given) / reading }
    return cost
  }

  /// Enough for any text, and never too much to be added.
  private var longestShown: Int64 { min(longest, 3600 * Timeline.sampleRate) }

  /// What it costs that the lines of a subtitle are short, or cannot be broken well.
  private func raggedness(
    _ cue: Range<Int>, _ lineCount: Int, _ atoms: [TextAtom], _ sums: LineDivision.Sums
  ) -> Int64 {
    switch lineCount {
    case 1: return lines.raggedness(cue, atoms, sums) / 2
    case 2:
      var least = Int64.max
      for middle in cue.lowerBound + 1..<cue.upperBound {
        guard lines.fits(cue.lowerBound..<middle, atoms, sums) else { break }
        guard lines.fits(middle..<cue.upperBound, atoms, sums) else { continue }
        let cost =
          lines.breakCost(after: middle - 1, atoms)
          + lines.raggedness(cue.lowerBound..<middle, atoms, sums)
          + lines.raggedness(middle..<cue.upperBound, atoms, sums)
        least = min(least, cost)
      }
      return least == .max ? Self.furtherLine : least
    default: return Int64(lineCount - 2) * Self.furtherLine
    }
  }
}

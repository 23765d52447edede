/// Divides the text of one subtitle into lines: as few as hold it, broken where phrases end, and about equally long.
struct LineDivision: Sendable {
  private let maximumWords: Int

  /// The most lines that are balanced; longer subtitles are filled line by line.
  private static let mostBalanced = 20
  /// How much a line that is empty costs, in hundredths of what a break costs; the square of the part that is empty counts.
  private static let emptiness: Int64 = 1000

  init(_ style: SubtitleStyle) {
    maximumWords = style.maximumWordsPerLine ?? .max
  }

  /// Lengths and words of atoms, so that those of any run of them are at hand.
  struct Sums: Sendable {
    fileprivate var widths: [Int64] = [0]
    fileprivate var words: [Int] = [0]

    init(_ atoms: [TextAtom]) {
      widths.reserveCapacity(atoms.count + 1)
      words.reserveCapacity(atoms.count + 1)
      for atom in atoms {
        widths.append(
          widths[widths.count - 1] + atom.width + (atom.followsSpace ? atom.spaceWidth : 0))
        words.append(words[words.count - 1] + atom.words)
      }
    }
  }

  /// The length of a line, in parts of `AtomMaker.line`.
  func width(_ line: Range<Int>, _ atoms: [TextAtom], _ sums: Sums) -> Int64 {
    let first = atoms[line.lowerBound]
    return sums.widths[line.upperBound] - sums.widths[line.lowerBound]
      - (first.followsSpace ? first.spaceWidth : 0)
  }

  /// Whether atoms fit into one line. One alone always does: it has no part that could go elsewhere.
  func fits(_ line: Range<Int>, _ atoms: [TextAtom], _ sums: Sums) -> Bool {
    line.count == 1
      || width(line, atoms, sums) <= AtomMaker.line
        && sums.words[line.upperBound] - sums.words[line.lowerBound] <= maximumWords
  }

  /// What is wrong with a line: the square of the part that stays empty.
  func raggedness(_ line: Range<Int>, _ atoms: [TextAtom], _ sums: Sums) -> Int64 {
    let share = min(AtomMaker.line, width(line, atoms, sums)) * 1000 / AtomMaker.line
    return Self.emptiness * (1000 - share) * (1000 - share) / 1_000_000
  }

  /// What a break between two lines of one subtitle costs: it is half as bad as one between subtitles.
  func breakCost(after index: Int, _ atoms: [TextAtom]) -> Int64 {
    Int64(atoms[index].breakCost) * 50
  }

  /// The lines of a subtitle.
  func lines(of cue: Range<Int>, _ atoms: [TextAtom], _ sums: Sums) -> [Range<Int>] {
    let filled = filled(cue, atoms, sums)
    guard filled.count > 1, filled.count <= Self.mostBalanced else { return filled }
    // The best division of the first atoms into so many lines: its cost, and where its last line starts.
    var costs: [[Int64?]] = []
    var starts: [[Int]] = []
    let none = [Int64?](repeating: nil, count: cue.count + 1)
    for row in 0..<filled.count {
      costs.append(none)
      starts.append([Int](repeating: 0, count: cue.count + 1))
      for end in row + 1...cue.count {
        var start = end - 1
        while start >= 0 {
          let line = cue.lowerBound + start..<cue.lowerBound + end
          guard fits(line, atoms, sums) else { break }
          let before: Int64? =
            row == 0
            ? (start == 0 ? 0 : nil)
            : costs[row - 1][start].map { $0 + breakCost(after: line.lowerBound - 1, atoms) }
          if let before {
            let cost = before + raggedness(line, atoms, sums)
            if cost < costs[row][end] ?? .max {
              costs[row][end] = cost
              starts[row][end] = start
            }
          }
          start -= 1
        }
      }
    }
    guard costs[filled.count - 1][cue.count] != nil else { return filled }
    var lines: [Range<Int>] = []
    var end = cue.count
    for row in (0..<filled.count).reversed() {
      let start = starts[row][end]
      lines.append(cue.lowerBound + start..<cue.lowerBound + end)
      end = start
    }
    return lines.reversed()
  }

  /// How many lines a subtitle needs.
  func count(of cue: Range<Int>, _ atoms: [TextAtom], _ sums: Sums) -> Int {
    filled(cue, atoms, sums).count
  }

  /// Lines that take what they can.
  private func filled(_ cue: Range<Int>, _ atoms: [TextAtom], _ sums: Sums) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var start = cue.lowerBound
    for end in cue.lowerBound + 1..<cue.upperBound + 1
    where end == cue.upperBound || !fits(start..<end + 1, atoms, sums) {
      lines.append(start..<end)
      start = end
    }
    return lines
  }
}

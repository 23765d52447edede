private import Foundation

/// What two chunks are compared by: a word, or several that make a number.
struct MatchUnit: Sendable, Hashable {
  /// The tokens that it stands for, as indices into those of its chunk.
  var tokens: Range<Int>
  /// The folded form; equal forms are the same word.
  var key: String
  /// How much it proves when it is found in both chunks, in letters.
  var weight: Int
  /// Its time, on the recording's timeline.
  var range: TimelineRange
  /// Standard deviation of that time, in samples.
  var deviation: Double
  /// How far it is from the edge of its chunk at which it may be garbled, in samples.
  var edgeDistance: Int64
  /// How often it is said in its chunk around the seam.
  var said: Int
  /// Words of its chunk around the seam.
  var around: Int
  /// The mean time from one to the next, in samples, where a word or the phrase it belongs to is said several times in a row: then only the
  /// time can tell which is which.
  var repeatSpacing: Int64?
  /// Words of that row.
  var repeatCount = 1
  /// Whether that row reaches the end at which the other chunk goes on, so that there may be more of it.
  var isOpenRepeat = false

  /// The middle of its time, in samples.
  var middle: Int64 { (range.start + range.end) / 2 }

  /// How rare a word is around the seam that this unit and one of the other chunk are, in both texts together: the logarithm of how many words
  /// there are for each time that it is said besides. So much more does it take to be found in both by chance.
  func rarity(with other: MatchUnit) -> Double {
    log(Double(around + other.around) / Double(max(1, said + other.said - 1)))
  }

  /// Words with hyphens, in parts: what one chunk writes as one word, the other may write as several.
  static func compounds(_ texts: ArraySlice<Token>...) -> [[String]] {
    texts.joined().lazy.map(\.key).filter { $0.utf8.contains(0x2D) }
      .map { $0.split(separator: "-").map(String.init) }.filter { $0.count > 1 }
  }

  /// How often each word is said.
  private static func counts(_ tokens: ArraySlice<Token>) -> [String: Int] {
    var counts: [String: Int] = [:]
    for token in tokens { counts[token.key, default: 0] += 1 }
    return counts
  }

  /// The units of some tokens.
  ///
  /// - Parameters:
  ///   - compounds: What is one unit although it is written as several words.
  ///   - range: The tokens, as indices.
  ///   - around: Words at that edge that tell how rare a word is there.
  ///   - deviation: Standard deviation of a time at a distance from the edge, in samples.
  ///   - edge: The position of the chunk's edge that the others overlap.
  static func units(
    of tokens: [Token], _ range: Range<Int>, around: ArraySlice<Token>,
    _ compounds: [[String]], edge: Int64,
    deviation: (Int64) -> Double
  ) -> [MatchUnit] {
    let keys = comparable(tokens[range])
    let counts = counts(around)
    var units: [MatchUnit] = []
    units.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let rest = keys[(position - range.lowerBound)...]
      let number = SpokenNumber.read(rest)
      let compound = compounds.first { rest.starts(with: $0) }
      let end = position + (number?.count ?? compound?.count ?? 1)
      let members = tokens[position..<end]
      let time = TimelineRange(members.first?.range.start ?? 0, members.last?.range.end ?? 0)
      let distance = abs(edge - (time.start + time.end) / 2)
      units.append(
        MatchUnit(
          tokens: position..<end,
          key: number?.key ?? compound?.joined(separator: "-")
            ?? keys[position - range.lowerBound],
          weight: members.reduce(0) { $0 + $1.weight }, range: time,
          deviation: deviation(distance), edgeDistance: distance,
          // A number of several words is at least as rare as the rarest of them.
          said: members.map { counts[$0.key] ?? 0 }.min() ?? 0, around: around.count))
      position = end
    }
    markRepeats(&units)
    return units
  }

  /// Longest phrase, in words, of which it is noted that it is said several times in a row.
  private static let longestPhrase = 12

  /// Notes what is said several times in a row: words, and phrases such as a chorus.
  private static func markRepeats(_ units: inout [MatchUnit]) {
    for period in 1...longestPhrase where units.count > period {
      var start = 0
      for place in 0...units.count - period {
        if place < units.count - period, units[place].key == units[place + period].key { continue }
        let repeated = place - start
        if repeated >= period {
          let spacing =
            (units[place - 1 + period].middle - units[start].middle)
            * Int64(period) / Int64(repeated + period - 1)
          let isOpen = start == 0 || place + period == units.count
          for member in start..<place + period where units[member].repeatSpacing == nil {
            units[member].repeatSpacing = spacing
            units[member].repeatCount = repeated + period
            units[member].isOpenRepeat = isOpen
          }
        }
        start = place + 1
      }
    }
  }

  /// Keys in which traditional and simplified characters are the same.
  private static func comparable(_ tokens: ArraySlice<Token>) -> [String] {
    let keys = tokens.map(\.key)
    guard keys.contains(where: isHan) else { return keys }
    // One call for all: opening ICU's transform costs more than applying it. None of its rules looks at a line's neighbours.
    let folded = keys.joined(separator: "\n")
      .applyingTransform(StringTransform("Hant-Hans"), reverse: false)?
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return folded?.count == keys.count ? folded ?? keys : keys
  }

  private static func isHan(_ key: String) -> Bool {
    guard let first = key.unicodeScalars.first else { return false }
    return (0x3400...0x9FFF).contains(first.value)
  }
}

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
  /// The mean time from one to the next, in samples, where a word is said several times in a row; such words can only be told apart by
  /// their times.
  var repeatSpacing: Int64?
  /// How often it is said in a row.
  var repeatCount = 1
  /// Whether that row reaches the end at which the other chunk goes on, so that there may be more of it.
  var isOpenRepeat = false

  /// The middle of its time, in samples.
  var middle: Int64 { (range.start + range.end) / 2 }

  /// The units of some tokens.
  ///
  /// - Parameters:
  ///   - range: The tokens, as indices.
  ///   - deviation: Standard deviation of a time at a distance from the edge, in samples.
  ///   - edge: The position of the chunk's edge that the others overlap.
  static func units(
    of tokens: [Token], _ range: Range<Int>, edge: Int64, deviation: (Int64) -> Double
  ) -> [MatchUnit] {
    let keys = comparable(tokens[range])
    var units: [MatchUnit] = []
    units.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let rest = keys[(position - range.lowerBound)...]
      let number = SpokenNumber.read(rest)
      let end = position + (number?.count ?? 1)
      let members = tokens[position..<end]
      let time = TimelineRange(members.first?.range.start ?? 0, members.last?.range.end ?? 0)
      let distance = abs(edge - (time.start + time.end) / 2)
      units.append(
        MatchUnit(
          tokens: position..<end, key: number?.key ?? keys[position - range.lowerBound],
          weight: members.reduce(0) { $0 + $1.weight }, range: time,
          deviation: deviation(distance), edgeDistance: distance))
      position = end
    }
    markRepeats(&units)
    return units
  }

  /// Notes the mean time from one to the next in runs of the same word.
  private static func markRepeats(_ units: inout [MatchUnit]) {
    var start = 0
    for index in units.indices.dropFirst() + [units.count] {
      if index < units.count, units[index].key == units[start].key { continue }
      if index - start > 1 {
        let spacing = (units[index - 1].middle - units[start].middle) / Int64(index - 1 - start)
        for place in start..<index {
          units[place].repeatSpacing = spacing
          units[place].repeatCount = index - start
          units[place].isOpenRepeat = start == 0 || index == units.count
        }
      }
      start = index
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

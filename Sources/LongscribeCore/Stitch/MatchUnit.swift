private import Foundation

/// What two chunks are compared by: a word, or several that make a number.
struct MatchUnit: Sendable, Hashable {
  /// The tokens that it stands for, as indices into those of its chunk.
  var tokens: Range<Int>
  /// The folded form; equal forms are the same word.
  var key: String
  /// How much it proves when it is found in both chunks, in letters.
  var weight: Int
  /// The middle of its time, on the recording's timeline.
  var middle: Int64
  /// Standard deviation of that time, in samples.
  var deviation: Double
  /// How far it is from the edge of its chunk at which it may be garbled, in samples.
  var edgeDistance: Int64
  /// The time to the nearest neighbour that is the same word, in samples: such words can only be told apart by their times.
  var repeatSpacing: Int64?

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
      let start = members.first?.range.start ?? 0
      let middle = (start + (members.last?.range.end ?? start)) / 2
      let distance = max(0, abs(edge - middle))
      units.append(
        MatchUnit(
          tokens: position..<end, key: number?.key ?? keys[position - range.lowerBound],
          weight: members.reduce(0) { $0 + $1.weight }, middle: middle,
          deviation: deviation(distance), edgeDistance: distance))
      position = end
    }
    for index in units.indices.dropFirst() where units[index].key == units[index - 1].key {
      let spacing = units[index].middle - units[index - 1].middle
      units[index].repeatSpacing = spacing
      units[index - 1].repeatSpacing = min(spacing, units[index - 1].repeatSpacing ?? spacing)
    }
    return units
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

/// Damages files in the ways that disks, networks and attackers do.
package enum Mutation {
  /// Where headers and indexes lie: this many bytes from either end.
  private static let edge = 2000
  /// Bytes that one damage overwrites or moves, at most.
  private static let longestPiece = 4096

  /// Sizes, counts and times that code gets wrong.
  private static let numbers: [UInt32] = [
    0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0x8000_0000,
    0xFFFF_FFFE, 0xFFFF_FFFF, 0x3FFF_FFFF, 0x1000_0000,
  ]

  /// A damaged copy, and what was done to it.
  ///
  /// - Parameters:
  ///   - original: At least one byte.
  ///   - other: Another file, of which pieces may be put in.
  package static func damaged(
    _ original: [UInt8], other: [UInt8], using random: inout SeededGenerator
  ) -> (bytes: [UInt8], what: String) {
    var bytes = original
    var what: [String] = []
    for _ in 0..<(Int.random(in: 0..<3, using: &random) == 0 ? 2 : 1) where !bytes.isEmpty {
      what.append(damage(&bytes, other, &random))
    }
    return (bytes, what.joined(separator: ", "))
  }

  private static func damage(
    _ bytes: inout [UInt8], _ other: [UInt8], _ random: inout SeededGenerator
  ) -> String {
    let all = 0..<bytes.count
    switch Int.random(in: 0..<10, using: &random) {
    case 0:
      // Never empty: that is a case of its own, refused before anything is read.
      bytes.removeLast(bytes.count - Int.random(in: 1...bytes.count, using: &random))
      return "cut to \(bytes.count)"
    case 1:
      flip(&bytes, in: all, &random)
      return "bytes flipped"
    case 2, 3:
      flip(&bytes, in: all.prefix(edge), &random)
      return "bytes of the head flipped"
    case 4:
      flip(&bytes, in: all.suffix(edge), &random)
      return "bytes of the tail flipped"
    case 5, 6:
      return setNumbers(&bytes, &random)
    case 7:
      let piece = piece(of: other, &random)
      let place = Int.random(in: 0..<bytes.count, using: &random)
      let end = Bool.random(using: &random) ? place : min(bytes.count, place + piece.count)
      bytes.replaceSubrange(place..<end, with: piece)
      return "\(piece.count) bytes of another file at \(place)"
    case 8:
      let range = range(in: bytes, &random)
      bytes.replaceSubrange(range, with: repeatElement(0, count: range.count))
      return "zeros at \(range)"
    default:
      let range = range(in: bytes, &random)
      if range.count < bytes.count { bytes.removeSubrange(range) }
      return "without \(range)"
    }
  }

  private static func flip(
    _ bytes: inout [UInt8], in range: Range<Int>, _ random: inout SeededGenerator
  ) {
    for _ in 0..<20 {
      bytes[Int.random(in: range, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
  }

  /// A few fields of the head or the tail, of one to eight bytes, of either byte order.
  private static func setNumbers(
    _ bytes: inout [UInt8], _ random: inout SeededGenerator
  ) -> String {
    let isHead = Int.random(in: 0..<3, using: &random) > 0
    let reach = isHead ? (0..<bytes.count).prefix(edge / 4) : (0..<bytes.count).suffix(edge)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let number = numbers[Int.random(in: 0..<numbers.count, using: &random)]
      let width = [1, 2, 4, 4, 8][Int.random(in: 0..<5, using: &random)]
      let isBig = Bool.random(using: &random)
      let place = Int.random(in: reach, using: &random)
      for index in 0..<width where place + index < bytes.count {
        let digit = isBig ? width - 1 - index : index
        bytes[place + index] =
          digit < 4 ? UInt8(truncatingIfNeeded: number >> (8 * digit)) : number > 0xFFFF ? 0xFF : 0
      }
    }
    return "numbers of the \(isHead ? "head" : "tail") set"
  }

  private static func range(
    in bytes: [UInt8], _ random: inout SeededGenerator
  ) -> Range<Int> {
    let length = Int.random(in: 1...min(longestPiece, bytes.count), using: &random)
    let start = Int.random(in: 0...bytes.count - length, using: &random)
    return start..<start + length
  }

  private static func piece(of bytes: [UInt8], _ random: inout SeededGenerator) -> ArraySlice<UInt8>
  {
    bytes.isEmpty ? [] : bytes[range(in: bytes, &random)]
  }
}

extension Range<Int> {
  fileprivate func prefix(_ count: Int) -> Range<Int> {
    lowerBound..<Swift.min(upperBound, lowerBound + count)
  }

  fileprivate func suffix(_ count: Int) -> Range<Int> {
    Swift.max(lowerBound, upperBound - count)..<upperBound
  }
}

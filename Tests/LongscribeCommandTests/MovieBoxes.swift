import Foundation

/// The boxes of an MP4 (ISO 14496-12), for giving headers numbers that no program writes.
struct MovieBoxes {
  var bytes: [UInt8]

  /// Replaces what is in a box, and corrects the sizes of those around it. The box must be behind the samples, as `ffmpeg` puts it.
  mutating func replace(_ path: [String], with body: [UInt8]) {
    var around: [Int] = []
    var range = 0..<bytes.count
    for name in path {
      guard let box = boxes(in: range).first(where: { $0.name == name }) else { return }
      around.append(box.range.lowerBound)
      range = box.range.dropFirst(8)
    }
    let growth = body.count - range.count
    bytes.replaceSubrange(range, with: body)
    for start in around {
      bytes.replaceSubrange(start..<start + 4, with: Self.big(UInt32(size(at: start) + growth)))
    }
  }

  static func big<T: FixedWidthInteger>(_ number: T) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  private func size(at start: Int) -> Int {
    bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  private func boxes(in range: Range<Int>) -> [(name: String, range: Range<Int>)] {
    var found: [(name: String, range: Range<Int>)] = []
    var start = range.lowerBound
    while start + 8 <= range.upperBound, size(at: start) >= 8 {
      let name = String(decoding: bytes[start + 4..<start + 8], as: UTF8.self)
      found.append((name, start..<start + size(at: start)))
      start += size(at: start)
    }
    return found
  }
}

extension Range<Int> {
  fileprivate func dropFirst(_ count: Int) -> Range<Int> { lowerBound + count..<upperBound }
}

/// Where containers that hold their own size say that they end. libavformat goes on to the end of the file without a word, so a
/// download that broke off would look whole.
enum ContainerEnd {
  /// The first byte after the container; `nil` if it does not say, as live recordings cannot.
  static func position(_ head: [UInt8]) -> Int64? {
    if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return matroska(head) }
    if head.starts(with: Array("RIFF".utf8)), head.count >= 12,
      Array(head[8..<12]) == Array("AVI ".utf8)
    {
      let size = head[4..<8].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
      // Recorders that stop early leave 0; a file of more than one RIFF says only the first one's size.
      return size > 0 ? size + 8 : nil
    }
    return nil
  }

  /// The end of the segment, the second element of a Matroska file (RFC 8794, 4 and 6; RFC 9559, 4.5).
  private static func matroska(_ head: [UInt8]) -> Int64? {
    guard let header = size(head, at: 4) else { return nil }
    let (start, isBeyond) = Int64(4 + header.width).addingReportingOverflow(header.value)
    guard !isBeyond, start >= 0, start + 12 <= head.count else { return nil }
    let position = Int(start)
    guard Array(head[position..<position + 4]) == [0x18, 0x53, 0x80, 0x67],
      let segment = size(head, at: position + 4)
    else { return nil }
    let (end, overflow) = (start + 4 + Int64(segment.width)).addingReportingOverflow(segment.value)
    return overflow ? nil : end
  }

  /// A size of variable width; `nil` if it is unknown.
  private static func size(_ bytes: [UInt8], at position: Int) -> (value: Int64, width: Int)? {
    guard position < bytes.count, bytes[position] != 0 else { return nil }
    let width = bytes[position].leadingZeroBitCount + 1
    guard position + width <= bytes.count else { return nil }
    let first = Int64(bytes[position]) & (1 << Int64(8 - width) - 1)
    let value = bytes[position + 1..<position + width].reduce(first) { $0 << 8 | Int64($1) }
    return value == 1 << Int64(7 * width) - 1 ? nil : (value, width)
  }
}

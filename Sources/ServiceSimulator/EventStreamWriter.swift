/// Puts events into pieces as a network would: some events whole, some cut, some together.
enum EventStreamWriter {
  /// The bytes of each event, then distributed over separate writes.
  ///
  /// Every second event is cut in two; if it has characters beyond ASCII, in the middle of one.
  static func pieces(of payloads: [[UInt8]]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    for (index, payload) in payloads.enumerated() {
      let event = Array("data: ".utf8) + payload + Array("\n\n".utf8)
      if index.isMultiple(of: 2) {
        // The first byte of a character of several bytes; the cut comes after it.
        let cut = (event.firstIndex { $0 >= 0xC0 } ?? event.count / 2) + 1
        pieces.append(Array(event[..<cut]))
        pieces.append(Array(event[cut...]))
      } else {
        pieces.append(event)
      }
    }
    return pieces
  }
}

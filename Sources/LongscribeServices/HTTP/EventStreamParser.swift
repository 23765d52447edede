/// Cuts a `text/event-stream` into events, whatever pieces its bytes arrive in.
///
/// The rules are those of https://html.spec.whatwg.org/multipage/server-sent-events.html, with one
/// exception, in ``finish()``. Bytes that are not UTF-8 become replacement characters. `retry` is
/// ignored, since a paid request is never repeated by itself.
package struct EventStreamParser: Sendable {
  /// The line being received, without its end.
  private var line: [UInt8] = []
  /// Whether the byte before was a CR, so that an LF now belongs to the same line end.
  private var isAfterCarriageReturn = false
  private var isFirstLine = true
  private var data: [UInt8] = []
  private var hasData = false
  private var type = ""
  private var lastID = ""

  package init() {}

  /// Takes the next bytes, and returns the events that they complete.
  package mutating func feed(_ bytes: UnsafeRawBufferPointer) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    var rest = bytes[...]
    while let first = rest.first {
      if isAfterCarriageReturn {
        isAfterCarriageReturn = false
        if first == Self.lineFeed {
          rest = rest.dropFirst()
          continue
        }
      }
      let end = rest.firstIndex { $0 == Self.lineFeed || $0 == Self.carriageReturn }
      line.append(contentsOf: rest[..<(end ?? rest.endIndex)])
      guard let end else { break }
      isAfterCarriageReturn = rest[end] == Self.carriageReturn
      rest = rest[(end + 1)...]
      if let event = endLine() { events.append(event) }
    }
    return events
  }

  /// Takes the next bytes, and returns the events that they complete.
  package mutating func feed(_ bytes: [UInt8]) -> [ServerSentEvent] {
    bytes.withUnsafeBytes { feed($0) }
  }

  /// Ends the stream, and returns the last event if it had data but no blank line after it.
  ///
  /// The standard drops such an event. Servers that forget the blank line exist, and their last event
  /// is the one with the text. The parser is then ready for another stream.
  package mutating func finish() -> ServerSentEvent? {
    // Without a line end there was no chance to take the last line, nor to end the event.
    var event = line.isEmpty ? nil : endLine()
    if event == nil { event = endEvent() }
    self = EventStreamParser()
    return event
  }

  /// Handles the line received, and returns an event if the line was blank and ends one.
  private mutating func endLine() -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    var content = line[...]
    if isFirstLine, content.starts(with: Self.byteOrderMark) { content = content.dropFirst(3) }
    isFirstLine = false
    guard let first = content.first else { return endEvent() }
    // A line that starts with a colon is a comment; servers send them to keep connections open.
    guard first != Self.colon else { return nil }
    let colon = content.firstIndex(of: Self.colon)
    var value = content[(colon.map { $0 + 1 } ?? content.endIndex)...]
    if value.first == Self.space { value = value.dropFirst() }
    take(field: String(decoding: content[..<(colon ?? content.endIndex)], as: UTF8.self), value)
    return nil
  }

  private mutating func take(field: String, _ value: ArraySlice<UInt8>) {
    switch field {
    case "data":
      if hasData { data.append(Self.lineFeed) }
      data.append(contentsOf: value)
      hasData = true
    case "event":
      type = String(decoding: value, as: UTF8.self)
    case "id" where !value.contains(0):
      lastID = String(decoding: value, as: UTF8.self)
    default:
      break
    }
  }

  /// Returns the event collected, unless it has no `data` line, and starts a new one.
  private mutating func endEvent() -> ServerSentEvent? {
    defer {
      data.removeAll(keepingCapacity: true)
      hasData = false
      type = ""
    }
    guard hasData else { return nil }
    return ServerSentEvent(
      type: type.isEmpty ? "message" : type,
      data: String(decoding: data, as: UTF8.self),
      id: lastID
    )
  }

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let colon = UInt8(ascii: ":")
  private static let space = UInt8(ascii: " ")
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

import LongscribeServices
import Testing

@Suite("Event stream parser")
struct EventStreamParserTests {
  /// Streams and the events in them, the one that only `finish` delivers included.
  static let table: [(stream: String, events: [ServerSentEvent])] = [
    ("", []),
    ("\n\n\n", []),
    ("data: a\n\n", [ServerSentEvent(data: "a")]),
    ("data:a\n\n", [ServerSentEvent(data: "a")]),
    ("data:  a \n\n", [ServerSentEvent(data: " a ")]),
    ("data: a\r\n\r\n", [ServerSentEvent(data: "a")]),
    ("data: a\r\rdata: b\r\r", [ServerSentEvent(data: "a"), ServerSentEvent(data: "b")]),
    ("data: a\r\n\ndata: b\n\r", [ServerSentEvent(data: "a"), ServerSentEvent(data: "b")]),
    ("data: a\n\r\ndata: b\r\n\r", [ServerSentEvent(data: "a"), ServerSentEvent(data: "b")]),
    ("data: a\ndata: b\ndata\ndata:\n\n", [ServerSentEvent(data: "a\nb\n\n")]),
    ("data\n\n", [ServerSentEvent(data: "")]),
    ("data:\n\n", [ServerSentEvent(data: "")]),
    (": comment\n\n:\n\ndata: a\n: inside\n\n", [ServerSentEvent(data: "a")]),
    ("event: x\n\ndata: a\n\n", [ServerSentEvent(data: "a")]),
    (
      "event: error\ndata: a\n\ndata: b\n\n",
      [ServerSentEvent(type: "error", data: "a"), ServerSentEvent(data: "b")]
    ),
    (
      "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
      [
        ServerSentEvent(data: "a", id: "7"), ServerSentEvent(data: "b", id: "7"),
        ServerSentEvent(data: "c"),
      ]
    ),
    ("id: 1\nid: a\0b\ndata: a\n\n", [ServerSentEvent(data: "a", id: "1")]),
    ("retry: 10\nDATA: x\ndatax: y\n data: z\ndata: a\n\n", [ServerSentEvent(data: "a")]),
    ("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n", [ServerSentEvent(data: "a")]),
    ("\u{FEFF}\ndata: a\n\n", [ServerSentEvent(data: "a")]),
    ("data: 你好 👩‍👩‍👧 é\n\n", [ServerSentEvent(data: "你好 👩‍👩‍👧 é")]),
    ("data: a\n\ndata: [DONE]", [ServerSentEvent(data: "a"), ServerSentEvent(data: "[DONE]")]),
    ("data: a\n", [ServerSentEvent(data: "a")]),
    ("data: a\r", [ServerSentEvent(data: "a")]),
    ("event: x\n", []),
    ("data: a: b\n\n", [ServerSentEvent(data: "a: b")]),
  ]

  /// Parses the bytes cut at the given places.
  private func parse(_ bytes: [UInt8], cuts: [Int] = []) -> [ServerSentEvent] {
    var parser = EventStreamParser()
    var events: [ServerSentEvent] = []
    let bounds = [0] + cuts.sorted() + [bytes.count]
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      events += parser.feed(Array(bytes[start..<end]))
    }
    if let event = parser.finish() { events.append(event) }
    return events
  }

  @Test("Streams give the events that the standard says", arguments: table)
  func rules(stream: String, events: [ServerSentEvent]) {
    #expect(parse(Array(stream.utf8)) == events)
  }

  @Test("Any single cut, and single bytes, give the same events", arguments: table)
  func everyCut(stream: String, events: [ServerSentEvent]) {
    let bytes = Array(stream.utf8)
    for cut in 0...bytes.count {
      #expect(parse(bytes, cuts: [cut]) == events)
    }
    #expect(parse(bytes, cuts: Array(bytes.indices)) == events)
  }

  @Test("Random streams give the same events however they are cut")
  func randomCuts() {
    var generator = SplitMix(state: 20_260_730)
    let pieces =
      [
        "data", ":", " ", "\n", "\r", "\r\n", "\n\n", "event", "id", "é", "你", "\u{FEFF}", "x",
        "\0",
        "data: ", "event: ",
      ].map { Array($0.utf8) } + [[0xFF], [0xE4, 0xBD]]
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...40, using: &generator)
      let bytes = (0..<count).flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
      let whole = parse(bytes)
      for _ in 0..<5 {
        let cuts = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
          Int.random(in: 0...bytes.count, using: &generator)
        }
        #expect(parse(bytes, cuts: cuts) == whole)
      }
    }
  }

  @Test("An event is delivered as soon as its blank line has begun")
  func promptness() {
    var parser = EventStreamParser()
    #expect(parser.feed(Array("data: a\r\n".utf8)) == [])
    #expect(parser.feed(Array("\r".utf8)) == [ServerSentEvent(data: "a")])
    #expect(parser.feed(Array("\n".utf8)) == [])
    #expect(parser.finish() == nil)
  }

  @Test("After the end the parser starts afresh")
  func reuse() {
    var parser = EventStreamParser()
    _ = parser.feed(Array("id: 1\nevent: x\ndata: a".utf8))
    #expect(parser.finish() == ServerSentEvent(type: "x", data: "a", id: "1"))
    #expect(parser.finish() == nil)
    #expect(parser.feed(Array("\u{FEFF}data: b\n\n".utf8)) == [ServerSentEvent(data: "b")])
  }
}

/// A generator whose numbers are the same in every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

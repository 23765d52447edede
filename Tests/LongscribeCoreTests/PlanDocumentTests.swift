import Foundation
import LongscribeCore
import TestSupport
import Testing

@Suite("Plans that are read back")
struct PlanDocumentTests {
  /// The plan of a recording that could be.
  static func record(using random: inout SeededGenerator) -> JobRecord {
    let speech = RandomEnvelope(seconds: .random(in: 3...2000, using: &random), using: &random)
    let rules = PlanRules.random(using: &random)
    let names = ["talk.wav", "Vorlesung \"7\".m4a", "会议 录音.mp3", "a\nb\\c.ogg", "\u{10FFE9}.wav"]
    let channels: [AudioSelection.Channel] = [.mix, .left, .right, .number(5)]
    var record = JobRecord(
      source: .init(
        name: names.randomElement(using: &random) ?? "",
        byteCount: Bool.random(using: &random) ? .random(in: 0...1 << 50, using: &random) : nil,
        modified: 77, track: .random(in: 0...9, using: &random)),
      recognizer: RecognizerIdentity(
        provider: "glm", model: Bool.random(using: &random) ? "glm-asr" : nil,
        host: Bool.random(using: &random) ? "asr.example" : nil),
      rules: rules, format: AudioFormat.allCases.randomElement(using: &random) ?? .wav)
    record.source.selection.channel = channels.randomElement(using: &random) ?? .mix
    record.keepsInventions = .random(using: &random)
    record.envelope = speech.envelope
    record.length = speech.length
    record.chunks = Planner.plan(envelope: speech.envelope, length: speech.length, rules: rules)
    // A stretch from somewhere in the middle on, as --start leaves it.
    if record.chunks.count > 2, Bool.random(using: &random) {
      record.chunks.removeFirst()
      record.source.selection.start = record.chunks[0].owned.start
      for index in record.chunks.indices { record.chunks[index].index = index }
      record.chunks[0].seam = nil
    }
    for chunk in record.chunks where Int.random(in: 0..<5, using: &random) == 0 {
      record.outcomes[chunk.index] = .silent
    }
    return record
  }

  private static func read(_ text: String) throws(PlanDocumentError) -> PlanDocument {
    try PlanDocument(json: Data(text.utf8))
  }

  @Test("What is written is read back, exact to the sample", arguments: 0..<60)
  func roundTrip(seed: Int) throws {
    var random = SeededGenerator(seed: 9000 + UInt64(seed))
    let record = Self.record(using: &random)
    let document = PlanDocument(record)
    let again = try Self.read(document.write())
    #expect(again == document)
    #expect(again.write() == document.write())
    #expect(again.chunks.map(\.chunk) == record.chunks)
    #expect(again.length == record.length)
    #expect(again.envelope == record.envelope)
    #expect(
      again.chunks.filter(\.isSilent).map(\.chunk.index)
        == record.chunks.map(\.index).filter { record.outcomes[$0] == .silent })
  }

  @Test("Five decimals of a second are enough to find the sample again", arguments: 0..<20)
  func fiveDecimals(seed: Int) throws {
    var random = SeededGenerator(seed: 9500 + UInt64(seed))
    let document = PlanDocument(Self.record(using: &random))
    let rounded = document.write().replacing(/\d+\.\d{6,}/) { match in
      String(format: "%.5f", Double(String(match.output)) ?? -1)
    }
    #expect(try Self.read(rounded).chunks == document.chunks)
  }

  /// A plan of three chunks as other programs write it, with nothing but what is needed.
  static var plain: [String: Any] {
    [
      "version": 1, "duration": 30,
      "chunks": [
        ["index": 0, "start": 0, "end": 11, "owned_start": 0, "owned_end": 10],
        ["index": 1, "start": 9, "end": 21, "owned_start": 10, "owned_end": 20, "seam": "valley"],
        ["index": 2, "start": 20, "end": 30, "owned_start": 20, "owned_end": 30, "seam": NSNull()],
      ] as [[String: Any]],
    ]
  }

  @Test("A plan of another program needs a version, a duration and the chunks' times")
  func plainPlan() throws {
    let plan = try PlanDocument(json: JSONSerialization.data(withJSONObject: Self.plain))
    #expect(plan.chunks.map(\.name) == ["chunk-00000.wav", "chunk-00001.wav", "chunk-00002.wav"])
    #expect(plan.chunks.map(\.stem) == ["chunk-00000", "chunk-00001", "chunk-00002"])
    #expect(plan.chunks.map(\.chunk.seam) == [nil, .valley, .forced])
    #expect(plan.envelope.levels.isEmpty)
    #expect(plan.calls == 3)
    #expect(plan.billedSamples == (11 + 12 + 10) * 16_000)
    let transcript = plan.record(answers: [
      0: Recognition(text: "One two three."), 1: Recognition(text: "Four five six."),
      2: Recognition(text: "Seven."),
    ]).transcript()
    #expect(transcript.text == "One two three. Four five six. Seven.")
    #expect(transcript.gaps == [])
    #expect(transcript.length == 480_000)
    #expect(transcript.segments.allSatisfy { $0.isEstimated })
  }

  @Test("A byte-order mark before it, and names beyond ASCII, do no harm")
  func nameOfFile() throws {
    var object = Self.plain
    var chunks = object["chunks"] as? [[String: Any]] ?? []
    chunks[1]["file"] = "第2段.mp3"
    chunks[2]["file"] = ".hidden"
    object["chunks"] = chunks
    let json = try JSONSerialization.data(withJSONObject: object)
    let plan = try PlanDocument(json: Data([0xEF, 0xBB, 0xBF]) + json)
    #expect(plan.chunks.map(\.stem) == ["chunk-00000", "第2段", ".hidden"])
  }

  @Test(
    "Whatever is done to a plan, it is refused, or all that it promises holds", arguments: 0..<8)
  func damage(seed: Int) throws {
    var random = SeededGenerator(seed: 9900 + UInt64(seed))
    var record = Self.record(using: &random)
    // A long envelope would get nearly all of the damage.
    record.envelope = Envelope()
    let bytes = Array(PlanDocument(record).write().utf8)
    let pieces = [
      "-", "0", "9e9", "null", "\"", "{", "]", ",", "1e308", "true", "\\u0000", "\u{7F}",
    ]
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<damaged.count, using: &random)
        let end = min(damaged.count, place + Int.random(in: 0...6, using: &random))
        damaged.replaceSubrange(
          place..<end, with: Array((pieces.randomElement(using: &random) ?? "").utf8))
      }
      guard let plan = try? PlanDocument(json: Data(damaged)) else { continue }
      var position = plan.chunks[0].chunk.owned.start
      for file in plan.chunks {
        #expect(file.chunk.owned.start == position)
        #expect(file.chunk.audio.contains(file.chunk.owned))
        #expect(!file.name.contains("/") && !file.name.isEmpty)
        position = file.chunk.owned.end
      }
      #expect(position == plan.length)
      let answers = plan.chunks.map { ($0.chunk.index, Recognition(text: "One two three.")) }
      let transcript = plan.record(answers: Dictionary(uniqueKeysWithValues: answers)).transcript()
      #expect(transcript.gaps == [])
    }
  }
}

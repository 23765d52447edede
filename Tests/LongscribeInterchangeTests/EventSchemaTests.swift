import Longscribe
import LongscribeInterchange
import TestSupport
import Testing

/// The schema of event lines against the encoder of event lines.
struct EventSchemaTests {
  @Test
  func `every type and field that can be written is in the schema, and no other`() throws {
    let schema = try EventSchema()
    let types = Set(EventLine.Kind.allCases.map(\.rawValue))
    #expect(Set(schema.lines.keys) == types)
    #expect(Set(schema.listed) == types)
    #expect(schema.listed.count == types.count)
    let fields = Set(EventLine.CodingKeys.allCases.map(\.rawValue))
    #expect(schema.fields == fields)
    #expect(schema.definedFields == fields.subtracting(["type"]))
  }

  @Test
  func `every line of a run in which everything happens is as the schema says`() async throws {
    let schema = try EventSchema()
    let file = Programs.fixture("lecture.m4a")
    let folder = try TemporaryFolder()
    var log = EventLog(file: file)
    var lines: [EventLine] = []
    var options = Transcriber.Options()
    options.retry.firstBackoff = 0.01
    let transcriber = Transcriber(
      options: options, journal: try Journal(folder: folder.file("state")))
    let recognizer = TroubledRecognizer()
    // The second goes on where the first left a gap.
    for _ in 1...2 {
      for try await event in transcriber.transcribe(file, with: recognizer) {
        lines += log.lines(for: event)
        guard case .answered(let chunk, let answer) = event else { continue }
        lines += log.lines(for: .reused(chunk, answer))
      }
    }
    lines += log.warnings(["a warning"])
    lines.append(EventLine(failed: file, message: "no such file", exitCode: .noInput))
    lines.append(
      EventLine(summaryOf: 3, delivered: 2, exitCode: .partial, skipped: 2))
    for line in lines { #expect(try schema.problems(line.line) == []) }
    // Nobody is silent in the lecture.
    let missing = Set(EventLine.Kind.allCases).subtracting(lines.map(\.type))
    #expect(missing.isSubset(of: [.silent, .partial]))
    #expect(lines.last?.failed == 1)
    #expect(lines.last?.files == 3)
    #expect(lines.last?.skipped == 2)
    let resumed = lines.filter { $0.type == .resume }
    #expect(resumed.count == 1)
    #expect((resumed.first?.answered ?? 0) > 0)
    #expect(lines.contains { $0.type == .chunkDone && $0.reused == true })
    #expect(lines.contains { $0.type == .chunkDone && $0.reused == nil })
  }

  @Test
  func `the schema refuses what is no line`() throws {
    let schema = try EventSchema()
    #expect(try schema.problems(#"{"v":1,"type":"nothing"}"#) == ["no known type"])
    #expect(
      try schema.problems(#"{"v":1,"type":"warning","file":"a","text":"b"}"#)
        == ["warning lacks message", "warning has text"])
    #expect(
      try schema.problems(#"{"v":2,"type":"warning","file":1,"message":"b"}"#).count == 2)
  }

  @Test
  func `a warning is told once, however often it comes`() {
    var log = EventLog(file: "talk.wav")
    let first = log.warnings(["a", "b", "a"])
    let second = log.warnings(["b", "c"])
    let isNew = log.isNew("a")
    #expect(first.map(\.message) == ["a", "b"])
    #expect(second.map(\.message) == ["c"])
    #expect(!isNew)
  }
}

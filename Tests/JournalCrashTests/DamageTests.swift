import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite("Journals that are damaged", .serialized)
struct DamageTests {
  /// A journal of a finished job, and the simulator that it was made with.
  private struct Finished {
    let simulator: ServiceSimulator
    let place: Place
    let bytes: Data

    init() async throws {
      simulator = try await LongTalk.shared.simulator()
      place = try Place()
      let result = try await place.run(simulator)
      guard result.status == 0 else { throw Missing(description: result.errors) }
      bytes = try Data(contentsOf: URL(fileURLWithPath: place.database))
    }

    /// A new place with this journal, changed in some way, and a run in it; returns how many calls it made.
    func run(
      _ what: String, _ change: (inout Data) -> Void
    ) async throws -> (place: Place, result: ProgramResult, calls: Int) {
      let other = try Place()
      try FileManager.default.createDirectory(
        atPath: other.journal, withIntermediateDirectories: true)
      var damaged = bytes
      change(&damaged)
      try damaged.write(to: URL(fileURLWithPath: other.database))
      let before = simulator.requests.count
      let result = try await other.run(simulator)
      return (other, result, simulator.requests.count - before)
    }
  }

  private static func aside(_ place: Place) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: place.journal).filter {
      $0.hasPrefix("journal.sqlite3.damaged-")
    }
  }

  @Test("A run goes on, tells what it did, makes the same transcript and loses few answers")
  func flipped() async throws {
    let reference = try await LongTalk.reference.outputs()
    let finished = try await Finished()
    let chunks = finished.simulator.requests.count
    var random = SeededGenerator(seed: 91)
    // The header, the schema, and places all over the file.
    var places = [3, 20, 60, 105, 200]
    places += (0..<15).map { _ in Int.random(in: 4096..<finished.bytes.count, using: &random) }
    var (asides, calls) = (0, 0)
    for place in places {
      let (other, result, more) = try await finished.run("byte \(place)") { $0[place] ^= 0xFF }
      #expect(result.status == 0, "byte \(place): \(result.errors)")
      let outputs = try #require(try other.outputs(), "byte \(place)")
      #expect(outputs == reference, "byte \(place): \(outputs.difference(from: reference))")
      let aside = try Self.aside(other)
      #expect(aside.isEmpty == !result.errors.contains("the journal was damaged"))
      asides += aside.count
      calls += more
      // One page of answers at the most.
      #expect(more <= 8, "byte \(place): \(more) of \(chunks) are paid for again: \(result.errors)")
    }
    await finished.simulator.stopped()
    print(
      "\(places.count) journals with a flipped byte: \(asides) set aside, \(calls) of \(chunks * places.count) answers asked for again"
    )
  }

  @Test("A journal that ends early is set aside; answers before its end are kept")
  func truncated() async throws {
    let reference = try await LongTalk.reference.outputs()
    let finished = try await Finished()
    let chunks = finished.simulator.requests.count
    for count in [100, 4096, finished.bytes.count / 2, finished.bytes.count - 1] {
      let (other, result, calls) = try await finished.run("\(count) bytes") {
        $0 = $0.prefix(count)
      }
      #expect(result.status == 0, "\(count) bytes: \(result.errors)")
      // A last page without its last byte may have had none there.
      if count < finished.bytes.count - 1 {
        #expect(result.errors.contains("the journal was damaged"), "\(count) bytes")
        #expect(try Self.aside(other).count == 1, "\(count) bytes")
      }
      let outputs = try #require(try other.outputs())
      #expect(outputs == reference, "\(count) bytes: \(outputs.difference(from: reference))")
      print(
        "journal of \(finished.bytes.count) bytes cut to \(count): \(calls) of \(chunks) asked for again"
      )
      if count == finished.bytes.count - 1 { #expect(calls <= 8) }
    }
    await finished.simulator.stopped()
  }

  @Test("What is no journal is set aside, and an empty file is none")
  func replaced() async throws {
    let finished = try await Finished()
    let chunks = finished.simulator.requests.count
    for (text, isDamage) in [
      ("no journal\n", true), ("", false), (String(repeating: "\0", count: 9000), true),
    ] {
      let (other, result, calls) = try await finished.run("text") { $0 = Data(text.utf8) }
      #expect(result.status == 0, "\(result.errors)")
      #expect(calls == chunks)
      #expect(try Self.aside(other).count == (isDamage ? 1 : 0))
      #expect(result.errors.contains("the journal was damaged") == isDamage)
    }
    await finished.simulator.stopped()
  }

  @Test("A journal of a newer version is refused and left as it is")
  func newer() async throws {
    let finished = try await Finished()
    try await JournalView.change(finished.place.database, "PRAGMA user_version = 99")
    let before = try Data(contentsOf: URL(fileURLWithPath: finished.place.database))
    let sent = finished.simulator.requests.count
    let result = try await finished.place.run(finished.simulator)
    #expect(result.status == 4)
    #expect(result.problems.count == 1)
    #expect(result.problems.first?.contains("newer version") == true)
    #expect(finished.simulator.requests.count == sent)
    #expect(try await finished.place.jobs().status == 4)
    #expect(try Data(contentsOf: URL(fileURLWithPath: finished.place.database)) == before)
    await finished.simulator.stopped()
  }

  @Test("An answer with a flipped byte is asked for again, and its text is never shown")
  func answer() async throws {
    let reference = try await LongTalk.reference.outputs()
    let finished = try await Finished()
    let sent = finished.simulator.requests.count
    try await JournalView.change(
      finished.place.database,
      """
      UPDATE answer SET body = CAST(replace(CAST(body AS TEXT), 'the', 'xxx') AS BLOB)
      WHERE rowid IN (SELECT rowid FROM answer WHERE instr(body, ' the ') LIMIT 3)
      """)
    let result = try await finished.place.run(finished.simulator)
    await finished.simulator.stopped()
    #expect(result.status == 0, "\(result.errors)")
    #expect(finished.simulator.requests.count == sent + 3)
    let outputs = try #require(try finished.place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
  }

  @Test(
    "Clocks that were wrong do no harm",
    arguments: ["0", "-1", "9223372036854775807", "4102444800000"])
  func clock(time: String) async throws {
    let reference = try await LongTalk.reference.outputs()
    let finished = try await Finished()
    let sent = finished.simulator.requests.count
    try await JournalView.change(
      finished.place.database,
      """
      UPDATE job SET created = \(time), updated = \(time);
      UPDATE call SET started = \(time), ended = \(time);
      UPDATE answer SET created = \(time);
      UPDATE owner SET started = \(time);
      DELETE FROM outcome WHERE place < 10;
      """)
    for arguments in [[], ["--json"]] {
      let jobs = try await finished.place.jobs(arguments)
      #expect(jobs.status == 0, "\(jobs.errors)")
      #expect(jobs.output.contains("talk.wav"))
    }
    let result = try await finished.place.run(finished.simulator)
    await finished.simulator.stopped()
    #expect(result.status == 0, "\(result.errors)")
    #expect(finished.simulator.requests.count == sent)
    let outputs = try #require(try finished.place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
  }
}

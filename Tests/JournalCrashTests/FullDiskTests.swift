import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite("Disks that are full or cannot be written to", .serialized)
struct FullDiskTests {
  @Test("When the journal's disk fills up, no call is made that could not be kept")
  func state() async throws {
    let reference = try await LongTalk.reference.outputs()
    let place = try Place()
    guard let disk = try await SmallDisk(place.state, kilobytes: 1000) else { return }
    let simulator = try await LongTalk.shared.simulator()
    let first = try await place.run(simulator)
    #expect(first.status == 73, "\(first.errors)")
    #expect(first.problems.contains { $0.contains("the disk with the journal is full") })
    let sent = simulator.requests.count
    let chunks = try await JournalView.read(place.database).answers.count
    // Those under way when it was noticed, and no other, have an answer that is not kept.
    #expect(sent - chunks <= 5)
    #expect(sent < 130)
    // What is there is delivered, since it was paid for.
    let text = try String(contentsOfFile: "\(place.out)/talk.txt", encoding: .utf8)
    #expect(text.contains("journal is full"), "\(text)")
    let still = try await place.run(simulator)
    #expect(still.status == 73, "\(still.errors)")
    #expect(simulator.requests.count == sent)
    try await disk.resize(kilobytes: 20_000)
    let second = try await place.run(simulator)
    await simulator.stopped()
    #expect(second.status == 0, "\(second.errors)")
    let outputs = try #require(try place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
    let ledger = Ledger(simulator.requests)
    let view = try await JournalView.read(place.database)
    #expect(Set(view.calls("unknown").map(\.chunk)).isSuperset(of: ledger.twice))
    #expect(ledger.twice.count <= 5)
    print("journal's disk full after \(sent) calls: \(ledger.twice.count) paid twice")
    try await disk.unmount()
  }

  @Test(
    "When the output's disk is full, files are whole or absent, and writing them later costs nothing"
  )
  func output() async throws {
    let reference = try await LongTalk.reference.outputs()
    let place = try Place()
    guard let disk = try await SmallDisk(place.out, kilobytes: 36) else { return }
    let simulator = try await LongTalk.shared.simulator()
    let first = try await place.run(simulator)
    #expect(first.status == 73, "\(first.errors)")
    #expect(first.problems.contains { $0.contains("talk.json: cannot be written") })
    #expect(place.leftovers.isEmpty)
    let written = try FileManager.default.contentsOfDirectory(atPath: place.out).sorted()
    #expect(written == ["talk.srt", "talk.txt"])
    let sent = simulator.requests.count
    try await disk.resize(kilobytes: 1000)
    let second = try await place.run(simulator)
    await simulator.stopped()
    #expect(second.status == 0, "\(second.errors)")
    #expect(simulator.requests.count == sent)
    let outputs = try #require(try place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
    try await disk.unmount()
  }

  @Test("A state folder that cannot be written to is named before anything is sent")
  func readOnly() async throws {
    let place = try Place()
    guard let disk = try await SmallDisk(place.state, kilobytes: 400) else { return }
    try await disk.setReadOnly(true)
    let simulator = try await LongTalk.shared.simulator()
    let result = try await place.run(simulator)
    #expect(result.status == 73)
    #expect(result.problems.count == 1)
    #expect(result.problems.first?.contains("Read-only file system") == true)
    #expect(result.problems.first?.contains("--no-journal does without") == true)
    // A journal that was there before.
    try await disk.setReadOnly(false)
    #expect(try await place.run(simulator, ["--end", "10"]).status == 0)
    try await disk.setReadOnly(true)
    let sent = simulator.requests.count
    let again = try await place.run(simulator)
    #expect(again.status == 73)
    #expect(simulator.requests.count == sent)
    await simulator.stopped()
    // What is free is done all the same.
    let free = try await place.start([
      "transcribe", Programs.fixture("lecture.m4a"), "--end", "2", "-f", "txt", "-o", place.out,
    ]).result(limit: 150)
    #expect([0, 3].contains(free.status), "\(free.errors)")
    #expect(free.errors.contains("going on without"))
    try await disk.unmount()
  }
}

extension ProgramResult {
  /// The lines that say that something went wrong.
  var problems: [String] {
    errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Error: ") }
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite("Several processes at a time", .serialized)
struct CooperationTests {
  /// Runs programs at the same time that share the journal but no output folder; returns what they did.
  private static func run(
    _ inputs: [String], _ place: Place, _ simulator: ServiceSimulator
  ) async throws -> [ProgramResult] {
    let running = try inputs.enumerated().map { number, input in
      try place.start(
        place.arguments(simulator, input: input, out: place.folder.file("out\(number)")))
    }
    var results: [ProgramResult] = []
    for program in running { results.append(try await program.result(limit: 150)) }
    return results
  }

  @Test("On one file each chunk is paid once, and all make the same transcript", arguments: [2, 4])
  func sameFile(count: Int) async throws {
    let reference = try await LongTalk.reference.outputs()
    let place = try Place()
    let simulator = try await LongTalk.shared.simulator()
    let inputs = [String](repeating: place.input, count: count)
    let results = try await Self.run(inputs, place, simulator)
    await simulator.stopped()
    for (number, result) in results.enumerated() {
      #expect(result.status == 0, "\(result.errors)")
      let outputs = try #require(try place.outputs(in: place.folder.file("out\(number)")))
      #expect(outputs == reference, "\(number): \(outputs.difference(from: reference))")
    }
    let ledger = Ledger(simulator.requests)
    #expect(simulator.requests.count == ledger.chunks)
    #expect(ledger.twice.isEmpty)
    #expect(try await place.run(simulator).status == 0)
    let view = try await JournalView.read(place.database)
    #expect(view.calls.count == ledger.chunks)
    #expect(view.jobs.count == 1)
  }

  @Test("Copies in two folders are paid for once")
  func copies() async throws {
    let reference = try await LongTalk.reference.outputs()
    let place = try Place()
    let simulator = try await LongTalk.shared.simulator()
    let copy = place.folder.file("copy")
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: false)
    try FileManager.default.copyItem(atPath: place.input, toPath: "\(copy)/talk.wav")
    let results = try await Self.run([place.input, "\(copy)/talk.wav"], place, simulator)
    await simulator.stopped()
    for (number, result) in results.enumerated() {
      #expect(result.status == 0, "\(result.errors)")
      let outputs = try #require(try place.outputs(in: place.folder.file("out\(number)")))
      #expect(outputs == reference, "\(number): \(outputs.difference(from: reference))")
    }
    #expect(simulator.requests.count == Ledger(simulator.requests).chunks)
    #expect(try await JournalView.read(place.database).jobs.count == 2)
  }

  @Test("When one of two is killed, the other makes its calls")
  func killed() async throws {
    let reference = try await LongTalk.reference.outputs()
    let simulator = try await LongTalk.shared.simulator(latency: 0.1)
    var doubts = 0
    // Both work on the same few chunks, and time decides who calls: there are more rounds until some calls were the victim's.
    for round in 0..<9 where round < 3 || doubts == 0 {
      let wanted = 20 + 25 * (round % 3)
      let place = try Place()
      let before = simulator.requests.count
      // Later answers are held back, so that neither is done before one is killed.
      simulator.order(faults: [Fault(match: .after(before + wanted), action: .delay(3))])
      let victim = try place.start(
        place.arguments(simulator, out: place.folder.file("victim")))
      let other = try place.start(place.arguments(simulator))
      for _ in 0..<4000 where simulator.requests.count < before + wanted + 3 {
        try await Task.sleep(for: .milliseconds(5))
      }
      victim.send(SIGKILL)
      #expect(try await victim.result(limit: 10).status == 137)
      simulator.order(faults: [])
      let result = try await other.result(limit: 150)
      #expect(result.status == 0, "\(result.errors)")
      let outputs = try #require(try place.outputs())
      #expect(outputs == reference, "\(outputs.difference(from: reference))")
      let ledger = Ledger(simulator.requests[before...])
      let unknown = try await JournalView.read(place.database).calls("unknown")
      #expect(Set(unknown.map(\.chunk)).isSuperset(of: ledger.twice))
      #expect(unknown.count <= 5)
      #expect(ledger.most <= 2)
      doubts += unknown.count
    }
    await simulator.stopped()
    #expect(doubts > 0, "some calls were under way")
    print("one of two killed: \(doubts) calls in doubt")
  }
}

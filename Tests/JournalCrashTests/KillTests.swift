import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite("kill -9 at seeded moments of a job of a hundred chunks", .serialized)
struct KillTests {
  private static let kills = 50
  /// Calls at a time, unless a kill asks for fewer.
  private static let inFlight = 5

  /// What has to be hit at least once.
  private static let required = Kill.Moment.allCases.filter { $0 != .awaitingAnswer }

  /// System calls, and how often each is made at least in an undisturbed run.
  private static let calls: [(call: Kill.SystemCall, atLeast: Int)] = [
    (Kill.SystemCall(name: "sendto"), 600),
    (Kill.SystemCall(name: "recvfrom"), 200),
    (Kill.SystemCall(name: "pwrite64", file: "journal.sqlite3-wal"), 3000),
    (Kill.SystemCall(name: "fdatasync"), 250),
    (Kill.SystemCall(name: "linkat"), 3),
    (Kill.SystemCall(name: "fsync"), 3),
  ]

  /// A kill by its number: a quarter come by the clock, the others when some system call is made.
  private static func kill(_ number: Int, _ random: inout SeededGenerator) -> Kill {
    let concurrency = number.isMultiple(of: 3) ? 1 : inFlight
    guard !number.isMultiple(of: 4) else {
      return Kill(
        trigger: .time(Double.random(in: 0.05...1.2, using: &random)), concurrency: concurrency)
    }
    let (call, most) = calls[Int.random(in: 0..<calls.count, using: &random)]
    return Kill(
      trigger: .call(call, number: Int.random(in: 1...most, using: &random)),
      concurrency: concurrency)
  }

  @Test("A second run makes the same transcript, and only what was in doubt is paid for again")
  func killed() async throws {
    let reference = try await LongTalk.reference.outputs()
    let simulator = try await LongTalk.shared.simulator()
    var random = SeededGenerator(seed: 71)
    var hits: [Kill.Moment: Int] = [:]
    var done = 0
    var doubts = 0
    var paidTwice = 0
    // What a kill hits is also a matter of time, which no seed decides: more are made until each moment was hit.
    for number in 0..<(4 * Self.kills)
    where done < Self.kills || Self.required.contains(where: { hits[$0] == nil }) {
      let kill = Self.kill(number, &random)
      let place = try Place()
      let before = simulator.requests.count
      guard try await kill.run(place, simulator) != nil else { continue }
      done += 1
      try await simulator.rest()
      let wreck = try await Wreck(place, Array(simulator.requests[before...]))
      for moment in wreck.moments { hits[moment, default: 0] += 1 }
      #expect(place.leftovers.isEmpty, "\(kill)")

      let second = try await place.run(simulator)
      #expect(second.status == 0, "\(kill): \(second.errors)")
      let outputs = try #require(try place.outputs(), "\(kill)")
      #expect(outputs == reference, "\(kill): \(outputs.difference(from: reference))")
      #expect(place.leftovers.isEmpty, "\(kill)")
      let ledger = Ledger(simulator.requests[before...])
      let inDoubt = Set(wreck.inDoubt.map(\.chunk))
      #expect(inDoubt.count <= kill.concurrency, "\(kill)")
      #expect(inDoubt.isSuperset(of: ledger.twice), "\(kill): \(ledger.twice) were known")
      #expect(ledger.most <= 2, "\(kill)")
      doubts += inDoubt.count
      paidTwice += ledger.twice.count
      let after = try await JournalView.read(place.database)
      #expect(after.calls("calling").isEmpty, "\(kill)")
      #expect(after.calls("unknown").count == inDoubt.count, "\(kill)")
    }
    await simulator.stopped()
    #expect(done >= Self.kills)
    for moment in Kill.Moment.allCases {
      print("killed \(moment.rawValue): \(hits[moment] ?? 0)")
      #expect(!Self.required.contains(moment) || hits[moment] ?? 0 > 0, "\(moment.rawValue)")
    }
    print(
      "\(done) kills: \(doubts) calls in doubt, of which \(paidTwice) had been charged and were again; none else"
    )
  }
}

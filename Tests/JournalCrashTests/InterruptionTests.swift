import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite("Services that go away, networks that break and users who interrupt", .serialized)
struct InterruptionTests {
  /// Holds all answers but the first back, so that a run cannot be done before the test interferes.
  private static func onlyFirst(_ count: Int, delay: Double = 60) -> [Fault] {
    [Fault(match: .after(count), action: .delay(delay))]
  }

  /// Waits until so many requests have been answered.
  private static func answered(
    _ count: Int, by simulator: ServiceSimulator, within seconds: Double = 30
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while simulator.requests.count(where: { $0.finish != nil }) < count {
      guard ContinuousClock.now < deadline else {
        throw Missing(description: "fewer than \(count) answers within \(seconds) s")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until a request after the first so many waits for its answer.
  private static func held(
    after count: Int, by simulator: ServiceSimulator, within seconds: Double = 30
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !simulator.requests.contains(where: { $0.number > count && $0.status != nil }) {
      guard ContinuousClock.now < deadline else {
        throw Missing(description: "no answer was held back within \(seconds) s")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test("A service that is restarted is waited for, and nothing known is paid for again")
  func restarted() async throws {
    let reference = try await LongTalk.reference.outputs()
    let place = try Place()
    let first = try await LongTalk.shared.simulator(faults: Self.onlyFirst(30))
    let running = try place.start(place.arguments(first))
    try await Self.answered(30, by: first)
    await first.stopped()
    let port = first.port
    let second = try await LongTalk.shared.simulator { $0.port = port }
    let result = try await running.result(limit: 150)
    await second.stopped()
    #expect(result.status == 0, "\(result.errors)")
    let outputs = try #require(try place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
    let ledger = Ledger(first.requests + second.requests)
    let view = try await JournalView.read(place.database)
    #expect(Set(view.calls("unknown").map(\.chunk)).isSuperset(of: ledger.twice))
    print(
      "restarted: \(view.calls("unknown").count) calls in doubt, \(ledger.twice.count) paid twice")
  }

  @Test("While a service is gone, an interrupt ends the wait; the next run goes on")
  func gone() async throws {
    let reference = try await LongTalk.reference.outputs()
    try await expectBest(of: 3, meets: { $0 < .seconds(2) }) { try await Self.goneOnce(reference) }
  }

  /// How long the interrupt took.
  private static func goneOnce(_ reference: Outputs) async throws -> Duration {
    let place = try Place()
    let first = try await LongTalk.shared.simulator(faults: onlyFirst(30))
    let running = try place.start(place.arguments(first))
    try await answered(30, by: first)
    await first.stopped()
    try await Task.sleep(for: .milliseconds(300))
    let start = ContinuousClock.now
    running.send(SIGINT)
    let interrupted = try await running.result(limit: 30)
    #expect(interrupted.status == 130)
    let duration = ContinuousClock.now - start
    // The same service at another address is another service, so the port has to be the same.
    let second = try await LongTalk.shared.simulator { $0.port = first.port }
    let result = try await place.run(second)
    await second.stopped()
    #expect(result.status == 0, "\(result.errors)")
    let outputs = try #require(try place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
    let ledger = Ledger(first.requests + second.requests)
    let view = try await JournalView.read(place.database)
    #expect(Set(view.calls("unknown").map(\.chunk)).isSuperset(of: ledger.twice))
    return duration
  }

  /// Cuts of the network, and whether the service has charged for what was cut off.
  private static let cuts: [(Fault.Action, isCharged: Bool)] = [
    (.reset(.beforeBodyIsRead), false), (.reset(.afterWork), true), (.closeMidBody, true),
    (.closeWithoutAnswer, true),
  ]

  @Test("A call that is cut off is made once more, or not at all if the user does not want that")
  func cut() async throws {
    let reference = try await LongTalk.reference.outputs()
    for (action, isCharged) in Self.cuts {
      let simulator = try await LongTalk.shared.simulator(
        faults: [Fault(match: .every(25), action: action, times: 4)])
      let place = try Place()
      let careful = try await place.run(simulator, ["--on-unknown", "stop"])
      let first = simulator.requests.count
      #expect(Ledger(simulator.requests).twice.isEmpty, "\(action)")
      #expect(simulator.requests.count { $0.fault != nil } == 4)
      // What surely did not arrive whole is made again by itself.
      let inDoubt = try await JournalView.read(place.database).calls("unknown").count
      #expect(isCharged ? inDoubt == 4 : inDoubt <= 4, "\(action)")
      #expect(careful.status == (inDoubt > 0 ? 3 : 0), "\(action): \(careful.errors)")
      // The user has to say so.
      let again = try await place.run(simulator, ["--on-unknown", "stop"])
      #expect(again.status == careful.status, "\(action)")
      #expect(simulator.requests.count == first, "\(action)")
      // Nothing was said of it, because this run had no answer of its own.
      #expect(again.errors.contains("--on-unknown retry") == (inDoubt > 0), "\(again.errors)")
      let result = try await place.run(simulator, ["--on-unknown", "retry"])
      #expect(result.status == 0, "\(action): \(result.errors)")
      #expect(simulator.requests.count == first + inDoubt, "\(action)")
      #expect(Ledger(simulator.requests).twice.count == (isCharged ? inDoubt : 0), "\(action)")
      let outputs = try #require(try place.outputs())
      #expect(outputs == reference, "\(action): \(outputs.difference(from: reference))")
      await simulator.stopped()
    }
  }

  @Test(
    "A signal lets calls under way finish, keeps their answers, and shows what is missing",
    arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func signal(_ signal: Int32, _ status: Int32) async throws {
    let reference = try await LongTalk.reference.outputs()
    let simulator = try await LongTalk.shared.simulator(faults: Self.onlyFirst(20, delay: 3))
    let place = try Place()
    let running = try place.start(place.arguments(simulator))
    try await Self.answered(20, by: simulator)
    running.send(signal)
    let result = try await running.result(limit: 30)
    #expect(result.status == status, "\(result.errors)")
    let text = try String(contentsOfFile: "\(place.out)/talk.txt", encoding: .utf8)
    #expect(text.contains("[") && text.contains("stopped before it was transcribed"), "\(text)")
    #expect(place.leftovers.isEmpty)
    let view = try await JournalView.read(place.database)
    let requests = simulator.requests
    #expect(view.calls("answered").count == requests.count)
    #expect(view.answers.count == requests.count)
    #expect(requests.count < 40)
    simulator.order(faults: [])
    let second = try await place.run(simulator)
    await simulator.stopped()
    #expect(second.status == 0, "\(second.errors)")
    let outputs = try #require(try place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
    #expect(Ledger(simulator.requests).twice.isEmpty)
    #expect(simulator.requests.count == Ledger(simulator.requests).chunks)
  }

  @Test("A second signal leaves at once; only the calls under way are in doubt")
  func secondSignal() async throws {
    let reference = try await LongTalk.reference.outputs()
    try await expectBest(of: 3, meets: { $0 < .seconds(1) }) {
      try await Self.secondSignalOnce(reference)
    }
  }

  /// How long the second signal took.
  private static func secondSignalOnce(_ reference: Outputs) async throws -> Duration {
    let simulator = try await LongTalk.shared.simulator(faults: onlyFirst(20))
    let place = try Place()
    let running = try place.start(place.arguments(simulator))
    try await answered(20, by: simulator)
    try await held(after: 20, by: simulator)
    running.send(SIGINT)
    try await running.says("Stopping")
    let start = ContinuousClock.now
    running.send(SIGINT)
    let result = try await running.result(limit: 30)
    #expect(result.status == 130)
    let duration = ContinuousClock.now - start
    #expect(place.leftovers.isEmpty)
    let inDoubt = try await JournalView.read(place.database).calls("calling")
    #expect((1...5).contains(inDoubt.count))
    simulator.order(faults: [])
    try await simulator.rest()
    let second = try await place.run(simulator)
    await simulator.stopped()
    #expect(second.status == 0, "\(second.errors)")
    let outputs = try #require(try place.outputs())
    #expect(outputs == reference, "\(outputs.difference(from: reference))")
    #expect(Set(inDoubt.map(\.chunk)).isSuperset(of: Ledger(simulator.requests).twice))
    #expect(Ledger(simulator.requests).most <= 2)
    return duration
  }
}

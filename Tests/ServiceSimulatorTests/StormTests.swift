import Foundation
import ServiceSimulator
import Testing

@Suite(.timeLimit(.minutes(10)))
struct StormTests {
  /// Asks for twelve chunks until each has its answer, in some order; returns what befell each.
  private static func weather(
    _ service: ServiceSimulator.Service, seed: UInt64, order: [Int]
  ) async throws -> [Int: [Fault.Action?]] {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.service = service
      $0.faults = Fault.storm(share: 0.6, seed: seed, service: service)
    }
    let folder = try TestFolder()
    var rest = order
    for _ in 0..<5 where !rest.isEmpty {
      var failed: [Int] = []
      for chunk in rest {
        try recording.cut(
          start: 160_000 + chunk * 240_000, count: 32_000, to: folder.path("a.wav"))
        let answer = try await Curl.transcribe(
          folder.path("a.wav"), at: simulator.baseURL, model: ServiceFaultTests.model(service))
        let isGood = answer.status == 200 && answer.exitStatus == 0 && !answer.object.isEmpty
        if !isGood { failed.append(chunk) }
      }
      rest = failed
    }
    #expect(rest.isEmpty, "three faults a chunk at most")
    var befallen: [Int: [Fault.Action?]] = [:]
    for request in simulator.requests {
      let chunk = Int(((request.matchedStart ?? 0) - 10) / 15 + 0.5)
      befallen[chunk, default: []].append(request.fault)
    }
    for (chunk, faults) in befallen {
      #expect(faults.count { $0?.leavesDoubt == true } <= 1, "chunk \(chunk)")
      #expect(faults.count { $0 != nil } <= 3)
    }
    #expect(simulator.paidRepeatedly.allSatisfy { $0.requests.count == 2 })
    await simulator.stopped()
    return befallen
  }

  @Test(arguments: ServiceSimulator.Service.allCases)
  func `a storm depends on its seed, not on the order of the chunks`(
    service: ServiceSimulator.Service
  ) async throws {
    let first = try await Self.weather(service, seed: 7, order: Array(0..<12))
    let again = try await Self.weather(service, seed: 7, order: (0..<12).reversed())
    let other = try await Self.weather(service, seed: 8, order: Array(0..<12))
    #expect(first == again)
    #expect(first != other)
    let faults = first.values.flatMap { $0 }.compactMap { $0 }
    #expect(faults.count >= 5)
    #expect(Set(faults).count >= 4)
  }

  @Test
  func `a share befalls about that many requests`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator {
      $0.faults = [
        Fault(
          match: .share(0.3, seed: 5), action: .status(500, code: "500", message: "x"))
      ]
    }
    let folder = try TestFolder()
    for chunk in 0..<60 {
      try recording.cut(
        start: 100_000 + chunk * 60_000, count: 32_000, to: folder.path("a.wav"))
      _ = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    }
    let hit = simulator.requests.count { $0.status == 500 }
    #expect((9...28).contains(hit), "\(hit) of 60")
    await simulator.stopped()
  }
}

import Foundation
import LongscribeThreads
import Synchronization
import TestSupport
import Testing

@Suite("Threads for work that blocks", .serialized)
struct ThreadLanesTests {
  /// How many are at work, and how many were at most.
  private final class Crowd: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    /// Works until so many have been at work at a time, or time is over: a thread may take long to start.
    func work(until wanted: Int, or deadline: ContinuousClock.Instant) {
      state.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      repeat {
        Thread.sleep(forTimeInterval: 0.002)
      } while most < wanted && ContinuousClock.now < deadline
      state.withLock { $0.now -= 1 }
    }
  }

  /// Threads of this process whose name begins so.
  private func threads(named name: String) -> Int {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    return tasks.count { task in
      let comm = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
      return comm?.hasPrefix(name) == true
    }
  }

  @Test("Every job runs once, and never more at once than allowed", arguments: [1, 2, 5])
  func bounded(_ most: Int) async {
    let lanes = ThreadLanes(name: "bounded", most: most)
    let crowd = Crowd()
    let deadline = ContinuousClock.now + .seconds(10)
    let results = await withTaskGroup(of: Int.self) { group in
      for index in 0..<60 {
        group.addTask {
          await lanes.run {
            crowd.work(until: most, or: deadline)
            return index
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.sorted() == Array(0..<60))
    #expect(crowd.most == most)
  }

  @Test("Fewer than one lane is one")
  func atLeastOne() async {
    #expect(await ThreadLanes(name: "one", most: 0).run { 7 } == 7)
  }

  @Test("Jobs of one lane run in the order in which they came")
  func inOrder() async {
    let lanes = ThreadLanes(name: "order", most: 1)
    let order = Mutex<[Int]>([])
    for index in 0..<100 {
      await lanes.run { order.withLock { $0.append(index) } }
    }
    #expect(order.withLock { $0 } == Array(0..<100))
  }

  @Test("A lane that is free is used again rather than joined by another")
  func reuse() async {
    // A lane that is stopped after its job, and before it says that it is free, is not used again.
    var tries = 0
    await expectBest(of: 5, meets: { $0 <= 2 }) {
      tries += 1
      let name = "reuse\(tries)."
      let lanes = ThreadLanes(name: name, most: 8)
      for _ in 0..<200 { await lanes.run {} }
      return withExtendedLifetime(lanes) { threads(named: name) }
    }
  }

  @Test("Lanes that are released take their threads with them")
  func noLeak() async throws {
    for _ in 0..<100 {
      let lanes = ThreadLanes(name: "leak", most: 4)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask { await lanes.run { Thread.sleep(forTimeInterval: 0.001) } }
        }
      }
    }
    for _ in 0..<100 where threads(named: "leak") > 0 {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(threads(named: "leak") == 0)
  }

  @Test("Lanes that were never used go away quietly")
  func unused() {
    for _ in 0..<1000 { _ = ThreadLanes(name: "unused", most: 4) }
    #expect(threads(named: "unused") == 0)
  }

  @Test("Jobs that block do not block the threads that run tasks")
  func poolStaysFree() async throws {
    let lanes = ThreadLanes(name: "block", most: 16)
    let gate = DispatchSemaphore(value: 0)
    let blocked = Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<16 { group.addTask { await lanes.run { gate.wait() } } }
      }
    }
    // More tasks than there are cores, each of which has to give way several times.
    let sum = await withTaskGroup(of: Int.self) { group in
      for index in 0..<50 {
        group.addTask {
          for _ in 0..<10 { await Task.yield() }
          return index
        }
      }
      return await group.reduce(0, +)
    }
    #expect(sum == 1225)
    for _ in 0..<16 { gate.signal() }
    await blocked.value
  }
}

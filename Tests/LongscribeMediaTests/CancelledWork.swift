import Foundation
import LongscribeMedia
import LongscribeThreads
import Synchronization

/// Work that is cancelled, with threads alone: the tests beside it keep the pool of Swift's tasks busy, where whoever sleeps may wake late.
enum CancelledWork {
  /// How the work ended.
  struct End: Sendable {
    var error: MediaError?
    /// From raising the flag to the end of the work; infinite if the work was done before.
    var seconds: Double
  }

  /// Works, and raises the flag after some seconds.
  ///
  /// - Parameter rescue: Ends the work if the flag has not done so for 3 s.
  static func run(
    after seconds: Double, rescue: @escaping @Sendable () -> Void = {},
    _ work: @escaping @Sendable (CancelFlag) throws -> MediaError?
  ) async throws -> End {
    try await ThreadLanes(name: "cancelled", most: 1).run {
      Result {
        let flag = CancelFlag()
        let raised = RaiseTime()
        let isOver = DispatchSemaphore(value: 0)
        defer { isOver.signal() }
        Thread.detachNewThread {
          Thread.sleep(forTimeInterval: seconds)
          raised.note()
          flag.raise()
          if isOver.wait(timeout: .now() + 3) == .timedOut { rescue() }
        }
        let error = try work(flag)
        return End(error: error, seconds: raised.secondsSince)
      }
    }.get()
  }

  private final class RaiseTime: Sendable {
    private let time = Mutex<ContinuousClock.Instant?>(nil)

    func note() { time.withLock { $0 = .now } }

    var secondsSince: Double {
      time.withLock { $0 }.map { (ContinuousClock.now - $0) / .seconds(1) } ?? .infinity
    }
  }
}

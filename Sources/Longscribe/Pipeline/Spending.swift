private import Synchronization

/// The budget of all recordings that a `Transcriber` and its copies make calls for.
final class Spending: Sendable {
  private let budget: Mutex<Budget>
  /// Why no further call was made, once: what others would have taken is no other reason.
  private let refusal = Mutex<RecognitionFailure?>(nil)
  /// Seconds between looks at a budget that calls under way may leave room in.
  private static let patience = 0.1

  init(_ budget: Budget) {
    self.budget = Mutex(budget)
  }

  /// What was spent so far.
  var spent: CallUsage { budget.withLock { $0.spent } }

  /// Sets aside what a call takes; waits while calls under way may still leave room for it.
  ///
  /// - Parameter samples: Audio that is sent, in samples, padding included.
  /// - Throws: `.budgetReached`, or `.cancelled`.
  func reserve(samples: Int64) async throws(RecognitionFailure) -> Budget.Reservation {
    while true {
      do throws(BudgetRefusal) {
        return try budget.withLock { budget throws(BudgetRefusal) in
          try budget.reserve(samples: samples)
        }
      } catch {
        guard !error.isFinal else {
          throw refusal.withLock { first in
            let failure = first ?? error.failure
            first = failure
            return failure
          }
        }
        guard (try? await Task.sleep(for: .seconds(Self.patience))) != nil else {
          throw .cancelled
        }
      }
    }
  }

  /// A call has ended.
  func settle(
    _ reservation: Budget.Reservation, _ result: Result<Recognition, RecognitionFailure>
  ) {
    var failure: RecognitionFailure?
    if case .failure(let error) = result { failure = error }
    budget.withLock { $0.settle(reservation, failure: failure) }
  }
}

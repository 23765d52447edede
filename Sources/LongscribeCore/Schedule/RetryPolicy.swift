private import Foundation

/// When a failed call is tried again. A pure decision: jitter is given, no clock is read.
///
/// | attempt that failed | longest wait before the next |
/// | ------------------- | ---------------------------- |
/// | 1 | 1 s |
/// | 2 | 2 s |
/// | 3 | 4 s |
/// | 4 | 8 s |
/// | n | doubling, up to `longestBackoff` |
///
/// The wait drawn lies between half of that and all of it. A service's own `Retry-After` is obeyed where it is longer.
public struct RetryPolicy: Sendable, Hashable, Codable {
  /// Tries of one chunk in all.
  public var maximumAttempts: Int
  /// First backoff in seconds.
  public var firstBackoff: Double
  /// Longest backoff in seconds.
  public var longestBackoff: Double
  /// Waits that a service asks for beyond this many seconds are not worth it: the chunk fails.
  public var longestObeyedWait: Double
  /// Tries after which a chunk is not sent again, counting those that were charged without a usable answer and those whose fate is
  /// unknown: each of them has been paid for, or may have been. 0 never repeats such a call.
  public var maximumAmbiguousFailures: Int

  /// The policy that is used where nothing else is asked for.
  public static let standard = RetryPolicy(
    maximumAttempts: 6, firstBackoff: 1, longestBackoff: 30, longestObeyedWait: 900,
    maximumAmbiguousFailures: 1)

  /// Tries beyond the others of a service that was reached before and now is not, or has too much to do: with the longest backoffs they
  /// span about five minutes, in which a laptop wakes up or changes its network, and a gateway's limit of calls a minute lets a few pass (nginx
  /// answers 503 for that).
  private static let triesOfOutage = 8

  /// A policy with every number given.
  public init(
    maximumAttempts: Int, firstBackoff: Double, longestBackoff: Double, longestObeyedWait: Double,
    maximumAmbiguousFailures: Int
  ) {
    self.maximumAttempts = maximumAttempts
    self.firstBackoff = firstBackoff
    self.longestBackoff = longestBackoff
    self.longestObeyedWait = longestObeyedWait
    self.maximumAmbiguousFailures = maximumAmbiguousFailures
  }

  /// Seconds to wait before the next try; `nil` to give up.
  ///
  /// - Parameters:
  ///   - failure: How the last try failed.
  ///   - attempts: Tries so far.
  ///   - ambiguous: Tries so far whose charge is unknown or certain, this one included.
  ///   - hasAnswered: Whether the service has answered before, so that a network that is gone may come back.
  ///   - jitter: A number from 0 up to 1, drawn by the caller.
  public func wait(
    after failure: RecognitionFailure, attempts: Int, ambiguous: Int, hasAnswered: Bool = false,
    jitter: Double
  ) -> Double? {
    let isOutage = hasAnswered && (failure.code == .unreachable || failure.code == .overloaded)
    guard attempts < maximumAttempts + (isOutage ? Self.triesOfOutage : 0) else { return nil }
    if failure.charge != .none, ambiguous > maximumAmbiguousFailures { return nil }
    // Capped before the power grows out of range.
    let doublings = Double(min(max(attempts, 1) - 1, 16))
    let ceiling = min(longestBackoff, firstBackoff * exp2(doublings))
    let backoff = ceiling * (0.5 + 0.5 * min(1, max(0, jitter)))
    switch failure.retry {
    case .never, .split: return nil
    case .now: return backoff
    case .after(let seconds):
      guard seconds <= longestObeyedWait else { return nil }
      return max(seconds, backoff)
    }
  }

  /// Refusals for rate in a row after which a chunk is given up: about ten minutes of waiting.
  static let mostRefusals = 20

  /// Seconds to wait after the service said that there are too many calls; `nil` to give the chunk up.
  ///
  /// - Parameters:
  ///   - failure: What the service said.
  ///   - refusals: Such refusals of the account in a row, this one included. They stand for tries in the backoff, because it
  ///     was the account that was refused, not the chunk.
  ///   - jitter: A number from 0 up to 1, drawn by the caller.
  package func wait(
    afterRefusal failure: RecognitionFailure, refusals: Int, jitter: Double
  ) -> Double? {
    guard refusals <= Self.mostRefusals else { return nil }
    return wait(
      after: failure, attempts: min(refusals, maximumAttempts - 1), ambiguous: 0, jitter: jitter)
  }
}

extension RecognitionFailure {
  /// Whether the account makes too many calls: all of its calls wait then, and the chunk is not to blame.
  package var isRefusal: Bool {
    !affectsAllChunks && (code == .concurrencyLimited || code == .rateLimited)
  }
}

package import Longscribe

/// What calls together may use up, as a user says it.
package struct BudgetBounds: Sendable {
  /// Bounds on calls that can be given.
  package static let calls = 1...1_000_000_000
  /// Bounds on audio that can be given, in seconds.
  package static let seconds = 1.0...360_000_000

  private let cost: (millionths: Int64, currency: String?)?
  private let calls: Int?
  private let samples: Int64?

  /// - Parameters:
  ///   - cost: Most that may be spent; without a currency it is in that of the rate.
  ///   - calls: Most calls.
  ///   - seconds: Most audio that is charged.
  package init(cost: (millionths: Int64, currency: String?)?, calls: Int?, seconds: Double?) {
    self.cost = cost
    self.calls = calls
    samples = seconds.map(Timeline.samples)
  }

  /// The budget; `nil` if nothing is bounded.
  ///
  /// - Parameters:
  ///   - rate: What calls cost; `nil` where it is not known.
  ///   - metering: How the audio of a call is counted, rate or not.
  package func budget(rate: CallRate?, metering: Metering) throws(BudgetError) -> Budget? {
    guard cost != nil || calls != nil || samples != nil else { return nil }
    // Where there is no rate, the currency does not matter: there will be no budget.
    let money = cost.map {
      Money(millionths: $0.millionths, currency: $0.currency ?? rate?.price.currency ?? "")
    }
    return try Budget(cost: money, calls: calls, samples: samples, rate: rate, metering: metering)
  }
}

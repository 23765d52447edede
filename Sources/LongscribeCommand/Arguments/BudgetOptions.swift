import Longscribe
import LongscribeInterchange

/// The options that bound what a run may use up.
enum BudgetOptions {
  static let all: [CommandSyntax.Option] = [
    CommandSyntax.Option(
      name: cost, value: "amount",
      help: "Stop before the call that would cost more in all, such as 5 or 5USD."),
    CommandSyntax.Option(
      name: calls, value: "n", help: "Stop before the call that would be one too many."),
    CommandSyntax.Option(
      name: audio, value: "sec",
      help: "Stop before the call that would be charged for more audio in all."),
  ]

  private static let cost = "--max-cost"
  private static let calls = "--max-calls"
  private static let audio = "--max-audio-seconds"

  /// What the run may use up; `nil` if nothing is bounded.
  ///
  /// - Parameters:
  ///   - rate: What calls cost; `nil` where it is not known.
  ///   - metering: How the audio of a call is counted, rate or not.
  /// - Throws: `UsageError` for bounds that cannot be understood, and for a cost of which nobody knows what calls cost.
  static func budget(
    _ arguments: ParsedArguments, rate: CallRate?, metering: Metering
  ) throws(UsageError) -> Budget? {
    let bounds = BudgetBounds(
      cost: try amount(arguments),
      calls: try arguments.integer(calls, in: BudgetBounds.calls),
      seconds: try arguments.number(audio, in: BudgetBounds.seconds))
    do throws(BudgetError) {
      return try bounds.budget(rate: rate, metering: metering)
    } catch {
      throw UsageError(message(error))
    }
  }

  /// The most that may be spent.
  private static func amount(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> (millionths: Int64, currency: String?)? {
    guard let text = arguments.value(cost) else { return nil }
    guard let amount = DecimalText.amount(text) else {
      throw UsageError(
        "The value '\(text)' is invalid for '\(cost)': it takes an amount such as 5, 0.25 or 5USD, "
          + "with at most six digits after the point")
    }
    return amount
  }

  private static func message(_ error: BudgetError) -> String {
    switch error {
    case .noRate:
      "\(cost) needs to know what calls cost, and no rate is known for this model at this address; "
        + "give one, such as \(RateOption.name) 0.006USD/min"
    case .otherCurrency(let bound, let rate):
      "\(cost) is in \(bound), but calls cost \(rate); give the amount in \(rate.currency), "
        + "or the price in \(bound) with \(RateOption.name)"
    }
  }
}

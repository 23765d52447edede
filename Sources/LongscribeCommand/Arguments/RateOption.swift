import Longscribe
import LongscribeInterchange

/// `--rate`: what calls cost, by whoever knows it better than the table of rates.
enum RateOption {
  static let name = "--rate"

  static let option = CommandSyntax.Option(
    name: name, value: "price",
    help: "What the service charges, such as 0.006USD/min, 0.36USD/hour or 0.01CNY/call.")

  static func price(_ arguments: ParsedArguments) throws(UsageError) -> CallRate.Price? {
    guard let text = arguments.value(name) else { return nil }
    guard let price = CallRate.Price(text) else {
      throw UsageError(
        "The value '\(text)' is invalid for '\(name)': it takes \(CallRate.Price.form)")
    }
    return price
  }
}

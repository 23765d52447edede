import Longscribe

/// `--rate`: what calls cost, by whoever knows it better than the table of rates.
enum RateOption {
  static let name = "--rate"

  /// What a price looks like, for messages.
  static let form =
    "a price such as 0.006USD/min, with at most six digits after the point; /second, /hour and /call work too"

  static let option = CommandSyntax.Option(
    name: name, value: "price",
    help: "What the service charges, such as 0.006USD/min, 0.36USD/hour or 0.01CNY/call.")

  static func price(_ arguments: ParsedArguments) throws(UsageError) -> CallRate.Price? {
    guard let text = arguments.value(name) else { return nil }
    guard let price = CallRate.Price(text) else {
      throw UsageError("The value '\(text)' is invalid for '\(name)': it takes \(form)")
    }
    return price
  }
}

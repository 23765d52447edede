package import Longscribe

extension CallRate.Price {
  /// What a price looks like, for messages.
  package static let form =
    "a price such as 0.006USD/min, with at most six digits after the point; /second, /hour and /call work too"
}

extension ConfigReader {
  /// A price; `nil` if there is none.
  package func price(_ name: String) throws(ConfigError) -> CallRate.Price? {
    guard let text = try text(name) else { return nil }
    guard let price = CallRate.Price(text) else {
      throw ConfigError(
        message: "'\(path(name))' is '\(text)'; it has to be \(CallRate.Price.form)")
    }
    return price
  }
}

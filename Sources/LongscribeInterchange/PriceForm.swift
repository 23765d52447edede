package import Longscribe

extension CallRate.Price {
  /// What a price looks like, for messages.
  package static let form =
    "a price such as 0.006USD/min, with at most six digits after the point; /second, /hour and /call work too"
}

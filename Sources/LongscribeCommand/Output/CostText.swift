import Longscribe

/// What calls cost, for people.
enum CostText {
  /// The cost with its rate: `0.0152 USD at 0.006 USD/min (openai.com, 2026-11-21)`.
  static func text(_ usage: CallUsage, _ rate: CallRate?) -> String {
    guard let rate else { return "no rate known; \(RateOption.name) gives one" }
    guard !rate.isFree else { return rate.description }
    let caveat = rate.caveat.map { "; \($0)" } ?? ""
    return "\(amount(usage, rate)) at \(rate.description)\(caveat)"
  }

  /// The cost alone; what may come out a little different is called so.
  static func amount(_ usage: CallUsage, _ rate: CallRate?) -> String {
    guard let rate else { return "no rate known" }
    return rate.isFree ? "free" : rate.text(of: usage)
  }

  /// The rate alone, for lists.
  static func rate(_ rate: CallRate?) -> String {
    guard let rate else { return "no rate known" }
    let caveat = rate.caveat.map { "; \($0)" } ?? ""
    return rate.description + caveat
  }

  static func calls(_ count: Int) -> String { "\(count) call\(count == 1 ? "" : "s")" }
}

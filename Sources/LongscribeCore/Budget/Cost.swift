/// What calls cost, as an exact fraction: a third of a millionth is not lost, however many calls there are.
public struct Cost: Sendable, Hashable {
  /// Millionths of a unit of the currency, times the divisor.
  private let numerator: Int128
  private let divisor: Int128
  /// The currency's code; see `Money`.
  public let currency: String

  init(numerator: Int128, divisor: Int128, currency: String) {
    self.numerator = numerator
    self.divisor = max(1, divisor)
    self.currency = currency
  }

  /// Whether it costs nothing.
  public var isNothing: Bool { numerator == 0 }

  /// Whether it is more than an amount of its currency, in millionths, or more than can be counted.
  func exceeds(_ millionths: Int64) -> Bool {
    // Both sides stay below 2^127: a divisor has less than 2^26.
    numerator > Int128(millionths) * divisor
  }

  /// The nearest amount to a millionth of a unit.
  public var rounded: Money { rounded(to: 1) }

  /// The nearest whole multiple of some millionths; halves are rounded up.
  private func rounded(to step: Int128) -> Money {
    let (whole, rest) = numerator.quotientAndRemainder(dividingBy: divisor * step)
    let steps = whole + (rest * 2 >= divisor * step ? 1 : 0)
    return Money(millionths: Int64(clamping: steps * step), currency: currency)
  }
}

extension Cost: CustomStringConvertible {
  /// The amount for people: hundredths from one unit on, two digits more below one, and two more below a hundredth.
  public var description: String {
    let millionths = rounded.millionths
    let step: Int128 = millionths >= 1_000_000 ? 10_000 : millionths >= 10_000 ? 100 : 1
    if millionths == 0, !isNothing { return "less than 0.000001 \(currency)" }
    return rounded(to: step).description
  }
}

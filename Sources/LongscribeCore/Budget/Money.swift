/// An amount of money, exact to a millionth of a unit of its currency.
public struct Money: Sendable, Hashable, Codable {
  /// Millionths of a unit of the currency.
  public var millionths: Int64
  /// The currency's code in capitals, such as `USD`, or what a service calls its own unit (`CA`).
  public var currency: String

  /// An amount with every part given.
  public init(millionths: Int64, currency: String) {
    self.millionths = millionths
    self.currency = currency
  }
}

extension Money: CustomStringConvertible {
  /// The exact amount with its currency: `0.50 USD`, `0.0045 USD`.
  public var description: String {
    "\(DecimalText.text(millionths: millionths, digits: 2)) \(currency)"
  }
}

/// Decimal numbers that are never binary fractions on their way.
package enum DecimalText {
  /// Digits after the point that a millionth has.
  private static let places = 6

  /// The number in millionths: digits, and where there is a point at most six behind it. `nil` for all else, and for what does not fit.
  package static func millionths(_ text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard fraction.count <= places else { return nil }
    return Int64("\(parts[0])\(fraction)\(String(repeating: "0", count: places - fraction.count))")
  }

  /// The number, without zeros at its end beyond some digits after the point.
  ///
  /// - Parameters:
  ///   - millionths: The number in millionths.
  ///   - digits: Fewest digits after the point, from 0 to 6.
  package static func text(millionths: Int64, digits: Int) -> String {
    let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    var fraction = String(rest)
    fraction = String(repeating: "0", count: places - fraction.count) + fraction
    while fraction.count > digits, fraction.hasSuffix("0") { fraction.removeLast() }
    let sign = millionths < 0 ? "-" : ""
    return "\(sign)\(whole)" + (fraction.isEmpty ? "" : ".\(fraction)")
  }

  /// The parts of an amount such as `5`, `0.25USD` or `0.25 usd`: millionths, and the currency in capitals where there is one; `nil` if it is
  /// none.
  package static func amount(_ text: String) -> (millionths: Int64, currency: String?)? {
    let number = text.prefix { $0 == "." || $0.isASCII && $0.isNumber }
    guard let millionths = millionths(String(number)) else { return nil }
    var rest = text[number.endIndex...]
    guard !rest.isEmpty else { return (millionths, nil) }
    if rest.first == " " { rest.removeFirst() }
    return isCurrency(rest) ? (millionths, rest.uppercased()) : nil
  }

  /// Whether a text can be a currency: ISO 4217 has three letters, services' own units have some two to five.
  private static func isCurrency(_ text: Substring) -> Bool {
    (2...5).contains(text.count) && text.allSatisfy { $0.isASCII && $0.isLetter }
  }
}

/// What calls to a recogniser cost, and who says so.
public struct CallRate: Sendable, Hashable, Codable {
  /// The price of what is charged for.
  public var price: Price
  /// How the audio of a call is counted.
  public var metering: Metering
  /// Where the price comes from: a page, an option, a configuration.
  public var source: String
  /// When it was so, as `2026-11-21` or `2026-06`; `nil` for prices that the user gives.
  public var date: String?
  /// Why costs may come out a little different; `nil` where they will not.
  public var caveat: String?

  /// A rate with every part given.
  public init(
    price: Price, metering: Metering, source: String, date: String? = nil, caveat: String? = nil
  ) {
    self.price = price
    self.metering = metering
    self.source = source
    self.date = date
    self.caveat = caveat
  }

  /// The rate of what costs nothing.
  ///
  /// - Parameter source: Why that is so.
  public static func free(source: String) -> CallRate {
    CallRate(price: .nothing, metering: .exact, source: source)
  }

  /// Whether calls cost nothing.
  public var isFree: Bool { price.millionths <= 0 }

  /// What calls cost together.
  public func cost(of usage: CallUsage) -> Cost {
    let counted = price.basis == .call ? Int64(clamping: usage.calls) : usage.billedSamples
    // At most 2^126: there is always room in 128 bits.
    return Cost(
      numerator: Int128(max(0, price.millionths)) * Int128(max(0, counted)),
      divisor: Int128(price.basis.unit), currency: price.currency)
  }

  /// What calls cost together, for people; what may come out a little different is called so.
  package func text(of usage: CallUsage) -> String {
    (caveat == nil ? "" : "about ") + cost(of: usage).description
  }

  /// The rate with its source: `0.006 USD/min (openai.com, 2026-11-21)`.
  public var description: String {
    let origin = [source, date].compactMap { $0 }.joined(separator: ", ")
    return isFree ? "free (\(origin))" : "\(price) (\(origin))"
  }
}

extension CallRate {
  /// A price for each of something, exact to a millionth.
  public struct Price: Sendable, Hashable, Codable {
    /// What is counted.
    public enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
      /// Seconds of audio.
      case second
      /// Minutes of audio.
      case minute
      /// Hours of audio.
      case hour
      /// Calls, however long.
      case call

      /// Samples, or calls, that the price is for.
      var unit: Int64 {
        switch self {
        case .second: Timeline.sampleRate
        case .minute: 60 * Timeline.sampleRate
        case .hour: 3600 * Timeline.sampleRate
        case .call: 1
        }
      }

      /// How it is written, the usual way first.
      var names: [String] {
        switch self {
        case .second: ["s", "sec", "second"]
        case .minute: ["min", "minute", "m"]
        case .hour: ["hour", "h"]
        case .call: ["call"]
        }
      }
    }

    /// Millionths of a unit of the currency; never below 0.
    public var millionths: Int64
    /// The currency's code; see `Money`.
    public var currency: String
    /// What it is for one of.
    public var basis: Basis

    /// Nothing. The code is that of ISO 4217 for no currency.
    public static let nothing = Price(millionths: 0, currency: "XXX", per: .call)

    /// A price with every part given.
    public init(millionths: Int64, currency: String, per basis: Basis) {
      self.millionths = max(0, millionths)
      self.currency = currency
      self.basis = basis
    }

    /// A price as people write it: `0.006USD/min`, `0.36 USD/hour`, `0.01 CNY/call`; `nil` if it is none, or has more than six digits after
    /// the point.
    public init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2,
        let basis = Basis.allCases.first(where: { $0.names.contains(parts[1].lowercased()) }),
        let amount = DecimalText.amount(String(parts[0])), let currency = amount.currency
      else { return nil }
      self.init(millionths: amount.millionths, currency: currency, per: basis)
    }
  }
}

extension CallRate.Price: CustomStringConvertible {
  /// As it is written on the command line: `0.006 USD/min`.
  public var description: String {
    "\(DecimalText.text(millionths: millionths, digits: 0)) \(currency)/\(basis.names[0])"
  }
}

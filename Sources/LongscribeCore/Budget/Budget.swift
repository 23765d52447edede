/// Bounds on what calls may cost, how many there may be and how much audio they may be charged for; and what of it is used up.
///
/// Before a call its audio is reserved; afterwards the reservation is committed, if the call was charged or may have been, or released.
/// What is committed and reserved together never exceeds a bound, in whatever order calls begin and end.
public struct Budget: Sendable, Hashable, Codable {
  /// A call that is allowed, and whose fate is open.
  public struct Reservation: Sendable, Hashable, Codable {
    /// Tells it from the budget's other reservations.
    let number: Int
    /// What it sets aside.
    public let usage: CallUsage
  }

  /// Most that may be spent; `nil` without a bound.
  public let cost: Money?
  /// Most calls; `nil` without a bound.
  public let calls: Int?
  /// Most audio that is charged, in samples; `nil` without a bound.
  public let samples: Int64?
  /// What calls cost, where that is known.
  public let rate: CallRate?
  /// How the audio of a call is counted.
  public let metering: Metering
  /// What was committed, and what had been spent before.
  public private(set) var spent: CallUsage
  private var open: [Int: CallUsage] = [:]
  private var nextNumber = 0

  /// A budget of which nothing is reserved.
  ///
  /// - Parameters:
  ///   - cost: Most that may be spent, in the currency of `rate`.
  ///   - calls: Most calls.
  ///   - samples: Most audio that is charged, in samples.
  ///   - rate: What calls cost; `nil` where it is not known.
  ///   - metering: How audio is counted where there is no rate; else the rate tells.
  ///   - spent: What earlier calls have used up already.
  /// - Throws: `BudgetError` if the cost is bounded and nobody knows what calls cost in that currency.
  public init(
    cost: Money? = nil, calls: Int? = nil, samples: Int64? = nil, rate: CallRate?,
    metering: Metering = .exact, spent: CallUsage = .none
  ) throws(BudgetError) {
    if let cost {
      guard let rate else { throw .noRate }
      guard rate.isFree || rate.price.currency == cost.currency else {
        throw .otherCurrency(bound: cost.currency, rate: rate.price)
      }
    }
    self.cost = cost
    self.calls = calls
    self.samples = samples
    self.rate = rate
    self.metering = rate?.metering ?? metering
    self.spent = spent
  }

  /// What calls under way have set aside.
  public var reserved: CallUsage { open.values.reduce(.none, +) }

  /// What was spent in money; `nil` if no rate is known.
  public var spentCost: Cost? { rate?.cost(of: spent) }

  /// Sets aside what a call takes.
  ///
  /// - Parameter samples: Audio that is sent, in samples, padding included.
  /// - Throws: `BudgetRefusal` if the call would exceed a bound; nothing has changed then.
  public mutating func reserve(samples: Int64) throws(BudgetRefusal) -> Reservation {
    let wanted = CallUsage(calls: 1, billedSamples: metering.billed(samples))
    if let bound = exceeded(by: spent + reserved + wanted) {
      throw BudgetRefusal(
        bound: bound, spent: spent, reserved: reserved, wanted: wanted, rate: rate,
        isFinal: exceeded(by: spent + wanted) != nil)
    }
    let reservation = Reservation(number: nextNumber, usage: wanted)
    open[nextNumber] = wanted
    nextNumber += 1
    return reservation
  }

  /// The call was charged, or may have been. A reservation that is settled already is left alone.
  public mutating func commit(_ reservation: Reservation) {
    guard let usage = open.removeValue(forKey: reservation.number) else { return }
    spent = spent + usage
  }

  /// The call was certainly not charged. A reservation that is settled already is left alone.
  public mutating func release(_ reservation: Reservation) {
    open[reservation.number] = nil
  }

  /// Commits or releases, by what is known of a call.
  ///
  /// - Parameters:
  ///   - reservation: The call's.
  ///   - failure: Why it has no answer; `nil` if it has one.
  public mutating func settle(_ reservation: Reservation, failure: RecognitionFailure?) {
    if failure?.charge == RecognitionFailure.Charge.none {
      release(reservation)
    } else {
      commit(reservation)
    }
  }

  /// The first bound that usage exceeds. What is beyond counting exceeds every bound on it.
  private func exceeded(by usage: CallUsage) -> BudgetRefusal.Bound? {
    if let cost, let rate, !rate.isFree {
      let counts = rate.price.basis == .call ? usage.calls < .max : usage.billedSamples < .max
      if !counts || rate.cost(of: usage).exceeds(cost.millionths) { return .cost(cost) }
    }
    if let calls, usage.calls > calls || usage.calls == .max { return .calls(calls) }
    if let samples, usage.billedSamples > samples || usage.billedSamples == .max {
      return .audio(samples: samples)
    }
    return nil
  }
}

/// Why there can be no such budget.
public enum BudgetError: Error, Sendable, Hashable {
  /// The cost is bounded, but what calls cost is not known.
  case noRate
  /// The bound is in another currency than the price.
  case otherCurrency(bound: String, rate: CallRate.Price)
}

import Foundation
import LongscribeCore
import TestSupport
import Testing

/// Bounds on cost, calls and audio: none is ever exceeded, and none refuses what fits.
struct BudgetTests {
  /// A budget with bounds that some dozen calls reach, from a seed.
  private static func budget(_ random: inout SeededGenerator) throws -> Budget {
    let basis = CallRate.Price.Basis.allCases.randomElement(using: &random) ?? .minute
    let metering = Metering(
      unit: [1, 16_000, 960_000, 7].randomElement(using: &random) ?? 1,
      minimum: Bool.random(using: &random) ? 0 : .random(in: 0...500_000, using: &random))
    let price = CallRate.Price(
      // Prices of which a call's share is no whole number of millionths.
      millionths: .random(in: 0...900_001, using: &random), currency: "USD", per: basis)
    let most = CallUsage(calls: 12, billedSamples: 12 * 500_000)
    let rate = CallRate(price: price, metering: metering, source: "a test")
    let cost = rate.cost(of: most).rounded
    return try Budget(
      cost: Bool.random(using: &random) ? cost : nil,
      calls: Bool.random(using: &random) ? .random(in: 0...15, using: &random) : nil,
      samples: Bool.random(using: &random) ? .random(in: 0...9_000_000, using: &random) : nil,
      rate: rate)
  }

  /// Whether usage is within all bounds, by other arithmetic: whole numbers of millionths times samples, never divided.
  private static func fits(_ usage: CallUsage, _ budget: Budget) -> Bool {
    if let calls = budget.calls, usage.calls > calls { return false }
    if let samples = budget.samples, usage.billedSamples > samples { return false }
    guard let cost = budget.cost, let price = budget.rate?.price else { return true }
    let (count, unit): (Int64, Int64) =
      switch price.basis {
      case .call: (Int64(usage.calls), 1)
      case .second: (usage.billedSamples, 16_000)
      case .minute: (usage.billedSamples, 960_000)
      case .hour: (usage.billedSamples, 57_600_000)
      }
    return price.millionths.multipliedFullWidth(by: count)
      <= cost.millionths.multipliedFullWidth(by: unit)
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func `in any order of calls nothing exceeds a bound, and nothing that fits is refused`(
    _ seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    var budget = try Self.budget(&random)
    var open: [Budget.Reservation] = []
    var spent = CallUsage.none
    for _ in 0..<80 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        let samples = Int64.random(in: 0...1_200_000, using: &random)
        let before = budget
        let wanted = CallUsage(calls: 1, billedSamples: budget.metering.billed(samples))
        do throws(BudgetRefusal) {
          open.append(try budget.reserve(samples: samples))
          #expect(open.last?.usage == wanted)
        } catch {
          #expect(budget == before, "a refusal changes nothing")
          #expect(!Self.fits(budget.spent + budget.reserved + wanted, budget))
          #expect(error.isFinal == !Self.fits(budget.spent + wanted, budget))
        }
      case 2:
        guard let place = open.indices.randomElement(using: &random) else { continue }
        let reservation = open.remove(at: place)
        budget.commit(reservation)
        spent = spent + reservation.usage
        // What is settled cannot be settled again.
        budget.commit(reservation)
        budget.release(reservation)
      case 3:
        guard let place = open.indices.randomElement(using: &random) else { continue }
        let reservation = open.remove(at: place)
        budget.release(reservation)
        budget.commit(reservation)
      default:
        // What is kept goes on where it was.
        let data = try JSONEncoder().encode(budget)
        let kept = try JSONDecoder().decode(Budget.self, from: data)
        #expect(kept == budget)
        budget = kept
      }
      #expect(Self.fits(budget.spent + budget.reserved, budget))
      #expect(budget.spent == spent)
      #expect(budget.reserved == open.reduce(.none) { $0 + $1.usage })
    }
  }

  @Test
  func `bounds hold to the last millionth and the last sample`() throws {
    let price = try #require(CallRate.Price("0.006USD/min"))
    let rate = CallRate(price: price, metering: Metering(unit: 16_000), source: "a test")
    // 100 millionths a second.
    for (most, fits) in [(6000, true), (5999, false)] as [(Int64, Bool)] {
      var budget = try Budget(cost: Money(millionths: most, currency: "USD"), rate: rate)
      #expect(((try? budget.reserve(samples: 60 * 16_000)) != nil) == fits)
      // A sample more is a second more.
      #expect((try? budget.reserve(samples: 60 * 16_000 + 1)) == nil)
    }
    var third = try Budget(
      cost: Money(millionths: 1, currency: "USD"),
      rate: CallRate(
        price: CallRate.Price(millionths: 1200, currency: "USD", per: .hour), metering: .exact,
        source: "a test"))
    // A third of a millionth a second: three fit, and not a sample more.
    for _ in 0..<3 { third.commit(try third.reserve(samples: 16_000)) }
    #expect(throws: BudgetRefusal.self) { _ = try third.reserve(samples: 1) }
    #expect(third.spentCost?.rounded == Money(millionths: 1, currency: "USD"))
  }

  @Test
  func `numbers beyond counting are refused, not wrapped`() throws {
    let dear = CallRate(
      price: CallRate.Price(millionths: .max, currency: "USD", per: .call),
      metering: Metering(unit: .max), source: "a test")
    var budget = try Budget(
      cost: Money(millionths: .max, currency: "USD"), calls: .max, samples: .max, rate: dear)
    #expect(throws: BudgetRefusal.self) { _ = try budget.reserve(samples: 1) }
    var full = try Budget(
      calls: .max, rate: nil, spent: CallUsage(calls: .max - 1, billedSamples: .max))
    #expect(throws: BudgetRefusal.self) { _ = try full.reserve(samples: .max) }
    var open = try Budget(rate: dear, spent: CallUsage(calls: .max, billedSamples: .max))
    #expect((try? open.reserve(samples: .max)) != nil, "without a bound nothing is refused")
    #expect(open.spentCost?.rounded.millionths == .max)
    #expect(Metering(unit: 0, minimum: -5).billed(-3) == 0)
  }

  @Test
  func `a refusal becomes a failure that names the bound and what was spent, and ends the run`()
    throws
  {
    let rate = CallRate(
      price: CallRate.Price(millionths: 100, currency: "USD", per: .second), metering: .exact,
      source: "a test")
    var budget = try Budget(cost: Money(millionths: 2_000, currency: "USD"), rate: rate)
    let first = try budget.reserve(samples: 10 * 16_000)
    budget.settle(first, failure: nil)
    let second = try budget.reserve(samples: 8 * 16_000)
    let refusal = #expect(throws: BudgetRefusal.self) { _ = try budget.reserve(samples: 64_000) }
    let failure = try #require(refusal?.failure)
    #expect(
      failure.message
        == "the next call would exceed the budget of 0.002 USD: 0.001 USD used up, "
        + "and calls under way may take 0.0008 USD, it would take 0.0004 USD")
    #expect(failure.code == .budgetReached)
    #expect(failure.retry == .never)
    #expect(failure.charge == .none)
    #expect(failure.affectsAllChunks)
    // Whether it fits is open as long as a call is under way.
    #expect(refusal?.isFinal == false)
    budget.settle(
      second, failure: RecognitionFailure(.overloaded, message: "busy", retry: .now))
    #expect(budget.spent == first.usage, "a call that was certainly not charged costs nothing")
    #expect((try? budget.reserve(samples: 64_000)) != nil)
  }

  @Test(
    arguments: [
      (1, nil, "the budget of 1 call: 1 call used up, it would take 1 call"),
      (nil, 600, "the budget of 600 s of audio: 590 s used up, it would take 11 s"),
    ] as [(Int?, Int64?, String)])
  func `each bound is named as it is counted`(
    _ calls: Int?, _ seconds: Int64?, _ text: String
  ) throws {
    var budget = try Budget(
      calls: calls, samples: seconds.map { $0 * 16_000 }, rate: nil,
      metering: Metering(unit: 16_000))
    budget.commit(try budget.reserve(samples: 590 * 16_000 - 1))
    let refusal = #expect(throws: BudgetRefusal.self) {
      _ = try budget.reserve(samples: 10 * 16_000 + 1)
    }
    #expect(refusal?.description == "the next call would exceed \(text)")
    #expect(refusal?.isFinal == true)
  }

  @Test(arguments: [
    (RecognitionFailure.Charge.none, false), (.unknown, true), (.certain, true),
  ])
  func `a call that may have been charged counts as charged`(
    _ charge: RecognitionFailure.Charge, _ counts: Bool
  ) throws {
    var budget = try Budget(calls: 1, rate: nil)
    let reservation = try budget.reserve(samples: 16_000)
    budget.settle(
      reservation,
      failure: RecognitionFailure(.connectionLost, message: "lost", retry: .now, charge: charge))
    #expect(budget.spent == (counts ? reservation.usage : .none))
    #expect(budget.reserved == .none)
  }

  @Test
  func `a cost is bounded only in a currency in which calls have a price`() throws {
    let five = Money(millionths: 5_000_000, currency: "EUR")
    #expect(throws: BudgetError.noRate) { _ = try Budget(cost: five, rate: nil) }
    let price = CallRate.Price(millionths: 1, currency: "USD", per: .call)
    #expect(throws: BudgetError.otherCurrency(bound: "EUR", rate: price)) {
      _ = try Budget(
        cost: five, rate: CallRate(price: price, metering: .exact, source: "a test"))
    }
    // What is free stays within any amount, even none.
    var free = try Budget(
      cost: Money(millionths: 0, currency: "EUR"), rate: .free(source: "a test"))
    #expect((try? free.reserve(samples: .max)) != nil)
  }
}

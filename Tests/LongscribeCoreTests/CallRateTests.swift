import LongscribeCore
import TestSupport
import Testing

/// Prices as people write them, and costs that are exact until they are shown.
struct CallRateTests {
  @Test(
    arguments: [
      ("0.006USD/min", 6000, "USD", .minute, "0.006 USD/min"),
      ("0.006 usd/minute", 6000, "USD", .minute, "0.006 USD/min"),
      ("0.36USD/hour", 360_000, "USD", .hour, "0.36 USD/hour"),
      ("0.78 CNY/h", 780_000, "CNY", .hour, "0.78 CNY/hour"),
      ("0.000075USD/s", 75, "USD", .second, "0.000075 USD/s"),
      ("12CA/call", 12_000_000, "CA", .call, "12 CA/call"),
      ("0USD/min", 0, "USD", .minute, "0 USD/min"),
      ("9223372036854.775807USD/call", .max, "USD", .call, "9223372036854.775807 USD/call"),
    ] as [(String, Int64, String, CallRate.Price.Basis, String)])
  func `a price is read and written exactly`(
    _ text: String, _ millionths: Int64, _ currency: String, _ basis: CallRate.Price.Basis,
    _ written: String
  ) throws {
    let price = try #require(CallRate.Price(text))
    #expect(price == CallRate.Price(millionths: millionths, currency: currency, per: basis))
    #expect(price.description == written)
    #expect(CallRate.Price(written) == price)
  }

  @Test(arguments: [
    "", "/", "USD/min", "0.006/min", "0.006USD", "0.006USD/", "0.006USD/week", "0.006USD/min/min",
    "-1USD/min", "1e3USD/min", "0.0000001USD/min", "1.USD/min", ".5USD/min", "1,5USD/min",
    "0.006  USD/min", "0.006$/min", "0.006DOLLAR/min", "0.006U/min", "9223372036854.775808USD/min",
    "1.2.3USD/min", "٣USD/min", "0.006USÐ/min", " 1USD/min",
  ])
  func `what is no price is refused`(_ text: String) {
    #expect(CallRate.Price(text) == nil)
  }

  /// A rate by its price, with whole seconds.
  private static func rate(_ price: String) throws -> CallRate {
    CallRate(
      price: try #require(CallRate.Price(price)), metering: Metering(unit: 16_000), source: "a test"
    )
  }

  @Test(
    arguments: [
      // OpenAI's own figure: 36.71 s are charged as 37 s.
      ("0.006USD/min", 1, 587_360, 3700, "0.0037 USD"),
      ("0.006USD/min", 1, 3600 * 16_000, 360_000, "0.36 USD"),
      ("0.0045USD/min", 1, 7 * 16_000, 525, "0.000525 USD"),
      ("0.78CNY/hour", 3, 10 * 16_000, 6500, "0.0065 CNY"),
      // A third of a millionth is shown as 0, but is not nothing.
      ("0.0012CNY/hour", 1, 16_000, 0, "less than 0.000001 CNY"),
      ("0.0012CNY/hour", 2, 16_000, 1, "0.000001 CNY"),
      ("0.25USD/call", 7, 16_000, 1_750_000, "1.75 USD"),
      ("0USD/min", 7, 16_000, 0, "0.00 USD"),
      ("0.333333USD/call", 3, 1, 999_999, "1.00 USD"),
      ("1234.565USD/call", 1, 1, 1_234_565_000, "1234.57 USD"),
      ("0.099951USD/call", 1, 1, 99_951, "0.10 USD"),
    ] as [(String, Int, Int64, Int64, String)])
  func `calls cost what their metered audio costs, rounded only where it is shown`(
    _ price: String, _ calls: Int, _ samples: Int64, _ millionths: Int64, _ text: String
  ) throws {
    let rate = try Self.rate(price)
    let usage = (0..<calls).reduce(CallUsage.none) { usage, _ in
      usage + CallUsage(calls: 1, billedSamples: rate.metering.billed(samples))
    }
    let cost = rate.cost(of: usage)
    #expect(cost.rounded == Money(millionths: millionths, currency: rate.price.currency))
    #expect(cost.description == text)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `the cost of many calls is not the sum of rounded ones`(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let price = Int64.random(in: 1...2_000_000, using: &random)
    let rate = CallRate(
      price: CallRate.Price(millionths: price, currency: "USD", per: .hour), metering: .exact,
      source: "a test")
    let samples = Int64.random(in: 1...1_000_000, using: &random)
    let calls = Int64.random(in: 1...1000, using: &random)
    let cost = rate.cost(of: CallUsage(calls: Int(calls), billedSamples: samples * calls))
    // Half up, by whole numbers.
    let exact = (price * samples * calls * 2 + 57_600_000) / (2 * 57_600_000)
    #expect(cost.rounded.millionths == exact)
  }

  @Test(
    arguments: [
      (1, 0, 5, 5), (16_000, 0, 0, 0), (16_000, 0, 1, 16_000), (16_000, 0, 16_000, 16_000),
      (16_000, 0, 16_001, 32_000), (1, 160_000, 5, 160_000), (16_000, 160_001, 5, 176_000),
      (16_000, 0, -7, 0), (16_000, 0, .max, .max),
    ] as [(Int64, Int64, Int64, Int64)])
  func `audio is counted in whole units, and never below the minimum`(
    _ unit: Int64, _ minimum: Int64, _ samples: Int64, _ billed: Int64
  ) {
    #expect(Metering(unit: unit, minimum: minimum).billed(samples) == billed)
  }

  @Test
  func `a rate tells its source and date, and free ones only why`() throws {
    var rate = try Self.rate("0.006USD/min")
    rate.date = "2026-11-21"
    #expect(rate.description == "0.006 USD/min (a test, 2026-11-21)")
    #expect(CallRate.free(source: "on this machine").description == "free (on this machine)")
    #expect(CallRate.free(source: "x").cost(of: CallUsage(calls: 9, billedSamples: 9)).isNothing)
  }
}

/// What calls cost, in JSON.
package struct CostEntry: Encodable {
  /// Units of the currency, to a millionth; absent where only the rate is told.
  let amount: Double?
  /// Absent for what is free.
  let currency: String?
  /// The price, such as `0.006 USD/min`; absent for what is free.
  let rate: String?
  let source: String
  let date: String?
  /// Why the cost may come out a little different.
  let note: String?

  package init(_ rate: CallRate, cost: Cost? = nil) {
    amount = cost.map { Double($0.rounded.millionths) / 1_000_000 }
    currency = rate.isFree ? nil : rate.price.currency
    self.rate = rate.isFree ? nil : rate.price.description
    source = rate.source
    date = rate.date
    note = rate.caveat
  }
}

/// A mean and how far it can be trusted.
package struct Estimate: Sendable {
  /// The mean.
  package let mean: Double
  /// Half the width of the interval that holds the true mean with 95 %, by the normal distribution.
  package let margin: Double

  /// The mean of numbers, each of which counts the same.
  package init(_ values: [Int]) {
    let count = Double(max(1, values.count))
    let mean = Double(values.reduce(0, +)) / count
    let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    self.mean = mean
    margin = 1.96 * (squares / max(1, count - 1) / count).squareRoot()
  }
}

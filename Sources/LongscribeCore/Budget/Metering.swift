/// How a service counts the audio of a call that it charges for.
public struct Metering: Sendable, Hashable, Codable {
  /// What calls are charged in whole multiples of, in samples; 1 where audio is charged as it is, or where that is not known.
  public var unit: Int64
  /// The least audio that a call is charged for, in samples.
  public var minimum: Int64

  /// Every sample counts, and nothing else.
  public static let exact = Metering()

  /// A rule with every part given; units below 1 and minimums below 0 are taken as these.
  public init(unit: Int64 = 1, minimum: Int64 = 0) {
    self.unit = max(1, unit)
    self.minimum = max(0, minimum)
  }

  /// Audio that a call is charged for, in samples.
  ///
  /// - Parameter samples: Audio that is sent.
  public func billed(_ samples: Int64) -> Int64 {
    let counted = max(samples, minimum, 0)
    // Values that were decoded have not seen the initialiser.
    let unit = max(1, unit)
    let rest = counted % unit
    guard rest > 0 else { return counted }
    return counted.saturatingSum(unit - rest)
  }
}

extension FixedWidthInteger {
  /// The sum, or the bound that it would pass.
  package func saturatingSum(_ other: Self) -> Self {
    let (sum, overflows) = addingReportingOverflow(other)
    guard overflows else { return sum }
    return other < 0 ? .min : .max
  }
}

/// Calls, and the audio that they are charged for.
public struct CallUsage: Sendable, Hashable, Codable {
  /// How many.
  public var calls: Int
  /// Audio that is charged, in samples.
  public var billedSamples: Int64

  /// Nothing.
  public static let none = CallUsage(calls: 0, billedSamples: 0)

  /// Usage with every part given; what is below 0 is taken as 0.
  public init(calls: Int, billedSamples: Int64) {
    self.calls = max(0, calls)
    self.billedSamples = max(0, billedSamples)
  }

  /// Both together. What cannot be counted any more stays at the greatest number.
  public static func + (left: CallUsage, right: CallUsage) -> CallUsage {
    CallUsage(
      calls: left.calls.saturatingSum(right.calls),
      billedSamples: left.billedSamples.saturatingSum(right.billedSamples))
  }
}

extension JobRecord {
  /// What the plan asks for if each of its chunks is sent once.
  public var plannedUsage: CallUsage { plannedUsage(without: []) }

  /// What the plan asks for if each of its chunks is sent once, but for those with these indexes.
  public func plannedUsage(without answered: Set<Int>) -> CallUsage {
    let metering = epochs.last?.limits?.metering ?? .exact
    return plannedCalls(without: answered).reduce(.none) {
      $0 + CallUsage(calls: 1, billedSamples: metering.billed($1))
    }
  }

  /// Audio that each call of the plan sends, in samples, but for the chunks with these indexes.
  package func plannedCalls(without answered: Set<Int>) -> [Int64] {
    let limits = epochs.last?.limits
    return sentPlan.filter { !answered.contains($0.index) }
      .map { limits?.sentSamples($0) ?? $0.audio.length }
  }
}

/// What a plan is made for, besides the service's limits.
public struct PlanWishes: Sendable, Hashable, Codable {
  /// The times that the service gives: bare text needs longer overlaps.
  public var quality: TimeQuality
  /// A shorter length that the user asks for, in samples.
  public var chunkLength: Int64?
  /// The overlap that the user asks for at valleys and forced cuts, in samples.
  public var overlap: Int64?

  /// Wishes with every part given.
  public init(quality: TimeQuality, chunkLength: Int64? = nil, overlap: Int64? = nil) {
    self.quality = quality
    self.chunkLength = chunkLength
    self.overlap = overlap
  }

  /// The rules for a service's limits.
  ///
  /// - Throws: `PlanRulesError` if the wishes do not fit the limits, or nothing useful can be planned with either.
  public func rules(
    for limits: ServiceLimits, in format: AudioFormat
  ) throws(PlanRulesError) -> PlanRules {
    try PlanRules(
      limits: limits, format: format, quality: quality, chunkLength: chunkLength, overlap: overlap)
  }

  /// The rules for limits that the wishes were not made for: what does not fit gives way.
  ///
  /// - Throws: `PlanRulesError` if nothing useful can be planned within the limits.
  public func yieldingRules(
    for limits: ServiceLimits, in format: AudioFormat
  ) throws(PlanRulesError) -> PlanRules {
    var wishes = self
    wishes.chunkLength = chunkLength.map { min($0, limits.maximumSamples) }
    wishes.overlap = nil
    var rules = try wishes.rules(for: limits, in: format)
    if let overlap {
      wishes.overlap = min(overlap, rules.longest / 4)
      rules = try wishes.rules(for: limits, in: format)
    }
    return rules
  }
}

/// The rules and the format that follow from limits and options.
struct Job: Sendable {
  let limits: ServiceLimits
  let rules: PlanRules
  let format: AudioFormat
  let wishes: PlanWishes

  init(
    limits: ServiceLimits, quality: TimeQuality, options: Transcriber.Options
  ) throws(TranscriptionError) {
    guard let format = limits.uploadFormat else { throw .noCommonFormat }
    self.limits = limits
    self.format = format
    wishes = PlanWishes(
      quality: quality, chunkLength: options.chunkLength, overlap: options.overlap)
    do {
      // Wishes are held against the service's own limits; what was learnt later they cannot have known.
      rules =
        options.limits == nil
        ? try wishes.rules(for: limits, in: format)
        : try wishes.yieldingRules(for: limits, in: format)
    } catch {
      throw .plan(error)
    }
  }

  /// A record of the job about an input.
  func record(source: JobRecord.Source, recognizer: RecognizerIdentity) -> JobRecord {
    JobRecord(
      source: source, recognizer: recognizer, rules: rules, format: format, limits: limits)
  }
}

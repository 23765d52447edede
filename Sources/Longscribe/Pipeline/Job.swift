/// The rules and the format that follow from limits and options.
struct Job: Sendable {
  let rules: PlanRules
  let format: AudioFormat

  init(
    limits: ServiceLimits, quality: TimeQuality, options: Transcriber.Options
  ) throws(TranscriptionError) {
    guard let format = limits.uploadFormat else { throw .noCommonFormat }
    self.format = format
    do {
      rules = try PlanRules(
        limits: limits, format: format, quality: quality, chunkLength: options.chunkLength,
        overlap: options.overlap)
    } catch {
      throw .plan(error)
    }
  }
}

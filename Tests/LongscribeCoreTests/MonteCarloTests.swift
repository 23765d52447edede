import StitchLaboratory
import Testing

/// What stitching costs on average: single examples cannot tell.
struct MonteCarloTests {
  /// Seams of each experiment with noise; a mean difference to the yardstick is then known to about 0.03.
  private static let noisySeams = 1500
  private static let seed: UInt64 = 1

  @Test(
    "Cuts through speech add hardly more errors than a perfect alignment would",
    arguments: [
      ("en-4s", AnswerForm.words, 0.05), ("en-2s", .words, 0.05), ("zh-3s", .words, 0.05),
      ("en-4s", .segments, 0.05), ("en-2s", .segments, 0.1), ("zh-3s", .segments, 0.05),
    ])
  func cutsThroughSpeech(name: String, form: AnswerForm, bound: Double) throws {
    let scenario = try #require(Scenario.all.first { $0.name == name })
    let trials = SeamExperiment(scenario, form).run(
      seams: Self.noisySeams, seed: Self.seed, rules: [Longscribe(), PerfectAlignment()])
    let more = Estimate(
      trials.compactMap { trial in
        trial.extra[0].flatMap { ours in trial.extra[1].map { ours.total - $0.total } }
      })
    #expect(trials.count == Self.noisySeams)
    #expect(more.mean <= bound, "\(more.mean) ± \(more.margin)")
  }
}

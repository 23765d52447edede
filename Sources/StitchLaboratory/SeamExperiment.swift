package import LongscribeCore

/// Measures what rules for joining two chunks' texts cost, by Monte Carlo.
///
/// # Note: Extra errors
///
/// A simulated recogniser hears each chunk by itself and makes mistakes, most of them near the chunk's edges. For each seam the two
/// answers are joined by every rule, and the text is compared with what was said. Most of its errors are the recogniser's own,
/// so those of the best possible single cut are taken away: of all texts that are a beginning of the left answer
/// and an ending of the right one, cut inside the overlap, the one with the fewest errors. It is found with the truth in hand, so no rule
/// can do better but by luck.
///
/// Each seam is a record of its own with two chunks, so that one seam's mistakes do not count for another.
package struct SeamExperiment: Sendable {
  /// The scenario.
  package let scenario: Scenario
  /// The form of the answers.
  package let form: AnswerForm
  /// What the recogniser's mistakes are.
  package let noise: HearingNoise

  /// The rules that are compared, ours first; the last is a yardstick.
  package static let rules: [any SeamRule] = [
    Longscribe(), PlainJoining(), TimeMidpoint(), LongestCommonRun(), TransformersRule(),
    LongestCommonSubstring(), PerfectAlignment(),
  ]

  /// A cut of the best possible text may lie this far outside the overlap (0.3 s), since words' times are not exact.
  private static let slack = Timeline.sampleRate * 3 / 10

  /// An experiment with ordinary noise.
  package init(_ scenario: Scenario, _ form: AnswerForm, noise: HearingNoise = .ordinary) {
    self.scenario = scenario
    self.form = form
    self.noise = noise
  }

  /// What became of one seam.
  package struct Trial: Sendable {
    /// How the chunks met.
    package var kind: Seam
    /// Errors of each rule beyond those of the best cut, in the rules' order; `nil` where one cannot work with such answers.
    package var extra: [TokenErrors?]
  }

  /// Runs so many seams, or a few more.
  package func run(
    seams: Int, seed: UInt64, rules: [any SeamRule] = SeamExperiment.rules
  ) -> [Trial] {
    let vocabulary = Vocabulary(scenario.language)
    var trials: [Trial] = []
    var place = scenario.firstPlace
    while trials.count < seams {
      var random = SeededNumbers(seed: seed, place: place)
      let (speech, chunks) = scenario.recording(
        form, chunks: 2, vocabulary: vocabulary, using: &random)
      place += 1
      let hearings = chunks.map { Hearing($0, of: speech, noise: noise, using: &random) }
      for (left, right) in zip(hearings, hearings.dropFirst()) where trials.count < seams {
        trials.append(
          trial(SeamPair(left: left, right: right.withoutInventedEnd, speech: speech), rules))
      }
    }
    return trials
  }

  private func trial(_ pair: SeamPair, _ rules: [any SeamRule]) -> Trial {
    let (left, right) = (pair.left.words, pair.right.words)
    var spelling = Spelling()
    let said = pair.speech.words(
      in: TimelineRange(pair.left.chunk.audio.start, pair.right.chunk.audio.end))
    let score = SeamScore(
      truth: spelling.numbers(said.map(\.text)), left: spelling.numbers(left.map(\.text)),
      right: spelling.numbers(right.map(\.text)))
    let overlap = pair.overlap
    let firstCut =
      left.firstIndex { $0.range.start >= overlap.start - Self.slack } ?? left.count
    let lastCut = right.firstIndex { $0.range.start >= overlap.end + Self.slack } ?? right.count
    let best = score.bestCut(left: firstCut...left.count, right: 0...lastCut)
    let extra = rules.map { rule in
      rule.text(of: pair, as: form).map {
        score.errors(of: spelling.numbers(scenario.language.words(of: $0))) - best
      }
    }
    return Trial(kind: pair.right.chunk.seam ?? .forced, extra: extra)
  }
}

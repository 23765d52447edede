import LongscribeCore

/// How recordings are cut in an experiment.
package struct Scenario: Sendable {
  /// Where the cuts come from.
  package enum Cuts: Sendable {
    /// Through speech without pauses, with an overlap of so many seconds.
    case forced(overlap: Double)
    /// From our planner, under a service's limit of so many seconds.
    case planned(limit: Int64)
  }

  /// What it is called on the command line.
  package let name: String
  /// What it is called in tables.
  package let title: String
  /// The language that is spoken.
  package let language: SpokenLanguage
  /// The cuts.
  package let cuts: Cuts

  /// All scenarios, in the order of the table.
  package static let all = [
    Scenario(
      name: "en-4s", title: "en, through speech, 4 s", language: .english, cuts: .forced(overlap: 4)
    ),
    Scenario(
      name: "en-2s", title: "en, through speech, 2 s", language: .english, cuts: .forced(overlap: 2)
    ),
    Scenario(
      name: "zh-3s", title: "zh, through speech, 3 s", language: .chinese, cuts: .forced(overlap: 3)
    ),
    Scenario(
      name: "en-60s-plan", title: "en, our plan, 60 s limit", language: .english,
      cuts: .planned(limit: 60)),
    Scenario(
      name: "en-30s-plan", title: "en, our plan, 30 s limit", language: .english,
      cuts: .planned(limit: 30)),
    Scenario(
      name: "zh-30s-plan", title: "zh, our plan, 30 s limit", language: .chinese,
      cuts: .planned(limit: 30)),
  ]

  /// Length of a chunk that is cut through speech (25 s): the context on both sides is as long as in practice.
  private static let forcedLength = 25 * Timeline.sampleRate
  /// Length of a recording that is planned (20 min).
  private static let plannedLength = 1200 * Timeline.sampleRate

  /// Where a scenario's random numbers begin: scenarios have nothing in common, but the forms of one hear the same words where their
  /// plans do not differ.
  var firstPlace: Int {
    name.unicodeScalars.reduce(0) { $0 &* 131 &+ Int($1.value) } << 20
  }

  /// One recording of the scenario and its chunks.
  ///
  /// - Parameters:
  ///   - form: Plans depend on the times that a service gives.
  ///   - count: Chunks that are cut through speech; a plan has as many as it has.
  func recording(
    _ form: AnswerForm, chunks count: Int, vocabulary: Vocabulary, using random: inout SeededNumbers
  ) -> (speech: KnownSpeech, chunks: [Chunk]) {
    switch cuts {
    case .forced(let seconds):
      let overlap = Timeline.samples(seconds)
      let step = Self.forcedLength - overlap
      let speech = KnownSpeech(
        length: step * Int64(count) + overlap, manner: .breathless, language: language,
        vocabulary: vocabulary, using: &random)
      let chunks = (0..<count).map { index in
        let start = step * Int64(index)
        return Chunk(
          index: index, audio: TimelineRange(start, start + Self.forcedLength),
          owned: TimelineRange(
            index == 0 ? 0 : start + overlap / 2,
            index == count - 1 ? speech.length : start + step + overlap / 2),
          seam: index == 0 ? nil : .forced)
      }
      return (speech, chunks)
    case .planned(let limit):
      let speech = KnownSpeech(
        length: Self.plannedLength, manner: .natural, language: language, vocabulary: vocabulary,
        using: &random)
      let rules = Self.rules(limit: limit, form)
      return (
        speech, Planner.plan(envelope: speech.envelope, length: speech.length, rules: rules)
      )
    }
  }

  /// The rules of a plan: a service that takes wav of 25 MB and so many seconds, of which one in twenty is left free.
  private static func rules(limit: Int64, _ form: AnswerForm) -> PlanRules {
    let second = Timeline.sampleRate
    let limits = ServiceLimits(
      maximumSamples: limit * second, marginSamples: limit / 20 * second,
      minimumSamples: 0, maximumBytes: 25_000_000, formats: [.wav], maximumInFlight: 1)
    return (try? PlanRules(limits: limits, format: .wav, quality: form.quality))
      ?? PlanRules(
        longest: limits.maximumSamples, shortest: PlanRules.stub, valleyOverlap: 0, forcedOverlap: 0
      )
  }
}

package import LongscribeCore

/// Counts what our seams lose and double if the recogniser makes no mistakes, but that a word cut by a chunk's edge may be missing.
///
/// Then every word is in at least one answer, and a transcript is right only if it says exactly the words that some chunk heard. Recordings
/// have many chunks, so that one seam starts where the one before it ended.
package struct CleanExperiment: Sendable {
  /// The scenario.
  package let scenario: Scenario
  /// The form of the answers.
  package let form: AnswerForm

  /// Chunks of a recording that is cut through speech.
  private static let chunks = 24

  /// An experiment.
  package init(_ scenario: Scenario, _ form: AnswerForm) {
    self.scenario = scenario
    self.form = form
  }

  /// What became of all seams.
  package struct Outcome: Sendable {
    /// Seams that were made.
    package var seams = 0
    /// Words that some chunk heard and the transcript lacks.
    package var lost = 0
    /// Words that the transcript says too often.
    package var doubled = 0
    /// Where the transcripts of recordings that went wrong first do so.
    package var failures: [Failure] = []
  }

  /// A recording that went wrong.
  package struct Failure: Sendable, CustomStringConvertible {
    /// The experiment.
    package var experiment: String
    /// The seed, and the recording's place in the experiment that it starts.
    package var seed: UInt64
    package var place: Int
    /// Where the first difference is, in samples.
    package var position: Int64
    /// How the chunks that meet there do so.
    package var seam: Chunk?
    /// The difference.
    package var errors: TokenErrors
    /// What was said around it, and what the transcript says.
    package var said: String
    package var written: String

    package var description: String {
      let kind = seam.map { "\($0.seam?.rawValue ?? "start") of chunk \($0.index)" } ?? "no seam"
      return
        "\(experiment), seed \(seed), recording \(place), at \(Timeline.seconds(position)) s (\(kind)): "
        + "\(errors.lost) lost, \(errors.doubled) doubled, \(errors.wrong) wrong: said “\(said)”, written “\(written)”"
    }
  }

  /// Runs so many seams, or a few more.
  package func run(seams: Int, seed: UInt64) -> Outcome {
    let vocabulary = Vocabulary(scenario.language)
    var outcome = Outcome()
    var place = 0
    while outcome.seams < seams {
      var random = SeededNumbers(seed: seed, place: scenario.firstPlace + place)
      let (speech, chunks) = scenario.recording(
        form, chunks: Self.chunks, vocabulary: vocabulary, using: &random)
      let hearings = chunks.map { Hearing($0, of: speech, noise: .none, using: &random) }
      outcome.seams += chunks.count - 1
      if let failure = failure(speech, hearings, seed: seed, place: place) {
        outcome.lost += failure.errors.lost + failure.errors.wrong
        outcome.doubled += failure.errors.doubled + failure.errors.wrong
        outcome.failures.append(failure)
      }
      place += 1
    }
    return outcome
  }

  /// How a transcript differs from what was heard; `nil` if it does not.
  private func failure(
    _ speech: KnownSpeech, _ hearings: [Hearing], seed: UInt64, place: Int
  ) -> Failure? {
    let heard = Set(hearings.flatMap { $0.words.compactMap(\.source) })
    let expected = speech.words.enumerated().filter { heard.contains($0.offset) }.map(\.element)
    var spelling = Spelling()
    let truth = spelling.numbers(expected.map(\.text))
    let transcript = scenario.language.words(
      of: Longscribe.text(of: hearings, in: speech, as: form))
    let text = spelling.numbers(transcript)
    guard text != truth else { return nil }
    let same = zip(truth, text).prefix { $0 == $1 }.count
    let position = expected.indices.contains(same) ? expected[same].range.start : speech.length
    let seam = hearings.dropFirst().map(\.chunk).min {
      abs($0.owned.start - position) < abs($1.owned.start - position)
    }
    return Failure(
      experiment: "\(scenario.name) \(form.rawValue)", seed: seed, place: place, position: position,
      seam: seam, errors: SeamScore(truth: truth, left: [], right: []).errors(of: text),
      said: excerpt(expected.map(\.text), same), written: excerpt(transcript, same))
  }

  /// The words around a place.
  private func excerpt(_ words: [String], _ place: Int) -> String {
    words[max(0, min(place, words.count) - 4)..<min(words.count, place + 8)]
      .joined(separator: scenario.language.separator)
  }
}

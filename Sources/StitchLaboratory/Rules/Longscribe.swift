import LongscribeCore

/// This program's own way: a job record of the two chunks and their answers, and the transcript that it leads to.
package struct Longscribe: SeamRule {
  package let name = "longscribe"

  package init() {}

  package func text(of pair: SeamPair, as form: AnswerForm) -> String? {
    Self.text(of: [pair.left, pair.right], in: pair.speech, as: form)
  }

  /// The transcript's text for neighbouring chunks.
  static func text(of hearings: [Hearing], in speech: KnownSpeech, as form: AnswerForm) -> String {
    var record = JobRecord(
      source: JobRecord.Source(name: "speech.wav", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "laboratory"),
      rules: PlanRules(
        longest: speech.length, shortest: PlanRules.stub, valleyOverlap: 0, forcedOverlap: 0),
      format: .wav)
    record.length = speech.length
    record.envelope = speech.envelope
    for hearing in hearings {
      let chunk = record.append(hearing.chunk)
      record.outcomes[chunk.index] = .answered(hearing.recognition(form))
    }
    return record.transcript().text
  }
}

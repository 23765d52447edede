extension PlanDocument {
  /// The record of a job that another program has done by this plan: `record(answers:).transcript()` is what its answers make.
  ///
  /// A chunk that has neither an answer nor a failure is a gap, unless nobody speaks in it. Answers to indexes that the plan does not have count
  /// for nothing. How often the other program called, and what it was charged, is not known: one call is counted for each answer
  /// and failure, and for its audio.
  ///
  /// - Parameters:
  ///   - answers: What the service answered, by the chunk's index.
  ///   - failures: Why there is no answer, by the chunk's index, where that is known.
  public func record(
    answers: [Int: Recognition], failures: [Int: RecognitionFailure] = [:]
  ) -> JobRecord {
    var record = JobRecord(plan: self)
    for file in chunks {
      let index = file.chunk.index
      if let answer = answers[index] {
        record.outcomes[index] = .answered(answer)
      } else if file.isSilent {
        record.outcomes[index] = .silent
        continue
      } else {
        record.outcomes[index] = .failed(failures[index] ?? .missingAnswer)
        guard failures[index] != nil else { continue }
      }
      record.calls += 1
      record.billedSamples += file.chunk.audio.length
    }
    return record
  }
}

extension JobRecord {
  /// A record of a plan of which only the results are known, so that nothing of it can be planned again.
  fileprivate init(plan: PlanDocument) {
    self.init(
      source: plan.source, recognizer: plan.recognizer,
      rules: PlanRules(longest: 0, shortest: 0, valleyOverlap: 0, forcedOverlap: 0),
      format: plan.format ?? .wav)
    epochs = []
    chunks = plan.chunks.map(\.chunk)
    length = plan.length
    envelope = plan.envelope
    keepsInventions = plan.keepsInventions
  }
}

extension RecognitionFailure.Code {
  /// Another program was to ask for the answer, and there is none.
  public static let missingAnswer = RecognitionFailure.Code(rawValue: "missing_answer")
}

extension RecognitionFailure {
  /// The failure of a chunk that another program was to send.
  static let missingAnswer = RecognitionFailure(
    .missingAnswer, message: "there is no answer for it", retry: .never)
}

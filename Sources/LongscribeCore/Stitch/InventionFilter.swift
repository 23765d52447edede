/// Takes out what a recogniser said where nobody spoke.
///
/// # Note: Two witnesses
///
/// A text goes only if it is suspect, and if the recording's own loudness shows that it cannot have been said: in its time there is less sound
/// than the fastest speaker would need for it. Suspect is a phrase that recognisers are known to invent, or one that the recogniser itself doubts.
/// Over sound that may be speech, every text stays. What goes is kept in the transcript beside the text, with the reason.
package enum InventionFilter {
  /// A segment's time may be off by this much (1 s), unless a neighbour accounts for the sound there.
  private static let slack = Timeline.sampleRate
  /// However long a text is, this much sound (0.3 s) may be part of it; less are clicks and breaths.
  private static let leastSpeech = Timeline.sampleRate * 3 / 10

  /// Whisper's own bounds for a stretch without speech and for text that it made up (`no_speech_threshold`, `logprob_threshold`,
  /// `compression_ratio_threshold` in its transcribe.py).
  private static let surelyNoSpeech = 0.6
  private static let guessing = -1.0
  private static let repetitive = 2.4

  /// An answer without what nobody can have said, and what that was.
  ///
  /// - Parameter isDoubted: Whether another answer had nothing there: then that is the witness, and the loudness is not asked.
  package static func sift(
    _ recognition: Recognition, of chunk: Chunk, envelope: Envelope, isDoubted: Bool = false
  ) -> (kept: Recognition, dropped: [DroppedText]) {
    let suspects = recognition.segments.map(suspicion)
    let isSuspect = KnownInventions.isKnown(recognition.text)
    // Nearly all answers end here, before anything is counted.
    guard isSuspect || suspects.contains(where: { $0 != nil }) else { return (recognition, []) }
    let evidence = isDoubted ? nil : SpeechEvidence(in: chunk.audio, of: envelope)
    if ChunkText.segmentsHoldAllText(recognition) {
      return sift(recognition, of: chunk, suspects: suspects, evidence)
    }
    guard isSuspect, cannotHaveBeenSaid(recognition.text, in: chunk.audio, evidence) else {
      return (recognition, [])
    }
    var kept = recognition
    kept.text = ""
    kept.segments = []
    kept.words = []
    let dropped = DroppedText(
      range: chunk.audio, text: recognition.text, chunk: chunk.index, reason: .knownInvention)
    return (kept, [dropped])
  }

  /// Judges an answer segment by segment.
  private static func sift(
    _ recognition: Recognition, of chunk: Chunk, suspects: [DroppedText.Reason?],
    _ evidence: SpeechEvidence?
  ) -> (kept: Recognition, dropped: [DroppedText]) {
    let ranges = recognition.segments.map { ChunkText.place($0.range, in: chunk) }
    var kept = recognition
    kept.segments = []
    var dropped: [DroppedText] = []
    for (index, segment) in recognition.segments.enumerated() {
      let range = ranges[index]
      let before = index > 0 ? min(range.start, ranges[index - 1].end) : chunk.audio.start
      let after =
        index + 1 < ranges.count ? max(range.end, ranges[index + 1].start) : chunk.audio.end
      let wide = TimelineRange(
        max(before, range.start - slack), min(after, range.end + slack))
      guard let reason = suspects[index], cannotHaveBeenSaid(segment.text, in: wide, evidence)
      else {
        kept.segments.append(segment)
        continue
      }
      dropped.append(
        DroppedText(range: range, text: segment.text, chunk: chunk.index, reason: reason))
      kept.words.removeAll { word in
        let middle = (word.range.start + word.range.end) / 2
        return segment.range.start <= middle && middle < segment.range.end
      }
    }
    guard !dropped.isEmpty else { return (recognition, []) }
    kept.text = Joining.joined(kept.segments.map { Joining.trimmed($0.text) })
    return (kept, dropped)
  }

  private static func suspicion(_ segment: Recognition.Segment) -> DroppedText.Reason? {
    if KnownInventions.isKnown(segment.text) { return .knownInvention }
    guard let confidence = segment.confidence else { return nil }
    let isGuessed = confidence.averageLogProbability.map { $0 < guessing }
    if let noSpeech = confidence.noSpeech, noSpeech > surelyNoSpeech, isGuessed ?? true {
      return .doubtedByRecognizer
    }
    if let ratio = confidence.compressionRatio, ratio > repetitive { return .doubtedByRecognizer }
    return nil
  }

  private static func cannotHaveBeenSaid(
    _ text: String, in range: TimelineRange, _ evidence: SpeechEvidence?
  ) -> Bool {
    guard let evidence else { return true }
    let needed = SpeechEvidence.leastTime(for: CollectionOfOne(text))
    return evidence.speech(in: range) < min(needed, leastSpeech)
  }
}

/// Takes out what stands at the end of a chunk's text and cannot have been said in the time there.
///
/// # Note: How a text ends that goes on without speech
///
/// Recognisers that lose the thread go on: they repeat the last words, or add a sentence that fits. Both happen at the ends of chunks, where the sound
/// stops and the text does not. What they add goes only where the recording's loudness shows that nobody can have said it: words that begin
/// after the last sound of the chunk, or repetitions for which there is less sound than the fastest speaker needs. Times may be
/// late, so one or two words after the last sound stay: they may have been said just before.
/// Over sound that may be speech everything stays, however often it is repeated.
enum ImpossibleEnd {
  /// Words, and characters of scripts without spaces, that no lateness of times puts behind the last sound.
  private static let fewest = (words: 3, characters: 4)
  /// How late the times may be of a word that was said (0.15 s).
  private static let lateness = Timeline.sampleRate * 15 / 100
  /// How much more time is taken as a rule than the least for several in a row, in thirds: 16 letters a second, or 5 characters.
  private static let ordinaryPace: (words: Int64, characters: Int64) = (5, 6)
  /// How far below the loudest of the chunk speech is surely heard (20 dB).
  private static let surelySpeech = 20 * Envelope.stepsPerDecibel

  /// A text without what nobody can have said at its end.
  static func sift(_ text: ChunkText, envelope: Envelope) -> ChunkText {
    let loop = EndLoop.repetitions(endOf: text.tokens)
    // Nearly all chunks end here, before their loudness is weighed against that of the recording.
    guard loop != nil || hasWordsAfterLoudSound(text, envelope) else { return text }
    let evidence = SpeechEvidence(in: text.chunk.audio, of: envelope)
    var text = text
    if text.quality != .estimated, let from = afterLastSound(text, evidence) {
      text.drop(from: from, because: .impossibleRate)
    }
    if let loop = EndLoop.repetitions(endOf: text.tokens), let from = text.tokens[loop].first {
      // Bare text can be judged only as a whole.
      let isBare = text.quality == .estimated
      let range = TimelineRange(
        isBare ? text.chunk.audio.start : from.range.start, text.chunk.audio.end)
      let said = isBare ? text.tokens[...] : text.tokens[loop]
      if SpeechEvidence.leastTime(for: said.lazy.map(\.core)) > evidence.speech(in: range) {
        text.drop(from: loop.lowerBound, because: .impossibleRate)
      }
    }
    return text
  }

  /// Whether enough words begin after the last sound that is surely speech: what may be speech does not end before it.
  private static func hasWordsAfterLoudSound(_ text: ChunkText, _ envelope: Envelope) -> Bool {
    let levels = envelope.levels[text.chunk.audio.frames(upTo: envelope.levels.count)]
    let loud = Int(levels.max() ?? 0) - surelySpeech
    let end = levels.lastIndex { Int($0) > loud } ?? levels.startIndex
    let position = Int64(end + 1) * Timeline.frameLength - lateness
    return text.tokens.reversed().prefix { $0.range.start >= position }.count >= fewest.words
  }

  /// The first of the last tokens that all begin after the last sound; `nil` if there are too few.
  ///
  /// Nobody says several words in a row faster than at two thirds of the pace at which a single one can be said.
  private static func afterLastSound(_ text: ChunkText, _ evidence: SpeechEvidence) -> Int? {
    let end = evidence.lastSpeech(in: text.chunk.audio) ?? text.chunk.audio.start
    let from = text.tokens.lastIndex { $0.range.start < end - lateness }.map { $0 + 1 } ?? 0
    let added = text.tokens[from...]
    let characters = added.count { $0.isDense }
    guard
      characters >= fewest.characters || added.count - characters >= fewest.words,
      let first = added.first
    else { return nil }
    // If it was said after all, and its times are wrong, there is sound for it after the word before.
    let before = from > 0 ? text.tokens[from - 1].range.end : text.chunk.audio.start
    let range = TimelineRange(min(before, first.range.start), text.chunk.audio.end)
    let least = SpeechEvidence.leastTime(for: added.lazy.map(\.core)) * 3 / 2
    guard least > evidence.speech(in: range) else { return nil }
    // Where a stretch of speech has no words that could hold these at an ordinary pace, all times may be late.
    let uncovered = longestUncovered(
      text.tokens[..<from], in: text.chunk.audio.start..<end, evidence)
    let thirds = characters >= fewest.characters ? ordinaryPace.characters : ordinaryPace.words
    return least * thirds / 3 > uncovered ? from : nil
  }

  /// The most speech between two words that follow each other, or before the first.
  private static func longestUncovered(
    _ words: ArraySlice<Token>, in range: Range<Int64>, _ evidence: SpeechEvidence
  ) -> Int64 {
    var position = range.lowerBound
    var longest: Int64 = 0
    for word in words {
      // Nothing is lost by not looking at stretches that are shorter than what was found.
      if word.range.start - position > longest {
        longest = max(longest, evidence.speech(in: TimelineRange(position, word.range.start)))
      }
      position = max(position, word.range.end)
    }
    return longest
  }
}

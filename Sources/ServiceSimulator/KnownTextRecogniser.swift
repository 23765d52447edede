/// Looks uploaded audio up in a recording whose words are known.
struct KnownTextRecogniser: Recogniser {
  private let locator: ChunkLocator
  private let words: KnownWords
  private let speaker: IdealTranscriber

  init(recording: ReferenceRecording, words: KnownWords, speaker: IdealTranscriber) {
    locator = ChunkLocator(recording: recording)
    self.words = words
    self.speaker = speaker
  }

  func recognise(
    _ samples: [Int16], without hole: ClosedRange<Double>?
  ) throws(Refusal) -> Recognition {
    switch locator.locate(samples) {
    case .silence:
      return .silence(matchedStart: nil)
    case .notFound(let reason):
      throw Refusal(.notInRecording, reason)
    case .found(let place):
      return speaker.transcribe(words, at: place, sampleCount: samples.count, without: hole)
    }
  }
}

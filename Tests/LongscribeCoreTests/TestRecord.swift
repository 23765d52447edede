import LongscribeCore

extension JobRecord {
  /// A record of chunks that were cut by hand, without answers.
  init(chunks: [Chunk], of envelope: Envelope, length: Int64) {
    let rules = PlanRules(
      longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 48_000)
    self.init(
      source: .init(name: "test", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"), rules: rules, format: .wav)
    self.envelope = envelope
    self.length = length
    self.chunks = chunks
  }
}

/// All that a run has decided and learnt, as one value.
///
/// The same record lives in memory during a run and will live in the journal, in `plan.json` and in a shared
/// store. Given the input's samples, everything else follows from it: a run that is continued from
/// a record decides what the first run would have decided.
public struct JobRecord: Sendable, Hashable, Codable {
  /// Which input this is.
  public struct Source: Sendable, Hashable, Codable {
    /// The file's name without its folder.
    public var name: String
    /// Its size in bytes; `nil` for a pipe.
    public var byteCount: Int64?
    /// When it was last changed, in nanoseconds since 1970; `nil` for a pipe.
    public var modified: Int64?
    /// Which of its audio tracks is transcribed, from 0.
    public var track: Int
    /// Which part of it was asked for.
    public var selection: AudioSelection

    /// A source with every part given.
    public init(
      name: String, byteCount: Int64?, modified: Int64?, track: Int,
      selection: AudioSelection = AudioSelection()
    ) {
      self.name = name
      self.byteCount = byteCount
      self.modified = modified
      self.track = track
      self.selection = selection
    }
  }

  /// From which chunk on which rules hold.
  public struct PlanEpoch: Sendable, Hashable, Codable {
    /// The first chunk that was planned by these rules.
    public var firstChunk: Int
    /// The rules.
    public var rules: PlanRules
    /// The format that chunks are uploaded in.
    public var format: AudioFormat

    /// An epoch with every part given.
    public init(firstChunk: Int, rules: PlanRules, format: AudioFormat) {
      self.firstChunk = firstChunk
      self.rules = rules
      self.format = format
    }
  }

  /// What became of a chunk.
  public enum Outcome: Sendable, Hashable, Codable {
    /// The service's answer.
    case answered(Recognition)
    /// Why there is none.
    case failed(RecognitionFailure)
  }

  /// Layout of the record.
  public var version = 1
  /// The input.
  public var source: Source
  /// Who answers.
  public var recognizer: RecognizerIdentity
  /// The rules of the plan, oldest first.
  public var epochs: [PlanEpoch]
  /// The chunks planned so far, by index.
  public var chunks: [Chunk] = []
  /// Bytes of the recording itself, where it is sent as it is.
  public var originalBytes: Int64?
  /// The exact length in samples, once the input has been heard to its end.
  public var length: Int64?
  /// Loudness as far as it has been heard.
  public var envelope = Envelope()
  /// What became of the chunks, by index.
  public var outcomes: [Int: Outcome] = [:]
  /// Whether text is kept that nobody can have said.
  public var keepsInventions = false
  /// Calls made, failed ones included.
  public var calls = 0
  /// Audio sent in calls that were answered or may have been charged, in samples.
  public var billedSamples: Int64 = 0
  /// Calls that failed in a way that leaves open whether they were charged.
  public var callsOfUnknownFate = 0

  /// A record of a job that has not begun.
  public init(source: Source, recognizer: RecognizerIdentity, rules: PlanRules, format: AudioFormat)
  {
    self.source = source
    self.recognizer = recognizer
    self.epochs = [PlanEpoch(firstChunk: 0, rules: rules, format: format)]
  }

  /// The recording itself is the one upload, in this format.
  public mutating func sendOriginal(_ upload: AudioUpload) {
    originalBytes = upload.bytes.byteCount
    epochs[epochs.count - 1].format = upload.format
  }

  /// What to tell the user about calls whose fate is unknown; `nil` if there were none.
  public var chargeWarning: String? {
    guard callsOfUnknownFate > 0 else { return nil }
    let calls = callsOfUnknownFate == 1 ? "1 call" : "\(callsOfUnknownFate) calls"
    return "\(calls) failed after being sent; the service may have charged for them"
  }

  /// The frontier that this record leads to: what is final given its plan and answers.
  public func frontier() -> Frontier {
    var frontier = Frontier(keepsInventions: keepsInventions)
    for chunk in chunks { _ = frontier.handle(.planned(chunk), envelope: envelope) }
    for (index, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
      _ = frontier.handle(.settled(index, outcome), envelope: envelope)
    }
    if let length { _ = frontier.handle(.planComplete(length: length), envelope: envelope) }
    return frontier
  }

  /// The transcript that this record's answers make, as far as it is final.
  public func transcript() -> Transcript {
    let frontier = frontier()
    return Transcript(record: self, parts: frontier.parts)
  }
}

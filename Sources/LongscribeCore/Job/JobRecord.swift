/// All that a run has decided and learnt, as one value.
///
/// The same record lives in memory during a run and in the journal. Given the input's samples, everything else follows from it: a
/// run that is continued from a record decides what the first run would have decided.
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
    /// SHA-256 of the file's bytes, in hexadecimal digits, once they have been read to the end; `nil` for a pipe.
    public var digest: String?

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

  /// From which chunk on which rules hold. A chunk belongs to the last epoch that starts at it or before it.
  public struct PlanEpoch: Sendable, Hashable, Codable {
    /// The first chunk that was planned by these rules.
    public var firstChunk: Int
    /// The rules.
    public var rules: PlanRules
    /// The format that chunks are uploaded in.
    public var format: AudioFormat
    /// The service's limits as they were believed to be; `nil` in records that can not be planned again.
    public var limits: ServiceLimits?
    /// Why it began; `nil` for the first.
    public var cause: Cause?

    /// Why an epoch began.
    public struct Cause: Sendable, Hashable, Codable {
      /// The chunk that was refused.
      public var chunk: Int
      /// How.
      public var failure: RecognitionFailure
      /// Where on the timeline the first chunk that was planned again starts, in samples.
      public var start: Int64

      /// A cause with every part given.
      public init(chunk: Int, failure: RecognitionFailure, start: Int64) {
        self.chunk = chunk
        self.failure = failure
        self.start = start
      }
    }

    /// An epoch with every part given.
    public init(
      firstChunk: Int, rules: PlanRules, format: AudioFormat, limits: ServiceLimits? = nil,
      cause: Cause? = nil
    ) {
      self.firstChunk = firstChunk
      self.rules = rules
      self.format = format
      self.limits = limits
      self.cause = cause
    }
  }

  /// What became of a chunk.
  public enum Outcome: Sendable, Hashable, Codable {
    /// The service's answer.
    case answered(Recognition)
    /// Why there is none.
    case failed(RecognitionFailure)
    /// Nobody speaks in it, so it was not sent.
    case silent
    /// It was too much for the service, or would have been: later chunks of the record stand in its place.
    case replanned

    /// Whether there is an answer.
    package var isAnswered: Bool { if case .answered = self { true } else { false } }

    /// Whether nothing of the chunk is left to be asked for.
    package var isSettled: Bool {
      switch self {
      case .answered, .silent: true
      case .failed, .replanned: false
      }
    }
  }

  /// Layout of the record.
  public var version = 1
  /// The input.
  public var source: Source
  /// Who answers.
  public var recognizer: RecognizerIdentity
  /// The rules of the plan, oldest first.
  public var epochs: [PlanEpoch]
  /// All chunks that were ever planned or asked for again, by index; those of them that make up the recording are `plan`.
  public var chunks: [Chunk] = []
  /// Bytes of the recording itself, where it is sent as it is.
  public var originalBytes: Int64?
  /// The exact length in samples, once the input has been heard to its end.
  public var length: Int64?
  /// What there was to warn of when it was heard to its end.
  public var hearingWarnings: [String] = []
  /// Where planning stands; `nil` where nothing more is planned.
  public var planner: PlannerState?
  /// Loudness as far as it has been heard.
  public var envelope = Envelope()
  /// What became of the chunks, by index.
  public var outcomes: [Int: Outcome] = [:]
  /// Whether text is kept that nobody can have said.
  public var keepsInventions = false
  /// Whether stretches in which somebody can be heard, but that no text covers, are asked for again.
  public var asksAgain = false
  /// Calls made, failed ones included.
  public var calls = 0
  /// Audio sent in calls that were answered or may have been charged, in samples.
  public var billedSamples: Int64 = 0
  /// Calls that failed in a way that leaves open whether they were charged.
  public var callsOfUnknownFate = 0
  /// Where the job was to be asked afresh: the journal's last call before it. Answers to that one and to earlier ones do not count.
  package var freshSince: Int64?
  /// The journal's call after which answers count; `nil` if all do. A fresh start that was given no answer has nothing in place of
  /// those that were there.
  package var answersSince: Int64? { answered == 0 ? nil : freshSince }
  /// How many chunks and levels the journal has of it, so that it is noticed if some are gone; `nil` in memory.
  package var kept: Kept?

  /// See `kept`.
  package struct Kept: Sendable, Hashable, Codable {
    package var chunks: Int
    package var levels: Int

    package init(chunks: Int, levels: Int) {
      self.chunks = chunks
      self.levels = levels
    }
  }

  /// A record of a job that has not begun.
  public init(
    source: Source, recognizer: RecognizerIdentity, rules: PlanRules, format: AudioFormat,
    limits: ServiceLimits? = nil
  ) {
    self.source = source
    self.recognizer = recognizer
    self.epochs = [PlanEpoch(firstChunk: 0, rules: rules, format: format, limits: limits)]
  }

  /// Takes a chunk into the record, under the next free index.
  ///
  /// - Returns: The chunk with that index.
  package mutating func append(_ chunk: Chunk) -> Chunk {
    var chunk = chunk
    chunk.index = chunks.count
    chunks.append(chunk)
    return chunk
  }

  /// The chunks that make up the recording, in its order: all but those that were planned again, and those that ask again.
  public var plan: [Chunk] {
    chunks.filter { $0.repairs == nil && outcomes[$0.index] != .replanned }
      .sorted { $0.owned.start < $1.owned.start }
  }

  /// The chunks that ask again for what others left open, as they were asked.
  public var repairs: [Chunk] {
    chunks.filter { $0.repairs != nil && outcomes[$0.index] != .replanned }
  }

  /// Takes back what was asked again for reasons that may not hold any more.
  ///
  /// What a chunk left open is judged with its neighbours, and with what was spent on chunks before it. Where one of those had no
  /// answer, a run that goes on may get it and decide otherwise; so only what was asked again behind an unbroken row of answers is kept. What
  /// is asked for in its place finds the same answers, where it is the same.
  ///
  /// - Returns: The indexes of the chunks that were taken back.
  package mutating func withdrawRepairs() -> [Int] {
    let plan = plan
    let settled = plan.prefix { outcomes[$0.index]?.isSettled ?? false }
    // The last of them was judged without the one after it, unless there is none.
    let isWhole = length != nil && settled.count == plan.count
    let judged = Set((isWhole ? settled : settled.dropLast()).map(\.index))
    let withdrawn = repairs.filter { chunk in
      chunk.repairs.map { !judged.contains($0) } ?? false
    }.map(\.index)
    for index in withdrawn { outcomes[index] = .replanned }
    return withdrawn
  }

  /// The chunks of the plan that are sent: those in which somebody may speak.
  public var sentPlan: [Chunk] { plan.filter { outcomes[$0.index] != .silent } }

  /// Chunks of the plan that have an answer.
  public var answeredPlan: Int {
    plan.count { outcomes[$0.index]?.isAnswered ?? false }
  }

  /// Chunks that have an answer, those that ask again included.
  public var answered: Int {
    outcomes.values.count(where: \.isAnswered)
  }

  /// The rules and the format that a chunk was planned by.
  public func epoch(of chunk: Int) -> PlanEpoch? {
    epochs.last { $0.firstChunk <= chunk }
  }

  /// The stretches that were not sent because nobody speaks in them, in order.
  public var silence: [TimelineRange] {
    var ranges: [TimelineRange] = []
    for chunk in plan where outcomes[chunk.index] == .silent {
      if let last = ranges.last, last.end == chunk.owned.start {
        ranges[ranges.count - 1].end = chunk.owned.end
      } else {
        ranges.append(chunk.owned)
      }
    }
    return ranges
  }

  /// Whether nobody speaks in the whole recording.
  public var isSilent: Bool { !chunks.isEmpty && sentPlan.isEmpty }

  /// The recording itself is the one upload, in this format.
  public mutating func sendOriginal(_ upload: AudioUpload) {
    originalBytes = upload.bytes.byteCount
    epochs[epochs.count - 1].format = upload.format
  }

  /// The frontier that this record leads to: what is final given its plan and answers.
  public func frontier() -> Frontier {
    var frontier = Frontier(keepsInventions: keepsInventions, asksAgain: asksAgain)
    for chunk in plan { _ = frontier.handle(.planned(chunk), envelope: envelope) }
    for chunk in repairs {
      _ = frontier.handle(.repairing(chunk), envelope: envelope)
    }
    for (index, outcome) in outcomes.sorted(by: { $0.key < $1.key }) {
      _ = frontier.handle(.settled(index, outcome), envelope: envelope)
    }
    if let length { _ = frontier.handle(.planComplete(length: length), envelope: envelope) }
    return frontier
  }

  /// The transcript that this record's answers make, as far as it is final.
  public func transcript() -> Transcript {
    let frontier = frontier()
    return Transcript(record: self, parts: frontier.parts, warnings: warnings)
  }
}

/// Where final text ends and provisional text begins. A pure state machine: events go in, actions come out.
///
/// A chunk's text is final when the chunk and the one after it have both been answered or given up, because
/// only then is the seam between them decided, and when what an audit of it asks for again has been answered or given up too.
/// What is final never changes, and does not depend on the order in which answers arrive.
public struct Frontier: Sendable {
  /// What happened.
  public enum Event: Sendable {
    /// The next chunk of the plan is known; chunks come in the recording's order.
    case planned(Chunk)
    /// Chunks that are neither answered nor given up were planned again: those with these indexes became others, in their place.
    case replanned([Int], [Chunk])
    /// A chunk asks again for a stretch of another (`Chunk.repairs`); all those of one other chunk come before any of them is settled.
    case repairing(Chunk)
    /// No further chunks will come; the recording's length in samples.
    case planComplete(length: Int64)
    /// A chunk was answered or given up.
    case settled(Int, JobRecord.Outcome)
    /// The text so far of a chunk whose answer is still arriving.
    case partial(Int, String)
  }

  /// What follows.
  public enum Action: Sendable, Hashable {
    /// The next part of the transcript, for good.
    case final(TranscriptPart)
    /// Text of the first unfinished chunk, which may still change.
    case provisional(String)
    /// Somebody can be heard where there is no text: ask again. The next part is final after that.
    case repair(RepairRequest)
    /// The same of a run that goes on: the chunks with these indexes, which are known already, have to be asked for.
    case awaitRepairs([Int])
  }

  private enum State {
    case heard(ChunkText)
    case silent(Chunk)
    case lost(Chunk, RecognitionFailure)

    var chunk: Chunk {
      switch self {
      case .heard(let text): text.chunk
      case .silent(let chunk), .lost(let chunk, _): chunk
      }
    }

    /// What is known of the chunk's text: nothing if it was lost.
    func text(_ envelope: Envelope) -> ChunkText? {
      switch self {
      case .heard(let text): text
      // A chunk in which nothing is said is one whose text is known.
      case .silent(let chunk):
        ChunkText(chunk: chunk, recognition: Recognition(text: ""), envelope: envelope)
      case .lost: nil
      }
    }
  }

  /// The plan, in the recording's order.
  private var chunks: [Chunk] = []
  /// Its chunks and those that ask again, by index, as long as they are neither settled nor planned again.
  private var open: [Int: Chunk] = [:]
  private var isComplete = false
  private var length: Int64 = 0
  private var settled: [Int: State] = [:]
  /// The place in the plan of the first chunk that is not final.
  private var first = 0
  /// Tokens of the first unfinished chunk that the chunk before it has already said.
  private var skipped = 0
  /// Where its first segment starts, if the chunk before it tells that.
  private var firstStart: Int64?
  /// The last finished chunk's audio, if it was answered: it covers the edge of a gap after it.
  private var coveredUpTo: Int64 = 0
  /// The first unfinished chunk's text, once its seams are decided, while it waits for what is asked again.
  private var draft: PartDraft?
  /// The indexes of chunks that ask again, by the chunk that they ask for.
  private var repairs: [Int: [Int]] = [:]
  private var auditor = Auditor()

  /// All final parts so far, in order.
  public private(set) var parts: [TranscriptPart] = []

  /// Whether text is kept that nobody can have said.
  private let keepsInventions: Bool
  /// Whether what an audit finds is asked for again.
  private let asksAgain: Bool

  /// A frontier at the start of the recording.
  ///
  /// - Parameters:
  ///   - keepsInventions: Whether text is kept that recognisers are known to invent, where nobody speaks.
  ///   - asksAgain: Whether stretches in which somebody can be heard, but that no text covers, are asked for again.
  public init(keepsInventions: Bool = false, asksAgain: Bool = false) {
    self.keepsInventions = keepsInventions
    self.asksAgain = asksAgain
  }

  /// Whether all chunks of a complete plan are final.
  public var isFinished: Bool { isComplete && first == chunks.count }

  /// What has to be asked for again before anything more becomes final, and has not been yet; `nil` if there is nothing.
  public var wanted: RepairRequest? {
    draft.flatMap { repairs[$0.chunk.index] == nil ? $0.request : nil }
  }

  /// Chunks that the draft waits for: those of an earlier run, since in this one they are asked for after the draft was made.
  private var awaitedRepairs: [Int] {
    guard let draft, draft.request != nil else { return [] }
    return (repairs[draft.chunk.index] ?? []).filter { open[$0] != nil }
  }

  /// Takes an event and returns what follows from it, in order.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - envelope: The recording's loudness, at least as far as the chunk in question reaches.
  public mutating func handle(_ event: Event, envelope: Envelope) -> [Action] {
    switch event {
    case .planned(let chunk):
      insert(chunk)
      return []
    case .replanned(let removed, let added):
      let removed = Set(removed).intersection(open.keys)
      for index in removed { open[index] = nil }
      chunks.removeAll { removed.contains($0.index) }
      for chunk in added { insert(chunk) }
      return []
    case .repairing(let chunk):
      guard let repaired = chunk.repairs else { return [] }
      open[chunk.index] = chunk
      repairs[repaired, default: []].append(chunk.index)
      return []
    case .planComplete(let length):
      isComplete = true
      self.length = length
      return advance(envelope)
    case .settled(let index, let outcome):
      guard let chunk = open[index], let state = state(chunk, outcome, envelope) else {
        return []
      }
      open[index] = nil
      settled[index] = state
      return advance(envelope)
    case .partial(let index, let text):
      return state(at: first) == nil && chunks.indices.contains(first)
        && chunks[first].index == index ? [.provisional(text)] : []
    }
  }

  private func text(
    of recognition: Recognition, for chunk: Chunk, _ envelope: Envelope
  ) -> ChunkText {
    let (kept, dropped) =
      keepsInventions
      ? (recognition, [])
      // Of a second answer the first is a witness: it had nothing there.
      : InventionFilter.sift(
        recognition, of: chunk, envelope: envelope, isDoubted: chunk.repairs != nil)
    var text = ChunkText(chunk: chunk, recognition: kept, envelope: envelope)
    text.dropped = dropped
    return keepsInventions ? text : ImpossibleEnd.sift(text, envelope: envelope)
  }

  /// What an outcome makes of a chunk; `nil` if that is not for the frontier to settle.
  private func state(
    _ chunk: Chunk, _ outcome: JobRecord.Outcome, _ envelope: Envelope
  ) -> State? {
    switch outcome {
    case .answered(let recognition): .heard(text(of: recognition, for: chunk, envelope))
    case .silent: .silent(chunk)
    case .failed(let failure): .lost(chunk, failure)
    case .replanned: nil
    }
  }

  /// Puts a chunk where it belongs: nearly always at the end.
  private mutating func insert(_ chunk: Chunk) {
    guard open[chunk.index] == nil, settled[chunk.index] == nil else { return }
    open[chunk.index] = chunk
    var place = chunks.count
    while place > first, chunks[place - 1].owned.start > chunk.owned.start { place -= 1 }
    chunks.insert(chunk, at: place)
  }

  /// What became of the chunk at a place of the plan; `nil` if that is open, or there is none.
  private func state(at place: Int) -> State? {
    chunks.indices.contains(place) ? settled[chunks[place].index] : nil
  }

  private mutating func advance(_ envelope: Envelope) -> [Action] {
    var actions: [Action] = []
    while let current = state(at: first) {
      let isLast = isComplete && first == chunks.count - 1
      let following = state(at: first + 1)
      guard isLast || following != nil else { break }
      if draft == nil {
        draft = makeDraft(of: current, before: following, envelope)
        if let wanted { actions.append(.repair(wanted)) }
        let awaited = awaitedRepairs
        if !awaited.isEmpty { actions.append(.awaitRepairs(awaited)) }
      }
      guard let part = finishDraft(envelope) else { break }
      parts.append(part)
      actions.append(.final(part))
      settled[chunks[first].index] = nil
      first += 1
    }
    return actions
  }

  /// Decides where a chunk's text begins and ends, and audits it.
  private mutating func makeDraft(
    of state: State, before following: State?, _ envelope: Envelope
  ) -> PartDraft {
    guard let text = state.text(envelope) else { return gapDraft(of: state, before: following) }
    let (skip, start) = (skipped, firstStart)
    skipped = 0
    firstStart = nil
    var draft: PartDraft
    if let next = following?.text(envelope) {
      let seam = SeamResolution(left: text, from: skip, right: next, envelope: envelope)
      skipped = seam.joinedTo
      firstStart = seam.rightStart
      if case .heard = following { settled[next.chunk.index] = .heard(seam.right) }
      draft = PartDraft(
        text: seam.left, tokens: skip..<max(skip, seam.leftTo), from: start, upTo: seam)
    } else {
      draft = PartDraft(
        text: text, tokens: skip..<max(skip, text.tokens.count), from: start,
        seam: following.map { SeamReport(gapAt: $0.chunk) })
    }
    if case .heard = state {
      let isContinued = if case .heard = following { true } else { false }
      auditor.audit(
        &draft, coveredUpTo: coveredUpTo, next: isContinued ? following?.chunk : nil,
        envelope: envelope)
      if asksAgain { auditor.decide(&draft, chunks: first + 1) }
    } else {
      auditor.skip()
    }
    coveredUpTo = text.chunk.audio.end
    return draft
  }

  private mutating func gapDraft(of state: State, before following: State?) -> PartDraft {
    let chunk = state.chunk
    skipped = 0
    firstStart = nil
    var end = chunk.owned.end
    switch following {
    case .heard, .silent: end = min(end, following?.chunk.audio.start ?? end)
    case .lost, nil: break
    }
    let range = TimelineRange(max(chunk.owned.start, coveredUpTo), max(chunk.owned.start, end))
    var draft = PartDraft(chunk: chunk, seam: following.map { SeamReport(gapAt: $0.chunk) })
    if case .lost(_, let failure) = state, !range.isEmpty {
      draft.gap = TranscriptGap(range: range, failure: failure)
    }
    auditor.skip()
    return draft
  }

  /// The draft as a part, for good; `nil` as long as something is asked again.
  private mutating func finishDraft(_ envelope: Envelope) -> TranscriptPart? {
    guard var draft else { return nil }
    if draft.request != nil {
      guard let asked = repairs[draft.chunk.index],
        asked.allSatisfy({ settled[$0] != nil })
      else { return nil }
      let answers = asked.compactMap { index -> ChunkText? in
        if case .heard(let text) = settled[index] { text } else { nil }
      }
      draft.repair(with: answers, envelope: envelope)
      for index in asked { settled[index] = nil }
      auditor.spent += asked.count
    }
    auditor.finish(draft)
    self.draft = nil
    return draft.part
  }
}

/// Where final text ends and provisional text begins. A pure state machine: events go in, actions come out.
///
/// A chunk's text is final when the chunk and the one after it have both been answered or given up, because
/// only then is the seam between them decided. What is final never changes, and does not depend on the
/// order in which answers arrive.
public struct Frontier: Sendable {
  /// What happened.
  public enum Event: Sendable {
    /// The next chunk of the plan is known; chunks come in the recording's order.
    case planned(Chunk)
    /// Chunks that are neither answered nor given up were planned again: those with these indexes became others, in their place.
    case replanned([Int], [Chunk])
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
  }

  private enum State {
    case heard(ChunkText)
    case lost(Chunk, RecognitionFailure)

    var chunk: Chunk {
      switch self {
      case .heard(let text): text.chunk
      case .lost(let chunk, _): chunk
      }
    }
  }

  /// The plan, in the recording's order.
  private var chunks: [Chunk] = []
  /// Its chunks by index, as long as they are neither settled nor planned again.
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

  /// All final parts so far, in order.
  public private(set) var parts: [TranscriptPart] = []

  /// Whether text is kept that nobody can have said.
  private let keepsInventions: Bool

  /// A frontier at the start of the recording.
  ///
  /// - Parameter keepsInventions: Whether text is kept that recognisers are known to invent, where nobody speaks.
  public init(keepsInventions: Bool = false) {
    self.keepsInventions = keepsInventions
  }

  /// Whether all chunks of a complete plan are final.
  public var isFinished: Bool { isComplete && first == chunks.count }

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
      ? (recognition, []) : InventionFilter.sift(recognition, of: chunk, envelope: envelope)
    var text = ChunkText(chunk: chunk, recognition: kept, envelope: envelope)
    text.dropped = dropped
    return keepsInventions ? text : ImpossibleEnd.sift(text, envelope: envelope)
  }

  /// What an outcome makes of a chunk; `nil` if that is not for the frontier to settle.
  private func state(
    _ chunk: Chunk, _ outcome: JobRecord.Outcome, _ envelope: Envelope
  ) -> State? {
    switch outcome {
    case .answered(let recognition):
      .heard(text(of: recognition, for: chunk, envelope))
    // A chunk in which nothing is said is one whose text is known.
    case .silent:
      .heard(ChunkText(chunk: chunk, recognition: Recognition(text: ""), envelope: envelope))
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
      let part = finish(current, before: following, envelope)
      parts.append(part)
      actions.append(.final(part))
      settled[chunks[first].index] = nil
      first += 1
    }
    return actions
  }

  private mutating func finish(
    _ state: State, before following: State?, _ envelope: Envelope
  ) -> TranscriptPart {
    switch state {
    case .lost(let chunk, let failure):
      skipped = 0
      firstStart = nil
      var end = chunk.owned.end
      if case .heard(let next) = following { end = min(end, next.chunk.audio.start) }
      let range = TimelineRange(max(chunk.owned.start, coveredUpTo), max(chunk.owned.start, end))
      let seam = following.map { SeamReport(gapAt: $0.chunk) }
      let gap = range.isEmpty ? nil : TranscriptGap(range: range, failure: failure)
      return TranscriptPart(chunk: chunk.index, segments: [], gap: gap, seam: seam)
    case .heard(let text):
      coveredUpTo = text.chunk.audio.end
      let (skip, start) = (skipped, firstStart)
      skipped = 0
      firstStart = nil
      let whole = text.segments(keeping: skip..<max(skip, text.tokens.count), from: start)
      guard let following else { return part(text, whole, seam: nil) }
      guard case .heard(let next) = following else {
        return part(text, whole, seam: SeamReport(gapAt: following.chunk))
      }
      let seam = SeamResolution(left: text, from: skip, right: next, envelope: envelope)
      skipped = seam.joinedTo
      firstStart = seam.rightStart
      settled[next.chunk.index] = .heard(seam.right)
      let segments = seam.left.segments(
        keeping: skip..<max(skip, seam.leftTo), from: start, upTo: seam)
      return part(text, segments, seam: SeamReport(chunk: next.chunk, resolution: seam))
    }
  }

  private func part(
    _ text: ChunkText, _ segments: [TranscriptSegment], seam: SeamReport?
  ) -> TranscriptPart {
    TranscriptPart(
      chunk: text.chunk.index, segments: segments, seam: seam, language: text.language,
      dropped: text.dropped)
  }
}

/// Audits the parts of a transcript in the recording's order, and remembers what one audit leaves to the next.
struct Auditor: Sendable {
  /// How far an audit looks beyond its chunk for the end of a hole, and back for the start of one (3 s, twice that to reach a word).
  private static let reach = 3 * Timeline.sampleRate

  private var audibility = Audibility()
  private var pace = TextPace()
  /// Up to where text covers the recording, if the part before was audited.
  private var covered: Int64?
  /// The last tokens of the parts so far.
  private var previous: [Token] = []
  private var previousQuality = TimeQuality.words
  /// Requests that were made because of audits.
  var spent = 0

  /// Finds what a part leaves open.
  ///
  /// # Note: Holes across seams
  ///
  /// A hole may begin in one chunk and end in the next, too short in each to be seen. So a stretch without words at a chunk's end that is no hole by
  /// itself is looked at again with the next chunk, and one that is a hole already ends with the next chunk's first word.
  ///
  /// - Parameters:
  ///   - coveredUpTo: Where the audio of the chunk before ends.
  ///   - next: The chunk after, if it was answered.
  mutating func audit(
    _ draft: inout PartDraft, coveredUpTo: Int64, next: Chunk?, envelope: Envelope
  ) {
    guard let quality = draft.quality else { return }
    let chunk = draft.chunk
    let frame = Int((chunk.audio.end + Timeline.frameLength - 1) / Timeline.frameLength)
    audibility.hear(envelope, upTo: frame)
    let tokens = draft.text.tokens
    draft.around = Insertion.Neighbours(previous: previous, following: draft.around.following)
    let range = range(of: draft, coveredUpTo: coveredUpTo, next: next)
    covered = tokens.isEmpty || quality != .estimated ? range.start : chunk.owned.end
    for token in tokens where quality != .estimated {
      covered = max(covered ?? 0, token.range.end)
    }
    draft.measures.loud = audibility.reference
    draft.measures.pace = pace
    var audit = CoverageAudit(envelope: envelope, measures: draft.measures)
    for amount in audit.amounts(in: chunk.owned, tokens, quality: quality) {
      pace.add(amount.text, over: amount.audible)
    }
    // The segments of a first chunk tell its pace already; a chunk as a whole is only held against those before it.
    if quality == .segments {
      draft.measures.pace = pace
      audit = CoverageAudit(envelope: envelope, measures: draft.measures)
    }
    draft.findings = audit.findings(in: range, tokens, quality: quality)
    if let last = draft.findings.last, last.reason == .noText, last.tokens.lowerBound == tokens.count
    {
      covered = range.end
    }
    covered = max(covered ?? 0, chunk.owned.end - Self.reach)
  }

  /// The stretch that a part has to account for.
  private func range(of draft: PartDraft, coveredUpTo: Int64, next: Chunk?) -> TimelineRange {
    let chunk = draft.chunk
    // Where times are estimated, the neighbours account for all of their audio.
    let isEmpty = draft.text.tokens.isEmpty
    var start = covered ?? chunk.owned.start
    if isEmpty, covered != nil, previousQuality == .estimated { start = max(start, coveredUpTo) }
    guard let next, let first = draft.around.following.first else {
      return TimelineRange(start, chunk.owned.end)
    }
    let following = draft.followingQuality == .estimated ? next.audio.start : first.range.start
    // What is left to the next audit has to be long enough to be seen by it.
    let end = following <= chunk.owned.end + 2 * Self.reach ? following : chunk.owned.end + Self.reach
    return TimelineRange(start, end)
  }

  /// Chooses what is asked for again.
  ///
  /// - Parameter chunks: Chunks of the plan up to the draft's.
  func decide(_ draft: inout PartDraft, chunks: Int) {
    let most = RepairBudget.left(chunks: chunks, spent: spent)
    let chosen = draft.findings.filter { $0.reason != .tooMuchText }
      .sorted { ($0.audible, $1.range.start) > ($1.audible, $0.range.start) }.prefix(most)
    guard !chosen.isEmpty else { return }
    draft.request = RepairRequest(
      chunk: draft.chunk.index,
      stretches: chosen.map(\.range).sorted { $0.start < $1.start }, most: most)
  }

  /// A part that nobody speaks in, or that is a gap.
  mutating func skip(_ draft: PartDraft) {
    covered = nil
  }

  /// A part is final.
  mutating func finish(_ draft: PartDraft) {
    for share in draft.agreed { pace.agree(on: share) }
    previous = (previous + draft.text.tokens.suffix(Insertion.edge)).suffix(Insertion.edge)
    if let quality = draft.quality, !draft.text.tokens.isEmpty { previousQuality = quality }
  }
}

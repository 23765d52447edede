/// Audits the parts of a transcript in the recording's order, and remembers what one audit leaves to the next.
struct Auditor: Sendable {
  /// How far an audit looks beyond its chunk for the end of a hole, and back for the start of one (3 s, twice that to reach a word).
  private static let reach = 3 * Timeline.sampleRate

  private var audibility = Audibility()
  private var pace = TextPace()
  /// What the last part sounded like that has all its text.
  private var speech: SoundOfSpeech?
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
    draft.around = Insertion.Neighbours(previous: previous, following: draft.around.following)
    let range = range(of: draft, coveredUpTo: coveredUpTo, next: next)
    let subject = CoverageAudit.Subject(
      range: range, text: draft.text, quality: quality, chunk: chunk, answer: draft.answer)
    let tokens = draft.text.tokens
    covered = draft.answer.isEmpty || quality != .estimated ? range.start : chunk.owned.end
    for cover in subject.covers { covered = max(covered ?? 0, cover.range.end) }
    draft.measures.loud = audibility.reference
    draft.measures.pace = pace
    draft.measures.speech = speech
    var audit = CoverageAudit(envelope: envelope, measures: draft.measures)
    for amount in audit.amounts(in: subject) { pace.add(amount.text, over: amount.audible) }
    // The segments of a first chunk tell its pace already; a chunk as a whole is only held against those before it.
    if quality == .segments {
      draft.measures.pace = pace
      audit = CoverageAudit(envelope: envelope, measures: draft.measures)
    }
    draft.findings = audit.findings(in: subject)
    if draft.findings.isEmpty, !draft.answer.isEmpty {
      draft.measures.speech = SoundOfSpeech(
        in: chunk.owned, of: envelope, reference: audibility.reference)
      speech = draft.measures.speech
    }
    if let last = draft.findings.last, last.reason == .noText,
      last.tokens.lowerBound == tokens.count
    {
      covered = range.end
    }
    covered = max(covered ?? 0, chunk.owned.end - Self.reach)
  }

  /// The stretch that a part has to account for.
  private func range(of draft: PartDraft, coveredUpTo: Int64, next: Chunk?) -> TimelineRange {
    let chunk = draft.chunk
    // Where times are estimated, the neighbours account for all of their audio.
    let isEmpty = draft.answer.isEmpty
    var start = covered ?? chunk.owned.start
    if isEmpty, covered != nil, previousQuality == .estimated { start = max(start, coveredUpTo) }
    // A segment that a seam went through may reach into the next chunk.
    let own = max(chunk.owned.end, next == nil ? 0 : draft.text.tokens.last?.range.end ?? 0)
    guard let next, let first = draft.followingStart else {
      return TimelineRange(start, own)
    }
    let following = draft.followingQuality == .estimated ? next.audio.start : first
    // What is left to the next audit has to be long enough to be seen by it.
    return TimelineRange(start, following <= own + 2 * Self.reach ? following : own + Self.reach)
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
  mutating func skip() {
    covered = nil
  }

  /// A part is final.
  mutating func finish(_ draft: PartDraft) {
    for share in draft.agreed { pace.agree(on: share) }
    previous = (previous + draft.text.tokens.suffix(Insertion.edge)).suffix(Insertion.edge)
    if let quality = draft.quality, !draft.answer.isEmpty { previousQuality = quality }
  }
}

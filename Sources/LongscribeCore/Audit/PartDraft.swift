/// A part of the transcript whose seams are decided, on its way to being final.
struct PartDraft: Sendable {
  let chunk: Chunk
  /// The times that the text has; `nil` for a gap.
  let quality: TimeQuality?
  /// The times that the text after it has.
  private(set) var followingQuality: TimeQuality?
  /// Where the text after it starts: a segment may start long before its words seem to.
  private(set) var followingStart: Int64?
  var text: PartText
  /// All words that the chunk's answer has; notes of music and dots are none.
  private(set) var answer: [Token] = []
  var gap: TranscriptGap?
  private let seam: SeamReport?
  private let language: String?
  private var dropped: [DroppedText]
  /// The tokens before and after the part.
  var around = Insertion.Neighbours(previous: [], following: [])
  /// What the audit found.
  var findings: [CoverageAudit.Finding] = []
  /// What it went by.
  var measures = CoverageAudit.Measures()
  /// Shares of the easy pace that a second answer agreed on.
  private(set) var agreed: [Double] = []
  /// What is asked for again; `nil` if nothing is.
  var request: RepairRequest?
  private var uncovered: [UncoveredStretch]?

  /// A chunk's text from one seam to the next.
  ///
  /// - Parameters:
  ///   - start: Where its first segment starts, if the chunk before tells it.
  ///   - seam: How it meets the text of the next chunk.
  init(text: ChunkText, tokens: Range<Int>, from start: Int64?, upTo seam: SeamResolution) {
    self.init(
      text: text, tokens: tokens, from: start,
      seam: SeamReport(chunk: seam.right.chunk, resolution: seam))
    self.text = PartText(text, tokens: tokens, from: start, upTo: seam)
    followingQuality = seam.right.quality
    around.following = Array(
      seam.right.tokens.dropFirst(seam.joinedTo).prefix(Insertion.edge))
    followingStart = around.following.first.map { first in
      min(first.range.start, seam.right.ownRange(of: first.segment)?.start ?? first.range.start)
    }
  }

  /// A chunk's text from a seam to its end.
  init(text: ChunkText, tokens: Range<Int>, from start: Int64?, seam: SeamReport?) {
    chunk = text.chunk
    quality = text.quality
    self.text = PartText(text, tokens: tokens, from: start)
    answer = text.tokens.filter { !$0.key.isEmpty }
    self.seam = seam
    language = text.language
    dropped = text.dropped
  }

  /// A chunk without text.
  init(chunk: Chunk, seam: SeamReport?) {
    self.chunk = chunk
    quality = nil
    text = PartText()
    self.seam = seam
    language = nil
    dropped = []
  }

  /// Puts answers into the stretches that they were asked for, and sees what is still open.
  mutating func repair(with answers: [ChunkText], envelope: Envelope) {
    dropped += answers.flatMap(\.dropped)
    let audit = CoverageAudit(envelope: envelope, measures: measures)
    var open: [UncoveredStretch] = []
    // From the end, so that what is inserted moves nothing that is still to come.
    for finding in findings.reversed() {
      let own = answers.filter { finding.range.contains($0.chunk.owned) }
      if own.isEmpty {
        open.append(finding.stretch(askedAgain: false))
      } else if finding.reason == .noText {
        open += fill(finding, with: own, audit).reversed()
      } else {
        open += complete(finding, with: own, audit)
      }
    }
    uncovered = open.reversed()
  }

  /// Fills a stretch without words; returns what is left of it.
  private mutating func fill(
    _ finding: CoverageAudit.Finding, with answers: [ChunkText], _ audit: CoverageAudit
  ) -> [UncoveredStretch] {
    var place = finding.tokens.lowerBound
    var covering: [Token] = []
    for answer in answers {
      let count = Insertion.fill(&text, with: answer, at: place, around: around)
      let inserted = text.tokens[place..<place + count]
      place += count
      // Words without times account for the stretch as a whole, if they are not far too few.
      if answer.quality == .estimated, audit.isEnough(inserted, in: answer.chunk.owned),
        var all = inserted.first
      {
        all.range = answer.chunk.owned
        covering.append(all)
      } else if answer.quality != .estimated {
        covering += inserted
      }
    }
    let left = audit.left(of: finding, by: covering)
    return left.map { hole in
      var stretch = hole.stretch(askedAgain: false)
      stretch.askedAgain = answers.contains { $0.chunk.owned.contains(hole.middle) }
      return stretch
    }
  }

  /// Adds to a text that is too little; returns what is still lacking.
  private mutating func complete(
    _ finding: CoverageAudit.Finding, with answers: [ChunkText], _ audit: CoverageAudit
  ) -> [UncoveredStretch] {
    var stretch = finding.stretch(askedAgain: true)
    guard let count = Insertion.complete(&text, in: finding.tokens, with: answers, around: around)
    else { return [stretch] }
    let tokens = finding.tokens.lowerBound..<finding.tokens.upperBound + count
    guard !audit.isEnough(text.tokens[tokens], in: finding.range) else { return [] }
    // Two answers that agree on few words are two witnesses that no more is said.
    stretch.isLikeSpeech = false
    agreed.append(Double(TextPace.time(text.tokens[tokens])) / Double(max(1, finding.audible)))
    return [stretch]
  }

  /// The part of the transcript.
  var part: TranscriptPart {
    TranscriptPart(
      chunk: chunk.index, segments: text.segments, gap: gap, seam: seam, language: language,
      dropped: dropped,
      uncovered: uncovered ?? findings.map { $0.stretch(askedAgain: false) })
  }
}

extension CoverageAudit.Finding {
  fileprivate func stretch(askedAgain: Bool) -> UncoveredStretch {
    UncoveredStretch(
      range: range, reason: reason, askedAgain: askedAgain, isLikeSpeech: isLikeSpeech)
  }

  fileprivate var middle: TimelineRange {
    let middle = (range.start + range.end) / 2
    return TimelineRange(middle, middle)
  }
}

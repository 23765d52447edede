/// Holds a chunk's text against the recording's loudness: is there speech that no text covers?
///
/// # Note: What the audit sees
///
/// Most of what recognisers lose is not lost at seams: 15 to 90 words are missing in the middle of a chunk (rocketride-server #1907), an answer
/// is empty, or stops halfway. Stitching cannot see that; the loudness can. How depends on the times that the answer has.
///
/// With *words*, a hole is a stretch without a word. Times wobble by a quarter of a second, so a hole has to be wider than that at both ends,
/// and a word that claims to last for seconds covers only its beginning: that is how recognisers hide what they skipped.
/// With *segments*, a hole is a stretch between two segments; in one that is stretched over a hole, only the amount of text can tell.
/// *Bare text* is laid over all speech there is, so only its amount can tell, and an empty answer.
///
/// The amount of text is measured in the time that it takes to say, and compared with the time in which somebody can be heard: it is too little
/// below a share that no speaker reaches, or below a part of what this recording has as a rule.
///
/// An audit sees only what was heard up to its chunk's end, so it finds the same however far the recording has been heard.
struct CoverageAudit {
  /// Something that the text does not account for.
  struct Finding: Sendable, Hashable {
    /// Where.
    var range: TimelineRange
    /// What is wrong.
    var reason: UncoveredStretch.Reason
    /// Whether it sounds like speech.
    var isLikeSpeech: Bool
    /// The tokens that are too few for their time, by their place in the part; empty between two tokens where there are none.
    var tokens: Range<Int>
    /// Time in it that can be heard, in samples.
    var audible: Int64
  }

  /// How long a hole is at the least, beyond what times wobble, and how much of it can be heard.
  private struct Bounds {
    let slack: Int64
    let length: Int64
    let audible: Int64

    /// Source of the slack: errors of times measured with simulated recognisers, as in `SeamResolution`.
    init(_ quality: TimeQuality) {
      let second = Timeline.sampleRate
      switch quality {
      case .words: (slack, length, audible) = (second / 4, 2 * second, second * 3 / 2)
      case .segments, .estimated:
        (slack, length, audible) = (second * 6 / 10, 3 * second, 2 * second)
      }
    }
  }

  /// No word lasts longer than this (3 s): the rest of its time is not covered.
  private static let longestToken = 3 * Timeline.sampleRate
  /// What is kept of the quiet before and after the speech in a hole (0.5 s): words begin and end quietly.
  private static let margin = Timeline.sampleRate / 2
  /// Audible time from which on the amount of text tells something (6 s).
  private static let leastForPace = 6 * Timeline.sampleRate
  /// Speech that has to be missing before too little text is told (4 s).
  private static let leastMissing = 4 * Timeline.sampleRate

  /// What the recording is like, up to the chunk's end.
  struct Measures: Sendable, Hashable {
    /// The level of its loud windows.
    var loud = 0
    /// What those of its parts sound like that have text.
    var speech: SoundOfSpeech?
    /// How fast text goes by in it.
    var pace = TextPace()
  }

  let envelope: Envelope
  let measures: Measures

  /// The level of loud windows that speech in a part is held against: that of the words the recogniser heard, where those are quieter than the
  /// rest of the recording.
  private func reference(_ tokens: some Collection<Token>) -> Int {
    let own = Audibility.reference(of: Self.joined(tokens), in: envelope)
    return min(measures.loud, own ?? measures.loud)
  }

  /// The stretches that tokens cover, without overlap.
  private static func joined(_ tokens: some Collection<Token>) -> [TimelineRange] {
    var ranges: [TimelineRange] = []
    for token in tokens {
      if let last = ranges.last, last.end + Timeline.sampleRate / 2 >= token.range.start {
        ranges[ranges.count - 1].end = max(last.end, token.range.end)
      } else {
        ranges.append(token.range)
      }
    }
    return ranges
  }

  /// A part of the transcript to be audited.
  struct Subject {
    /// The stretch that it has to account for.
    var range: TimelineRange
    /// Its text.
    var text: PartText
    /// The times that the text has.
    var quality: TimeQuality
    /// The chunk, and all of its answer: what neighbours said already was heard all the same.
    var chunk: Chunk
    var answer: [Token]

    /// What has a time, and where its tokens begin.
    var covers: [Cover] {
      switch quality {
      case .words:
        text.tokens.enumerated().compactMap { index, token in
          // Notes of music and dots are no words.
          guard !token.key.isEmpty else { return nil }
          let end = min(token.range.end, token.range.start + longestToken)
          return Cover(place: index, range: TimelineRange(token.range.start, end))
        }
      case .segments:
        text.spans.filter { text.tokens[$0.tokens].contains { !$0.key.isEmpty } }
          .map { Cover(place: $0.tokens.lowerBound, range: $0.range) }
      case .estimated: []
      }
    }

    /// Texts whose amount can be held against a stretch.
    var spans: [(tokens: ArraySlice<Token>, place: Range<Int>, range: TimelineRange)] {
      guard quality == .segments else {
        let all = text.tokens.indices
        return quality == .words
          ? [(text.tokens[...], all, chunk.owned)] : [(answer[...], all, chunk.audio)]
      }
      return text.spans.map { (text.tokens[$0.tokens], $0.tokens, $0.range) }
    }
  }

  /// A stretch that text covers.
  struct Cover {
    /// Its first token.
    var place: Int
    var range: TimelineRange
  }

  /// What a part's text leaves open.
  func findings(in subject: Subject) -> [Finding] {
    let tokens = subject.text.tokens
    let reference = reference(tokens)
    if let crowded = crowded(subject.range, tokens, reference) { return [crowded] }
    var findings: [Finding] = []
    if subject.answer.isEmpty || subject.quality != .estimated {
      findings = holes(
        in: subject.range, subject.covers, count: tokens.count, quality: subject.quality,
        reference: reference)
    }
    guard subject.quality != .words else { return findings }
    for span in subject.spans where !span.tokens.isEmpty && !span.place.isEmpty {
      let open = subject.quality == .segments ? span.range : subject.range
      if let lean = lean(span.range, span.tokens, span.place, reference, open) {
        findings.append(lean)
      }
    }
    return Self.apart(findings)
  }

  /// Findings in order, of those that overlap the one in which more can be heard.
  private static func apart(_ findings: [Finding]) -> [Finding] {
    var apart: [Finding] = []
    for finding in findings.sorted(by: { $0.range.start < $1.range.start }) {
      if let last = apart.last, last.range.end > finding.range.start {
        if finding.audible > last.audible { apart[apart.count - 1] = finding }
      } else {
        apart.append(finding)
      }
    }
    return apart
  }

  /// The stretches that no token covers and in which somebody can be heard.
  ///
  /// - Parameter count: Tokens in all: the place of a hole after the last.
  func holes(
    in range: TimelineRange, _ covers: [Cover], count: Int, quality: TimeQuality, reference: Int
  ) -> [Finding] {
    let bounds = Bounds(quality)
    var findings: [Finding] = []
    var position = range.start
    var isAtWord = false
    func look(upTo end: Int64, before token: Int) {
      let sure = TimelineRange(
        position + (isAtWord ? bounds.slack : 0), end - (token < count ? bounds.slack : 0))
      guard sure.length >= bounds.length else { return }
      let sound = SoundOfSpeech(in: sure, of: envelope, reference: reference)
      guard sound.audible >= bounds.audible, sound.mayBeSpeech else { return }
      // What is quiet before and after the speech need not be sent.
      findings.append(
        Finding(
          range: trimmed(TimelineRange(position, end), reference), reason: .noText,
          isLikeSpeech: sound.isLikeSpeech || sound.isLike(measures.speech), tokens: token..<token,
          audible: sound.audible))
    }
    for cover in covers {
      let start = min(cover.range.start, range.end)
      if start > position { look(upTo: start, before: cover.place) }
      if cover.range.end > position {
        position = cover.range.end
        isAtWord = true
      }
    }
    if range.end > position { look(upTo: range.end, before: count) }
    return findings
  }

  /// A stretch without what is quiet at its ends.
  private func trimmed(_ range: TimelineRange, _ reference: Int) -> TimelineRange {
    let frames = range.frames(upTo: envelope.levels.count)
    let threshold = Audibility.threshold(under: reference)
    let loud = envelope.levels[frames]
    guard let first = loud.firstIndex(where: { Int($0) >= threshold }),
      let last = loud.lastIndex(where: { Int($0) >= threshold })
    else { return range }
    return TimelineRange(
      max(range.start, Int64(first) * Timeline.frameLength - Self.margin),
      min(range.end, Int64(last + 1) * Timeline.frameLength + Self.margin))
  }

  private func lean(
    _ range: TimelineRange, _ tokens: ArraySlice<Token>, _ place: Range<Int>, _ reference: Int,
    _ open: TimelineRange
  ) -> Finding? {
    let sound = SoundOfSpeech(in: range, of: envelope, reference: reference)
    guard sound.audible >= Self.leastForPace, sound.mayBeSpeech,
      isLittle(tokens, over: sound.audible)
    else { return nil }
    return Finding(
      range: open, reason: .littleText, isLikeSpeech: sound.isLikeSpeech, tokens: place,
      audible: sound.audible)
  }

  private func isLittle(_ tokens: ArraySlice<Token>, over audible: Int64) -> Bool {
    let text = TextPace.time(tokens)
    let expected = Double(audible) * min(1, measures.pace.usual ?? 1)
    return Double(text) < measures.pace.least * Double(audible)
      && Int64(expected) - text >= Self.leastMissing
  }

  /// Whether tokens are as many as a stretch needs.
  func isEnough(_ tokens: ArraySlice<Token>, in range: TimelineRange) -> Bool {
    let reference = reference(tokens)
    let sound = SoundOfSpeech(in: range, of: envelope, reference: reference)
    return !tokens.isEmpty && !isLittle(tokens, over: sound.audible)
  }

  /// More text than the fastest speaker can say in all of the time.
  private func crowded(_ range: TimelineRange, _ tokens: [Token], _ reference: Int) -> Finding? {
    guard let first = tokens.first, let last = tokens.last else { return nil }
    let all = TimelineRange(
      min(range.start, first.range.start), max(range.end, last.range.end))
    guard SpeechEvidence.leastTime(for: tokens.lazy.map(\.core)) > all.length else { return nil }
    let sound = SoundOfSpeech(in: all, of: envelope, reference: reference)
    return Finding(
      range: all, reason: .tooMuchText, isLikeSpeech: sound.mayBeSpeech, tokens: tokens.indices,
      audible: sound.audible)
  }

  /// How much text a part has in how much time in which somebody can be heard, for each of its spans.
  func amounts(in subject: Subject) -> [(text: Int64, audible: Int64)] {
    let reference = reference(subject.text.tokens)
    return subject.spans.filter { !$0.tokens.isEmpty }.map { span in
      let sound = SoundOfSpeech(in: span.range, of: envelope, reference: reference)
      return (TextPace.time(span.tokens), sound.audible)
    }
  }

  /// What answers to a second request leave open of its stretch.
  func left(of finding: Finding, by inserted: [Token]) -> [Finding] {
    let covers = inserted.map { Cover(place: 0, range: $0.range) }
    return holes(
      in: finding.range, covers, count: 1, quality: .segments, reference: reference(inserted))
  }
}

/// One chunk's answer as tokens with times on the recording's timeline.
package struct ChunkText: Sendable {
  package let chunk: Chunk
  package private(set) var tokens: [Token]
  package let quality: TimeQuality
  package let language: String?
  /// What was taken out of the answer before.
  package var dropped: [DroppedText] = []
  /// The times of the answer's own segments; empty where they are made from the tokens.
  private let segmentRanges: [TimelineRange]

  /// Longest segment that is put together across a seam (30 s).
  static let longestJoinedSegment = 30 * Timeline.sampleRate

  package init(chunk: Chunk, recognition: Recognition, envelope: Envelope) {
    self.chunk = chunk
    language = recognition.language
    var recognition = recognition
    if recognition.text.allSatisfy(\.isWhitespace), recognition.segments.isEmpty {
      // A list of words without a text of its own.
      recognition.text = Joining.joined(recognition.words.map(\.text))
    }
    if !Self.canHold(recognition.segments.map { Self.place($0.range, in: chunk) }, recognition.text)
    {
      recognition.segments = []
    }
    if !Self.canHold(recognition.words.map { Self.place($0.range, in: chunk) }, recognition.text) {
      recognition.words = []
    }
    let times = EstimatedTimes(in: chunk.audio, of: envelope)
    if Self.segmentsHoldAllText(recognition) {
      let ranges = recognition.segments.map { Self.place($0.range, in: chunk) }
      var tokens: [Token] = []
      for (index, segment) in recognition.segments.enumerated() {
        var own = Tokenizer.tokens(of: segment.text, segment: index)
        times.give(&own, over: ranges[index])
        tokens += own
      }
      let timed = WordTimes.apply(recognition.words, of: chunk, to: &tokens)
      self.tokens = tokens
      quality = timed ? .words : .segments
      segmentRanges = ranges
      return
    }
    var tokens = Tokenizer.tokens(of: recognition.text, segment: 0)
    times.give(&tokens, over: chunk.audio)
    let timed = WordTimes.apply(recognition.words, of: chunk, to: &tokens)
    quality = timed ? .words : .estimated
    SegmentDivision.number(&tokens, atPauses: timed)
    self.tokens = tokens
    segmentRanges = []
  }

  /// Whether a service's times leave room for a text at all: some servers fill them with zeros.
  private static func canHold(_ ranges: [TimelineRange], _ text: String) -> Bool {
    let start = ranges.map(\.start).min() ?? 0
    let end = ranges.map(\.end).max() ?? 0
    return 2 * (end - start) >= SpeechEvidence.leastTime(for: CollectionOfOne(text))
  }

  /// Segments are used only if they say all that the text says: some servers drop words from
  /// segments that they keep in the text (vLLM #58029).
  static func segmentsHoldAllText(_ recognition: Recognition) -> Bool {
    guard !recognition.segments.isEmpty else { return false }
    func letters(_ text: String) -> Int {
      // Bytes are much cheaper than characters, and most text is plain.
      guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return text.count(where: Script.isWordPart) }
      return text.utf8.count { Script.isWordPart(ascii: $0) }
    }
    let inSegments = recognition.segments.reduce(0) { $0 + letters($1.text) }
    return inSegments >= letters(recognition.text)
  }

  /// A range of the chunk on the recording's timeline, inside what was sent.
  static func place(_ range: TimelineRange, in chunk: Chunk) -> TimelineRange {
    let start = min(max(chunk.audio.start, chunk.audio.start + range.start), chunk.audio.end)
    return TimelineRange(start, min(chunk.audio.end, chunk.audio.start + range.end))
  }

  /// Takes out all tokens from one on.
  mutating func drop(from place: Int, because reason: DroppedText.Reason) {
    let removed = tokens[place...]
    guard let first = removed.first, let last = removed.last else { return }
    dropped.append(
      DroppedText(
        range: TimelineRange(first.range.start, last.range.end),
        text: Joining.trimmed(removed.map(\.text).joined()), chunk: chunk.index, reason: reason))
    tokens.removeSubrange(place...)
  }

  /// Takes out some words that the neighbour has said.
  mutating func remove(_ places: Set<Int>) {
    guard !places.isEmpty else { return }
    tokens = tokens.indices.filter { !places.contains($0) }.map { tokens[$0] }
  }

  /// Takes words in that only the neighbour heard; they belong to the segment of the word before them.
  mutating func insert(_ words: ArraySlice<Token>, at place: Int) {
    var words = Array(words)
    let earliest = place > 0 ? tokens[place - 1].range.start : chunk.audio.start
    for index in words.indices {
      words[index].segment = tokens[max(0, place - 1)].segment
      words[index].range = TimelineRange(
        max(earliest, words[index].range.start), max(earliest, words[index].range.end))
    }
    if place > 0, let first = words.first {
      tokens[place - 1].trail += Joining.separator(between: tokens[place - 1].text, and: first.text)
    }
    if let last = words.last, tokens.indices.contains(place) {
      words[words.count - 1].trail += Joining.separator(between: last.text, and: tokens[place].text)
    }
    tokens.insert(contentsOf: words, at: place)
  }

  /// The range that the service gave for a segment; `nil` where segments are made from the tokens.
  func ownRange(of segment: Int) -> TimelineRange? {
    segmentRanges.indices.contains(segment) ? segmentRanges[segment] : nil
  }

  /// Where a segment starts.
  func segmentStart(of segment: Int) -> Int64 {
    ownRange(of: segment)?.start ?? tokens.first { $0.segment == segment }?.range.start
      ?? chunk.audio.start
  }

  /// Up to here no later chunk has a say in the text.
  var settledUpTo: Int64 { 2 * chunk.owned.end - chunk.audio.end }

  /// The segments that some of the tokens make, in order.
  ///
  /// - Parameters:
  ///   - kept: The tokens.
  ///   - start: Where the first segment starts, if the chunk before tells it.
  ///   - seam: How the text meets that of the next chunk.
  package func segments(
    keeping kept: Range<Int>, from start: Int64? = nil, upTo seam: SeamResolution? = nil
  ) -> [TranscriptSegment] {
    var segments: [TranscriptSegment] = []
    var position = kept.lowerBound
    let last = min(kept.upperBound, tokens.count)
    while position < last {
      let number = tokens[position].segment
      var end = position + 1
      while end < last, tokens[end].segment == number { end += 1 }
      var members = Array(tokens[position..<end])
      var range = TimelineRange(
        members.first?.range.start ?? 0, members.last?.range.end ?? 0)
      if let own = ownRange(of: number) {
        if position == 0 || tokens[position - 1].segment != number { range.start = own.start }
        if end == tokens.count || tokens[end].segment != number { range.end = own.end }
      }
      if position == kept.lowerBound, let start, start < range.end { range.start = start }
      if end == last, let seam {
        if let trail = seam.leftTrail { members[members.count - 1].trail = trail }
        let added = seam.right.tokens[seam.rightFrom..<seam.joinedTo]
        members += added
        range.end = seam.leftEnd ?? added.last?.range.end ?? range.end
      }
      segments.append(segment(members, TimelineRange(range.start, range.end)))
      position = end
    }
    return segments
  }

  private func segment(_ members: [Token], _ range: TimelineRange) -> TranscriptSegment {
    TranscriptSegment(
      range: range, text: Joining.trimmed(members.map(\.text).joined()),
      words: quality == .words
        ? members.map { TranscriptWord(range: $0.range, text: Self.wordText($0)) } : [],
      chunk: chunk.index, isEstimated: quality == .estimated,
      endsWithSpace: members.last.map(Self.bringsSpace) ?? false)
  }

  /// Whether white space stands after a word that would not get any between two segments.
  private static func bringsSpace(_ token: Token) -> Bool {
    guard token.trail.contains(where: \.isWhitespace) else { return false }
    return token.text.last { !$0.isWhitespace }.map(Script.standsWithoutSpace) ?? false
  }

  private static func wordText(_ token: Token) -> String {
    token.lead.filter { !$0.isWhitespace } + token.core + token.trail.filter { !$0.isWhitespace }
  }
}

/// Lays a service's word times over the tokens of its text.
private enum WordTimes {
  /// How many tokens a word may be away from where it is expected: texts carry punctuation and
  /// numerals that word lists write otherwise.
  private static let search = 6

  /// Gives tokens the times of the words that they are; returns whether at least nine in ten got one.
  static func apply(_ words: [Recognition.Word], of chunk: Chunk, to tokens: inout [Token]) -> Bool
  {
    guard !words.isEmpty, !tokens.isEmpty else { return false }
    var position = 0
    var isMatched = [Bool](repeating: false, count: tokens.count)
    for word in words {
      guard position < tokens.count else { break }
      let parts = Tokenizer.tokens(of: word.text, segment: 0)
      guard let first = parts.first else { continue }
      let window = position..<min(tokens.count, position + search)
      guard let found = window.first(where: { tokens[$0].key == first.key }) else { continue }
      let range = ChunkText.place(word.range, in: chunk)
      let step = range.length / Int64(parts.count)
      for offset in parts.indices where found + offset < tokens.count {
        let start = range.start + Int64(offset) * step
        tokens[found + offset].range = TimelineRange(
          start, offset == parts.count - 1 ? range.end : start + step)
        isMatched[found + offset] = true
      }
      position = found + parts.count
    }
    let matched = isMatched.count { $0 }
    guard matched * 10 >= tokens.count * 9 else { return false }
    fillGaps(in: &tokens, isMatched, end: chunk.audio.end)
    return true
  }

  /// Shares the time between words that have one among those that have none.
  private static func fillGaps(in tokens: inout [Token], _ isMatched: [Bool], end: Int64) {
    var index = 0
    while index < tokens.count {
      guard !isMatched[index] else {
        index += 1
        continue
      }
      var next = index
      while next < tokens.count, !isMatched[next] { next += 1 }
      let from = index > 0 ? tokens[index - 1].range.end : tokens[index].range.start
      let to = max(
        from, next < tokens.count ? tokens[next].range.start : min(end, from + Timeline.sampleRate))
      let step = (to - from) / Int64(next - index)
      for place in index..<next {
        let start = from + Int64(place - index) * step
        tokens[place].range = TimelineRange(start, start + step)
      }
      index = next
    }
  }
}

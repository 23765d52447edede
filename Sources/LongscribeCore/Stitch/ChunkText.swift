/// One chunk's answer as tokens with times on the recording's timeline.
package struct ChunkText: Sendable {
  package let chunk: Chunk
  package let tokens: [Token]
  package let quality: TimeQuality
  package let language: String?
  /// What was taken out of the answer before.
  package var dropped: [DroppedText] = []
  /// The times of the answer's own segments; empty where they are made from the tokens.
  private let segmentRanges: [TimelineRange]

  package init(chunk: Chunk, recognition: Recognition, envelope: Envelope) {
    self.chunk = chunk
    language = recognition.language
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

  /// The segments that some of the tokens make, in order.
  package func segments(keeping kept: Range<Int>) -> [TranscriptSegment] {
    var segments: [TranscriptSegment] = []
    var position = kept.lowerBound
    while position < min(kept.upperBound, tokens.count) {
      let number = tokens[position].segment
      var end = position + 1
      while end < min(kept.upperBound, tokens.count), tokens[end].segment == number { end += 1 }
      let startsWhole = position == 0 || tokens[position - 1].segment != number
      let endsWhole = end == tokens.count || tokens[end].segment != number
      segments.append(
        segment(number, tokens[position..<end], startsWhole: startsWhole, endsWhole: endsWhole))
      position = end
    }
    return segments
  }

  private func segment(
    _ number: Int, _ kept: ArraySlice<Token>, startsWhole: Bool, endsWhole: Bool
  ) -> TranscriptSegment {
    let own = segmentRanges.indices.contains(number) ? segmentRanges[number] : nil
    let first = kept.first?.range.start ?? 0
    let last = kept.last?.range.end ?? first
    let range = TimelineRange(
      startsWhole ? own?.start ?? first : first, endsWhole ? own?.end ?? last : last)
    let text = Joining.trimmed(kept.map(\.text).joined())
    let words =
      quality == .words
      ? kept.map { TranscriptWord(range: $0.range, text: Self.wordText($0)) } : []
    return TranscriptSegment(
      range: range, text: text, words: words, chunk: chunk.index, isEstimated: quality == .estimated
    )
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

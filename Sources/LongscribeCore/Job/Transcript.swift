/// A phrase or sentence of the transcript.
public struct TranscriptSegment: Sendable, Hashable, Codable {
  /// Where it is in the recording.
  public var range: TimelineRange
  /// The text, without white space around it.
  public var text: String
  /// Its words, where the service gave times for them.
  public var words: [TranscriptWord]
  /// The chunk it came from.
  public var chunk: Int
  /// Whether its times are estimated from the recording's loudness.
  public var isEstimated: Bool
  /// Whether the recogniser wrote a space between it and the next, where its script does not ask for one: Thai has spaces between phrases.
  public var endsWithSpace: Bool

  /// A value with every part given.
  public init(
    range: TimelineRange, text: String, words: [TranscriptWord], chunk: Int, isEstimated: Bool,
    endsWithSpace: Bool = false
  ) {
    self.range = range
    self.text = text
    self.words = words
    self.chunk = chunk
    self.isEstimated = isEstimated
    self.endsWithSpace = endsWithSpace
  }
}

/// A word of the transcript.
public struct TranscriptWord: Sendable, Hashable, Codable {
  /// Where it is in the recording.
  public var range: TimelineRange
  /// The word, with the punctuation that belongs to it.
  public var text: String

  /// A value with every part given.
  public init(range: TimelineRange, text: String) {
    self.range = range
    self.text = text
  }
}

/// A stretch that could not be transcribed.
public struct TranscriptGap: Sendable, Hashable, Codable {
  /// Where it is in the recording.
  public var range: TimelineRange
  /// Why.
  public var failure: RecognitionFailure

  /// A value with every part given.
  public init(range: TimelineRange, failure: RecognitionFailure) {
    self.range = range
    self.failure = failure
  }
}

/// How two chunks were joined.
public struct SeamReport: Sendable, Hashable, Codable {
  /// How the join was decided.
  public enum Method: String, Sendable, Hashable, Codable {
    /// Nobody speaks in what both chunks contain, so no word is in both.
    case pause
    /// The same words in the same order were found in both.
    case aligned
    /// No words agree; each chunk said what lies on its side of the cut by the words' own times, or only one of them said anything.
    case times
    /// Nothing proved what is the same, so nothing was dropped: words may be doubled here.
    case unverified
    /// One of the two chunks could not be transcribed.
    case gap
  }

  /// The chunk after the seam.
  public var chunk: Int
  /// The cut in samples.
  public var position: Int64
  /// What the cut goes through.
  public var kind: Seam
  /// How the join was decided.
  public var method: Method
  /// Words found in both chunks.
  public var anchors: Int
  /// How sure it is that nothing is lost or doubled here, from 0 to 1.
  public var confidence: Double
}

/// What one chunk adds to the transcript.
public struct TranscriptPart: Sendable, Hashable, Codable {
  /// The chunk.
  public var chunk: Int
  /// Its segments, in order.
  public var segments: [TranscriptSegment]
  /// What is missing instead.
  public var gap: TranscriptGap?
  /// How it meets the next chunk.
  public var seam: SeamReport?
  /// The language that the service named.
  public var language: String?
  /// What the service said and nobody can have said: it is not in the segments.
  public var dropped: [DroppedText]
  /// Where somebody can be heard, but the segments have no text for it, or too little or too much.
  public var uncovered: [UncoveredStretch]

  /// A value with every part given.
  public init(
    chunk: Int, segments: [TranscriptSegment], gap: TranscriptGap? = nil, seam: SeamReport? = nil,
    language: String? = nil, dropped: [DroppedText] = [], uncovered: [UncoveredStretch] = []
  ) {
    self.chunk = chunk
    self.segments = segments
    self.gap = gap
    self.seam = seam
    self.language = language
    self.dropped = dropped
    self.uncovered = uncovered
  }
}

/// The stitched result of a run.
public struct Transcript: Sendable, Hashable, Codable {
  /// Something that the reader should know.
  public typealias Warning = String

  /// The recording's length in samples.
  public var length: Int64
  /// The language that the service named most often.
  public var language: String?
  /// What was said, in order.
  public var segments: [TranscriptSegment]
  /// What is missing, in order.
  public var gaps: [TranscriptGap]
  /// What services said where nobody spoke, in order: it is not in the text.
  public var dropped: [DroppedText]
  /// Where somebody can be heard, but the text has nothing for it, or too little or too much, in order.
  public var uncovered: [UncoveredStretch]
  /// The stretches that were not sent because nobody speaks in them, in order.
  public var silence: [TimelineRange]
  /// How the chunks were joined.
  public var seams: [SeamReport]
  /// The chunks that the recording was planned in, in its order; their indexes may skip some, and rise and fall, where chunks were
  /// planned again.
  public var chunks: [Chunk]
  /// The chunks that asked again for what others had left open, in the order in which that was done.
  public var repairs: [Chunk]
  /// Who answered.
  public var recognizer: RecognizerIdentity
  /// Calls made, failed ones included.
  public var calls: Int
  /// Audio that was sent and may have been charged, in samples.
  public var billedSamples: Int64
  /// What the reader should know.
  public var warnings: [Warning]
  /// How loud the recording is, as far as that is known.
  public var loudness: LoudnessOutline?

  /// Puts final parts together.
  ///
  /// Times are clamped, never sorted: the order of the text is the order of the recording.
  public init(record: JobRecord, parts: [TranscriptPart], warnings: [Warning] = []) {
    length = record.length ?? record.plan.last?.owned.end ?? 0
    chunks = record.plan
    repairs = record.repairs
    silence = record.silence
    recognizer = record.recognizer
    calls = record.calls
    billedSamples = record.billedSamples
    uncovered = parts.flatMap(\.uncovered)
    dropped = parts.flatMap(\.dropped)
    loudness = LoudnessOutline(record.envelope)
    self.warnings =
      warnings + Self.coverageWarnings(uncovered)
      + Self.textWarnings(parts, chunks: record.chunks)
    segments = []
    var earliest: Int64 = 0
    var earliestWord: Int64 = 0
    for var segment in parts.lazy.flatMap(\.segments) {
      let start = min(max(segment.range.start, earliest), max(0, length - 1))
      segment.range = TimelineRange(start, max(start + 1, min(segment.range.end, length)))
      earliest = start
      for index in segment.words.indices {
        let range = segment.words[index].range
        let start = min(max(range.start, earliestWord), max(0, length - 1))
        segment.words[index].range = TimelineRange(start, max(start, min(range.end, length)))
        earliestWord = start
      }
      segments.append(segment)
    }
    gaps = []
    for gap in parts.lazy.compactMap(\.gap) {
      if let last = gaps.last, last.range.end >= gap.range.start, last.failure == gap.failure {
        gaps[gaps.count - 1].range.end = gap.range.end
      } else {
        gaps.append(gap)
      }
    }
    seams = parts.compactMap(\.seam)
    var votes: [String: Int] = [:]
    for language in parts.lazy.compactMap(\.language) { votes[language, default: 0] += 1 }
    language = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
  }

  /// The whole text: the segments' texts, joined as their scripts ask for.
  public var text: String {
    Joining.trimmed(
      Joining.joined(segments.lazy.map { $0.endsWithSpace ? $0.text + " " : $0.text }))
  }

  /// All words, where the service gave times for them.
  public var words: [TranscriptWord] {
    segments.flatMap(\.words)
  }
}

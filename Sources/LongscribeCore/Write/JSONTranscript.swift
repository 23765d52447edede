private import Foundation

/// OpenAI's `verbose_json` with what we know beyond it; a line for each segment, word and chunk.
///
/// Entries are encoded one at a time: an encoder that is given a ten-hour transcript whole takes several times its size.
package enum JSONTranscript {
  package static func write(_ transcript: Transcript) -> String {
    var text = "{\n  \"task\": \"transcribe\",\n"
    member("language", transcript.language ?? "", to: &text)
    member("duration", Timeline.seconds(transcript.length), to: &text)
    member("text", transcript.text, to: &text)
    list("segments", transcript.segments.enumerated().lazy.map { Segment(id: $0, $1) }, to: &text)
    text += ",\n"
    let words = transcript.segments.lazy.flatMap(\.words)
    if !words.isEmpty {
      list("words", words.map { Word($0) }, to: &text)
      text += ",\n"
    }
    text += "  \"longscribe\": {\n"
    member("provider", transcript.recognizer.provider, to: &text)
    member("model", transcript.recognizer.model, to: &text)
    member("calls", transcript.calls, to: &text)
    member("billed_seconds", Timeline.seconds(transcript.billedSamples), to: &text)
    member("warnings", transcript.warnings, to: &text)
    if let loudness = transcript.loudness { member("envelope", loudness, to: &text) }
    list("chunks", chunks(transcript), to: &text)
    text += ",\n"
    list("repairs", transcript.repairs.lazy.map { ChunkEntry($0) }, to: &text)
    text += ",\n"
    list("seams", transcript.seams.lazy.map { SeamEntry($0) }, to: &text)
    text += ",\n"
    list("silence", transcript.silence.lazy.map { SilenceEntry($0) }, to: &text)
    text += ",\n"
    list("gaps", transcript.gaps.lazy.map { GapEntry($0) }, to: &text)
    text += ",\n"
    list("uncovered", transcript.uncovered.lazy.map { UncoveredEntry($0) }, to: &text)
    text += ",\n"
    list("dropped", transcript.dropped.lazy.map { DroppedEntry($0) }, to: &text)
    return text + "\n  }\n}\n"
  }

  private static func chunks(_ transcript: Transcript) -> some Sequence<ChunkEntry> {
    var silence = transcript.silence[...]
    return transcript.chunks.map { chunk in
      while let first = silence.first, first.end <= chunk.owned.start { silence.removeFirst() }
      return ChunkEntry(chunk, isSilent: silence.first?.contains(chunk.owned) ?? false)
    }
  }

  private static func member(_ name: String, _ value: some Encodable, to text: inout String) {
    text += "  \"\(name)\": \(JSONText.line(value)),\n"
  }

  private static func list(
    _ name: String, _ values: some Sequence<some Encodable>, to text: inout String
  ) {
    text += "  \"\(name)\": ["
    var separator = "\n"
    for value in values {
      text += "\(separator)    \(JSONText.line(value))"
      separator = ",\n"
    }
    text += separator == "\n" ? "]" : "\n  ]"
  }

  private struct Segment: Encodable {
    let id: Int
    let start: Double
    let end: Double
    let text: String
    let chunk: Int
    let estimated: Bool?

    init(id: Int, _ segment: TranscriptSegment) {
      self.id = id
      start = Timeline.seconds(segment.range.start)
      end = Timeline.seconds(segment.range.end)
      text = segment.text
      chunk = segment.chunk
      estimated = segment.isEstimated ? true : nil
    }
  }

  private struct Word: Encodable {
    let word: String
    let start: Double
    let end: Double

    init(_ word: TranscriptWord) {
      self.word = word.text
      start = Timeline.seconds(word.range.start)
      end = Timeline.seconds(word.range.end)
    }
  }

  private struct SeamEntry: Encodable {
    let chunk: Int
    let position: Double
    let kind: Seam
    let method: SeamReport.Method
    let anchors: Int
    let confidence: Double

    init(_ seam: SeamReport) {
      chunk = seam.chunk
      position = Timeline.seconds(seam.position)
      kind = seam.kind
      method = seam.method
      anchors = seam.anchors
      confidence = seam.confidence
    }
  }

  private struct DroppedEntry: Encodable {
    let start: Double
    let end: Double
    let text: String
    let chunk: Int
    let reason: DroppedText.Reason

    init(_ dropped: DroppedText) {
      start = Timeline.seconds(dropped.range.start)
      end = Timeline.seconds(dropped.range.end)
      text = dropped.text
      chunk = dropped.chunk
      reason = dropped.reason
    }
  }

  private struct UncoveredEntry: Encodable {
    let start: Double
    let end: Double
    let reason: UncoveredStretch.Reason
    let askedAgain: Bool
    let likeSpeech: Bool

    enum CodingKeys: String, CodingKey {
      case start, end, reason
      case askedAgain = "asked_again"
      case likeSpeech = "like_speech"
    }

    init(_ stretch: UncoveredStretch) {
      start = Timeline.seconds(stretch.range.start)
      end = Timeline.seconds(stretch.range.end)
      reason = stretch.reason
      askedAgain = stretch.askedAgain
      likeSpeech = stretch.isLikeSpeech
    }
  }

  private struct SilenceEntry: Encodable {
    let start: Double
    let end: Double

    init(_ range: TimelineRange) {
      start = Timeline.seconds(range.start)
      end = Timeline.seconds(range.end)
    }
  }

  private struct GapEntry: Encodable {
    let start: Double
    let end: Double
    let reason: String
    let code: String

    init(_ gap: TranscriptGap) {
      start = Timeline.seconds(gap.range.start)
      end = Timeline.seconds(gap.range.end)
      reason = gap.failure.description
      code = gap.failure.code.rawValue
    }
  }
}

/// A chunk as plans and transcripts show it, in seconds that are exact to the sample.
package struct ChunkEntry: Encodable {
  let index: Int
  let file: String?
  let start: Double
  let end: Double
  let ownedStart: Double
  let ownedEnd: Double
  let seam: Seam?
  /// The chunk that left open what this one asks for again; absent where it is part of the plan.
  let repairs: Int?
  /// Whether it is not sent because nobody speaks in it; absent where it is.
  let silent: Bool?

  enum CodingKeys: String, CodingKey {
    case index, file, start, end, seam, repairs, silent
    case ownedStart = "owned_start"
    case ownedEnd = "owned_end"
  }

  package init(_ chunk: Chunk, file: String? = nil, isSilent: Bool = false) {
    index = chunk.index
    self.file = file
    start = Timeline.seconds(chunk.audio.start)
    end = Timeline.seconds(chunk.audio.end)
    ownedStart = Timeline.seconds(chunk.owned.start)
    ownedEnd = Timeline.seconds(chunk.owned.end)
    seam = chunk.seam
    repairs = chunk.repairs
    silent = isSilent ? true : nil
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(index, forKey: .index)
    try container.encodeIfPresent(file, forKey: .file)
    try container.encode(start, forKey: .start)
    try container.encode(end, forKey: .end)
    try container.encode(ownedStart, forKey: .ownedStart)
    try container.encode(ownedEnd, forKey: .ownedEnd)
    try container.encodeIfPresent(repairs, forKey: .repairs)
    // The first has none, and readers find the key all the same.
    try container.encode(seam, forKey: .seam)
    try container.encodeIfPresent(silent, forKey: .silent)
  }
}

/// How every JSON document of ours is written: keys sorted, so that equal values give equal bytes.
package enum JSONText {
  /// A document on many lines, with a line end.
  package static func write(_ value: some Encodable) -> String {
    encode(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]) + "\n"
  }

  /// A document on one line, without a line end.
  package static func line(_ value: some Encodable) -> String {
    encode(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func encode(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    // Our documents hold only finite numbers and text, which always can be encoded.
    guard let data = try? encoder.encode(value) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}

private import Foundation

/// OpenAI's `verbose_json` with what we know beyond it.
package enum JSONTranscript {
  package static func write(_ transcript: Transcript) -> String {
    JSONText.write(Document(transcript))
  }

  private struct Document: Encodable {
    let task = "transcribe"
    let language: String
    let duration: Double
    let text: String
    let segments: [Segment]
    let words: [Word]?
    let longscribe: Details

    init(_ transcript: Transcript) {
      language = transcript.language ?? ""
      duration = Timeline.seconds(transcript.length)
      text = transcript.text
      segments = transcript.segments.enumerated().map { Segment(id: $0.offset, $0.element) }
      let words = transcript.words
      self.words = words.isEmpty ? nil : words.map(Word.init)
      longscribe = Details(transcript)
    }
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

  private struct Details: Encodable {
    let provider: String
    let model: String?
    let chunks: [ChunkEntry]
    let seams: [SeamEntry]
    let gaps: [GapEntry]
    let warnings: [String]
    let calls: Int
    let billedSeconds: Double

    enum CodingKeys: String, CodingKey {
      case provider, model, chunks, seams, gaps, warnings, calls
      case billedSeconds = "billed_seconds"
    }

    init(_ transcript: Transcript) {
      provider = transcript.recognizer.provider
      model = transcript.recognizer.model
      chunks = transcript.chunks.map { ChunkEntry($0) }
      seams = transcript.seams.map(SeamEntry.init)
      gaps = transcript.gaps.map(GapEntry.init)
      warnings = transcript.warnings
      calls = transcript.calls
      billedSeconds = Timeline.seconds(transcript.billedSamples)
    }
  }

  private struct SeamEntry: Encodable {
    let chunk: Int
    let position: Double
    let kind: Seam
    let method: SeamReport.Method
    let anchors: Int

    init(_ seam: SeamReport) {
      chunk = seam.chunk
      position = Timeline.seconds(seam.position)
      kind = seam.kind
      method = seam.method
      anchors = seam.anchors
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

  enum CodingKeys: String, CodingKey {
    case index, file, start, end, seam
    case ownedStart = "owned_start"
    case ownedEnd = "owned_end"
  }

  package init(_ chunk: Chunk, file: String? = nil) {
    index = chunk.index
    self.file = file
    start = Timeline.seconds(chunk.audio.start)
    end = Timeline.seconds(chunk.audio.end)
    ownedStart = Timeline.seconds(chunk.owned.start)
    ownedEnd = Timeline.seconds(chunk.owned.end)
    seam = chunk.seam
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

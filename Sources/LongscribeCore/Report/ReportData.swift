/// What the script of a page reads: a run's document in the seconds and the few names that a picture of it needs.
///
/// Entries are encoded one at a time, as the JSON of a transcript is, because all at once take several times their size.
enum ReportData {
  static func json(_ run: RunDocument, title: String) -> String {
    var text = "{\"head\":\(JSONText.line(Head(run, title: title)))"
    list("segments", run.segments.lazy.map { Segment($0) }, to: &text)
    list("chunks", run.chunks.lazy.map { Upload($0) }, to: &text)
    list("repairs", run.repairs.lazy.map { Upload($0) }, to: &text)
    list("seams", run.seams.lazy.map { Join($0) }, to: &text)
    list("gaps", run.gaps.lazy.map { Finding($0) }, to: &text)
    list("uncovered", run.uncovered.lazy.map { Finding($0) }, to: &text)
    list("dropped", run.dropped.lazy.map { Finding($0) }, to: &text)
    list("silence", run.silence.lazy.map { Stretch($0) }, to: &text)
    if let loudness = run.loudness { text += ",\n\"envelope\":\(JSONText.line(loudness))" }
    return text + "}"
  }

  private static func list(
    _ name: String, _ values: some Sequence<some Encodable>, to text: inout String
  ) {
    text += ",\n\"\(name)\":["
    var separator = ""
    for value in values {
      text += separator + JSONText.line(value)
      separator = ",\n"
    }
    text += "]"
  }

  private struct Head: Encodable {
    var title: String
    var duration: Double
    var language: String?
    var provider: String?
    var model: String?
    var calls: Int?
    var billed: Double?
    var warnings: [String]

    init(_ run: RunDocument, title: String) {
      self.title = title
      duration = Timeline.seconds(run.length)
      language = run.language
      provider = run.provider
      model = run.model
      calls = run.calls
      billed = run.billedSamples.map(Timeline.seconds)
      warnings = run.warnings
    }
  }

  private struct Segment: Encodable {
    var start: Double
    var end: Double
    var text: String
    var chunk: Int?
    var estimated: Bool?
    /// Start, end and text of each word.
    var words: [Word]?

    init(_ segment: RunDocument.Segment) {
      start = Timeline.seconds(segment.range.start)
      end = Timeline.seconds(segment.range.end)
      text = segment.text
      chunk = segment.chunk
      estimated = segment.isEstimated ? true : nil
      words = segment.words.isEmpty ? nil : segment.words.map { Word($0) }
    }
  }

  private struct Word: Encodable {
    var word: TranscriptWord

    init(_ word: TranscriptWord) { self.word = word }

    func encode(to encoder: any Encoder) throws {
      var list = encoder.unkeyedContainer()
      try list.encode(Timeline.seconds(word.range.start))
      try list.encode(Timeline.seconds(word.range.end))
      try list.encode(word.text)
    }
  }

  private struct Upload: Encodable {
    var index: Int
    var start: Double
    var end: Double
    var from: Double
    var to: Double
    var repairs: Int?
    var silent: Bool?

    init(_ chunk: RunDocument.Upload) {
      index = chunk.index
      start = Timeline.seconds(chunk.audio.start)
      end = Timeline.seconds(chunk.audio.end)
      from = Timeline.seconds(chunk.owned.start)
      to = Timeline.seconds(chunk.owned.end)
      repairs = chunk.repairs
      silent = chunk.isSilent ? true : nil
    }
  }

  private struct Join: Encodable {
    var chunk: Int
    var at: Double
    var kind: String
    var method: String
    var anchors: Int?
    var confidence: Double?

    init(_ seam: RunDocument.Join) {
      chunk = seam.chunk
      at = Timeline.seconds(seam.position)
      kind = seam.kind
      method = seam.method
      anchors = seam.anchors
      confidence = seam.confidence
    }
  }

  private struct Finding: Encodable {
    var start: Double
    var end: Double
    var reason: String
    var text: String
    var again: Bool?
    var speech: Bool

    init(_ finding: RunDocument.Finding) {
      start = Timeline.seconds(finding.range.start)
      end = Timeline.seconds(finding.range.end)
      reason = finding.reason
      text = finding.text
      again = finding.askedAgain ? true : nil
      speech = finding.isLikeSpeech
    }
  }

  private struct Stretch: Encodable {
    var start: Double
    var end: Double

    init(_ range: TimelineRange) {
      start = Timeline.seconds(range.start)
      end = Timeline.seconds(range.end)
    }
  }
}

/// A plan as JSON: what `plan --json` prints.
public struct PlanDocument: Sendable {
  private let record: JobRecord

  /// The document of a job's plan.
  public init(_ record: JobRecord) {
    self.record = record
  }

  /// The JSON text, with a line end.
  public func write() -> String {
    JSONText.write(Layout(record))
  }

  private struct Layout: Encodable {
    struct Source: Encodable {
      let name: String
      let bytes: Int64?
      let track: Int
      /// What of it was asked for; absent where it is all.
      let channel: String?
      let start: Double?
      let end: Double?

      init(_ source: JobRecord.Source) {
        name = source.name
        bytes = source.byteCount
        track = source.track
        let selection = source.selection
        channel = selection.channel == .mix ? nil : selection.channel.name
        start = selection.start == 0 ? nil : Timeline.seconds(selection.start)
        end = selection.end.map(Timeline.seconds)
      }
    }

    let version = 1
    let source: Source
    let provider: String
    let model: String?
    let format: AudioFormat?
    let duration: Double
    let calls: Int
    let billedSeconds: Double
    let chunks: [ChunkEntry]
    let envelope: Envelope

    enum CodingKeys: String, CodingKey {
      case version, source, provider, model, format, duration, calls, chunks, envelope
      case billedSeconds = "billed_seconds"
    }

    init(_ record: JobRecord) {
      source = Source(record.source)
      provider = record.recognizer.provider
      model = record.recognizer.model
      format = record.epochs.last?.format
      duration = Timeline.seconds(record.length ?? 0)
      let sent = record.sentPlan
      calls = sent.count
      let limits = record.epochs.last?.limits
      billedSeconds = Timeline.seconds(
        sent.reduce(0) { $0 + (limits?.billedSamples($1) ?? $1.audio.length) })
      chunks = record.plan.map { chunk in
        ChunkEntry(
          chunk, file: record.epoch(of: chunk.index).map { chunk.fileName(in: $0.format) },
          isSilent: record.outcomes[chunk.index] == .silent)
      }
      envelope = record.envelope
    }
  }
}

extension Chunk {
  /// The name of its file: ASCII, lower case, in order when sorted (`chunk-00012.wav`).
  public func fileName(in format: AudioFormat) -> String {
    "chunk-\(TimeText.pad(Int64(index), 5)).\(format.facts.fileExtension)"
  }
}

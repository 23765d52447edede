/// A plan as other programs see it: `plan.json` of `split`, and what `plan --json` prints.
///
/// Written from a job record, read back from JSON, and turned into a record again once there are answers. Times are seconds in the JSON and
/// samples here; the way there and back is exact.
public struct PlanDocument: Sendable, Hashable {
  /// A chunk and its file.
  public struct ChunkFile: Sendable, Hashable {
    /// What the file holds and answers for.
    public let chunk: Chunk
    /// The file's name in the plan's folder.
    public let name: String
    /// Whether nobody speaks in it, so that it needs no answer.
    public let isSilent: Bool

    /// The name without extension: what its answers are called, with theirs.
    public var stem: String {
      guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
      return String(name[..<dot])
    }
  }

  /// The recording. When it was changed is not told, nor how its track was named.
  public let source: JobRecord.Source
  /// Who the chunks were made for.
  public let recognizer: RecognizerIdentity
  /// The format of the files; `nil` if it is not known.
  public let format: AudioFormat?
  /// The recording's length in samples.
  public let length: Int64
  /// Audio that the service charges for if each chunk is sent once, in samples.
  public let billedSamples: Int64
  /// Whether text is kept that nobody can have said.
  public let keepsInventions: Bool
  /// The chunks, in the recording's order.
  public let chunks: [ChunkFile]
  /// The recording's loudness; empty if it is not known.
  public let envelope: Envelope

  /// The document of a job's plan.
  public init(_ record: JobRecord) {
    var source = record.source
    source.modified = nil
    source.selection.track = .standard
    self.init(
      source: source, recognizer: record.recognizer, format: record.epochs.last?.format,
      length: record.length ?? 0,
      billedSamples: record.plannedUsage.billedSamples,
      keepsInventions: record.keepsInventions,
      chunks: record.plan.map { chunk in
        ChunkFile(
          chunk: chunk, name: chunk.fileName(in: record.epoch(of: chunk.index)?.format ?? .wav),
          isSilent: record.outcomes[chunk.index] == .silent)
      },
      envelope: record.envelope)
  }

  init(
    source: JobRecord.Source, recognizer: RecognizerIdentity, format: AudioFormat?, length: Int64,
    billedSamples: Int64, keepsInventions: Bool, chunks: [ChunkFile], envelope: Envelope
  ) {
    self.source = source
    self.recognizer = recognizer
    self.format = format
    self.length = length
    self.billedSamples = billedSamples
    self.keepsInventions = keepsInventions
    self.chunks = chunks
    self.envelope = envelope
  }

  /// Calls that the plan asks for.
  public var calls: Int { chunks.count { !$0.isSilent } }

  /// The JSON text, with a line end.
  ///
  /// - Parameter rate: What calls cost, to be told with the cost of the plan. It is no part of the plan, and is not read back.
  public func write(rate: CallRate? = nil) -> String {
    JSONText.write(Layout(self, rate))
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

    let version = PlanDocument.version
    let source: Source
    let provider: String
    let model: String?
    let host: String?
    let format: AudioFormat?
    let duration: Double
    let calls: Int
    let billedSeconds: Double
    /// Absent where no rate is known.
    let cost: CostEntry?
    /// Absent where it is not so.
    let keepsInventions: Bool?
    let chunks: [ChunkEntry]
    let envelope: Envelope

    enum CodingKeys: String, CodingKey {
      case version, source, provider, model, host, format, duration, calls, cost, chunks,
        envelope
      case billedSeconds = "billed_seconds"
      case keepsInventions = "keeps_inventions"
    }

    init(_ plan: PlanDocument, _ rate: CallRate?) {
      source = Source(plan.source)
      provider = plan.recognizer.provider
      model = plan.recognizer.model
      host = plan.recognizer.host
      format = plan.format
      duration = Timeline.seconds(plan.length)
      calls = plan.calls
      billedSeconds = Timeline.seconds(plan.billedSamples)
      cost = rate.map {
        let usage = CallUsage(calls: plan.calls, billedSamples: plan.billedSamples)
        return CostEntry($0, cost: $0.cost(of: usage))
      }
      keepsInventions = plan.keepsInventions ? true : nil
      chunks = plan.chunks.map { ChunkEntry($0.chunk, file: $0.name, isSilent: $0.isSilent) }
      envelope = plan.envelope
    }
  }
}

extension Chunk {
  /// The name of its file: ASCII, lower case, in order when sorted (`chunk-00012.wav`).
  public func fileName(in format: AudioFormat) -> String {
    "chunk-\(TimeText.pad(Int64(index), 5)).\(format.facts.fileExtension)"
  }
}

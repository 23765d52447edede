private import LongscribeMedia
private import LongscribeThreads

/// A recording that has been heard to its end and planned, but not sent.
struct Hearing: Sendable {
  /// What hearing reports on the way, in order, on its own thread.
  enum Update {
    /// The container was opened.
    case opened(MediaDescription, track: Int)
    /// It has been heard up to here.
    case heard(Int64)
    /// A chunk is final and can be rendered. The only chunk of a recording that goes out as it is is not among them.
    case planned(Chunk, Renderer)
  }

  /// Reports hearing as events of work on media; chunks are no events of their own.
  static func reporter<R>(
    _ report: @escaping EventSequence<MediaEvent<R>>.Reporter,
    planned: @escaping @Sendable (Chunk, Renderer) -> Void = { _, _ in }
  ) -> @Sendable (Update) -> Void {
    { update in
      switch update {
      case .opened(let description, let track): report(.opened(description, track: track))
      case .heard(let position): report(.heard(position))
      case .planned(let chunk, let renderer): planned(chunk, renderer)
      }
    }
  }

  let file: MediaFile
  let job: Job
  let record: JobRecord
  let report: DecodeReport
  /// The track that was heard.
  let track: MediaDescription.Track?
  /// The recording itself as an upload, if the service accepts it.
  let original: AudioUpload?
  let renderer: Renderer

  /// Hears a whole recording and plans it.
  ///
  /// - Parameters:
  ///   - keepsOriginal: Whether the recording itself is taken where the service accepts it.
  ///   - check: Called with the opened file before anything is decoded.
  static func hear(
    _ path: String, for limits: ServiceLimits, quality: TimeQuality,
    recognizer: RecognizerIdentity, options: Transcriber.Options, flag given: CancelFlag? = nil,
    keepsOriginal: Bool = true,
    check: @escaping @Sendable (MediaFile) throws(MediaError) -> Void = { _ in },
    report: @escaping @Sendable (Update) -> Void = { _ in }
  ) async throws(TranscriptionError) -> Hearing {
    let job = try Job(limits: limits, quality: quality, options: options)
    let flag = given ?? options.makeFlag()
    let result = await withTaskCancellationHandler {
      await ThreadLanes(name: "longscribe listen", most: 1).run {
        Transcriber.result { () throws(MediaError) in
          let file = try MediaFile(path: path)
          try check(file)
          var hearing = HearingState(
            file: file, job: job, recognizer: recognizer, options: options,
            keepsOriginal: keepsOriginal, report: report)
          return try hearing.run(flag)
        }
      }
    } onCancel: {
      flag.raise()
    }
    switch result {
    case .success(let hearing): return hearing
    case .failure(let error): throw TranscriptionError(error)
    }
  }

  /// All chunks as finished files, in order.
  func renderAll(minimum: Int64) async throws(TranscriptionError) -> [AudioUpload] {
    let renderer = renderer
    let chunks = record.chunks
    guard let format = record.epochs.last?.format else { throw .noCommonFormat }
    let result = await ThreadLanes(name: "longscribe render", most: 1).run {
      Transcriber.result { () throws(MediaError) in
        var uploads: [AudioUpload] = []
        for chunk in chunks {
          uploads.append(try renderer.render(chunk.audio, as: format, minimum: minimum))
        }
        return uploads
      }
    }
    switch result {
    case .success(let uploads): return uploads
    case .failure(let error): throw .media(error)
    }
  }
}

/// The state of one hearing, on its own thread.
private struct HearingState {
  let file: MediaFile
  let job: Job
  let options: Transcriber.Options
  let keepsOriginal: Bool
  let report: (Hearing.Update) -> Void
  var record: JobRecord
  var planner: Planner
  var gate: SilenceGate
  var opened: (description: MediaDescription, track: Int)?

  init(
    file: MediaFile, job: Job, recognizer: RecognizerIdentity,
    options: Transcriber.Options, keepsOriginal: Bool, report: @escaping (Hearing.Update) -> Void
  ) {
    self.file = file
    self.job = job
    self.options = options
    self.keepsOriginal = keepsOriginal
    self.report = report
    record = job.record(
      source: file.source(track: 0, selection: options.selection.aligned), recognizer: recognizer)
    gate = SilenceGate(sendsSilence: options.sendsSilence)
    planner = Planner(rules: job.rules, start: options.selection.aligned.start)
  }

  mutating func run(_ flag: CancelFlag) throws(MediaError) -> Hearing {
    let spool = try file.makeSpool(in: options.temporaryFolder)
    let renderer = Renderer(
      spool: spool, fileName: file.displayName, temporaryFolder: options.temporaryFolder)
    let decoded = try options.listener(for: file).listen(to: spool, flag: flag) { update in
      switch update {
      case .opened(let description, let track):
        opened = (description, track)
        record.source.track = track
        report(.opened(description, track: track))
      case .heard(let levels):
        record.envelope.levels += levels
        report(.heard(Int64(record.envelope.levels.count) * Timeline.frameLength))
        add(planner.advance(envelope: record.envelope), renderer)
      }
    }
    record.length = decoded.length
    let last = planner.finish(envelope: record.envelope, length: decoded.length)
    let original =
      !keepsOriginal
      ? nil
      : opened.flatMap { opened in
        OriginalUpload.upload(
          file, opened.description, decoded, chunks: record.chunks + last,
          selection: options.selection.aligned, limits: job.limits)
      }
    if let original {
      record.chunks += last
      for chunk in last { judge(chunk) }
      record.sendOriginal(original)
    } else {
      add(last, renderer)
    }
    for (chunk, isSilent) in gate.finish(envelope: record.envelope) where isSilent {
      record.outcomes[chunk.index] = .silent
    }
    return Hearing(
      file: file, job: job, record: record, report: decoded,
      track: opened.flatMap { opened in
        opened.description.tracks.first { $0.index == opened.track }
      }, original: original, renderer: renderer)
  }

  private mutating func add(_ chunks: [Chunk], _ renderer: Renderer) {
    for chunk in chunks {
      record.chunks.append(chunk)
      judge(chunk)
      report(.planned(chunk, renderer))
    }
  }

  private mutating func judge(_ chunk: Chunk) {
    if gate.judge(chunk, envelope: record.envelope) == .silent {
      record.outcomes[chunk.index] = .silent
    }
  }
}

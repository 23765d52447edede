private import LongscribeMedia
private import LongscribeThreads

/// A recording that has been heard to its end and planned, but not sent.
struct Hearing: Sendable {
  let record: JobRecord
  let report: DecodeReport
  /// The recording itself as an upload, if the service accepts it.
  let original: AudioUpload?
  private let renderer: Renderer

  /// Hears a whole recording and plans it.
  static func hear(
    _ path: String, for limits: ServiceLimits, quality: TimeQuality,
    recognizer: RecognizerIdentity, options: Transcriber.Options
  ) async throws(TranscriptionError) -> Hearing {
    let job = try Job(limits: limits, quality: quality, options: options)
    let flag = options.makeFlag()
    let result = await withTaskCancellationHandler {
      await ThreadLanes(name: "longscribe listen", most: 1).run {
        Transcriber.result { () throws(MediaError) in
          try hear(
            path, job: job, limits: limits, recognizer: recognizer, options: options, flag: flag)
        }
      }
    } onCancel: {
      flag.raise()
    }
    switch result {
    case .success(let hearing): return hearing
    case .failure(let error): throw error.code == .cancelled ? .cancelled : .media(error)
    }
  }

  private static func hear(
    _ path: String, job: Job, limits: ServiceLimits, recognizer: RecognizerIdentity,
    options: Transcriber.Options,
    flag: CancelFlag
  ) throws(MediaError) -> Hearing {
    let file = try MediaFile(path: path)
    let spool = try file.makeSpool(in: options.temporaryFolder)
    let listener = options.listener(for: file)
    var envelope = Envelope()
    var opened: (description: MediaDescription, track: Int)?
    let report = try listener.listen(to: spool, flag: flag) { update in
      switch update {
      case .opened(let description, let track): opened = (description, track)
      case .heard(let levels): envelope.levels += levels
      }
    }
    guard let opened else { throw MediaError(.noSamples, file: file.displayName) }
    var record = JobRecord(
      source: file.source(track: opened.track, selection: options.selection),
      recognizer: recognizer,
      rules: job.rules, format: job.format)
    record.length = report.length
    record.chunks = Planner.plan(
      envelope: envelope, length: report.length, rules: job.rules,
      start: options.selection.start)
    record.envelope = envelope
    let original = OriginalUpload.upload(
      file, opened.description, report, chunks: record.chunks, selection: options.selection,
      limits: limits)
    if let original { record.sendOriginal(original) }
    return Hearing(
      record: record, report: report, original: original,
      renderer: Renderer(
        spool: spool, fileName: file.displayName, temporaryFolder: options.temporaryFolder))
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

/// The rules and the format that follow from limits and options.
struct Job: Sendable {
  let rules: PlanRules
  let format: AudioFormat

  init(
    limits: ServiceLimits, quality: TimeQuality, options: Transcriber.Options
  ) throws(TranscriptionError) {
    guard let format = limits.uploadFormat else { throw .noCommonFormat }
    self.format = format
    do {
      rules = try PlanRules(
        limits: limits, format: format, quality: quality, chunkLength: options.chunkLength,
        overlap: options.overlap)
    } catch {
      throw .plan(error)
    }
  }
}

import LongscribeMedia
private import LongscribeThreads

/// One recording on its way to a folder of chunk files: chunks are rendered while the rest is still being heard.
struct Splitter: Sendable {
  let options: Transcriber.Options
  let report: Split.Reporter
  let input: String
  let folder: ChunkFolder
  let limits: ServiceLimits
  let quality: TimeQuality
  let recognizer: RecognizerIdentity
  let keepsOriginal: Bool

  /// Encoders at a time.
  private static let lanes = 2

  func split() async throws(TranscriptionError) {
    let (chunks, mailbox) = AsyncStream.makeStream(of: (Chunk, Renderer).self)
    let flag = options.makeFlag()
    let format = try Job(limits: limits, quality: quality, options: options).format
    let (problem, heard) = await withTaskCancellationHandler {
      async let hearing = hear(flag, mailbox)
      return (await render(chunks, as: format, flag), await hearing)
    } onCancel: {
      flag.raise()
    }
    do throws(TranscriptionError) {
      // A file that could not be written makes hearing end as if it were cancelled.
      if let problem { throw TranscriptionError(problem) }
      let heard = try heard.get()
      if Task.isCancelled { throw .cancelled }
      try await finish(heard)
    } catch {
      await ThreadLanes(name: "longscribe split", most: 1).run { folder.clear() }
      throw error
    }
  }

  private func hear(
    _ flag: CancelFlag, _ mailbox: AsyncStream<(Chunk, Renderer)>.Continuation
  ) async -> Result<Hearing, TranscriptionError> {
    defer { mailbox.finish() }
    do throws(TranscriptionError) {
      return .success(try await hear(flag) { mailbox.yield(($0, $1)) })
    } catch {
      return .failure(error)
    }
  }

  private func hear(
    _ flag: CancelFlag, planned: @escaping @Sendable (Chunk, Renderer) -> Void
  ) async throws(TranscriptionError) -> Hearing {
    try await Hearing.hear(
      input, for: limits, quality: quality, recognizer: recognizer, options: options, flag: flag,
      keepsOriginal: keepsOriginal,
      check: { file throws(MediaError) in try folder.prepare(for: file) },
      report: Hearing.reporter(report, planned: planned))
  }

  /// Writes the chunks' files as they are planned; the first error, if there is one, ends the hearing too.
  private func render(
    _ chunks: AsyncStream<(Chunk, Renderer)>, as format: AudioFormat, _ flag: CancelFlag
  ) async -> MediaError? {
    let lanes = ThreadLanes(name: "longscribe render", most: Self.lanes)
    let minimum = limits.minimumSamples
    return await withTaskGroup(of: Result<Chunk, MediaError>.self) { group in
      var problem: MediaError?
      var waiting = 0
      func take(_ result: Result<Chunk, MediaError>?) {
        waiting -= 1
        switch result {
        case .success(let chunk)?: report(.wrote(chunk))
        case .failure(let error)?:
          problem = problem ?? error
          flag.raise()
        case nil: break
        }
      }
      for await (chunk, renderer) in chunks {
        // A few at a time: each holds a descriptor while it waits.
        if waiting == 2 * Self.lanes { take(await group.next()) }
        guard problem == nil else { continue }
        waiting += 1
        group.addTask {
          await lanes.run {
            Transcriber.result { () throws(MediaError) in
              try folder.write(chunk, as: format) { output throws(MediaError) in
                _ = try renderer.render(
                  chunk.audio, as: format, minimum: minimum, flag: flag, to: output)
              }
              return chunk
            }
          }
        }
      }
      while waiting > 0 { take(await group.next()) }
      return problem
    }
  }

  private func finish(_ heard: Hearing) async throws(TranscriptionError) {
    let result = await ThreadLanes(name: "longscribe split", most: 1).run {
      Transcriber.result { () throws(MediaError) in
        if let original = heard.original, let chunk = heard.record.chunks.first {
          try folder.copy(original, as: chunk)
        }
        try folder.finish(PlanDocument(heard.record))
      }
    }
    if case .failure(let error) = result { throw TranscriptionError(error) }
    let format = heard.record.epochs.last?.format ?? .wav
    report(
      .finished(
        SplitFiles(
          folder: folder.path, files: heard.record.chunks.map { $0.fileName(in: format) },
          record: heard.record, report: heard.report, isOriginal: heard.original != nil)))
  }
}

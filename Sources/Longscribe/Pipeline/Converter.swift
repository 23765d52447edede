import LongscribeMedia
private import LongscribeThreads

/// One recording on its way to one file of any form: decoded on one thread, mixed on a second, encoded on a third.
struct Converter: Sendable {
  let options: Transcriber.Options
  let report: Conversion.Reporter
  let input: String
  let output: String
  let overwrites: Bool

  /// Blocks of samples that may wait for the encoder.
  private static let blocksAhead = 8

  /// Converts the recording.
  func convert(to form: FileForm) async throws(TranscriptionError) {
    let flag = options.makeFlag()
    let queue = BlockQueue<[Int16]>(most: Self.blocksAhead)
    let samples = SampleForm(
      rate: form.format.nearestRate(form.sampleRate ?? SampleForm.timeline.rate),
      channels: form.channels ?? SampleForm.timeline.channels)
    let lanes = ThreadLanes(name: "longscribe convert", most: 2)
    let (heard, written) = await withTaskCancellationHandler {
      async let heard = lanes.run {
        Transcriber.result { () throws(MediaError) in
          defer { queue.end(isComplete: false) }
          let decoded = try hear(as: samples, flag, into: queue)
          queue.end(isComplete: true)
          return decoded
        }
      }
      async let written = lanes.run {
        Transcriber.result { () throws(MediaError) in
          defer { queue.close() }
          return try write(queue, as: form, samples)
        }
      }
      return await (heard, written)
    } onCancel: {
      flag.raise()
    }
    switch (heard, written) {
    // A writer that failed makes hearing end as if it were cancelled.
    case (_, .failure(let error)), (.failure(let error), _): throw TranscriptionError(error)
    case (.success(let decoded), .success(var file?)):
      file.report = decoded
      report(.finished(file))
    case (.success, .success(nil)):
      throw .media(MediaError(.noSamples, file: FileName.printable(input)))
    }
  }

  private func hear(
    as samples: SampleForm, _ flag: CancelFlag, into queue: BlockQueue<[Int16]>
  ) throws(MediaError) -> DecodeReport {
    let file = try MediaFile(path: input)
    try OutputFile.check(output, for: file, overwrites: overwrites)
    var count: Int64 = 0
    return try options.listener(for: file).listen(
      as: samples, flag: flag, opened: { report(.opened($0, track: $1)) },
      pass: { block throws(MediaError) in
        guard queue.put(Array(block)) else {
          throw MediaError(.cancelled, file: file.displayName)
        }
        count += Int64(block.count / samples.channels)
        report(.heard(options.selection.start + samples.timeline(samples: count)))
      })
  }

  /// Writes the file; `nil` if hearing ended early, so that there is none.
  private func write(
    _ queue: BlockQueue<[Int16]>, as form: FileForm, _ samples: SampleForm
  ) throws(MediaError) -> ConvertedFile? {
    // No file is made before there is something to write.
    guard var block = queue.take() else { return nil }
    var file = try OutputFile(output, overwrites: overwrites)
    let written: AudioWriter.Written
    do throws(MediaError) {
      var writer = try AudioWriter(
        form.format, rate: samples.rate, channels: samples.channels, bitRate: form.bitRate,
        to: AudioWriter.Output(descriptor: file.descriptor), fileName: output)
      while true {
        try block.withUnsafeBufferPointer { samples throws(MediaError) in
          try writer.write(samples)
        }
        guard let next = queue.take() else { break }
        block = next
      }
      guard queue.isComplete else { return nil }
      written = try writer.finish()
    } catch {
      throw error.whileWriting(output)
    }
    try file.commit()
    return ConvertedFile(
      path: output, format: form.format, sampleRate: samples.rate, channels: samples.channels,
      samples: written.frames, byteCount: written.bytes, report: DecodeReport(), isOriginal: false)
  }

  /// Makes the one file that a service takes: the recording itself, if it does.
  func convert(
    to format: AudioFormat, for limits: ServiceLimits
  ) async throws(TranscriptionError) {
    var limits = limits
    limits.formats = limits.formats.filter { $0 == format }
    let fixed = limits
    let flag = options.makeFlag()
    let heard = try await Hearing.hear(
      input, for: fixed, quality: .estimated,
      recognizer: RecognizerIdentity(provider: "none"), options: options, flag: flag,
      check: { file throws(MediaError) in
        try OutputFile.check(output, for: file, overwrites: overwrites)
      },
      report: Hearing.reporter(report))
    let result = await withTaskCancellationHandler {
      await ThreadLanes(name: "longscribe convert", most: 1).run {
        Transcriber.result { () throws(MediaError) in
          try write(heard, as: format, minimum: fixed.minimumSamples, flag)
        }
      }
    } onCancel: {
      flag.raise()
    }
    switch result {
    case .success(let file): report(.finished(file))
    case .failure(let error): throw TranscriptionError(error)
    }
  }

  private func write(
    _ heard: Hearing, as format: AudioFormat, minimum: Int64, _ flag: CancelFlag
  ) throws(MediaError) -> ConvertedFile {
    guard let chunk = heard.record.chunks.first, heard.record.chunks.count == 1 else {
      let longest = heard.record.epochs.last?.rules.longest ?? 0
      throw MediaError(
        .tooLongForOne, file: FileName.printable(input),
        detail: "it would take \(heard.record.chunks.count) of at most "
          + "\(TimeText.short(longest)); use split")
    }
    var file = try OutputFile(output, overwrites: overwrites)
    var finished = ConvertedFile(
      path: output, format: format, sampleRate: SampleForm.timeline.rate, channels: 1,
      samples: chunk.audio.length, byteCount: 0, report: heard.report,
      isOriginal: heard.original != nil)
    if let original = heard.original {
      finished.byteCount = try file.copy { try original.bytes.read(at: $0, into: $1) }
      if let track = heard.track {
        finished.sampleRate = track.sampleRate
        finished.channels = track.channels
        finished.samples = SampleForm(rate: track.sampleRate, channels: 1)
          .samples(timeline: heard.report.length)
      }
    } else {
      do throws(MediaError) {
        let written = try heard.renderer.render(
          chunk.audio, as: format, minimum: minimum, flag: flag,
          to: AudioWriter.Output(descriptor: file.descriptor))
        finished.samples = written.frames
        finished.byteCount = written.bytes
      } catch {
        throw error.whileWriting(output)
      }
    }
    try file.commit()
    return finished
  }
}

extension TranscriptionError {
  /// The error of the media layer.
  init(_ error: MediaError) {
    self = error.code == .cancelled ? .cancelled : .media(error)
  }
}

import Longscribe

/// Turns one input's events into what the user sees: text or event lines, messages, progress, files.
struct EventReader {
  let input: String
  let files: OutputFiles?
  let writesEvents: Bool
  let console: Console
  private var progress: ProgressLine
  /// Text for standard output that waits: gaps alone are no transcript.
  private var pending = ""
  private var hasText = false

  init(input: String, files: OutputFiles?, writesEvents: Bool, console: Console) {
    self.input = input
    self.files = files
    self.writesEvents = writesEvents
    self.console = console
    progress = ProgressLine(name: OutputFiles.stem(of: input))
  }

  /// Takes an event; the input's status once it is finished.
  mutating func take(_ event: TranscriptionEvent) throws(CommandFailure) -> ExitCode? {
    if writesEvents, let line = EventLine(event, file: input)?.line { try console.output(line) }
    progress.take(event)
    switch event {
    case .final(let part): try print(part)
    case .listened(let report):
      for warning in report.warnings { try warn(warning) }
    case .retrying(let chunk, let failure, let seconds):
      let wait = Int(seconds.rounded(.up))
      console.note("\(input): \(chunk.place): \(failure.description); trying again in \(wait) s")
    case .failed(let chunk, let failure):
      console.error("Error: \(input): \(chunk.place): \(failure.description)")
    case .finished(let transcript, let record): return try finish(transcript, record)
    default: break
    }
    if console.showsProgress { console.show(progress.text) }
    return nil
  }

  /// Says why an input gave no transcript, and with which status.
  func fail(_ error: TranscriptionError) throws(CommandFailure) -> ExitCode {
    let code = ExitCode.of(error)
    guard code != .interrupted else { return code }
    console.error("Error: \(error.description)")
    if writesEvents {
      var line = EventLine(.fileFailed, file: input)
      line.message = error.description
      line.exitCode = Int(code.rawValue)
      try console.output(line.line)
    }
    return code
  }

  private mutating func print(_ part: TranscriptPart) throws(CommandFailure) {
    guard files == nil, !writesEvents else { return }
    pending += PlainText.write(part)
    hasText = hasText || !part.segments.isEmpty
    guard hasText, !pending.isEmpty else { return }
    try console.output(pending)
    pending = ""
  }

  private func warn(_ warning: String) throws(CommandFailure) {
    console.note("Warning: \(input): \(warning)")
    guard writesEvents else { return }
    var line = EventLine(.warning, file: input)
    line.message = warning
    try console.output(line.line)
  }

  private mutating func finish(
    _ transcript: Transcript, _ record: JobRecord
  ) throws(CommandFailure) -> ExitCode {
    if files == nil, !writesEvents, !pending.isEmpty { try console.output(pending) }
    if record.callsOfUnknownFate > 0, let warning = transcript.warnings.last {
      console.note("Warning: \(input): \(warning)")
    }
    if transcript.segments.isEmpty, transcript.gaps.isEmpty {
      console.note("Note: \(input): no speech was recognised")
    }
    if let files {
      do throws(CommandFailure) {
        try files.write(transcript, for: input)
      } catch {
        console.error("Error: \(error.message)")
        return error.code
      }
    }
    return transcript.gaps.isEmpty ? .success : .partial
  }
}

/// The line that shows how far a transcription is. Pure: events in, text out.
struct ProgressLine {
  let name: String
  private var heard: Int64 = 0
  private var length: Int64?
  private var planned = 0
  private var done = 0

  init(name: String) {
    self.name = name
  }

  mutating func take(_ event: TranscriptionEvent) {
    switch event {
    case .heard(let samples): heard = samples
    case .listened(let report): length = report.length
    case .planned: planned += 1
    case .answered, .failed: done += 1
    default: break
    }
  }

  /// The line without its end.
  var text: String {
    let chunks = "\(done) of \(planned)\(length == nil ? "+" : "") chunks"
    return "\(name): \(chunks), heard \(TimeText.coarse(heard))"
  }
}

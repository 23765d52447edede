import Longscribe
import LongscribeInterchange

/// Turns one input's events into what the user sees: text or event lines, messages, progress, files.
struct EventReader {
  let input: String
  let files: OutputFiles?
  let writesEvents: Bool
  let console: Console
  private let continuation: String?
  /// Shows how far it is.
  let progress: ProgressReporter
  /// Text for standard output that waits: gaps alone are no transcript.
  private var pending = ""
  private var hasText = false
  private var openGap: TranscriptGap?
  private var failures = ChunkFailures()
  /// What an earlier run had, if one began the job.
  private var resumed: JobRecord?
  /// Answers that were in the journal though the job did not have them.
  private var reused = 0
  /// What this run has cost, once it is over.
  private(set) var totals = RunTotals()
  private var log: EventLog

  /// - Parameters:
  ///   - rate: What calls cost, where it is known, and how their audio is counted.
  ///   - continuation: What goes on where a run that is stopped ends; `nil` if nothing does.
  init(
    input: String, files: OutputFiles?, writesEvents: Bool,
    rate: (known: CallRate?, metering: Metering) = (nil, .exact),
    continuation: String? = nil, console: Console
  ) {
    self.continuation = continuation
    self.input = input
    self.files = files
    self.writesEvents = writesEvents
    self.console = console
    progress = ProgressReporter(
      name: OutputFiles.stem(of: input), rate: rate, console: console)
    log = EventLog(file: input)
  }

  /// Takes an event; the input's status once it is finished.
  mutating func take(_ event: TranscriptionEvent) throws(CommandFailure) -> ExitCode? {
    if case .finished(let transcript, let record) = event { return try finish(transcript, record) }
    if case .replanned(let replanning) = event, let message = replanning.message,
      log.isNew(message)
    {
      console.note("Warning: \(input): \(message)")
    }
    for line in log.lines(for: event) { try tell(line) }
    detail(event)
    for line in failures.take(event) { console.error("Error: \(input): \(line)") }
    switch event {
    case .final(let part): try print(part)
    case .listened(let report):
      for note in report.notes { console.note("Note: \(input): \(note)") }
    case .resumed(let record):
      resumed = record
      if record.answered > 0 {
        let total = record.length == nil ? "" : " of \(record.sentPlan.count)"
        console.note(
          "Note: \(input): goes on from an earlier run: \(record.answeredPlan)\(total) chunks are answered"
        )
      }
    case .reused: reused += 1
    case .retrying(let chunk, let failure, let seconds):
      let wait = Int(seconds.rounded(.up))
      console.note("\(input): \(chunk.place): \(failure.description); trying again in \(wait) s")
    default: break
    }
    progress.take(event)
    return nil
  }

  /// What --verbose tells of an event.
  private func detail(_ event: TranscriptionEvent) {
    guard console.isVerbose, let line = EventDetail.line(event) else { return }
    console.detail("\(input): \(line)")
  }

  /// Says why an input gave no transcript, and with which status.
  func fail(_ error: TranscriptionError) throws(CommandFailure) -> ExitCode {
    let code = ExitCode.of(error)
    guard code != .interrupted else { return code }
    return try fail(CommandFailure(code: code, message: error.description))
  }

  /// Says why an input gave no transcript.
  func fail(_ failure: CommandFailure) throws(CommandFailure) -> ExitCode {
    console.error("Error: \(failure.message)")
    if writesEvents { try console.output(EventLine(failure, file: input).line) }
    return failure.code
  }

  private mutating func print(_ part: TranscriptPart) throws(CommandFailure) {
    guard files == nil, !writesEvents else { return }
    if part.segments.isEmpty, let gap = part.gap {
      hold(gap)
    } else {
      pending += held() + PlainText.write(part)
    }
    hasText = hasText || !part.segments.isEmpty
    guard hasText, !pending.isEmpty else { return }
    try console.output(pending)
    pending = ""
  }

  /// Keeps a gap until it is known where it ends: several chunks that fail for one reason are one gap, as in files.
  private mutating func hold(_ gap: TranscriptGap) {
    if let open = openGap, open.range.end >= gap.range.start, open.failure == gap.failure {
      openGap?.range.end = gap.range.end
    } else {
      pending += held()
      openGap = gap
    }
  }

  private mutating func held() -> String {
    defer { openGap = nil }
    return openGap.map { PlainText.write(TranscriptPart(chunk: 0, segments: [], gap: $0)) } ?? ""
  }

  /// Shows a line to whom it is for: warnings are for people too.
  private func tell(_ line: EventLine) throws(CommandFailure) {
    if line.type == .warning, let message = line.message {
      console.note("Warning: \(input): \(message)")
    }
    if writesEvents { try console.output(line.line) }
  }

  /// Says that the run was ended before its time, and what goes on from there.
  private func tellEnd(_ transcript: Transcript, _ record: JobRecord) {
    let place = "with \(record.answeredPlan) of \(record.sentPlan.count) chunks"
    if transcript.gaps.contains(where: { $0.failure.code == .interrupted }) {
      let rest = continuation.map { "; \($0) goes on from here" } ?? ""
      console.note("\(input): stopped \(place)\(rest)")
    } else if Signals.received != nil, transcript.gaps.isEmpty {
      console.note("\(input): it was finished before it was stopped")
    }
    if let bound = transcript.gaps.first(where: { $0.failure.code == .budgetReached }) {
      let rest = continuation.map { "; \($0) with a higher bound goes on from here" } ?? ""
      console.note("\(input): stopped \(place): \(bound.failure.message)\(rest)")
    }
  }

  private mutating func finish(
    _ transcript: Transcript, _ record: JobRecord
  ) throws(CommandFailure) -> ExitCode {
    totals = RunTotals(progress.progress, record, after: resumed, reused: reused)
    pending += held()
    if files == nil, !writesEvents, !pending.isEmpty { try console.output(pending) }
    for line in failures.rest { console.error("Error: \(input): \(line)") }
    tellEnd(transcript, record)
    for line in log.warnings(transcript.warnings) { try tell(line) }
    if !record.isSilent, transcript.segments.isEmpty, transcript.gaps.isEmpty {
      console.note("Note: \(input): no speech was recognised")
    }
    if !record.isSilent, let silent = record.silenceNote {
      console.note("Note: \(input): \(silent)")
    }
    if files?.tellsTimes ?? false, !record.envelope.levels.isEmpty,
      transcript.segments.contains(where: \.isEstimated)
    {
      console.note(
        "Note: \(input): the answers tell no times; those in the files are estimated from the loudness"
      )
    }
    if let note = files?.subtitles.note(on: transcript) { console.note("Note: \(input): \(note)") }
    if let files {
      do throws(CommandFailure) {
        if files.isStandardOutput {
          for format in files.formats {
            try console.output(
              format.write(
                transcript, style: files.subtitles.style, envelope: record.envelope))
          }
        } else {
          try files.write(transcript, record.envelope, for: input)
        }
      } catch {
        return try fail(error)
      }
    }
    // Only now: whoever reads this expects to find the files.
    if writesEvents, let line = EventLine(.finished(transcript, record), file: input)?.line {
      try console.output(line)
    }
    return ExitCode.of(transcript)
  }
}

/// Decides when to speak of chunks that were given up. Pure: events in, lines out.
///
/// If no chunk is answered, the recording's own error tells all, so nothing is said before the first answer. Where one reason ends
/// many chunks, as an empty account does, it is told once.
struct ChunkFailures {
  private var isAnswered = false
  private var waiting: [(chunk: Chunk, failure: RecognitionFailure)] = []
  /// The reasons that were told, with the stretches that were lost to them later.
  private var told: [(failure: RecognitionFailure, repeated: [TimelineRange])] = []

  mutating func take(_ event: TranscriptionEvent) -> [String] {
    switch event {
    case .answered, .reused: isAnswered = true
    // What an earlier run was answered is in the transcript too.
    case .resumed(let record): isAnswered = isAnswered || record.answered > 0
    // Where asking again fails, the transcript's own warning tells what is missing.
    // Whoever stops or bounds a run need not be told for each chunk.
    case .failed(let chunk, let failure)
    where chunk.repairs == nil && failure.code != .interrupted && failure.code != .budgetReached:
      waiting.append((chunk, failure))
    default: return []
    }
    guard isAnswered else { return [] }
    var lines: [String] = []
    for (chunk, failure) in waiting {
      if let place = told.firstIndex(where: { $0.failure == failure }) {
        told[place].repeated.append(chunk.owned)
      } else {
        lines.append("\(chunk.place): \(failure.description)")
        told.append((failure, []))
      }
    }
    waiting = []
    return lines
  }

  /// What is left to be said at the end.
  var rest: [String] {
    told.filter { !$0.repeated.isEmpty }.map { failure, repeated in
      var ranges: [TimelineRange] = []
      for range in repeated.sorted(by: { $0.start < $1.start }) {
        if let last = ranges.last, last.end == range.start {
          ranges[ranges.count - 1] = TimelineRange(last.start, range.end)
        } else {
          ranges.append(range)
        }
      }
      let chunks = repeated.count == 1 ? "1 more chunk" : "\(repeated.count) more chunks"
      // With several reasons each has to be told apart.
      let reason = told.count == 1 ? "for the same reason" : "with “\(failure.message)”"
      let places = ranges.map(TimeText.range).joined(separator: ", ")
      return "\(chunks) failed \(reason): \(places)"
    }
  }
}

package import Longscribe

/// Events as JSON, one object a line: what `--events jsonl` writes and the C interface reports.
///
/// Fields and types may be added; readers ignore what they do not know. The last line is always a `summary`. `schemas/events.schema.json`
/// describes every line.
package struct EventLine: Encodable, Sendable {
  package enum Kind: String, Encodable, CaseIterable, Sendable {
    case plan
    case chunkStart = "chunk_start"
    case chunkDone = "chunk_done"
    case chunkFailed = "chunk_failed"
    case retry
    case replan
    /// The job was begun earlier: so many of the chunks planned by then have their answers.
    case resume
    case silent
    case warning
    /// The text so far of the first chunk that is not final: it may still change.
    case partial
    case text
    case fileDone = "file_done"
    case fileFailed = "file_failed"
    case summary
  }

  package var v = 1
  package var type: Kind
  package var file: String?
  package var chunk: Int?
  /// The chunk that left open what this one asks for again.
  package var repairs: Int?
  package var start: Double?
  package var end: Double?
  package var attempt: Int?
  package var wait: Double?
  package var httpStatus: Int?
  package var code: String?
  package var message: String?
  package var text: String?
  package var calls: Int?
  package var chunks: Int?
  /// Whether the answer was in the journal.
  package var reused: Bool?
  /// Chunks that have an answer.
  package var answered: Int?
  /// Chunks that will not be sent, because others are in their place.
  package var replaced: [Int]?
  package var maximumSeconds: Double?
  package var maximumBytes: Int64?
  package var billedSeconds: Double?
  package var duration: Double?
  package var files: Int?
  package var failed: Int?
  /// Stretches that could not be transcribed.
  package var gaps: Int?
  /// Inputs whose files were there already.
  package var skipped: Int?
  package var exitCode: Int?

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case v, type, file, chunk, start, end, attempt, wait, code, message, text, calls, duration,
      files, chunks, replaced, repairs, reused, answered
    case maximumSeconds = "maximum_seconds"
    case maximumBytes = "maximum_bytes"
    case failed, skipped, gaps
    case httpStatus = "http_status"
    case billedSeconds = "billed_seconds"
    case exitCode = "exit_code"
  }

  package init(_ type: Kind, file: String? = nil) {
    self.type = type
    self.file = file
  }

  /// The line for an event; `nil` for events that are not for other programs.
  package init?(_ event: TranscriptionEvent, file: String) {
    switch event {
    case .planned(let chunk): self.init(.plan, file: file, chunk)
    case .replanned(let replanning):
      self.init(.replan, file: file, replanning.refused)
      take(replanning.failure)
      chunks = replanning.chunkCount
      replaced = replanning.removed
      maximumSeconds = Timeline.seconds(replanning.limits.maximumSamples)
      maximumBytes = replanning.limits.maximumBytes
    case .silent(let chunk): self.init(.silent, file: file, chunk)
    case .provisional(let text):
      self.init(.partial, file: file)
      self.text = text
    case .started(let chunk, let attempt):
      self.init(.chunkStart, file: file, chunk)
      self.attempt = attempt
    case .resumed(let record):
      self.init(.resume, file: file)
      chunks = record.sentPlan.count
      answered = record.answeredPlan
      calls = record.calls
      billedSeconds = Timeline.seconds(record.billedSamples)
    case .answered(let chunk, _): self.init(.chunkDone, file: file, chunk)
    case .reused(let chunk, _):
      self.init(.chunkDone, file: file, chunk)
      reused = true
    case .failed(let chunk, let failure):
      self.init(.chunkFailed, file: file, chunk)
      take(failure)
    case .retrying(let chunk, let failure, let seconds):
      self.init(.retry, file: file, chunk)
      wait = seconds
      take(failure)
    case .final(let part):
      self.init(.text, file: file)
      chunk = part.chunk
      text = Joining.joined(part.segments.map(\.text))
    case .finished(let transcript, _):
      self.init(.fileDone, file: file)
      gaps = transcript.gaps.count
      duration = Timeline.seconds(transcript.length)
      calls = transcript.calls
      billedSeconds = Timeline.seconds(transcript.billedSamples)
    case .opened, .heard, .listened: return nil
    }
  }

  /// The line for an input that gave no transcript.
  package init(failed file: String, message: String, exitCode code: ExitCode) {
    self.init(.fileFailed, file: file)
    self.message = message
    exitCode = Int(code.rawValue)
  }

  /// The line for something that the reader of a transcript should know.
  package init(warning: String, file: String) {
    self.init(.warning, file: file)
    message = warning
  }

  /// The last line of a run.
  ///
  /// - Parameters:
  ///   - files: Inputs, without those that were skipped.
  ///   - delivered: Those of them that have a transcript.
  ///   - code: The status of the run.
  ///   - skipped: Inputs whose files were there already; `nil` where none can be skipped.
  package init(
    summaryOf files: Int, delivered: Int, exitCode code: ExitCode, skipped: Int? = nil
  ) {
    self.init(.summary)
    self.files = files
    self.skipped = skipped
    failed = max(0, files - delivered)
    exitCode = Int(code.rawValue)
  }

  private init(_ type: Kind, file: String, _ chunk: Chunk) {
    self.init(type, file: file)
    self.chunk = chunk.index
    repairs = chunk.repairs
    start = Timeline.seconds(chunk.audio.start)
    end = Timeline.seconds(chunk.audio.end)
  }

  private mutating func take(_ failure: RecognitionFailure) {
    code = failure.code.rawValue
    message = failure.description
    httpStatus = failure.status
  }

  /// The line with its end.
  package var line: String { JSONText.line(self) + "\n" }
}

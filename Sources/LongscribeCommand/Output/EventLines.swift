import Longscribe

/// Events as JSON, one object a line.
///
/// Fields and types may be added; readers ignore what they do not know. The last line is always a `summary`.
struct EventLine: Encodable {
  enum Kind: String, Encodable {
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

  var v = 1
  var type: Kind
  var file: String?
  var chunk: Int?
  /// The chunk that left open what this one asks for again.
  var repairs: Int?
  var start: Double?
  var end: Double?
  var attempt: Int?
  var wait: Double?
  var httpStatus: Int?
  var code: String?
  var message: String?
  var text: String?
  var calls: Int?
  var chunks: Int?
  /// Whether the answer was in the journal.
  var reused: Bool?
  /// Chunks that have an answer.
  var answered: Int?
  /// Chunks that will not be sent, because others are in their place.
  var replaced: [Int]?
  var maximumSeconds: Double?
  var maximumBytes: Int64?
  var billedSeconds: Double?
  var duration: Double?
  var files: Int?
  var failed: Int?
  /// Inputs whose files were there already.
  var skipped: Int?
  var exitCode: Int?

  enum CodingKeys: String, CodingKey {
    case v, type, file, chunk, start, end, attempt, wait, code, message, text, calls, duration,
      files, chunks, replaced, repairs, reused, answered
    case maximumSeconds = "maximum_seconds"
    case maximumBytes = "maximum_bytes"
    case failed, skipped
    case httpStatus = "http_status"
    case billedSeconds = "billed_seconds"
    case exitCode = "exit_code"
  }

  init(_ type: Kind, file: String? = nil) {
    self.type = type
    self.file = file
  }

  /// The line for an event; `nil` for events that are not for other programs.
  init?(_ event: TranscriptionEvent, file: String) {
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
      answered = record.answered
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
      duration = Timeline.seconds(transcript.length)
      calls = transcript.calls
      billedSeconds = Timeline.seconds(transcript.billedSamples)
    case .opened, .heard, .listened: return nil
    }
  }

  /// The line for an input that gave no transcript.
  init(_ failure: CommandFailure, file: String) {
    self.init(.fileFailed, file: file)
    message = failure.message
    exitCode = Int(failure.code.rawValue)
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
  var line: String { JSONText.line(self) + "\n" }
}

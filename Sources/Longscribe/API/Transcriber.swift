private import Foundation
private import LongscribeThreads

/// The front door: tells what is in recordings, makes files that services accept, and transcribes.
///
/// ```swift
/// let transcriber = Transcriber()
/// for try await event in transcriber.transcribe("lecture.m4a", with: recognizer) {
///   if case .finished(let transcript, _) = event { print(transcript.text) }
/// }
/// ```
///
/// Nothing is printed, and neither environment nor configuration is read. FFmpeg's settings that hold for the whole process are set when a
/// recording is first opened: its log is silent, and no single allocation of it may exceed 512 MB.
public struct Transcriber: Sendable {
  /// What holds for all recordings of a run.
  public struct Options: Sendable, Hashable {
    /// Which part of each recording: track, channel, stretch of time.
    public var selection: AudioSelection
    /// Whether a recording that is damaged in any way is refused, rather than heard as far as it goes.
    public var stopsAtDamage: Bool
    /// Seconds after which the decoding of a recording is given up; `nil` for never. A bound for programs that take
    /// recordings from strangers: a stalled pipe counts too.
    public var deadline: Double?
    /// Longest chunk, in samples, below the service's limit.
    public var chunkLength: Int64?
    /// Overlap where a cut goes through speech, in samples.
    public var overlap: Int64?
    /// Calls at a time, below the service's limit: of all recordings together that are transcribed with the same account by
    /// this `Transcriber` and its copies.
    public var concurrency: Int?
    /// Calls that may begin within any minute, counted in the same way; `nil` for no such bound. Calls that are made again count too.
    public var requestsPerMinute: Int?
    /// Whether text stays that recognisers are known to invent, or doubt themselves, where the recording holds no speech. It is otherwise
    /// taken out, and listed in `Transcript.dropped`.
    public var keepsInventions: Bool
    /// Whether stretches in which somebody can be heard, but that no text covers, are sent once more by themselves: two calls for a
    /// recording at the most, or one for every twenty chunks, and never more than 32. What is still open after that is listed in `Transcript.uncovered`.
    public var asksAgain: Bool
    /// When failed calls are made again.
    public var retry: RetryPolicy
    /// Limits to use instead of the recogniser's own in `transcribe`: those that an earlier recording has taught (`Replanning.limits`).
    public var limits: ServiceLimits?
    /// Whether chunks in which nobody speaks are sent all the same.
    public var sendsSilence: Bool
    /// Whether all is asked for anew, whatever the journal has.
    public var isFresh = false
    /// What to do about calls of earlier runs that may have been charged, but whose answer never came.
    public var unknownCalls = UnknownCalls.onceMore
    /// Where the decoded recording lies while it is worked on: 115 MB for an hour, never under a name.
    public var temporaryFolder: String

    /// What to do about calls that may have been charged, but whose answer never came.
    public enum UnknownCalls: Sendable, Hashable {
      /// They are made once more, but not twice; not at all where `RetryPolicy.maximumAmbiguousFailures` is 0.
      case onceMore
      /// They are made again, however often that has happened.
      case again
      /// They are not made again: the chunk is a gap.
      case never
    }

    /// Options; what is not given is left to the service and the recording.
    public init(
      selection: AudioSelection = AudioSelection(), stopsAtDamage: Bool = false,
      deadline: Double? = nil, chunkLength: Int64? = nil, overlap: Int64? = nil,
      concurrency: Int? = nil, requestsPerMinute: Int? = nil, keepsInventions: Bool = false,
      asksAgain: Bool = true, retry: RetryPolicy = .standard, limits: ServiceLimits? = nil,
      sendsSilence: Bool = false,
      temporaryFolder: String? = nil
    ) {
      self.selection = selection
      self.stopsAtDamage = stopsAtDamage
      self.deadline = deadline
      self.chunkLength = chunkLength
      self.overlap = overlap
      self.concurrency = concurrency
      self.requestsPerMinute = requestsPerMinute
      self.keepsInventions = keepsInventions
      self.asksAgain = asksAgain
      self.retry = retry
      self.limits = limits
      self.sendsSilence = sendsSilence
      self.temporaryFolder = temporaryFolder ?? Self.standardTemporaryFolder
    }

    /// `/var/tmp` where it can be written to, because `/tmp` may be memory.
    public static var standardTemporaryFolder: String {
      FileManager.default.isWritableFile(atPath: "/var/tmp") ? "/var/tmp" : "/tmp"
    }
  }

  /// What holds for all recordings.
  public var options: Options
  /// Where answers are kept, so that nothing is paid for twice; `nil` keeps nothing.
  public var journal: Journal?
  /// Ends transcriptions early; `nil` if nobody will ask for that.
  public var stop: StopRequest?
  /// Shared by copies: a budget holds for all recordings together.
  let spending: Spending?
  /// Shared by copies: the bounds on calls hold for an account, however many recordings are transcribed at a time.
  private let gate = CallGate()

  /// A front door with the given options.
  public init(
    options: Options = Options(), journal: Journal? = nil, stop: StopRequest? = nil,
    budget: Budget? = nil
  ) {
    spending = budget.map(Spending.init)
    self.options = options
    self.journal = journal
    self.stop = stop
  }

  /// What calls have used up of the budget so far; `nil` without one. Answers that were in the journal cost nothing.
  public var spent: CallUsage? { spending?.spent }

  /// Tells what is in a recording, and how long it is.
  ///
  /// The container is believed where it can be. Where its length is a guess, and in kinds of files that are often wrong, packets are
  /// counted if that is quick.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - exact: Whether to count the packets in any case: 0.1 to 0.3 s for an hour.
  /// - Throws: `MediaError`. A recording without an audio track is not an error here.
  public func probe(_ path: String, exact: Bool = false) async throws(MediaError)
    -> MediaDescription
  {
    let folder = options.temporaryFolder
    let flag = options.makeFlag()
    let result = await withTaskCancellationHandler {
      await ThreadLanes(name: "longscribe probe", most: 1).run {
        Self.result { () throws(MediaError) in
          try Prober(file: try MediaFile(path: path), isExact: exact, temporaryFolder: folder)
            .probe(flag: flag)
        }
      }
    } onCancel: {
      flag.raise()
    }
    return try result.get()
  }

  /// The chunks that a recording would be sent in. Decodes the recording, and sends nothing.
  ///
  /// - Throws: `TranscriptionError`, never `.recognition`.
  public func plan(
    _ path: String, for limits: ServiceLimits, quality: TimeQuality = .estimated,
    recognizer: RecognizerIdentity = RecognizerIdentity(provider: "none")
  ) async throws(TranscriptionError) -> (record: JobRecord, report: DecodeReport) {
    let heard = try await Hearing.hear(
      path, for: limits, quality: quality, recognizer: recognizer, options: options)
    return (heard.record, heard.report)
  }

  /// The same as `plan`, with events on the way.
  public func planning(
    _ path: String, for limits: ServiceLimits, quality: TimeQuality = .estimated,
    recognizer: RecognizerIdentity = RecognizerIdentity(provider: "none")
  ) -> Planning {
    let options = options
    return Planning { report throws(TranscriptionError) in
      let heard = try await Hearing.hear(
        path, for: limits, quality: quality, recognizer: recognizer, options: options,
        report: Hearing.reporter(report))
      report(.finished(PlannedMedia(record: heard.record, report: heard.report)))
    }
  }

  /// What `transcribe` would do with the same recogniser, with events on the way. Decodes the recording, and calls nobody.
  ///
  /// Fails with `TranscriptionError`, never `.recognition`.
  ///
  /// - Parameters:
  ///   - path: The recording; a pipe works too.
  ///   - recognizer: Who would answer. What the journal has of the recording counts: its plan, limits that refusals have taught, and the
  ///     answers, which are in `PlannedMedia.answered`.
  public func planning(_ path: String, with recognizer: some Recognizer) -> Planning {
    let transcriber = self
    return Planning { report throws(TranscriptionError) in
      report(
        .finished(
          try await transcriber.planned(path, by: recognizer, report: Hearing.reporter(report))))
    }
  }

  /// Makes what a service can be sent: the recording itself where the service accepts it, else finished chunks.
  ///
  /// - Parameters:
  ///   - path: The recording.
  ///   - limits: What the service accepts.
  ///   - quality: The times that the service gives: bare text needs longer overlaps.
  /// - Throws: `TranscriptionError`, never `.recognition`.
  public func prepare(
    _ path: String, for limits: ServiceLimits, quality: TimeQuality = .estimated
  ) async throws(TranscriptionError) -> PreparedMedia {
    let heard = try await Hearing.hear(
      path, for: limits, quality: quality, recognizer: RecognizerIdentity(provider: "none"),
      options: options)
    if let original = heard.original {
      return PreparedMedia(
        record: heard.record, report: heard.report, uploads: [original], isOriginal: true)
    }
    let uploads = try await heard.renderAll(minimum: limits.minimumSamples)
    return PreparedMedia(
      record: heard.record, report: heard.report, uploads: uploads, isOriginal: false)
  }

  /// Converts a recording to a file of any form.
  ///
  /// - Parameters:
  ///   - path: The recording; a pipe works too.
  ///   - output: The file to make. It appears under its name only when it is whole.
  ///   - form: Format, rate, channels, bit rate.
  ///   - overwrites: Whether a file of that name is replaced.
  public func convert(
    _ path: String, to output: String, as form: FileForm, overwrites: Bool = false
  ) -> Conversion {
    let options = options
    return Conversion { report throws(TranscriptionError) in
      try await Converter(
        options: options, report: report, input: path, output: output, overwrites: overwrites
      ).convert(to: form)
    }
  }

  /// Makes the one file that a service takes of a recording: the recording itself, byte for byte, where it is accepted as it is.
  ///
  /// Fails with `MediaError.Code.tooLongForOne` if it takes more than one.
  ///
  /// - Parameters:
  ///   - path: The recording; a pipe works too.
  ///   - output: The file to make. It appears under its name only when it is whole.
  ///   - format: One of the formats that the limits list.
  ///   - limits: What the service accepts.
  ///   - overwrites: Whether a file of that name is replaced.
  public func convert(
    _ path: String, to output: String, as format: AudioFormat, for limits: ServiceLimits,
    overwrites: Bool = false
  ) -> Conversion {
    let options = options
    return Conversion { report throws(TranscriptionError) in
      try await Converter(
        options: options, report: report, input: path, output: output, overwrites: overwrites
      ).convert(to: format, for: limits)
    }
  }

  /// Splits a recording into finished chunk files and `plan.json`, for programs that send them by themselves.
  ///
  /// - Parameters:
  ///   - path: The recording; a pipe works too.
  ///   - folder: Where the files go; it is made if it is not there.
  ///   - limits: What the service accepts.
  ///   - quality: The times that the service gives: bare text needs longer overlaps.
  ///   - recognizer: Who will answer, for the plan.
  ///   - keepsOriginal: Whether a recording that the service accepts as it is becomes the only chunk, byte for byte. Else every chunk
  ///     is 16 kHz mono.
  ///   - overwrites: Whether the files of an earlier split are replaced, once those of this one are whole.
  public func split(
    _ path: String, into folder: String, for limits: ServiceLimits,
    quality: TimeQuality = .estimated,
    recognizer: RecognizerIdentity = RecognizerIdentity(provider: "none"),
    keepsOriginal: Bool = true, overwrites: Bool = false
  ) -> Split {
    let options = options
    return Split { report throws(TranscriptionError) in
      try await Splitter(
        options: options, report: report, input: path,
        folder: ChunkFolder(folder, overwrites: overwrites), limits: limits, quality: quality,
        recognizer: recognizer, keepsOriginal: keepsOriginal
      ).split()
    }
  }

  /// Transcribes a recording: hears, plans, sends and stitches at the same time.
  ///
  /// - Parameters:
  ///   - path: The recording; a pipe works too.
  ///   - recognizer: Who answers.
  /// - Returns: The events, which end with `.finished` or a `TranscriptionError`. A chunk that cannot be transcribed is a gap
  ///   in the transcript, not an error, unless no chunk was answered at all.
  public func transcribe(_ path: String, with recognizer: some Recognizer) -> Transcription {
    let transcriber = self
    return Transcription { report throws(TranscriptionError) in
      try await Pipeline(
        recognizer: recognizer, transcriber: transcriber, gate: transcriber.gate, report: report
      ).run(path)
    }
  }

  static func result<T, E: Error>(_ body: () throws(E) -> T) -> Result<T, E> {
    do throws(E) {
      return .success(try body())
    } catch {
      return .failure(error)
    }
  }
}

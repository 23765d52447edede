import LongscribeMedia
private import LongscribeThreads

/// One recording on its way through listen → plan → render → recognise → stitch.
///
/// # Note: One loop owns the state
///
/// Threads and tasks do the work: one thread decodes, a few encode, a task for each call waits for its answer. None of them
/// touches the job's state. They send messages, and one loop takes them in turn, feeds planner, scheduler and
/// frontier, and starts what those ask for. So nothing is locked, and each of the three can be tested without the others.
struct Pipeline<R: Recognizer>: Sendable {
  private enum Message: Sendable {
    case heard(Listener.Update)
    case listened(Result<DecodeReport, MediaError>)
    case partial(Int, String)
    case called(Int, Result<Recognition, RecognitionFailure>)
    case waited(Int)
  }

  private let recognizer: R
  private let options: Transcriber.Options
  private let report: Reporter

  init(recognizer: R, options: Transcriber.Options, report: @escaping Reporter) {
    self.recognizer = recognizer
    self.options = options
    self.report = report
  }

  /// Transcribes a recording and reports all that happens, `.finished` last.
  func run(_ path: String) async throws(TranscriptionError) {
    let job = try Job(
      limits: recognizer.limits, quality: recognizer.timeQuality, options: options)
    let flag = CancelFlag()
    let (messages, mailbox) = AsyncStream.makeStream(of: Message.self)
    let opened: Opened
    switch await open(path) {
    case .success(let value): opened = value
    case .failure(let error): throw .media(error)
    }
    let result = await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        let outcome = await loop(opened, job, flag, messages, mailbox, &group)
        flag.raise()
        group.cancelAll()
        return outcome
      }
    } onCancel: {
      flag.raise()
    }
    try result.get()
  }

  /// A file and the place for its samples.
  private struct Opened: Sendable {
    let file: MediaFile
    let spool: Spool
  }

  /// Opening may wait for a disk, so it happens on a thread of its own.
  private func open(_ path: String) async -> Result<Opened, MediaError> {
    let folder = options.temporaryFolder
    return await ThreadLanes(name: "longscribe open", most: 1).run {
      Transcriber.result { () throws(MediaError) in
        let file = try MediaFile(path: path)
        return Opened(file: file, spool: try file.makeSpool(in: folder))
      }
    }
  }

  private func loop(
    _ opened: Opened, _ job: Job, _ flag: CancelFlag, _ messages: AsyncStream<Message>,
    _ mailbox: AsyncStream<Message>.Continuation, _ group: inout TaskGroup<Void>
  ) async -> Result<Void, TranscriptionError> {
    let file = opened.file
    var state = State(
      record: JobRecord(
        source: file.source(track: 0), recognizer: recognizer.identity,
        rules: job.rules, format: job.format),
      planner: Planner(rules: job.rules),
      scheduler: Scheduler(
        maximumInFlight: min(recognizer.limits.maximumInFlight, options.concurrency ?? .max),
        policy: options.retry),
      file: file)
    let renderer = Renderer(
      spool: opened.spool, fileName: file.displayName, temporaryFolder: options.temporaryFolder)
    let caller = Caller(
      recognizer: recognizer, renderer: renderer,
      lanes: ThreadLanes(name: "longscribe render", most: 2))
    let listener = Listener(
      file: file, track: options.track, temporaryFolder: options.temporaryFolder)
    let lane = ThreadLanes(name: "longscribe listen", most: 1)
    group.addTask {
      let result = await lane.run {
        Transcriber.result { () throws(MediaError) in
          try listener.listen(to: opened.spool, flag: flag) { mailbox.yield(.heard($0)) }
        }
      }
      mailbox.yield(.listened(result))
    }
    for await message in messages {
      switch state.take(message, limits: recognizer.limits, report: report) {
      case .failure(let error): return .failure(error)
      case .success(let actions):
        for action in actions {
          perform(action, state, caller, mailbox, &group)
        }
      }
      if state.isFinished { return state.finish(report: report) }
    }
    return .failure(.cancelled)
  }

  private func perform(
    _ action: Scheduler.Action, _ state: State, _ caller: Caller<R>,
    _ mailbox: AsyncStream<Message>.Continuation, _ group: inout TaskGroup<Void>
  ) {
    switch action {
    case .start(let index, let attempt):
      let chunk = state.record.chunks[index]
      let original = state.original
      let format = state.record.epochs.last?.format ?? .wav
      report(.started(chunk, attempt: attempt))
      group.addTask {
        let result = await caller.call(
          chunk, attempt: attempt, format: format, original: original,
          onPartialText: { mailbox.yield(.partial(index, $0)) })
        mailbox.yield(.called(index, result))
      }
    case .wait(let index, let seconds, let failure):
      report(.retrying(state.record.chunks[index], failure, seconds: seconds))
      group.addTask {
        // Cancelled sleep ends early; the loop is over by then.
        try? await Task.sleep(for: .seconds(seconds))
        mailbox.yield(.waited(index))
      }
    case .giveUp, .stop: break
    }
  }

  /// The state that the loop owns.
  private struct State {
    var record: JobRecord
    var planner: Planner
    var scheduler: Scheduler
    let file: MediaFile
    var frontier = Frontier()
    var description: MediaDescription?
    var listened: DecodeReport?
    /// The recording itself, where it goes out as it is.
    var original: AudioUpload?
    /// The chunk given up first.
    var firstFailure: (chunk: Chunk, failure: RecognitionFailure)?
    var isStopped: RecognitionFailure?

    var isFinished: Bool { listened != nil && frontier.isFinished }

    /// Takes a message and returns what it asks the outside world to do.
    mutating func take(
      _ message: Message, limits: ServiceLimits, report: Reporter
    ) -> Result<[Scheduler.Action], TranscriptionError> {
      switch message {
      case .heard(.opened(let description, let track)):
        self.description = description
        record.source.track = track
        reserve(description.duration)
        report(.opened(description, track: track))
        return .success([])
      case .heard(.heard(let levels)):
        record.envelope.levels += levels
        report(.heard(samples: Int64(record.envelope.levels.count) * Timeline.frameLength))
        return .success(add(planner.advance(envelope: record.envelope), report: report))
      case .listened(.failure(let error)):
        return .failure(error.code == .cancelled ? .cancelled : .media(error))
      case .listened(.success(let decoded)):
        return .success(finishPlan(decoded, limits: limits, report: report))
      case .partial(let index, let text):
        emit(frontier.handle(.partial(index, text), envelope: record.envelope), report: report)
        return .success([])
      case .called(let index, let result):
        return .success(settle(index, result, report: report))
      case .waited(let index):
        return .success(schedule(.waited(chunk: index), report: report))
      }
    }

    /// Makes room for the envelope at once, where the length is known: growing by doubling needs three times its size.
    private mutating func reserve(_ duration: Double?) {
      let frames = Timeline.samples(min(duration ?? 0, 86_400)) / Timeline.frameLength
      record.envelope.levels.reserveCapacity(Int(max(0, frames)) + 1024)
    }

    private mutating func add(_ chunks: [Chunk], report: Reporter) -> [Scheduler.Action] {
      var actions: [Scheduler.Action] = []
      for chunk in chunks {
        record.chunks.append(chunk)
        emit(frontier.handle(.planned(chunk), envelope: record.envelope), report: report)
        report(.planned(chunk))
        actions += schedule(.ready(chunk: chunk.index), report: report)
      }
      return actions
    }

    private mutating func finishPlan(
      _ decoded: DecodeReport, limits: ServiceLimits, report: Reporter
    ) -> [Scheduler.Action] {
      listened = decoded
      record.length = decoded.length
      let last = planner.finish(envelope: record.envelope, length: decoded.length)
      if let description {
        original = OriginalUpload.upload(
          file, description, decoded, chunks: record.chunks + last, limits: limits)
      }
      report(.listened(decoded))
      let actions = add(last, report: report)
      emit(
        frontier.handle(.planComplete(length: decoded.length), envelope: record.envelope),
        report: report)
      return actions
    }

    private mutating func settle(
      _ index: Int, _ result: Result<Recognition, RecognitionFailure>, report: Reporter
    ) -> [Scheduler.Action] {
      let chunk = record.chunks[index]
      record.calls += 1
      switch result {
      case .success(let recognition):
        record.billedSamples += chunk.audio.length
        record.outcomes[index] = .answered(recognition)
        report(.answered(chunk, recognition))
        emit(
          frontier.handle(.settled(index, .answered(recognition)), envelope: record.envelope),
          report: report)
        return schedule(.succeeded(chunk: index), report: report)
      case .failure(let failure):
        if failure.charge == .unknown {
          record.callsOfUnknownFate += 1
          record.billedSamples += chunk.audio.length
        }
        let jitter = Double.random(in: 0..<1)
        return schedule(.failed(chunk: index, failure, jitter: jitter), report: report)
      }
    }

    /// Feeds the scheduler, and settles what it gives up.
    private mutating func schedule(_ event: Scheduler.Event, report: Reporter) -> [Scheduler.Action]
    {
      let actions = scheduler.handle(event)
      for case .giveUp(let index, let failure) in actions {
        let chunk = record.chunks[index]
        if firstFailure == nil { firstFailure = (chunk, failure) }
        record.outcomes[index] = .failed(failure)
        report(.failed(chunk, failure))
        emit(
          frontier.handle(.settled(index, .failed(failure)), envelope: record.envelope),
          report: report)
      }
      return actions
    }

    private func emit(_ actions: [Frontier.Action], report: Reporter) {
      for action in actions {
        switch action {
        case .final(let part): report(.final(part))
        case .provisional(let text): report(.provisional(text))
        }
      }
    }

    func finish(report: Reporter) -> Result<Void, TranscriptionError> {
      let answered = record.outcomes.values.contains { outcome in
        if case .answered = outcome { true } else { false }
      }
      if !answered, let firstFailure {
        return .failure(
          .recognition(
            firstFailure.failure, file: file.displayName, chunk: firstFailure.chunk,
            recognizer: record.recognizer))
      }
      let transcript = Transcript(
        record: record, parts: frontier.parts, warnings: warnings())
      report(.finished(transcript, record))
      return .success(())
    }

    private func warnings() -> [String] {
      var warnings = listened?.warnings ?? []
      if record.callsOfUnknownFate > 0 {
        warnings.append(
          "\(record.callsOfUnknownFate) calls failed after they had been sent; the service may have "
            + "charged for them")
      }
      return warnings
    }
  }
}

/// Renders a chunk and makes one call with it.
private struct Caller<R: Recognizer>: Sendable {
  let recognizer: R
  let renderer: Renderer
  let lanes: ThreadLanes

  func call(
    _ chunk: Chunk, attempt: Int, format: AudioFormat, original: AudioUpload?,
    onPartialText: @escaping @Sendable (String) -> Void
  ) async -> Result<Recognition, RecognitionFailure> {
    let audio: AudioUpload
    if let original {
      audio = original
    } else {
      let renderer = renderer
      let minimum = recognizer.limits.minimumSamples
      let rendered = await lanes.run {
        Transcriber.result { () throws(MediaError) in
          try renderer.render(chunk.audio, as: format, minimum: minimum)
        }
      }
      switch rendered {
      case .success(let upload): audio = upload
      case .failure(let error):
        return .failure(
          RecognitionFailure(.audioUnavailable, message: error.description, retry: .never))
      }
    }
    do throws(RecognitionFailure) {
      return .success(
        try await recognizer.recognize(
          RecognitionRequest(
            chunk: chunk, attempt: attempt, audio: audio, onPartialText: onPartialText)))
    } catch {
      return .failure(error)
    }
  }
}

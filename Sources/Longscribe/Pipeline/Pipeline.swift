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
  private let recognizer: R
  private let options: Transcriber.Options
  private let journal: Journal?
  private let stop: StopRequest?
  private let spending: Spending?
  private let gate: CallGate
  private let report: Reporter

  init(
    recognizer: R, transcriber: Transcriber, gate: CallGate, report: @escaping Reporter
  ) {
    self.recognizer = recognizer
    options = transcriber.options
    journal = transcriber.journal
    stop = transcriber.stop
    spending = transcriber.spending
    self.gate = gate
    self.report = report
  }

  /// Transcribes a recording and reports all that happens, `.finished` last.
  func run(_ path: String) async throws(TranscriptionError) {
    let job = try Job(
      limits: options.limits ?? recognizer.limits, quality: recognizer.timeQuality,
      options: options)
    let flag = options.makeFlag()
    let (messages, mailbox) = AsyncStream.makeStream(of: PipelineMessage.self)
    let opened: Opened
    switch await open(path) {
    case .success(let value): opened = value
    case .failure(let error): throw .media(error)
    }
    let session = try await JobSession.open(
      opened.file, job, recognizer, options: options, journal: journal, stop: stop)
    let place = GateMember(
      gate, account: recognizer.account,
      terms: CallWindow.Terms(
        maximumInFlight: min(job.limits.maximumInFlight, options.concurrency ?? .max),
        requestsPerMinute: options.requestsPerMinute)
    ) { mailbox.yield(.admitted($0)) }
    // After the group has ended, no call is under way.
    defer { place.leave() }
    let listening = stop?.tell { mailbox.yield(.stopRequested) }
    defer { if let listening { stop?.forget(listening) } }
    let result = await withTaskCancellationHandler {
      // One that keeps nothing of tasks that have ended: a recording makes thousands of calls.
      await withDiscardingTaskGroup { group in
        let outcome = await loop(opened, job, session, place, flag, messages, mailbox, &group)
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
    _ opened: Opened, _ job: Job, _ session: JobSession, _ place: GateMember, _ flag: CancelFlag,
    _ messages: AsyncStream<PipelineMessage>, _ mailbox: AsyncStream<PipelineMessage>.Continuation,
    _ group: inout DiscardingTaskGroup
  ) async -> Result<Void, TranscriptionError> {
    var state = PipelineState(
      session: session, wishes: job.wishes, scheduler: Scheduler(policy: options.retry),
      place: place, gate: SilenceGate(sendsSilence: options.sendsSilence), file: opened.file)
    let renderer = Renderer(
      spool: opened.spool, fileName: opened.file.displayName,
      temporaryFolder: options.temporaryFolder)
    let caller = ChunkCaller(
      recognizer: recognizer, minimum: job.limits.minimumSamples, renderer: renderer,
      lanes: ThreadLanes(name: "longscribe render", most: 2), ledger: session.ledger,
      spending: spending)
    for action in state.resume(report: report) {
      perform(action, state, caller, mailbox, &group)
    }
    if state.isFinished { return await end(&state) }
    listen(opened, flag, mailbox, &group)
    for await message in messages {
      switch message {
      case .stopRequested:
        flag.raise()
        wait(stop?.grace ?? 0, then: .graceOver, mailbox, &group)
      // Calls under way, waits and the listener end with failures, each of which comes as a message.
      case .graceOver: group.cancelAll()
      default: break
      }
      switch state.take(message, report: report) {
      case .failure(let error):
        _ = await state.close()
        return .failure(error)
      case .success(let actions):
        for action in actions {
          perform(action, state, caller, mailbox, &group)
        }
      }
      state.keep()
      if state.isFinished { return await end(&state) }
    }
    _ = await state.close()
    return .failure(.cancelled)
  }

  /// Keeps what is left to be kept, and only then gives the result.
  private func end(_ state: inout PipelineState) async -> Result<Void, TranscriptionError> {
    state.keep()
    if let problem = await state.close() { state.warn(of: problem) }
    return state.finish(report: report)
  }

  private func listen(
    _ opened: Opened, _ flag: CancelFlag,
    _ mailbox: AsyncStream<PipelineMessage>.Continuation, _ group: inout DiscardingTaskGroup
  ) {
    let listener = options.listener(for: opened.file)
    let lane = ThreadLanes(name: "longscribe listen", most: 1)
    let hashes = journal != nil
    group.addTask {
      let result = await lane.run {
        Transcriber.result { () throws(MediaError) in
          try listener.listen(to: opened.spool, flag: flag) { mailbox.yield(.heard($0)) }
        }
      }
      mailbox.yield(.listened(result))
      // Only now: the first upload does not wait for it, and the system still has the file in memory.
      guard hashes, case .success = result, let bytes = OriginalAudio(opened.file) else { return }
      let digest = await lane.run {
        Transcriber.result { () throws(MediaError) in
          try Digest.of(bytes, fileName: opened.file.displayName, flag: flag)
        }
      }
      mailbox.yield(.digested(try? digest.get()))
    }
  }

  private func wait(
    _ seconds: Double, then message: PipelineMessage,
    _ mailbox: AsyncStream<PipelineMessage>.Continuation, _ group: inout DiscardingTaskGroup
  ) {
    group.addTask {
      // Cancelled sleep ends early; the loop is over by then, or everything is.
      try? await Task.sleep(for: .seconds(seconds))
      mailbox.yield(message)
    }
  }

  private func perform(
    _ action: Scheduler.Action, _ state: PipelineState, _ caller: ChunkCaller<R>,
    _ mailbox: AsyncStream<PipelineMessage>.Continuation, _ group: inout DiscardingTaskGroup
  ) {
    switch action {
    case .start(let index, let attempt):
      let chunk = state.record.chunks[index]
      let call = ChunkCaller<R>.Call(
        chunk: chunk, attempt: attempt, format: state.record.format(of: chunk),
        // What asks again asks for a stretch, never for the whole recording.
        original: chunk.repairs == nil ? state.original : nil)
      report(.started(chunk, attempt: attempt))
      group.addTask {
        let report = await caller.call(call) { mailbox.yield(.partial(index, $0)) }
        mailbox.yield(.called(index, report))
      }
    case .wait(let index, let seconds, let failure):
      report(.retrying(state.record.chunks[index], failure, seconds: seconds))
      wait(seconds, then: .waited(index), mailbox, &group)
    case .hold(let index, let seconds, let failure):
      report(.retrying(state.record.chunks[index], failure, seconds: seconds))
    case .decline, .giveUp, .stop: break
    }
  }
}

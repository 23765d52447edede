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
  private let gate: CallGate
  private let report: Reporter

  init(
    recognizer: R, options: Transcriber.Options, gate: CallGate, report: @escaping Reporter
  ) {
    self.recognizer = recognizer
    self.options = options
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
    let place = GateMember(
      gate, account: recognizer.account,
      terms: CallWindow.Terms(
        maximumInFlight: min(job.limits.maximumInFlight, options.concurrency ?? .max),
        requestsPerMinute: options.requestsPerMinute)
    ) { mailbox.yield(.admitted($0)) }
    // After the group has ended, no call is under way.
    defer { place.leave() }
    let result = await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        let outcome = await loop(opened, job, place, flag, messages, mailbox, &group)
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
    _ opened: Opened, _ job: Job, _ place: GateMember, _ flag: CancelFlag,
    _ messages: AsyncStream<PipelineMessage>, _ mailbox: AsyncStream<PipelineMessage>.Continuation,
    _ group: inout TaskGroup<Void>
  ) async -> Result<Void, TranscriptionError> {
    let file = opened.file
    var record = job.record(
      source: file.source(track: 0, selection: options.selection.aligned),
      recognizer: recognizer.identity)
    record.keepsInventions = options.keepsInventions
    record.asksAgain = options.asksAgain
    var state = PipelineState(
      record: record, wishes: job.wishes,
      planner: Planner(rules: job.rules, start: options.selection.aligned.start),
      scheduler: Scheduler(policy: options.retry), place: place,
      gate: SilenceGate(sendsSilence: options.sendsSilence), file: file)
    let renderer = Renderer(
      spool: opened.spool, fileName: file.displayName, temporaryFolder: options.temporaryFolder)
    let caller = ChunkCaller(
      recognizer: recognizer, minimum: job.limits.minimumSamples, renderer: renderer,
      lanes: ThreadLanes(name: "longscribe render", most: 2))
    let listener = options.listener(for: file)
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
      switch state.take(message, report: report) {
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
    _ action: Scheduler.Action, _ state: PipelineState, _ caller: ChunkCaller<R>,
    _ mailbox: AsyncStream<PipelineMessage>.Continuation, _ group: inout TaskGroup<Void>
  ) {
    switch action {
    case .start(let index, let attempt):
      let chunk = state.record.chunks[index]
      // What asks again asks for a stretch, never for the whole recording.
      let original = chunk.repairs == nil ? state.original : nil
      let format = state.record.format(of: chunk)
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
    case .hold(let index, let seconds, let failure):
      report(.retrying(state.record.chunks[index], failure, seconds: seconds))
    case .decline, .giveUp, .stop: break
    }
  }
}

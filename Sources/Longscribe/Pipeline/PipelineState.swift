import LongscribeMedia

/// What the pipeline's threads and tasks tell its loop.
enum PipelineMessage: Sendable {
  case heard(Listener.Update)
  case listened(Result<DecodeReport, MediaError>)
  case partial(Int, String)
  case called(Int, Result<Recognition, RecognitionFailure>)
  case waited(Int)
  case admitted(CallWindow.Permit)
}

/// The state that the loop owns.
struct PipelineState {
  var record: JobRecord
  var planner: Planner
  let wishes: PlanWishes
  var scheduler: Scheduler
  /// The place among the recordings that share the account.
  private var place: GateMember
  var gate: SilenceGate
  let file: MediaFile
  var frontier: Frontier
  var description: MediaDescription?
  var listened: DecodeReport?
  /// The recording itself, where it goes out as it is.
  var original: AudioUpload?
  /// The chunk given up first.
  var firstFailure: (chunk: Chunk, failure: RecognitionFailure)?
  /// Chunks in a row, with no answer in between, that were refused for length or size and could not be planned again.
  var hopelessInARow = 0
  /// Why the recording could not be heard to its end, although parts of it have been paid for.
  private var brokenOff: MediaError?

  init(
    record: JobRecord, wishes: PlanWishes, planner: Planner, scheduler: Scheduler,
    place: GateMember, gate: SilenceGate, file: MediaFile
  ) {
    self.record = record
    frontier = Frontier(keepsInventions: record.keepsInventions, asksAgain: record.asksAgain)
    self.wishes = wishes
    self.planner = planner
    self.scheduler = scheduler
    self.place = place
    self.gate = gate
    self.file = file
  }

  /// Whether there is nothing left to wait for: all is final, or no call can succeed any more and none has.
  var isFinished: Bool {
    if listened != nil, frontier.isFinished { return true }
    return scheduler.isStopped && !scheduler.hasCallsInFlight && !hasAnswer
  }

  var hasAnswer: Bool {
    record.outcomes.values.contains { outcome in
      if case .answered = outcome { true } else { false }
    }
  }

  /// Takes a message and returns what it asks the outside world to do.
  mutating func take(
    _ message: PipelineMessage, report: Reporter
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
      if error.code == .cancelled { return .failure(.cancelled) }
      guard hasAnswer || scheduler.hasCallsInFlight else { return .failure(.media(error)) }
      return .success(breakOff(error, report: report))
    case .listened(.success(let decoded)):
      return .success(finishPlan(decoded, report: report))
    case .partial(let index, let text):
      return .success(tell(.partial(index, text), report: report))
    case .called(let index, let result):
      return .success(settle(index, result, report: report))
    case .waited(let index):
      return .success(schedule(.waited(chunk: index), report: report))
    case .admitted(let permit):
      let actions = scheduler.handle(.admitted)
      place.take(permit, for: actions, wanted: scheduler.wanted)
      return .success(actions)
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
      let chunk = record.append(chunk)
      actions += tell(.planned(chunk), report: report)
      report(.planned(chunk))
      actions += admit(chunk, gate.judge(chunk, envelope: record.envelope), report: report)
    }
    return actions
  }

  /// Sends a chunk, unless nobody speaks in it.
  mutating func admit(
    _ chunk: Chunk, _ verdict: SilenceGate.Verdict, report: Reporter
  ) -> [Scheduler.Action] {
    switch verdict {
    case .spoken:
      return schedule(
        .ready(chunk: chunk.index, position: chunk.owned.start), report: report)
    case .held: return []
    case .silent:
      record.outcomes[chunk.index] = .silent
      report(.silent(chunk))
      return tell(.settled(chunk.index, .silent), report: report)
    }
  }

  private mutating func finishPlan(
    _ decoded: DecodeReport, report: Reporter
  ) -> [Scheduler.Action] {
    listened = decoded
    record.length = decoded.length
    let last = planner.finish(envelope: record.envelope, length: decoded.length)
    if let description, let limits = record.epochs.last?.limits {
      original = OriginalUpload.upload(
        file, description, decoded, chunks: record.chunks + last,
        selection: record.source.selection, limits: limits)
      if let original { record.sendOriginal(original) }
    }
    report(.listened(decoded))
    var actions = add(last, report: report)
    for (chunk, isSilent) in gate.finish(envelope: record.envelope) {
      actions += admit(chunk, isSilent ? .silent : .spoken, report: report)
    }
    return actions + tell(.planComplete(length: decoded.length), report: report)
  }

  /// Goes on with what has been heard: what has been paid for is not thrown away because a disk failed later.
  private mutating func breakOff(
    _ error: MediaError, report: Reporter
  ) -> [Scheduler.Action] {
    brokenOff = error
    var heard = DecodeReport()
    heard.length = Int64(record.envelope.levels.count) * Timeline.frameLength
    heard.missingFrom = description?.duration.map(Timeline.samples)
    return finishPlan(heard, report: report)
  }

  /// The gap from where hearing broke off to where the recording should end.
  private var brokenOffPart: TranscriptPart? {
    guard let brokenOff, let listened else { return nil }
    let failure = RecognitionFailure(
      .audioUnavailable, message: brokenOff.description, retry: .never)
    let end = max(listened.length, listened.missingFrom ?? 0)
    let gap = TranscriptGap(range: TimelineRange(listened.length, end), failure: failure)
    return TranscriptPart(chunk: record.chunks.count, segments: [], gap: gap)
  }

  private mutating func settle(
    _ index: Int, _ result: Result<Recognition, RecognitionFailure>, report: Reporter
  ) -> [Scheduler.Action] {
    let chunk = record.chunks[index]
    // What stays on this machine costs nothing.
    let sent = record.epochs.last?.limits?.billedSamples(chunk) ?? chunk.audio.length
    let billed = record.recognizer.host == nil ? 0 : sent
    let event = place.end(
      index, result, policy: scheduler.policy, jitter: Double.random(in: 0..<1))
    switch result {
    case .success(let recognition):
      hopelessInARow = 0
      record.calls += 1
      record.billedSamples += billed
      record.outcomes[index] = .answered(recognition)
      report(.answered(chunk, recognition))
      // First the end of the call, so that what is asked again can take its place.
      let actions = schedule(event, report: report)
      return actions + tell(.settled(index, .answered(recognition)), report: report)
    case .failure(let failure):
      // What failed on this machine was never sent.
      if failure.code != .audioUnavailable, failure.code != .cancelled { record.calls += 1 }
      if failure.charge == .unknown { record.callsOfUnknownFate += 1 }
      if failure.charge != .none { record.billedSamples += billed }
      if failure.isTooMuch, !scheduler.isStopped, chunk.repairs == nil {
        return replan(index, after: failure, report: report)
      }
      return schedule(event, report: report)
    }
  }

  /// Feeds the scheduler, and settles what it gives up.
  mutating func schedule(_ event: Scheduler.Event, report: Reporter) -> [Scheduler.Action] {
    var actions = scheduler.handle(event)
    place.want(scheduler.wanted)
    for case .giveUp(let index, let failure) in actions {
      let chunk = record.chunks[index]
      if firstFailure == nil { firstFailure = (chunk, failure) }
      record.outcomes[index] = .failed(failure)
      report(.failed(chunk, failure))
      actions += tell(.settled(index, .failed(failure)), report: report)
    }
    return actions
  }

  /// Feeds the frontier, reports what is final, and asks again for what it wants.
  mutating func tell(_ event: Frontier.Event, report: Reporter) -> [Scheduler.Action] {
    var actions: [Scheduler.Action] = []
    for action in frontier.handle(event, envelope: record.envelope) {
      switch action {
      case .final(let part): report(.final(part))
      case .provisional(let text): report(.provisional(text))
      case .repair(let request):
        let repairs = record.planRepairs(request)
        for chunk in repairs { actions += tell(.repairing(chunk), report: report) }
        for chunk in repairs {
          report(.planned(chunk))
          actions += schedule(
            .ready(chunk: chunk.index, position: chunk.owned.start, isExtra: true), report: report)
        }
      }
    }
    return actions
  }

  func finish(report: Reporter) -> Result<Void, TranscriptionError> {
    if !hasAnswer, let firstFailure {
      var failure = firstFailure.failure
      if let charged = record.chargeWarning {
        failure.hint = [failure.hint, charged].compactMap { $0 }.joined(separator: "; ")
      }
      return .failure(
        .recognition(
          failure, file: file.displayName, chunk: firstFailure.chunk,
          recognizer: record.recognizer))
    }
    let end = brokenOffPart
    if let end { report(.final(end)) }
    let transcript = Transcript(
      record: record, parts: frontier.parts + [end].compactMap { $0 }, warnings: warnings())
    report(.finished(transcript, record))
    return .success(())
  }

  private func warnings() -> [String] {
    (listened?.warnings ?? []) + record.warnings
  }
}

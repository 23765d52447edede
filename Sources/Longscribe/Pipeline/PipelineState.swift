private import Foundation
import LongscribeJournal
import LongscribeMedia

/// What the pipeline's threads and tasks tell its loop.
enum PipelineMessage: Sendable {
  case heard(Listener.Update)
  case listened(Result<DecodeReport, MediaError>)
  case partial(Int, String)
  case called(Int, CallReport)
  case waited(Int)
  case admitted(CallWindow.Permit)
  /// The digest of the file's bytes; `nil` if they could not be read again.
  case digested(String?)
  /// The caller asks to stop.
  case stopRequested
  /// Calls that are still under way are not waited for any longer.
  case graceOver
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
  /// Where a recording that was not heard to its end should end, in samples.
  private var expectedEnd: Int64?
  /// Frames of the recording that have been heard in this run; the record may know more from an earlier one.
  var heardFrames = 0
  /// Frames that sound otherwise than in an earlier run.
  var changedFrames = 0
  /// Chunks whose samples have not been heard yet in this run.
  var unheard: [Chunk] = []
  /// Whether the caller has asked to stop.
  var isStopping = false
  /// Keeps the record; `nil` without a journal.
  private var keeper: JobKeeper?
  /// What happened in an earlier run, until it has been reported.
  var resumed: JobRecord?
  /// What the journal knows of an older file under the same path.
  private let previous: OpenJob.Previous?
  /// Whether the file's bytes have been read for their digest.
  private var isDigested = false
  /// Why something could not be kept.
  private var keepingProblem: String?

  /// Whether the file's digest is worth waiting for: only it tells a file that was touched from one that has changed.
  private var needsDigest: Bool {
    previous?.digest != nil && !isDigested && listened != nil && brokenOff == nil
      && !isStopping
  }

  /// Warnings about the journal.
  private var journalWarnings: [String] {
    var warnings: [String] = []
    if let previous, previous.digest == nil || previous.digest != record.source.digest {
      let isKnown = previous.digest != nil && record.source.digest != nil
      warnings.append(
        "it \(isKnown ? "is not" : "may not be") the file that was transcribed before under this name; what sounds the same was not sent again"
      )
    }
    return warnings + [keepingProblem].compactMap { $0 }
  }

  init(
    session: JobSession, wishes: PlanWishes, scheduler: Scheduler, place: GateMember,
    gate: SilenceGate, file: MediaFile
  ) {
    record = session.record
    frontier = Frontier(keepsInventions: record.keepsInventions, asksAgain: record.asksAgain)
    self.wishes = wishes
    planner = session.planner
    keeper = session.keeper
    resumed = session.isResumed ? session.record : nil
    previous = session.previous
    self.scheduler = scheduler
    self.place = place
    self.gate = gate
    self.file = file
  }

  /// Whether there is nothing left to wait for: all is final, or no call can succeed any more and none has.
  var isFinished: Bool {
    // What an earlier run has heard to its end and got all answers for need not be heard again.
    if listened != nil || (heardFrames == 0 && record.length != nil && !scheduler.isBusy),
      unheard.isEmpty, frontier.isFinished, !needsDigest
    {
      return true
    }
    return scheduler.isStopped && !scheduler.hasCallsInFlight && record.answered == 0
  }

  /// Keeps what is new in the record.
  ///
  /// - Parameter isLast: Whether planning is kept no further, because it goes on otherwise than it would have.
  mutating func keep(isLast: Bool = false) {
    let isWhole = isWhole
    guard keeper?.wants(record, isFinished: isWhole, isLast: isLast) ?? false else { return }
    record.planner = record.length == nil ? planner.state : nil
    keeper?.keep(record, isFinished: isWhole, isLast: isLast)
  }

  /// Whether all of the recording is transcribed, so that another run has nothing to do.
  private var isWhole: Bool {
    record.length != nil && !isStopping && brokenOff == nil && frontier.isFinished
      && record.plan.allSatisfy { record.outcomes[$0.index]?.isSettled ?? false }
  }

  /// Waits until all is kept, and gives the job back; returns why something could not be kept.
  mutating func close() async -> JournalError? { await keeper?.close() ?? nil }

  /// Something could not be kept.
  mutating func warn(of problem: JournalError) { keepingProblem = problem.description }

  /// A chunk has an outcome.
  mutating func settle(_ index: Int, _ outcome: JobRecord.Outcome, key: String? = nil) {
    record.outcomes[index] = outcome
    keeper?.settle(index, key: key)
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
    case .heard(.heard(let levels)): return hear(levels, report: report)
    case .listened(.failure(let error)):
      if isStopping { return .success(breakOff(nil, report: report)) }
      if error.code == .cancelled { return .failure(.cancelled) }
      guard record.answered > 0 || scheduler.hasCallsInFlight else {
        return .failure(.media(error))
      }
      keep(isLast: true)
      return .success(breakOff(error, report: report))
    case .listened(.success(let decoded)):
      guard decoded.length == record.length ?? decoded.length else {
        return .failure(.media(MediaError(.changed, file: file.displayName)))
      }
      return .success(finishPlan(decoded, report: report))
    case .digested(let digest):
      record.source.digest = digest
      isDigested = true
      return .success([])
    case .stopRequested: return .success(stop(report: report))
    case .graceOver: return .success([])
    case .partial(let index, let text):
      return .success(tell(.partial(index, text), report: report))
    case .called(let index, let called):
      return .success(settle(index, called, report: report))
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

  mutating func add(_ chunks: [Chunk], report: Reporter) -> [Scheduler.Action] {
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
      settle(chunk.index, .silent)
      report(.silent(chunk))
      return tell(.settled(chunk.index, .silent), report: report)
    }
  }

  private mutating func finishPlan(
    _ decoded: DecodeReport, report: Reporter
  ) -> [Scheduler.Action] {
    listened = decoded
    let isNew = record.length == nil
    record.length = decoded.length
    if isNew { record.hearingWarnings = decoded.warnings }
    let last = isNew ? planner.finish(envelope: record.envelope, length: decoded.length) : []
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
    if isNew { actions += tell(.planComplete(length: decoded.length), report: report) }
    return actions + admitHeard(report: report)
  }

  /// Goes on with what has been heard: what has been paid for is not thrown away because a disk failed later.
  ///
  /// - Parameter error: What failed; `nil` if the caller asked to stop.
  private mutating func breakOff(
    _ error: MediaError?, report: Reporter
  ) -> [Scheduler.Action] {
    brokenOff = error
    var heard = DecodeReport()
    heard.length = Int64(record.envelope.levels.count) * Timeline.frameLength
    heard.missingFrom = error == nil ? nil : description?.duration.map(Timeline.samples)
    if let length = record.length { heard.length = length }
    expectedEnd = description?.duration.map(Timeline.samples)
    return finishPlan(heard, report: report)
  }

  /// The gap from where hearing broke off to where the recording should end.
  private var brokenOffPart: TranscriptPart? {
    guard let listened else { return nil }
    let failure: RecognitionFailure
    if let brokenOff {
      failure = RecognitionFailure(
        .audioUnavailable, message: brokenOff.description, retry: .never)
    } else if let expectedEnd, expectedEnd > listened.length {
      failure = .interrupted
    } else {
      return nil
    }
    let end = max(listened.length, expectedEnd ?? 0)
    let gap = TranscriptGap(range: TimelineRange(listened.length, end), failure: failure)
    return TranscriptPart(chunk: record.chunks.count, segments: [], gap: gap)
  }

  private mutating func settle(
    _ index: Int, _ called: CallReport, report: Reporter
  ) -> [Scheduler.Action] {
    let chunk = record.chunks[index]
    // What stays on this machine costs nothing.
    let sent = record.epochs.last?.limits?.billedSamples(chunk) ?? chunk.audio.length
    let billed = record.recognizer.host == nil ? 0 : sent
    let event = place.end(
      index, called, policy: scheduler.policy, jitter: Double.random(in: 0..<1))
    record.calls += called.abandoned
    record.callsOfUnknownFate += called.abandoned
    record.billedSamples += Int64(called.abandoned) * billed
    var stopping: [Scheduler.Action] = []
    if let problem = called.journalError {
      // The answer is here and paid for, so it is used; nothing more is paid for that could not be kept.
      keep(isLast: true)
      stopping = schedule(.stopped(RecognitionFailure(problem)), report: report)
    }
    switch called.result {
    case .success(var recognition):
      hopelessInARow = 0
      // Its home is the journal now.
      if called.key != nil { recognition.raw = Data() }
      if called.wasCalled {
        record.calls += 1
        record.billedSamples += billed
      }
      settle(index, .answered(recognition), key: called.key)
      report(called.wasCalled ? .answered(chunk, recognition) : .reused(chunk, recognition))
      // First the end of the call, so that what is asked again can take its place.
      let actions = schedule(event, report: report)
      return stopping + actions
        + tell(.settled(index, .answered(recognition)), report: report)
    case .failure(let failure):
      if called.wasCalled { count(failure, billed: billed) }
      if failure.isTooMuch, !scheduler.isStopped, chunk.repairs == nil {
        return stopping + replan(index, after: failure, report: report)
      }
      return stopping + schedule(event, report: report)
    }
  }

  /// Counts a call that gave no answer. What failed on this machine was never sent.
  private mutating func count(_ failure: RecognitionFailure, billed: Int64) {
    if failure.code != .audioUnavailable, failure.code != .cancelled || failure.charge != .none {
      record.calls += 1
    }
    if failure.charge == .unknown { record.callsOfUnknownFate += 1 }
    if failure.charge != .none { record.billedSamples += billed }
  }

  /// Feeds the scheduler, and settles what it gives up.
  mutating func schedule(_ event: Scheduler.Event, report: Reporter) -> [Scheduler.Action] {
    var actions = scheduler.handle(event)
    place.want(scheduler.wanted)
    for case .giveUp(let index, let failure) in actions {
      let chunk = record.chunks[index]
      if firstFailure == nil { firstFailure = (chunk, failure) }
      settle(index, .failed(failure))
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
          actions += ask(chunk, report: report)
        }
      case .awaitRepairs(let indexes):
        for index in indexes where record.outcomes[index] == nil {
          actions += ask(record.chunks[index], report: report)
        }
      }
    }
    return actions
  }

  /// Sends a chunk that asks again, once its samples are there.
  private mutating func ask(_ chunk: Chunk, report: Reporter) -> [Scheduler.Action] {
    guard isHeard(chunk) else {
      unheard.append(chunk)
      return []
    }
    return schedule(
      .ready(chunk: chunk.index, position: chunk.owned.start, isExtra: true), report: report)
  }

  func finish(report: Reporter) -> Result<Void, TranscriptionError> {
    // Whoever stops a run before the first answer wants no transcript.
    if isStopping, record.answered == 0 { return .failure(.cancelled) }
    if record.answered == 0, let firstFailure {
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
    record.hearingWarnings + journalWarnings + record.warnings
  }
}

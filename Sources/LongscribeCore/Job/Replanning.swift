/// What was planned again after a service had refused a chunk for its length or size.
///
/// # Note: Why chunks are never renumbered
///
/// A chunk's index names it for good: answers are kept under it, files carry it, events have shown it, calls that are under way will
/// report to it. So a chunk that turns out to be too much is not changed. It stays in the record with the outcome
/// `.replanned`, and the chunks that take its place get the next free indexes, whatever stands behind it in the recording. The
/// record only ever grows, which is what a journal needs, and nothing that was said of a chunk becomes wrong.
///
/// The price is that indexes no longer tell the order. That is told by the owned ranges alone, which tile the recording: the plan
/// (`JobRecord.plan`) is all chunks that were not planned again, sorted by where they start. The frontier, the scheduler and the writers
/// order by position. What the indexes do tell is the epoch: those of an epoch are all above those of the one before.
///
/// Only chunks that are neither answered nor under way are taken back. A stretch of them lies between neighbours whose audio is
/// fixed, so it keeps its outer edges: both ends of its owned range, and its overlap with the neighbours unless that is too wide under the
/// new limits. The neighbours' seams stay what they were. A neighbour that was under way and is refused too is
/// later planned again in the same manner: the limits in force do not allow what it sent, so it teaches nothing and begins no epoch.
public struct Replanning: Sendable, Hashable {
  /// The chunk that was refused.
  public var refused: Chunk
  /// How.
  public var failure: RecognitionFailure
  /// The limits that hold from now on.
  public var limits: ServiceLimits
  /// Whether they are new: `false` where an earlier refusal had taught them while this call was under way.
  public var isNewEpoch: Bool
  /// The indexes of the chunks that were taken back, in the recording's order.
  public var removed: [Int]
  /// The chunks in their place, in the recording's order. Fewer than were taken back may follow as long as the
  /// recording is being heard: the rest is planned as it is heard.
  public var added: [Chunk]
  /// Where the first chunk that was taken back starts, in samples.
  public var start: Int64
  /// Chunks of the plan as it is now.
  public var chunkCount: Int
  /// What was learnt and what follows, as a sentence; `nil` if it was known.
  public var message: String?
}

extension JobRecord {
  /// Epochs of a run at the most. Halving eight times leads from 25 minutes to 6 s; a service that refuses more often means something
  /// else. Each costs no more refused calls, which are not charged, than are in flight at a time.
  static let mostEpochs = 9
  /// The same where the refused call was charged, as it is for answers that are cut off: three halvings are paid for, not eight.
  static let mostPaidEpochs = 4

  /// Plans a refused chunk again, and with it all that would be refused for the same reason.
  ///
  /// - Parameters:
  ///   - index: The chunk that was refused.
  ///   - failure: How.
  ///   - wishes: What the plan was made for.
  ///   - planner: The planner of what is still being heard; it goes on by the new rules.
  ///   - isInFlight: Whether a chunk is being sent.
  /// - Throws: Why the chunk cannot be planned again, which is then what becomes of it.
  package mutating func planAgain(
    _ index: Int, after failure: RecognitionFailure, wishes: PlanWishes, planner: inout Planner,
    isInFlight: (Int) -> Bool
  ) throws(RecognitionFailure) -> Replanning {
    let next = try nextEpoch(after: failure, of: index, wishes: wishes)
    // What is padded to the shortest audio that is sent does not become less by being cut.
    let shortest = (next ?? epochs.last)?.limits?.minimumSamples ?? 0
    guard chunks[index].audio.length > shortest else {
      throw failure.hopeless("no shorter audio is sent than \(TimeText.short(shortest))")
    }
    let isNew = next != nil
    guard let epoch = next ?? epochs.last, let limits = epoch.limits else { throw failure }
    let plan = plan
    var replanning = Replanning(
      refused: chunks[index], failure: failure, limits: limits, isNewEpoch: isNew, removed: [],
      added: [], start: chunks[index].owned.start, chunkCount: 0)
    if isNew { epochs.append(epoch) }
    originalBytes = nil
    let runs = plan.runs {
      $0.index == index || isNew && outcomes[$0.index] == nil && !isInFlight($0.index)
    }
    var movesPlanner = isNew && !planner.isFinished
    var added: [Chunk] = []
    for run in runs {
      let isTooMuch = plan[run].contains {
        $0.index == index || !limits.accept(sent($0, by: limits))
      }
      guard isTooMuch, let first = plan[run].first, let last = plan[run].last else { continue }
      let isOpen = movesPlanner && run.upperBound == plan.count
      let stretch = Stretch(
        from: first, to: last, left: run.lowerBound > 0 ? plan[run.lowerBound - 1] : nil,
        right: run.upperBound < plan.count ? plan[run.upperBound] : planner.upcoming)
      replanning.removed += plan[run].map(\.index)
      if isOpen {
        movesPlanner = false
        planner = planner.restarted(by: epoch.rules, at: stretch)
        added += planner.advance(envelope: envelope)
      } else {
        added += planner.chunks(of: stretch, by: epoch.rules, envelope: envelope)
      }
    }
    if movesPlanner { planner = planner.restarted(by: epoch.rules) }
    for index in replanning.removed { outcomes[index] = .replanned }
    for chunk in added { replanning.added.append(append(chunk)) }
    replanning.start = replanning.removed.first.map { chunks[$0].owned.start } ?? replanning.start
    if isNew { epochs[epochs.count - 1].cause?.start = replanning.start }
    replanning.message = isNew ? replanWarning(epochs.count - 1) : nil
    replanning.chunkCount = plan.count - replanning.removed.count + added.count
    return replanning
  }

  /// What a chunk is by what services count: samples and bytes.
  private func sent(_ chunk: Chunk, by limits: ServiceLimits) -> SentAudio {
    let samples = limits.sentSamples(chunk)
    let format = epoch(of: chunk.index)?.format ?? .wav
    return SentAudio(samples: samples, bytes: format.maximumBytes(samples: samples))
  }

  /// The epoch that a refusal begins; `nil` if what it teaches is known.
  private func nextEpoch(
    after failure: RecognitionFailure, of index: Int, wishes: PlanWishes
  ) throws(RecognitionFailure) -> PlanEpoch? {
    let chunk = chunks[index]
    guard failure.isTooMuch, let limits = epochs.last?.limits,
      let rendered = limits.uploadFormat
    else { throw failure }
    var sent = sent(chunk, by: limits)
    if let originalBytes { sent.bytes = originalBytes }
    var next = limits
    switch limits.lesson(of: failure, sent: sent) {
    case .known:
      // It was planned by an earlier epoch, or nothing is left to be learnt.
      guard epoch(of: index)?.firstChunk != epochs.last?.firstChunk else {
        throw failure.hopeless("it is within the limits that are known already")
      }
      return nil
    case .smaller(let smaller): next = smaller
    case .contradiction:
      // What we make of a recording may be less than the recording itself.
      guard originalBytes != nil, rendered.maximumBytes(samples: sent.samples) < sent.bytes else {
        throw failure.hopeless("the service names limits that this is within")
      }
    }
    let most = failure.charge == .none ? Self.mostEpochs : Self.mostPaidEpochs
    guard epochs.count < most else {
      throw failure.hopeless("the recording was planned again \(epochs.count - 1) times already")
    }
    guard let format = next.uploadFormat else { throw failure }
    do throws(PlanRulesError) {
      return PlanEpoch(
        firstChunk: chunks.count, rules: try wishes.yieldingRules(for: next, in: format),
        format: format, limits: next,
        cause: PlanEpoch.Cause(chunk: index, failure: failure, start: chunk.owned.start))
    } catch {
      throw failure.hopeless(error.description)
    }
  }
}

extension RecognitionFailure {
  /// Whether less audio may be accepted. A format that is not accepted is not accepted in smaller pieces either.
  package var isTooMuch: Bool { retry == .split && code != .unsupportedFormat }

  /// The same failure as the last word on its chunk.
  func hopeless(_ reason: String) -> RecognitionFailure {
    var failure = self
    failure.retry = .never
    failure.affectsAllChunks = false
    failure.message = "\(message); it cannot be planned in smaller pieces: \(reason)"
    return failure
  }
}

extension [Chunk] {
  /// The longest runs of neighbours for which a test holds, in order.
  fileprivate func runs(where test: (Chunk) -> Bool) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for place in indices where test(self[place]) {
      if let last = runs.last, last.upperBound == place {
        runs[runs.count - 1] = last.lowerBound..<place + 1
      } else {
        runs.append(place..<place + 1)
      }
    }
    return runs
  }
}

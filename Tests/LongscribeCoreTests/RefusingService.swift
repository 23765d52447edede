import LongscribeCore
import TestSupport

/// A run against a service that takes less than was believed, with calls that end in random order while the recording is being heard: planner,
/// record, scheduler, gate and frontier as the pipeline drives them, without sockets and threads.
struct RefusingRun {
  /// What the service really takes.
  struct Truth {
    var maximumSamples: Int64 = .max
    var maximumBytes: Int64 = .max
    /// Whether its refusals name that.
    var isNamed: Bool
  }

  let truth: Truth
  let envelope: Envelope
  let length: Int64
  let answer: (Chunk) -> Recognition
  var record: JobRecord
  var planner: Planner
  var scheduler: Scheduler
  var gate = SilenceGate()
  var frontier = Frontier()
  let wishes: PlanWishes
  /// Calls at a time.
  private let window: Int
  private var heard = 0
  private var isHeard = false
  private var calls: [Int] = []
  /// What is wrong with the run so far.
  private(set) var problems: [String] = []
  private(set) var refused = 0
  private(set) var replannings: [Replanning] = []
  private var sent: Set<Int> = []

  init(
    envelope: Envelope, length: Int64, limits: ServiceLimits, truth: Truth, window: Int,
    quality: TimeQuality = .words, answer: @escaping (Chunk) -> Recognition
  ) throws {
    self.envelope = envelope
    self.length = length
    self.truth = truth
    self.answer = answer
    wishes = PlanWishes(quality: quality)
    let format = limits.uploadFormat ?? .wav
    let rules = try wishes.rules(for: limits, in: format)
    record = JobRecord(
      source: JobRecord.Source(name: "a.wav", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"), rules: rules, format: format,
      limits: limits)
    planner = Planner(rules: rules)
    scheduler = Scheduler(policy: .standard)
    self.window = window
  }

  /// Runs to the end, or until nothing happens any more.
  mutating func run(using random: inout SeededGenerator) {
    while !isHeard || !calls.isEmpty {
      if !isHeard, calls.isEmpty || Bool.random(using: &random) {
        hear(using: &random)
      } else if let place = calls.indices.randomElement(using: &random) {
        finish(calls.remove(at: place))
      }
      begin()
    }
  }

  private mutating func hear(using random: inout SeededGenerator) {
    let count = min(envelope.levels.count - heard, Int.random(in: 1...20_000, using: &random))
    record.envelope.levels += envelope.levels[heard..<heard + count]
    heard += count
    if heard < envelope.levels.count {
      add(planner.advance(envelope: record.envelope))
      return
    }
    isHeard = true
    record.length = length
    add(planner.finish(envelope: record.envelope, length: length))
    for (chunk, isSilent) in gate.finish(envelope: record.envelope) {
      admit(chunk, isSilent ? .silent : .spoken)
    }
    _ = frontier.handle(.planComplete(length: length), envelope: record.envelope)
  }

  private mutating func add(_ chunks: [Chunk]) {
    for chunk in chunks {
      let chunk = record.append(chunk)
      _ = frontier.handle(.planned(chunk), envelope: record.envelope)
      admit(chunk, gate.judge(chunk, envelope: record.envelope))
    }
  }

  private mutating func admit(_ chunk: Chunk, _ verdict: SilenceGate.Verdict) {
    switch verdict {
    case .held: break
    case .spoken: schedule(.ready(chunk: chunk.index, position: chunk.owned.start))
    case .silent: settle(chunk.index, .silent)
    }
  }

  private mutating func settle(_ index: Int, _ outcome: JobRecord.Outcome) {
    if record.outcomes[index] != nil { problems.append("chunk \(index) is settled twice") }
    record.outcomes[index] = outcome
    _ = frontier.handle(.settled(index, outcome), envelope: record.envelope)
  }

  private mutating func schedule(_ event: Scheduler.Event) {
    perform(scheduler.handle(event))
  }

  /// Begins calls as far as the window allows: after an event, never in the middle of one, as the account's gate does.
  private mutating func begin() {
    while scheduler.wanted > 0, calls.count < window { perform(scheduler.handle(.admitted)) }
  }

  private mutating func perform(_ actions: [Scheduler.Action]) {
    for action in actions {
      switch action {
      case .start(let index, _): send(index)
      case .giveUp(let index, let failure): settle(index, .failed(failure))
      case .decline, .wait, .hold, .stop: break
      }
    }
  }

  private mutating func send(_ index: Int) {
    let chunk = record.chunks[index]
    if !sent.insert(index).inserted { problems.append("chunk \(index) is sent twice") }
    if record.outcomes[index] != nil { problems.append("chunk \(index) is settled and sent") }
    if let limits = record.epochs.last?.limits, let format = record.epoch(of: index)?.format {
      let audio = SentAudio(
        samples: chunk.audio.length, bytes: format.maximumBytes(samples: chunk.audio.length))
      if !limits.accept(audio) { problems.append("chunk \(index) is above the limit in force") }
    }
    calls.append(index)
  }

  private func refusal(of chunk: Chunk) -> RecognitionFailure? {
    let format = record.epoch(of: chunk.index)?.format ?? .wav
    if chunk.audio.length > truth.maximumSamples {
      return RecognitionFailure(
        .tooLong, message: "too long", retry: .split,
        learnt: truth.isNamed ? .init(maximumSamples: truth.maximumSamples) : nil)
    }
    let bytes = format.maximumBytes(samples: chunk.audio.length) + ServiceLimits.formBytes
    guard bytes > truth.maximumBytes else { return nil }
    return RecognitionFailure(
      .tooLarge, message: "too large", retry: .split,
      learnt: truth.isNamed ? .init(maximumBytes: truth.maximumBytes) : nil)
  }

  private mutating func finish(_ index: Int) {
    let chunk = record.chunks[index]
    guard let failure = refusal(of: chunk) else {
      settle(index, .answered(answer(chunk)))
      schedule(.succeeded(chunk: index))
      return
    }
    refused += 1
    do throws(RecognitionFailure) {
      let scheduler = scheduler
      let replanning = try record.planAgain(
        index, after: failure, wishes: wishes, planner: &planner, isInFlight: scheduler.isInFlight)
      replannings.append(replanning)
      gate.withdraw(replanning.removed)
      _ = frontier.handle(
        .replanned(replanning.removed, replanning.added), envelope: record.envelope)
      for chunk in replanning.added {
        admit(chunk, gate.judge(chunk, envelope: record.envelope))
      }
      schedule(.withdrawn(replanning.removed))
    } catch {
      schedule(.failed(chunk: index, error, jitter: 0))
    }
  }

  /// What is wrong with the plan that the run ended with; `nil` if it keeps all promises.
  var planProblem: String? {
    let plan = record.plan
    guard let first = plan.first, let last = plan.last else { return "no chunks" }
    if first.owned.start != 0 || last.owned.end != length { return "does not reach both ends" }
    if first.seam != nil { return "the first chunk has a seam" }
    for (index, chunk) in plan.enumerated() {
      let name = "chunk \(chunk.index) at \(index)"
      guard let epoch = record.epoch(of: chunk.index) else { return "\(name) has no epoch" }
      if record.outcomes[chunk.index] == nil { return "\(name) is open" }
      if chunk.owned.isEmpty { return "\(name) owns nothing" }
      if !chunk.audio.contains(chunk.owned) { return "\(name) is not in its audio" }
      if chunk.audio.length > epoch.rules.longest { return "\(name) is too long" }
      if chunk.audio.start < 0 || chunk.audio.end > length { return "\(name) sticks out" }
      if chunk.audio.length < min(epoch.rules.shortest, length), index == plan.count - 1 {
        return "\(name) is a stub"
      }
      guard index > 0 else { continue }
      let left = plan[index - 1]
      if left.owned.end != chunk.owned.start { return "owned ranges do not tile at \(name)" }
      guard let seam = chunk.seam else { return "\(name) has no seam" }
      let overlap = left.audio.intersection(chunk.audio).length
      if overlap < leastOverlap(seam, left, chunk) {
        return "\(name) overlaps by \(overlap) at a \(seam) seam"
      }
    }
    return nil
  }

  /// What two neighbours share at the least: each reaches as far as the rules say that it was planned by, but for a neighbour of a wider
  /// seam of an earlier epoch.
  private func leastOverlap(_ seam: Seam, _ left: Chunk, _ right: Chunk) -> Int64 {
    // A last chunk that was a stub reaches back beyond a pause, which is called a valley then.
    let isExtended = record.chunks.contains { chunk in
      chunk.owned.start == right.owned.start
        && chunk.audio.length == record.epoch(of: chunk.index)?.rules.shortest
    }
    guard seam != .pause, !isExtended else { return 0 }
    let reaches = record.epochs.map { $0.rules.reach(seam) }
    return min(2 * (reaches.min() ?? 0), left.owned.length, right.owned.length)
  }
}

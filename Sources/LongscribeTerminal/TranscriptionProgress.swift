package import Longscribe

/// How far the transcription of a recording is. Pure: events in, numbers out.
package struct TranscriptionProgress: Sendable {
  /// What the recording is called.
  package let name: String
  /// Samples that have been decoded.
  package private(set) var heard: Int64 = 0
  /// The recording's length in samples: what its container claims, and once it has been heard, what is true.
  package private(set) var length: Int64?
  /// Whether the whole plan is known.
  package private(set) var isPlanned = false
  /// Chunks that are planned so far.
  package private(set) var chunks = 0
  /// Chunks that are answered, given up or silent.
  package private(set) var done = 0
  /// Samples that those chunks answer for.
  package private(set) var doneSamples: Int64 = 0
  /// Those of them that were done before this run.
  package private(set) var keptSamples: Int64 = 0
  /// Calls under way that ask again for what an answer left open.
  package private(set) var repairs = 0
  /// Text that may still change.
  package private(set) var provisional = ""
  /// What calls of this run were charged, or may have been.
  package private(set) var usage = CallUsage.none
  /// Calls of this run, failed ones included.
  package private(set) var calls = 0
  /// Those of them that may have been charged although there is no answer.
  package private(set) var callsOfUnknownFate = 0
  /// Chunks that are on their way.
  private var started: Set<Int> = []
  private let rate: CallRate?
  private let metering: Metering

  /// Failures of chunks that were on their way and did not leave this machine.
  private static let unsent: Set<RecognitionFailure.Code> = [
    .audioUnavailable, .budgetReached, .cancelled, .interrupted, .journalUnavailable, .unknownFate,
  ]

  /// - Parameters:
  ///   - rate: What calls cost; `nil` where it is not known.
  ///   - metering: How the audio of a call is counted.
  package init(name: String, rate: CallRate? = nil, metering: Metering = .exact) {
    self.name = name
    self.rate = rate
    self.metering = rate?.metering ?? metering
  }

  /// What this run has cost so far, as it is shown; `nil` where no rate is known and where nothing costs anything.
  package var cost: String? {
    rate.flatMap { $0.isFree ? nil : $0.text(of: usage) }
  }

  /// Takes an event.
  package mutating func take(_ event: TranscriptionEvent) {
    switch event {
    case .opened(let description, track: _):
      length = description.duration.map(Timeline.samples)
    case .heard(let samples): heard = max(heard, samples)
    case .listened(let report):
      length = report.length
      isPlanned = true
    case .planned(let chunk): if chunk.repairs == nil { chunks += 1 } else { repairs += 1 }
    case .replanned(let replanning): chunks -= replanning.removed.count
    case .provisional(let text): provisional = text
    case .final: provisional = ""
    case .resumed(let record): resume(record)
    case .reused(let chunk, _):
      started.remove(chunk.index)
      if chunk.repairs == nil { keptSamples += chunk.owned.length }
      finish(chunk)
    case .started(let chunk, _): started.insert(chunk.index)
    case .answered(let chunk, _):
      charge(chunk)
      finish(chunk)
    case .failed(let chunk, let failure):
      charge(chunk, after: failure)
      finish(chunk)
    case .retrying(let chunk, let failure, _): charge(chunk, after: failure)
    case .silent(let chunk): finish(chunk)
    default: break
    }
  }

  /// Counts a call, unless it certainly cost nothing.
  private mutating func charge(_ chunk: Chunk, after failure: RecognitionFailure? = nil) {
    guard started.remove(chunk.index) != nil,
      !(failure.map { Self.unsent.contains($0.code) } ?? false)
    else { return }
    calls += 1
    if failure?.charge == .unknown { callsOfUnknownFate += 1 }
    guard failure?.charge != RecognitionFailure.Charge.none else { return }
    usage =
      usage + CallUsage(calls: 1, billedSamples: metering.billed(chunk.audio.length))
  }

  private mutating func finish(_ chunk: Chunk) {
    guard chunk.repairs == nil else {
      repairs = max(0, repairs - 1)
      return
    }
    done += 1
    doneSamples += chunk.owned.length
  }

  private mutating func resume(_ record: JobRecord) {
    let finished = record.plan.filter { record.outcomes[$0.index] != nil }
    chunks = record.plan.count
    done = finished.count
    doneSamples = finished.reduce(0) { $0 + $1.owned.length }
    keptSamples = doneSamples
    if let known = record.length {
      length = known
      isPlanned = true
    }
  }

  /// The share that is done, from 0 to 1; `nil` where the length is not known.
  package var share: Double? {
    guard let length, length > 0 else { return nil }
    return min(1, Double(doneSamples) / Double(length))
  }

  /// Seconds of audio that are done in a second; `nil` before there is something to measure.
  package func speed(after seconds: Double) -> Double? {
    let samples = doneSamples - keptSamples
    guard samples > 0, seconds > 0 else { return nil }
    return Timeline.seconds(samples) / seconds
  }

  /// Seconds that the rest takes at the same speed.
  package func left(after seconds: Double) -> Double? {
    guard let length, length > doneSamples, let speed = speed(after: seconds) else { return nil }
    return Timeline.seconds(length - doneSamples) / speed
  }
}

import LongscribeCore
import TestSupport

/// A run of a plan against a recogniser, as the pipeline drives record and frontier: answers come in any order, and what an audit asks for is
/// asked.
struct AuditedRun {
  var record: JobRecord
  private(set) var parts: [TranscriptPart] = []
  private(set) var requests: [RepairRequest] = []

  /// The chunks that asked again.
  var repairs: [Chunk] { record.chunks.filter { $0.repairs != nil } }

  var transcript: Transcript { Transcript(record: record, parts: parts) }

  init(
    _ speech: SimulatedSpeech, _ kind: SimulatedSpeech.Answer, asksAgain: Bool = true,
    longest: Int64 = 29
  ) {
    let text = kind == .text
    let rules = PlanRules(
      longest: longest * 16_000, shortest: 80_000, valleyOverlap: text ? 48_000 : 32_000,
      forcedOverlap: text ? 64_000 : 48_000)
    record = JobRecord(
      source: .init(name: "test", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"), rules: rules, format: .wav)
    record.envelope = speech.envelope
    record.length = speech.length
    record.chunks = Planner.plan(envelope: speech.envelope, length: speech.length, rules: rules)
    record.asksAgain = asksAgain
  }

  /// Runs to the end.
  ///
  /// - Parameters:
  ///   - order: In which order the answers arrive; `nil` for that of the recording.
  ///   - answer: What becomes of a chunk. It must not depend on the order.
  mutating func run(
    inOrder order: SeededGenerator? = nil, _ answer: (Chunk) -> JobRecord.Outcome
  ) {
    var order = order
    var frontier = Frontier(asksAgain: record.asksAgain)
    var open = record.chunks.map(\.index)
    func take(_ event: Frontier.Event) {
      for action in frontier.handle(event, envelope: record.envelope) {
        switch action {
        case .final(let part): parts.append(part)
        case .repair(let request):
          requests.append(request)
          for chunk in record.planRepairs(request) {
            take(.repairing(chunk))
            open.append(chunk.index)
          }
        case .awaitRepairs, .provisional: break
        }
      }
    }
    for chunk in record.chunks { take(.planned(chunk)) }
    take(.planComplete(length: record.length ?? 0))
    while !open.isEmpty {
      var place = 0
      if var generator = order {
        place = Int.random(in: 0..<open.count, using: &generator)
        order = generator
      }
      let index = open.remove(at: place)
      let outcome = answer(record.chunks[index])
      record.outcomes[index] = outcome
      take(.settled(index, outcome))
    }
  }
}

extension SimulatedSpeech {
  /// A recogniser's answer that is the same each time: its dice are thrown by the chunk's place.
  func answer(_ chunk: Chunk, _ kind: Answer, seed: UInt64) -> Recognition {
    var random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(chunk.audio.start))
    return answer(chunk, kind, using: &random)
  }

  /// The same recording with words that the recogniser does not hear.
  func without(_ indices: Range<Int>) -> SimulatedSpeech {
    var other = self
    other.words.removeSubrange(indices)
    return other
  }
}

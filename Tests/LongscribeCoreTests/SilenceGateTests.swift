import LongscribeCore
import TestSupport
import Testing

@Suite("Which chunks are silent")
struct SilenceGateTests {
  private static let chunk = Chunk(
    index: 0, audio: TimelineRange(0, 30 * 16_000), owned: TimelineRange(0, 29 * 16_000), seam: nil)

  /// Thirty seconds around a level, and after them what makes the rest of the recording.
  private static func envelope(
    _ level: UInt8, spread: Int = 1, then speech: UInt8? = 200,
    change: (inout [UInt8]) -> Void = { _ in }
  ) -> Envelope {
    var random = SeededGenerator(seed: 9)
    var levels = (0..<3000).map { _ in
      UInt8(clamping: Int(level) + Int.random(in: -spread...spread, using: &random))
    }
    change(&levels)
    if let speech {
      for _ in 0..<100 {
        levels += [UInt8](repeating: speech, count: 250) + [UInt8](repeating: level, count: 50)
      }
    }
    return Envelope(levels: levels)
  }

  /// What the gate says in the end.
  private static func isSilent(_ envelope: Envelope) -> Bool {
    var gate = SilenceGate()
    switch gate.judge(chunk, envelope: envelope) {
    case .silent: return true
    case .spoken: return false
    case .held: return gate.finish(envelope: envelope).map(\.isSilent) == [true]
    }
  }

  @Test("Digital and near silence is known at once, whatever follows")
  func nearSilence() {
    var gate = SilenceGate()
    #expect(gate.judge(Self.chunk, envelope: Self.envelope(0, spread: 0, then: nil)) == .silent)
    #expect(gate.judge(Self.chunk, envelope: Self.envelope(70, spread: 10, then: nil)) == .silent)
    #expect(gate.judge(Self.chunk, envelope: Self.envelope(81, spread: 1, then: nil)) == .held)
  }

  @Test("The noise of a room is silence in a recording in which somebody speaks elsewhere")
  func roomNoise() {
    #expect(Self.isSilent(Self.envelope(110)))
    #expect(!Self.isSilent(Self.envelope(110, then: nil)), "there is no speech to compare it with")
    #expect(!Self.isSilent(Self.envelope(170)), "it is hardly quieter than the speech")
  }

  @Test("One short, soft word is enough for a chunk to be sent")
  func oneWord() {
    for start in [0, 1500, 2980] {
      let envelope = Self.envelope(110) { levels in
        for frame in start..<start + 20 { levels[frame] = 122 }
      }
      #expect(!Self.isSilent(envelope), "0.2 s, 6 dB above the noise, at frame \(start)")
    }
    let muted = Self.envelope(0, spread: 0) { levels in
      for frame in 1500..<1520 { levels[frame] = 100 }
    }
    #expect(!Self.isSilent(muted), "0.2 s at -70 dBFS where all else is muted")
  }

  @Test("A click is no word")
  func click() {
    #expect(Self.isSilent(Self.envelope(110) { $0[700] = 125 }))
  }

  @Test("Speech is sent at every level that anybody records at", arguments: [-20, -50, -60, -70])
  func quietSpeech(level: Int) {
    var random = SeededGenerator(seed: UInt64(100 + level))
    for _ in 0..<50 {
      let speech = SimulatedSpeech(seconds: 30, script: .english, pauses: true, using: &random)
      // Words are near 190, the room is at 110.
      let quiet = speech.envelope.levels.map { UInt8(clamping: Int($0) - 190 + (level + 120) * 2) }
      let loud = SimulatedSpeech(seconds: 300, script: .english, pauses: true, using: &random)
      let envelope = Envelope(levels: quiet + loud.envelope.levels)
      #expect(!Self.isSilent(envelope))
    }
  }

  @Test("A gate that sends silence lets all pass")
  func open() {
    var gate = SilenceGate(sendsSilence: true)
    #expect(gate.judge(Self.chunk, envelope: Self.envelope(0, spread: 0)) == .spoken)
  }

  @Test("What was planned again is not judged any more")
  func withdrawn() {
    var gate = SilenceGate()
    let envelope = Self.envelope(110)
    #expect(gate.judge(Self.chunk, envelope: envelope) == .held)
    gate.withdraw([0])
    #expect(gate.finish(envelope: envelope).isEmpty)
    #expect(gate.judge(Self.chunk, envelope: envelope) == .silent, "the end is known now")
  }

  @Test("Silence in a record is joined, counted and told")
  func record() {
    var record = JobRecord(
      source: JobRecord.Source(name: "a.wav", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"),
      rules: PlanRules(longest: 480_000, shortest: 0, valleyOverlap: 0, forcedOverlap: 0),
      format: .wav)
    for index in 0..<4 {
      let range = TimelineRange(Int64(index) * 160_000, Int64(index + 1) * 160_000)
      record.chunks.append(Chunk(index: index, audio: range, owned: range, seam: .pause))
    }
    record.length = 640_000
    record.outcomes = [
      0: .silent, 1: .silent, 2: .answered(Recognition(text: "Here.")), 3: .silent,
    ]
    #expect(
      record.silence == [TimelineRange(0, 320_000), TimelineRange(480_000, 640_000)])
    #expect(
      record.silenceNote
        == "3 chunks are silent and are not sent: 0:00:00–0:00:20, 0:00:30–0:00:40")
    let transcript = record.transcript()
    #expect(transcript.text == "Here.")
    #expect(transcript.gaps == [])
    #expect(record.frontier().isFinished)
    record.outcomes[2] = .silent
    #expect(record.isSilent)
    #expect(record.warnings == ["nobody speaks in it, so nothing is sent"])
  }
}

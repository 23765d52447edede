import LongscribeCore
import TestSupport
import Testing

@Suite("Coverage audit")
struct CoverageAuditTests {
  /// Moves the times of an answer by up to so many samples.
  private static func jittered(
    _ answer: Recognition, _ most: Int64, of chunk: Chunk, using random: inout SeededGenerator
  ) -> Recognition {
    func move(_ range: TimelineRange) -> TimelineRange {
      let by = Int64.random(in: -most...most, using: &random)
      let start = max(0, min(chunk.audio.length - 160, range.start + by))
      return TimelineRange(start, min(chunk.audio.length, max(start + 160, range.end + by)))
    }
    var answer = answer
    for index in answer.words.indices {
      answer.words[index].range = move(answer.words[index].range)
    }
    for index in answer.segments.indices {
      answer.segments[index].range = move(answer.segments[index].range)
    }
    return answer
  }

  @Test(
    "Complete answers are not doubted, whatever their times are and however they wobble",
    arguments: SimulatedSpeech.Answer.allCases, 0..<16)
  func noFalseAlarm(kind: SimulatedSpeech.Answer, seed: Int) {
    var random = SeededGenerator(seed: 7000 + UInt64(seed))
    let speech = SimulatedSpeech(
      seconds: 600, script: seed % 2 == 0 ? .english : .chinese, pauses: seed % 3 != 0,
      using: &random)
    var run = AuditedRun(speech, kind)
    run.run { chunk in
      let answer = speech.answer(chunk, kind, seed: UInt64(seed))
      return .answered(
        Self.jittered(answer, kind == .words ? 4000 : 9600, of: chunk, using: &random))
    }
    #expect(run.requests == [])
    #expect(run.transcript.uncovered == [])
    #expect(run.transcript.warnings == [])
  }

  /// A recording in which some words in a row, of one chunk and far from its seams, are missing from every answer but the second.
  private struct Hole {
    let speech: SimulatedSpeech
    let deaf: SimulatedSpeech
    let words: Range<Int>
    let range: TimelineRange

    init(
      _ count: Int, script: SimulatedSpeech.Script = .english, seconds: Int = 300,
      longest: Int64 = 29, chunk place: Int = 3, seed: UInt64
    ) {
      var random = SeededGenerator(seed: seed)
      speech = SimulatedSpeech(seconds: seconds, script: script, pauses: true, using: &random)
      let chunks = AuditedRun(speech, .words, longest: longest).record.chunks
      let owned = chunks[min(place, chunks.count - 1)].owned
      let first = speech.words.firstIndex { $0.range.start > owned.start + 3 * 16_000 } ?? 0
      let start = first + Int.random(in: 0..<3, using: &random)
      let last =
        speech.words.lastIndex { $0.range.end < owned.end - 3 * 16_000 } ?? speech.words.count - 1
      words = start..<min(start + count, last)
      range = TimelineRange(
        speech.words[words.lowerBound].range.start, speech.words[words.upperBound - 1].range.end)
      deaf = speech.without(words)
    }

    /// The first answer leaves the words out; one that was asked again has them, if `heals`.
    func answer(
      _ chunk: Chunk, _ kind: SimulatedSpeech.Answer, heals: Bool = true
    ) -> JobRecord.Outcome {
      .answered((chunk.repairs != nil && heals ? speech : deaf).answer(chunk, kind, seed: 5))
    }
  }

  @Test(
    "Words that are missing far from a seam are asked for again, and put in where they belong",
    arguments: [SimulatedSpeech.Answer.words, .segments], [15, 30, 60, 90])
  func holesAreFilled(kind: SimulatedSpeech.Answer, count: Int) {
    for seed in 0..<6 {
      // Where only segments have times, a hole has to be longer to be seen.
      let count = kind == .segments ? max(count, 24) : count
      // The longest holes are longer than a chunk of half a minute.
      let hole = Hole(
        count, script: seed % 2 == 0 ? .english : .chinese, longest: count > 60 ? 59 : 29,
        seed: 8000 + UInt64(seed))
      var run = AuditedRun(hole.speech, kind, longest: count > 60 ? 59 : 29)
      run.run { hole.answer($0, kind) }
      #expect(hole.speech.differences(from: run.transcript.text) == "", "seed \(seed)")
      #expect(run.repairs.count == 1)
      #expect(run.transcript.uncovered == [])
      #expect(run.transcript.warnings == [])
      // Where a segment is stretched over the hole, all of it is asked for again.
      guard kind == .words, let repair = run.repairs.first else { continue }
      #expect(abs(repair.audio.start - hole.range.start) < 16_000)
      #expect(repair.audio.length < hole.range.length + 3 * 16_000)
    }
  }

  @Test("Of bare text the amount tells: most of a chunk is missing", arguments: 0..<8)
  func bareText(seed: Int) {
    let hole = Hole(
      55, script: seed % 2 == 0 ? .english : .chinese, chunk: 7, seed: 8100 + UInt64(seed))
    var run = AuditedRun(hole.speech, .text)
    run.run { hole.answer($0, .text) }
    #expect(run.repairs.count >= 1)
    #expect(hole.speech.differences(from: run.transcript.text) == "")
    #expect(run.transcript.uncovered == [])
  }

  @Test(
    "An empty answer over speech is asked for again", arguments: SimulatedSpeech.Answer.allCases)
  func emptyAnswer(kind: SimulatedSpeech.Answer) {
    for seed in 0..<6 {
      var random = SeededGenerator(seed: 8200 + UInt64(seed))
      let speech = SimulatedSpeech(
        seconds: 200, script: seed % 2 == 0 ? .english : .chinese, pauses: true, using: &random)
      for lost in [0, 3, AuditedRun(speech, kind).record.chunks.count - 1] {
        var run = AuditedRun(speech, kind)
        run.run { chunk in
          .answered(
            chunk.index == lost ? Recognition(text: "") : speech.answer(chunk, kind, seed: 1))
        }
        #expect(speech.differences(from: run.transcript.text) == "", "chunk \(lost), seed \(seed)")
        #expect(run.transcript.uncovered == [])
        #expect((1...2).contains(run.repairs.count))
      }
    }
  }

  @Test("What a second answer does not hear either is told, with its place")
  func remainsOpen() throws {
    let hole = Hole(30, seed: 8300)
    var run = AuditedRun(hole.speech, .words)
    run.run { hole.answer($0, .words, heals: false) }
    #expect(run.repairs.count == 1)
    #expect(hole.deaf.differences(from: run.transcript.text) == "", "nothing else changes")
    let open = try #require(run.transcript.uncovered.first)
    #expect(run.transcript.uncovered.count == 1)
    #expect(open.askedAgain && open.isLikeSpeech && open.reason == .noText)
    #expect(abs(open.range.start - hole.range.start) < 16_000)
    #expect(abs(open.range.end - hole.range.end) < 16_000)
    let warning = try #require(run.transcript.warnings.first)
    #expect(warning.contains("asking again gave none"))
    #expect(warning.contains(TimeText.range(open.range)))
    #expect(JSONTranscript.write(run.transcript).contains(#""uncovered": ["#))
  }

  // MARK: What is no speech

  /// Sounds that nobody makes by speaking, as levels of one frame each.
  private enum Sound: CaseIterable {
    case hum, hiss, swellingTone, beat, clicks

    func level(_ frame: Int, using random: inout SeededGenerator) -> UInt8 {
      switch self {
      case .hum: 186
      case .hiss: UInt8(184 + Int.random(in: -2...2, using: &random))
      // A minute of crescendo.
      case .swellingTone: UInt8(150 + min(45, frame / 100))
      // 120 to the minute, each dying away by 20 dB.
      case .beat: UInt8(195 - frame % 50 * 4 / 5)
      case .clicks: frame % 150 < 2 ? 200 : 110
      }
    }
  }

  @Test(
    "Hum, hiss, a tone, a beat and clicks without text are not taken for speech that is missing",
    arguments: Sound.allCases)
  private func otherSounds(sound: Sound) {
    for (kind, seed) in zip([SimulatedSpeech.Answer.words, .segments, .text], UInt64(8400)...) {
      var random = SeededGenerator(seed: seed)
      let speech = SimulatedSpeech(seconds: 240, script: .english, pauses: true, using: &random)
      let quiet = TimelineRange(100 * 16_000, 150 * 16_000)
      let words = speech.words.indices.filter {
        !speech.words[$0].range.intersection(quiet).isEmpty
      }
      let talk = speech.without((words.first ?? 0)..<(words.last ?? 0) + 1)
      var run = AuditedRun(talk, kind)
      for frame in quiet.frames(upTo: 24_000) {
        run.record.envelope.levels[frame] = sound.level(frame - 10_000, using: &random)
      }
      run.run { .answered(talk.answer($0, kind, seed: 5)) }
      #expect(run.transcript.missing == [], "nothing is warned of")
      if sound != .beat { #expect(run.requests == [], "nothing is asked again") }
    }
  }

  @Test("What recognisers invent when they are asked again is not put in")
  func inventionInAnswer() throws {
    let hole = Hole(30, seed: 8450)
    var run = AuditedRun(hole.speech, .words)
    run.run { chunk in
      chunk.repairs == nil
        ? hole.answer(chunk, .words) : .answered(Recognition(text: "Thanks for watching!"))
    }
    #expect(hole.deaf.differences(from: run.transcript.text) == "")
    #expect(run.transcript.dropped.map(\.text) == ["Thanks for watching!"])
    #expect(run.transcript.missing.count == 1)
  }

  // MARK: Loud and quiet

  @Test(
    "A hole is found however loud the speech around it is recorded", arguments: [-60, -30, 0, 15])
  func levels(shift: Int) {
    let hole = Hole(30, seed: 8500)
    var run = AuditedRun(hole.speech, .words)
    run.record.envelope.levels = run.record.envelope.levels.map { UInt8(clamping: Int($0) + shift) }
    run.run { hole.answer($0, .words) }
    #expect(run.repairs.count == 1)
    #expect(hole.speech.differences(from: run.transcript.text) == "")
  }

  @Test("After a loud opening a hole in quiet speech is found all the same")
  func quietAfterLoud() {
    let hole = Hole(30, seconds: 600, chunk: 12, seed: 8510)
    var run = AuditedRun(hole.speech, .words)
    // The voice falls by 25 dB after four minutes.
    for frame in 24_000..<60_000 {
      run.record.envelope.levels[frame] = UInt8(
        clamping: Int(run.record.envelope.levels[frame]) - 50)
    }
    run.run { hole.answer($0, .words) }
    #expect(run.repairs.count == 1)
    #expect(hole.speech.differences(from: run.transcript.text) == "")
  }

  // MARK: Where it is put

  @Test("Into a hole go only the words that are in it, and the words around it stay as they are")
  func onlyInside() throws {
    for seed in 0..<12 {
      let hole = Hole(30, seed: 8600 + UInt64(seed))
      var run = AuditedRun(hole.speech, .words)
      run.run { chunk in
        guard chunk.repairs != nil else { return hole.answer(chunk, .words) }
        // It hears words of its own around the hole, and the hole's words.
        var answer = hole.speech.answer(chunk, .words, seed: 5)
        let outside = answer.words.indices.filter { index in
          let word = answer.words[index].range
          let middle = chunk.audio.start + (word.start + word.end) / 2
          return middle < chunk.owned.start || middle >= chunk.owned.end
        }
        for index in outside { answer.words[index].text = "other\(index)" }
        answer.text = answer.words.map(\.text).joined(separator: " ")
        return .answered(answer)
      }
      #expect(hole.speech.differences(from: run.transcript.text) == "", "seed \(seed)")
      let starts = run.transcript.words.map(\.range.start)
      #expect(starts == starts.sorted())
    }
  }

  @Test(
    "Words without times are put in once, though the request reaches beyond the hole",
    arguments: 0..<12)
  func bareTextInside(seed: Int) {
    let hole = Hole(30, seed: 8700 + UInt64(seed))
    var run = AuditedRun(hole.speech, .words)
    run.run { chunk in
      guard chunk.repairs != nil else { return hole.answer(chunk, .words) }
      // Two words before the hole and two after it are heard as well.
      let from = max(0, hole.words.lowerBound - 2)
      let words = hole.speech.words[from..<min(hole.speech.words.count, hole.words.upperBound + 2)]
      return .answered(Recognition(text: words.map(\.text).joined(separator: " ")))
    }
    #expect(hole.speech.differences(from: run.transcript.text) == "")
    #expect(run.transcript.uncovered == [])
  }

  // MARK: Once, in order, within bounds

  /// A recording of which many chunks lose words, some answers fail, and some second answers fail or hear nothing.
  private struct Trouble {
    let speech: SimulatedSpeech
    let kind: SimulatedSpeech.Answer
    let seed: UInt64

    func answer(_ chunk: Chunk) -> JobRecord.Outcome {
      var random = SeededGenerator(seed: seed &+ UInt64(chunk.audio.start) &* 31)
      let fate = Int.random(in: 0..<10, using: &random)
      let failure = RecognitionFailure(.serverError, message: "no", retry: .never)
      if chunk.repairs != nil {
        if fate < 2 { return .failed(failure) }
        if fate < 4 { return .answered(Recognition(text: "")) }
        return .answered(speech.answer(chunk, kind, seed: seed))
      }
      if fate < 1 { return .failed(failure) }
      if fate < 2 { return .answered(Recognition(text: "")) }
      guard fate < 6 else { return .answered(speech.answer(chunk, kind, seed: seed)) }
      let first = speech.words.firstIndex { $0.range.start > chunk.owned.start + 64_000 } ?? 0
      let deaf = speech.without(first..<min(speech.words.count, first + (kind == .text ? 60 : 28)))
      return .answered(deaf.answer(chunk, kind, seed: seed))
    }
  }

  @Test(
    "What is asked again, and the transcript, do not depend on the order of answers; the record tells them again",
    arguments: 0..<24)
  func orderDoesNotMatter(seed: Int) {
    var random = SeededGenerator(seed: 8800 + UInt64(seed))
    let kind = SimulatedSpeech.Answer.allCases[seed % 3]
    let speech = SimulatedSpeech(
      seconds: 900, script: seed % 2 == 0 ? .english : .chinese, pauses: true, using: &random)
    let trouble = Trouble(speech: speech, kind: kind, seed: UInt64(seed))
    var first = AuditedRun(speech, kind)
    first.run(trouble.answer)
    #expect(!first.repairs.isEmpty)
    for order in 0..<4 {
      var other = AuditedRun(speech, kind)
      other.run(inOrder: SeededGenerator(seed: UInt64(order)), trouble.answer)
      #expect(other.requests == first.requests)
      #expect(other.record == first.record)
      #expect(other.parts == first.parts)
    }
    let again = first.record.frontier()
    #expect(again.isFinished && again.wanted == nil)
    #expect(again.parts == first.parts)
    // The plan is what it was: what asks again is none of it.
    var position: Int64 = 0
    for chunk in first.record.plan {
      #expect(chunk.owned.start == position)
      position = chunk.owned.end
    }
    #expect(position == speech.length)
    // A record that ends before something was asked again knows what is to be asked.
    var cut = first.record
    cut.outcomes = cut.outcomes.filter { cut.chunks[$0.key].repairs == nil }
    cut.chunks.removeAll { $0.repairs != nil }
    let waiting = cut.frontier()
    #expect(waiting.wanted == first.requests.first)
    #expect(!waiting.isFinished)
  }

  @Test("The budget holds, for a chunk and for a recording", arguments: [300, 1800, 5400])
  func budget(seconds: Int) {
    var random = SeededGenerator(seed: 8900)
    let speech = SimulatedSpeech(seconds: seconds, script: .english, pauses: true, using: &random)
    var run = AuditedRun(speech, .words)
    run.run { chunk in
      let parity = chunk.index % 2
      return .answered(
        chunk.repairs == nil && parity == 0
          ? Recognition(text: "") : speech.answer(chunk, .words, seed: 1))
    }
    let plan = run.record.plan.count
    #expect(run.repairs.count <= min(32, max(2, plan / 20)))
    #expect(run.repairs.count >= min(32, max(2, plan / 20)) - 1, "it is used")
    for chunk in run.record.plan {
      #expect(run.repairs.count { $0.repairs == chunk.index } <= 2)
    }
    for repair in run.repairs {
      #expect(repair.audio.length <= 29 * 16_000)
      #expect(repair.audio.start >= 0 && repair.audio.end <= speech.length)
      #expect(!repair.owned.intersection(repair.audio).isEmpty)
    }
    let open = run.transcript.uncovered
    #expect(open.count { !$0.askedAgain } >= plan / 2 - run.repairs.count - 1)
    #expect(run.transcript.warnings.contains { $0.hasPrefix("somebody seems to speak") })
  }

  @Test("Nothing is asked again where that is not wanted, and what is open is told all the same")
  func switchedOff() {
    let hole = Hole(30, seed: 9000)
    var run = AuditedRun(hole.speech, .words, asksAgain: false)
    run.run { hole.answer($0, .words) }
    #expect(run.requests == [])
    #expect(run.transcript.missing.map(\.askedAgain) == [false])
  }

  @Test("A second request that fails is no gap")
  func failedRepair() {
    let hole = Hole(30, seed: 9100)
    var run = AuditedRun(hole.speech, .words)
    run.run { chunk in
      chunk.repairs == nil
        ? hole.answer(chunk, .words)
        : .failed(RecognitionFailure(.tooShort, message: "too short", retry: .never))
    }
    #expect(run.transcript.gaps == [])
    #expect(hole.deaf.differences(from: run.transcript.text) == "")
    #expect(run.transcript.missing.map(\.askedAgain) == [false])
  }

  @Test("More text than anybody can say in the time is told")
  func tooMuchText() {
    var random = SeededGenerator(seed: 9200)
    let speech = SimulatedSpeech(seconds: 120, script: .chinese, pauses: true, using: &random)
    var run = AuditedRun(speech, .text)
    run.run { chunk in
      .answered(
        chunk.index == 1
          ? Recognition(text: speech.keys.joined() + speech.keys.reversed().joined())
          : speech.answer(chunk, .text, seed: 1))
    }
    #expect(run.transcript.missing.map(\.reason) == [.tooMuchText])
    #expect(run.transcript.warnings.contains { $0.contains("more text than anybody can say") })
    #expect(run.repairs.isEmpty)
  }
}

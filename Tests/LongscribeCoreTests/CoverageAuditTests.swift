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
    for index in answer.words.indices { answer.words[index].range = move(answer.words[index].range) }
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

  @Test("An empty answer over speech is asked for again", arguments: SimulatedSpeech.Answer.allCases)
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
}

import Foundation
import LongscribeCore
import TestSupport
import Testing

@Suite("Transcripts of plans that were read back")
struct PlanStitchingTests {
  private static func record(_ random: inout SeededGenerator, _ script: SimulatedSpeech.Script)
    -> (JobRecord, SimulatedSpeech)
  {
    let speech = SimulatedSpeech(seconds: 300, script: script, pauses: true, using: &random)
    let rules = PlanRules(
      longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 48_000, forcedOverlap: 64_000)
    var record = JobRecord(
      source: .init(name: "test.wav", byteCount: 5, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "glm", model: "glm-asr", host: "asr.example"),
      rules: rules, format: .wav)
    record.envelope = speech.envelope
    record.length = speech.length
    record.chunks = Planner.plan(envelope: speech.envelope, length: speech.length, rules: rules)
    return (record, speech)
  }

  @Test(
    "A plan and its answers make what the run itself would have made",
    arguments: SimulatedSpeech.Answer.allCases, 0..<12)
  func sameAsRun(answer: SimulatedSpeech.Answer, seed: Int) throws {
    var random = SeededGenerator(seed: 700 + UInt64(seed))
    var (record, speech) = Self.record(&random, seed % 2 == 0 ? .english : .chinese)
    record.keepsInventions = seed % 3 == 0
    for chunk in record.chunks where chunk.index % 5 == 2 && seed % 4 == 0 {
      record.outcomes[chunk.index] = .silent
    }
    let plan = try PlanDocument(json: Data(PlanDocument(record).write().utf8))
    var answers: [Int: Recognition] = [:]
    var failures: [Int: RecognitionFailure] = [:]
    for chunk in record.chunks where record.outcomes[chunk.index] == nil {
      record.calls += 1
      record.billedSamples += chunk.audio.length
      if seed % 2 == 1, Int.random(in: 0..<5, using: &random) == 0 {
        let failure = RecognitionFailure(.serverError, message: "no \(chunk.index)", retry: .never)
        failures[chunk.index] = failure
        record.outcomes[chunk.index] = .failed(failure)
      } else {
        let recognition = speech.answer(chunk, answer, using: &random)
        answers[chunk.index] = recognition
        record.outcomes[chunk.index] = .answered(recognition)
      }
    }
    let stitched = plan.record(answers: answers, failures: failures).transcript()
    #expect(stitched == record.transcript())
    if failures.isEmpty, seed % 4 != 0 {
      #expect(speech.differences(from: stitched.text) == "")
    }
  }

  @Test("A chunk without an answer is a gap that says so; neighbours make one gap")
  func missing() throws {
    var random = SeededGenerator(seed: 71)
    let (record, speech) = Self.record(&random, .english)
    let plan = try PlanDocument(json: Data(PlanDocument(record).write().utf8))
    var answers: [Int: Recognition] = [:]
    for chunk in record.chunks where ![2, 3, 6].contains(chunk.index) {
      answers[chunk.index] = speech.answer(chunk, .segments, using: &random)
    }
    let transcript = plan.record(answers: answers).transcript()
    #expect(transcript.gaps.count == 2)
    #expect(transcript.gaps.allSatisfy { $0.failure.code == .missingAnswer })
    #expect(transcript.gaps.allSatisfy { $0.failure.message == "there is no answer for it" })
    for (gap, chunks) in zip(transcript.gaps, [[2, 3], [6]]) {
      let owned = TimelineRange(
        record.chunks[chunks[0]].owned.start, record.chunks[chunks[chunks.count - 1]].owned.end)
      // The neighbours' audio covers the edges.
      #expect(owned.contains(gap.range))
      #expect(owned.length - gap.range.length <= 64_000)
    }
    for format in TranscriptFormat.allCases {
      #expect(format.write(transcript).components(separatedBy: "there is no answer").count >= 3)
    }
    #expect(transcript.calls == answers.count)
  }

  @Test("A silent chunk needs no answer, and one that has an answer is not silent")
  func silent() throws {
    var random = SeededGenerator(seed: 72)
    var (record, speech) = Self.record(&random, .english)
    record.outcomes[1] = .silent
    record.outcomes[4] = .silent
    let plan = try PlanDocument(json: Data(PlanDocument(record).write().utf8))
    var answers: [Int: Recognition] = [:]
    for chunk in record.chunks where chunk.index != 1 {
      answers[chunk.index] = speech.answer(chunk, .words, using: &random)
    }
    // There is no such chunk.
    answers[1000] = Recognition(text: "nowhere")
    let transcript = plan.record(
      answers: answers, failures: [1: .init(.cancelled, message: "", retry: .never)]
    )
    .transcript()
    #expect(transcript.gaps == [])
    #expect(transcript.silence == [record.chunks[1].owned])
    #expect(!transcript.text.contains("nowhere"))
    #expect(transcript.calls == record.chunks.count - 1)
  }

  @Test("A plan without its loudness loses no word", arguments: SimulatedSpeech.Answer.allCases)
  func noEnvelope(answer: SimulatedSpeech.Answer) throws {
    var random = SeededGenerator(seed: 73)
    let (record, speech) = Self.record(&random, .english)
    let text = PlanDocument(record).write().replacing(
      /"envelope" : "[^"]*"/, with: "\"envelope\" : null")
    let plan = try PlanDocument(json: Data(text.utf8))
    #expect(plan.envelope.levels.isEmpty)
    var answers: [Int: Recognition] = [:]
    for chunk in record.chunks {
      answers[chunk.index] = speech.answer(chunk, answer, using: &random)
    }
    let transcript = plan.record(answers: answers).transcript()
    let changes = SimulatedSpeech.keys(of: transcript.text).difference(from: speech.keys)
    #expect(changes.removals.isEmpty)
    #expect(transcript.gaps == [])
    if answer != .text { #expect(speech.differences(from: transcript.text) == "") }
  }
}

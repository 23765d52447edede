import Longscribe
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

@Suite("Speech that an answer leaves out, end to end", .serialized)
struct CoverageEndToEndTests {
  private struct Outcome {
    var transcript: Transcript
    var record: JobRecord
    var repairs: [Chunk]
    var requests: [ReceivedRequest]
  }

  private static func run(
    _ lecture: SpokenLecture, _ container: String, _ faults: [Fault], model: String = "glm-asr",
    service: ServiceSimulator.Service = .glm, options: Transcriber.Options = .init()
  ) async throws -> Outcome {
    let simulator = try await lecture.simulator(faults: faults) { $0.service = service }
    let recognizer = try ServiceRecognizer.simulated(
      simulator, service == .glm ? .glm : .openAI, model: model)
    var result: (Transcript, JobRecord)?
    var repairs: [Chunk] = []
    let recording = try await lecture.recording(container)
    for try await event in Transcriber(options: options).transcribe(recording, with: recognizer) {
      if case .started(let chunk, _) = event, chunk.repairs != nil { repairs.append(chunk) }
      if case .finished(let transcript, let record) = event { result = (transcript, record) }
    }
    let requests = simulator.requests
    await simulator.stopped()
    let (transcript, record) = try #require(result)
    #expect(record.transcript() == transcript, "the record decides the same, and asks nobody again")
    #expect(record.calls == requests.count)
    return Outcome(
      transcript: transcript, record: record, repairs: repairs, requests: requests)
  }

  @Test(
    "Words that the first answer leaves out come with one more call",
    arguments: [("glm-asr", "mp3"), ("whisper-1", "mp3"), ("whisper-1", "m4a")],
    [SyntheticLecture.Language.english, .chinese])
  func hole(model: (String, String), language: SyntheticLecture.Language) async throws {
    let lecture = try SpokenLecture(seed: 101, seconds: 240, language: language)
    let outcome = try await Self.run(
      lecture, model.1, [Fault(match: .matchedStart(-1...98), action: .hole(100...112))],
      model: model.0, service: model.0 == "glm-asr" ? .glm : .openai)
    #expect(lecture.differences(from: outcome.transcript.text) == "")
    let repair = try #require(outcome.repairs.first)
    #expect(outcome.repairs.count == 1)
    #expect((97...102).contains(Timeline.seconds(repair.audio.start)))
    #expect((111...115).contains(Timeline.seconds(repair.audio.end)))
    #expect(outcome.record.calls == outcome.record.plan.count + 1)
    #expect(outcome.transcript.uncovered == [])
    #expect(outcome.transcript.warnings == [])
    #expect(outcome.transcript.gaps == [])
  }

  @Test("An empty answer over speech is asked for again", arguments: ["glm-asr", "glm-asr-2512"])
  func empty(model: String) async throws {
    let lecture = try SpokenLecture(seed: 102, seconds: 240, language: .english)
    let outcome = try await Self.run(
      lecture, "wav", [Fault(match: .matchedStart(60...130), action: .emptyText, times: 1)],
      model: model)
    // Where the chunk before the empty one ended, it may have heard a piece of a word.
    let differences = lecture.differences(from: outcome.transcript.text).split(separator: " ")
    #expect(differences.allSatisfy { $0.hasPrefix("+") } && differences.count <= 1)
    #expect((1...2).contains(outcome.repairs.count))
    #expect(outcome.transcript.uncovered == [])
    #expect(outcome.transcript.gaps == [])
  }

  @Test("What stays open is told, and the rest is as it was")
  func remains() async throws {
    let lecture = try SpokenLecture(seed: 101, seconds: 240, language: .english)
    let always = [Fault(match: .always, action: .hole(100...112))]
    for asksAgain in [true, false] {
      let outcome = try await Self.run(
        lecture, "mp3", always, options: .init(asksAgain: asksAgain))
      #expect(outcome.repairs.count == (asksAgain ? 1 : 0))
      let open = try #require(outcome.transcript.missing.first)
      #expect(outcome.transcript.missing.count == 1)
      #expect(open.askedAgain == asksAgain)
      #expect(abs(open.range.start - 1_600_000) < 24_000)
      #expect(abs(open.range.end - 1_792_000) < 24_000)
      #expect(outcome.transcript.gaps == [])
    }
  }

  @Test(
    "A second request that is refused, whatever for, ends nothing",
    arguments: [(400, "1214"), (400, "1301"), (413, "413"), (500, "500")])
  func refused(status: Int, code: String) async throws {
    let lecture = try SpokenLecture(seed: 101, seconds: 240, language: .english)
    var policy = RetryPolicy.standard
    policy.maximumAttempts = 1
    let outcome = try await Self.run(
      lecture, "mp3",
      [
        Fault(
          match: .matchedStart(98.5...101.5), action: .status(status, code: code, message: "no")),
        Fault(match: .always, action: .hole(100...112)),
      ], options: .init(retry: policy))
    #expect(outcome.repairs.count == 1)
    #expect(outcome.transcript.missing.map(\.askedAgain) == [false])
    #expect(outcome.transcript.gaps == [])
    #expect(outcome.record.epochs.count == 1, "it teaches nothing")
  }
}

import Longscribe
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

@Suite("GLM end to end, on a service that hears like a real one", .serialized)
struct GLMEndToEndTests {
  /// What a service's answers look like.
  enum Answers: String, CaseIterable, Sendable {
    case segments, bareText, stream
  }

  private static func transcript(
    _ lecture: SpokenLecture, _ container: String, _ answers: Answers
  ) async throws -> (Transcript, ServiceSimulator) {
    let simulator = try await lecture.simulator()
    let recognizer = try ServiceRecognizer.simulated(
      simulator, model: answers == .bareText ? "glm-asr-2512" : "glm-asr",
      stream: answers == .stream)
    var result: Transcript?
    let recording = try await lecture.recording(container)
    for try await event in Transcriber().transcribe(recording, with: recognizer) {
      if case .finished(let transcript, _) = event { result = transcript }
    }
    await simulator.stopped()
    return (try #require(result), simulator)
  }

  private static func check(
    _ lecture: SpokenLecture, _ container: String, _ answers: Answers
  ) async throws {
    let (transcript, simulator) = try await transcript(lecture, container, answers)
    #expect(lecture.differences(from: transcript.text) == "", "not one word lost or doubled")
    #expect(transcript.gaps == [])
    let limit = answers == .bareText ? 30.0 : 60.0
    for request in simulator.requests {
      #expect(request.status == 200, "\(request.errorMessage ?? "")")
      #expect((request.seconds ?? 0) <= limit)
    }
    #expect(
      Set(simulator.requests.compactMap { $0.fields["request_id"] }).count
        == simulator.requests.count)
    let errors = lecture.startErrors(transcript.segments).sorted()
    let typical = errors.isEmpty ? 0 : errors[errors.count / 2]
    let nearlyAll = errors.isEmpty ? 0 : errors[errors.count * 95 / 100]
    // Simulated segments wobble by 0.15 s; estimated ones depend on how evenly somebody speaks.
    #expect(typical < (answers == .segments ? 0.15 : 1), "half of the segments start within this")
    #expect(nearlyAll < (answers == .segments ? 1 : 3), "nearly all segments start within this")
  }

  @Test(
    "Ten minutes: not one word lost or doubled",
    arguments: [SyntheticLecture.Language.english, .chinese])
  func tenMinutes(language: SyntheticLecture.Language) async throws {
    let lecture = try SpokenLecture(seed: 41, seconds: 600, language: language)
    for container in ["m4a", "mp3", "opus", "mkv"] {
      for answers in Answers.allCases {
        try await Self.check(lecture, container, answers)
      }
    }
  }

  @Test("The same file, limits and answers give the same plan, uploads and transcript")
  func determinism() async throws {
    let lecture = try SpokenLecture(seed: 43, seconds: 200, language: .english)
    let (first, simulator) = try await Self.transcript(lecture, "mp3", .segments)
    let (second, again) = try await Self.transcript(lecture, "mp3", .segments)
    #expect(first == second)
    let uploads = Set(
      simulator.requests.map { "\($0.fileName ?? "") \($0.fileBytes) \($0.matchedStart ?? -1)" })
    #expect(
      uploads
        == Set(
          again.requests.map { "\($0.fileName ?? "") \($0.fileBytes) \($0.matchedStart ?? -1)" }))
  }

  @Test("Busy answers are waited for, and every word still arrives")
  func busyService() async throws {
    let lecture = try SpokenLecture(seed: 44, seconds: 200, language: .english)
    let simulator = try await lecture.simulator(
      faults: [
        Fault(
          match: .requestNumber(1),
          action: .status(429, code: "1302", message: "busy", retryAfter: "1")),
        Fault(match: .requestNumber(2), action: .status(500, code: "500", message: "oops")),
        // Both leave it open what was charged. No chunk may have two of these, or it is given up.
        Fault(match: .matchedStart(0...30), action: .closeWithoutAnswer, times: 1),
        Fault(match: .matchedStart(90...200), action: .garbageJSON, times: 1),
      ])
    let recognizer = try ServiceRecognizer.simulated(simulator)
    var retries: [RecognitionFailure.Code] = []
    var result: (Transcript, JobRecord)?
    let recording = try await lecture.recording("mp3")
    for try await event in Transcriber().transcribe(recording, with: recognizer) {
      switch event {
      case .retrying(_, let failure, let seconds):
        retries.append(failure.code)
        if failure.code == .concurrencyLimited { #expect(seconds >= 1, "Retry-After is obeyed") }
      case .finished(let transcript, let record): result = (transcript, record)
      default: break
      }
    }
    await simulator.stopped()
    let (transcript, record) = try #require(result)
    #expect(lecture.differences(from: transcript.text) == "")
    #expect(
      Set(retries) == [.concurrencyLimited, .serverError, .connectionLost, .unexpectedResponse])
    #expect(record.callsOfUnknownFate == 2)
    #expect(transcript.warnings.contains { $0.contains("may have charged") })
  }

  @Test("A chunk that is refused for good is a gap with its place, and the rest is whole")
  func refusedChunk() async throws {
    let lecture = try SpokenLecture(seed: 45, seconds: 300, language: .english)
    let simulator = try await lecture.simulator(
      faults: [
        Fault(
          match: .matchedStart(40...80),
          action: .status(400, code: "1301", message: "sensitive content"))
      ])
    let recognizer = try ServiceRecognizer.simulated(simulator)
    var result: Transcript?
    let recording = try await lecture.recording("mp3")
    for try await event in Transcriber().transcribe(recording, with: recognizer) {
      if case .finished(let transcript, _) = event { result = transcript }
    }
    await simulator.stopped()
    let transcript = try #require(result)
    let gap = try #require(transcript.gaps.first)
    #expect(transcript.gaps.count == 1)
    #expect(gap.failure.code == .contentBlocked)
    let outside = lecture.lecture.words.filter {
      $0.end <= gap.range.start || $0.start >= gap.range.end
    }
    let heard = Tokenizer.tokens(of: transcript.text, segment: 0).count
    #expect(abs(heard - outside.count) <= 2, "all but the words at the gap's edges are there")
  }

  @Test(
    "What concerns the account stops the run at once",
    arguments: [("1002", 401), ("1113", 429)] as [(String, Int)])
  func accountTrouble(code: String, status: Int) async throws {
    let lecture = try SpokenLecture(seed: 46, seconds: 600, language: .english)
    let simulator = try await lecture.simulator(
      faults: [Fault(match: .always, action: .status(status, code: code, message: "no"))])
    let recognizer = try ServiceRecognizer.simulated(simulator)
    let recording = try await lecture.recording("mp3")
    await #expect(throws: TranscriptionError.self) {
      for try await _ in Transcriber().transcribe(recording, with: recognizer) {}
    }
    #expect(simulator.requests.count <= 5, "no call was made after the first refusals")
    await simulator.stopped()
  }

  @Test("Partial text of a streamed answer arrives before the whole")
  func partialText() async throws {
    let lecture = try SpokenLecture(seed: 47, seconds: 100, language: .chinese)
    let simulator = try await lecture.simulator()
    let recognizer = try ServiceRecognizer.simulated(simulator, stream: true)
    var provisional: [String] = []
    var result: Transcript?
    let recording = try await lecture.recording("wav")
    for try await event in Transcriber().transcribe(recording, with: recognizer) {
      if case .provisional(let text) = event { provisional.append(text) }
      if case .finished(let transcript, _) = event { result = transcript }
    }
    await simulator.stopped()
    #expect(!provisional.isEmpty)
    #expect(lecture.differences(from: try #require(result).text) == "")
  }

  @Test("A stream that is cut is repeated, never taken for a short transcript")
  func cutStream() async throws {
    let lecture = try SpokenLecture(seed: 48, seconds: 100, language: .english)
    let simulator = try await lecture.simulator(
      faults: [Fault(match: .requestNumber(1), action: .truncateStream)])
    let recognizer = try ServiceRecognizer.simulated(simulator, stream: true)
    var result: Transcript?
    let recording = try await lecture.recording("wav")
    for try await event in Transcriber().transcribe(recording, with: recognizer) {
      if case .finished(let transcript, _) = event { result = transcript }
    }
    await simulator.stopped()
    let transcript = try #require(result)
    #expect(lecture.differences(from: transcript.text) == "")
    #expect(transcript.calls == transcript.chunks.count + 1)
  }
}

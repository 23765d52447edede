import Foundation
import Longscribe
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

/// Long lectures for every service, each strict to its own document: nothing may be lost, and nothing may be refused.
@Suite("Every service, on simulators that refuse what the services refuse", .serialized)
struct FiveServicesTests {
  /// A service, a model, and what its answers look like.
  struct Case: Sendable, CustomTestStringConvertible {
    var service: ServiceSimulator.Service
    var profile: ServiceProfile
    var model: String?
    var stream = false
    var container = "m4a"
    /// The most calls that two hours may take.
    var mostCalls: Int

    /// The most calls that so many seconds may take.
    func mostCalls(in seconds: Int) -> Int { (mostCalls * seconds + 7199) / 7200 }

    var testDescription: String {
      "\(service) \(model ?? "")\(stream ? " streaming" : "")"
    }
  }

  private static let cases: [Case] = [
    Case(service: .glm, profile: .glm, model: "glm-asr", mostCalls: 155),
    Case(service: .glm, profile: .glm, model: "glm-asr-2512", mostCalls: 350),
    Case(service: .coze, profile: .coze, container: "mp3", mostCalls: 7),
    Case(service: .siliconflow, profile: .siliconFlow, container: "opus", mostCalls: 5),
    Case(service: .chatanywhere, profile: .chatAnywhere, mostCalls: 9),
    Case(service: .relay, profile: .openAI, container: "mp3", mostCalls: 9),
    Case(service: .openai, profile: .openAI, mostCalls: 9),
    Case(
      service: .openai, profile: .openAI, model: "gpt-4o-transcribe", stream: true,
      container: "opus", mostCalls: 17),
  ]

  private static let lectures: [SyntheticLecture.Language: Result<SpokenLecture, any Error>] = [
    .english: Result { try SpokenLecture(seed: 71, seconds: Double(seconds), language: .english) },
    .chinese: Result { try SpokenLecture(seed: 72, seconds: Double(seconds), language: .chinese) },
  ]

  /// Half an hour; `scripts/bench services` asks for two hours, which take ten minutes.
  private static let seconds =
    ProcessInfo.processInfo.environment["LONGSCRIBE_LONG_TESTS"] == nil ? 1800 : 7200

  @Test(
    "A lecture comes back complete, and no request is refused", arguments: cases,
    [SyntheticLecture.Language.english, .chinese])
  func lecture(service: Case, language: SyntheticLecture.Language) async throws {
    let lecture = try #require(try Self.lectures[language]?.get())
    let simulator = try await lecture.simulator { configuration in
      configuration.service = service.service
      configuration.senseVoiceMarks = language == .chinese ? .tags : .emoji
    }
    let recognizer = try ServiceRecognizer.simulated(
      simulator, service.profile, model: service.model, stream: service.stream)
    let recording = try await lecture.recording(service.container)
    var result: (transcript: Transcript, record: JobRecord)?
    for try await event in Transcriber().transcribe(recording, with: recognizer) {
      if case .finished(let transcript, let record) = event { result = (transcript, record) }
    }
    await simulator.stopped()
    let (transcript, record) = try #require(result)
    #expect(lecture.differences(from: transcript.text) == "", "not one word lost or doubled")
    #expect(transcript.gaps == [])
    #expect(transcript.dropped == [])
    for request in simulator.requests {
      #expect(request.status == 200, "\(request.errorMessage ?? "")")
    }
    #expect(record.calls == simulator.requests.count)
    #expect(record.calls <= service.mostCalls(in: Self.seconds))
    #expect(simulator.paidRepeatedly == [])
    let billed = Timeline.seconds(record.billedSamples)
    let spread = abs(billed - simulator.billedSeconds)
    #expect(spread < 1, "what is told as billed is what the service has heard")
    print(
      "\(service.testDescription), \(language): \(record.calls) calls, \(Int(billed)) s billed of \(Self.seconds) s"
    )
  }
}

import Longscribe
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

@Suite("A third of all answers are faults of every kind", .serialized)
struct StormTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var service: ServiceSimulator.Service
    var profile: ServiceProfile
    var stream = false

    var testDescription: String { "\(service)\(stream ? " streaming" : "")" }
  }

  private static let cases: [Case] = [
    Case(service: .glm, profile: .glm), Case(service: .glm, profile: .glm, stream: true),
    Case(service: .coze, profile: .coze), Case(service: .siliconflow, profile: .siliconFlow),
    Case(service: .chatanywhere, profile: .chatAnywhere),
    Case(service: .relay, profile: .openAI), Case(service: .openai, profile: .openAI),
  ]

  private static let lecture = Result {
    try SpokenLecture(seed: 81, seconds: 1800, language: .english)
  }

  @Test(
    "The transcript is complete, and nothing is paid twice that was known to be paid",
    arguments: cases)
  func storm(service: Case) async throws {
    let lecture = try Self.lecture.get()
    let simulator = try await lecture.simulator(
      // Faults of unknown fate happen once a chunk, so more are drawn than happen.
      faults: Fault.storm(share: 0.5, seed: 5, service: service.service)
    ) { $0.service = service.service }
    let recognizer = try ServiceRecognizer.simulated(
      simulator, service.profile, stream: service.stream)
    var retry = RetryPolicy.standard
    retry.firstBackoff = 0.02
    retry.longestBackoff = 0.1
    let options = Transcriber.Options(
      chunkLength: Timeline.samples(59), concurrency: 5, retry: retry)
    var result: (transcript: Transcript, record: JobRecord)?
    for try await event in Transcriber(options: options).transcribe(
      try await lecture.recording("mp3"), with: recognizer)
    {
      if case .finished(let transcript, let record) = event { result = (transcript, record) }
    }
    await simulator.stopped()
    let (transcript, record) = try #require(result)
    #expect(lecture.differences(from: transcript.text) == "")
    #expect(transcript.gaps == [])
    let requests = simulator.requests
    let faults = requests.filter { $0.fault != nil }
    #expect(faults.count * 3 >= requests.count, "it was a storm")
    #expect(record.calls == requests.count)
    let byNumber = Dictionary(uniqueKeysWithValues: requests.map { ($0.number, $0) })
    for bill in simulator.paidRepeatedly {
      for number in bill.requests.dropLast() {
        #expect(
          byNumber[number]?.fault?.leavesDoubt == true,
          "request \(number) was answered, paid and made again")
      }
      #expect(bill.requests.count == 2, "what is in doubt is asked once more, not for ever")
    }
    let inDoubt = faults.count { $0.fault?.leavesDoubt ?? false }
    #expect(
      record.callsOfUnknownFate >= simulator.paidRepeatedly.count, "nothing paid is concealed")
    print(
      "\(service.testDescription): \(requests.count) requests for \(record.plan.count) chunks, "
        + "\(faults.count) faults, \(inDoubt) of unknown fate, "
        + "\(simulator.paidRepeatedly.count) paid twice, \(record.callsOfUnknownFate) told as such")
  }
}

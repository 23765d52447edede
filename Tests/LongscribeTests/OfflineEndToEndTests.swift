import Longscribe
import LongscribeOffline
import TestSupport
import Testing

@Suite("The offline recogniser end to end", .serialized)
struct OfflineEndToEndTests {
  private static func transcript(
    _ options: Transcriber.Options = .init(), workers: Int? = nil
  ) async throws -> Transcript {
    var result: Transcript?
    let events = Transcriber(options: options).transcribe(
      Programs.fixture("lecture.m4a"), with: try OfflineRecognizer(workers: workers))
    for try await event in events {
      if case .finished(let transcript, _) = event { result = transcript }
    }
    return try #require(result)
  }

  @Test(
    "The lecture in chunks is at most one point worse than in one piece, and starts sentences in time"
  )
  func wordErrorRate() async throws {
    let lecture = try Lecture.shared.get()
    let spoken = lecture.sentences.flatMap { plainWords($0.text) }
    let model = try PocketSphinxModel.locate()
    var decoder = try PocketSphinxDecoder(model: model)
    let whole = try lecture.samples.withUnsafeBufferPointer { try decoder.decode($0) }.map(\.text)
    let wholeRate = Double(wordErrors(spoken: spoken, heard: whole)) / Double(spoken.count)

    let transcript = try await Self.transcript()
    let heard = transcript.words.map(\.text)
    let rate = Double(wordErrors(spoken: spoken, heard: heard)) / Double(spoken.count)
    print(
      "word error rate: \(wholeRate) in one piece, \(rate) in \(transcript.chunks.count) chunks")
    #expect(transcript.chunks.allSatisfy { $0.audio.seconds <= 60 })
    #expect(transcript.chunks.count >= 4)
    #expect(rate <= wholeRate + 0.01)

    var late = 0
    for sentence in lecture.sentences {
      let start = Int64(sentence.samples.lowerBound)
      let nearest = transcript.words.map { abs($0.range.start - start) }.min() ?? .max
      if Timeline.seconds(nearest) > 0.3 { late += 1 }
    }
    #expect(late == 0, "every sentence starts within 0.3 s of where it was spoken")
  }

  @Test("The text does not depend on the number of workers")
  func workersDoNotMatter() async throws {
    let options = Transcriber.Options(chunkLength: 30 * 16_000)
    let one = try await Self.transcript(options, workers: 1)
    let three = try await Self.transcript(options, workers: 3)
    #expect(one == three)
  }
}

import Foundation
import Longscribe
import SyntheticLecture
import TestSupport
import Testing

@Suite("A service that takes less than was believed", .serialized)
struct ReplanningEndToEndTests {
  /// What a run gave.
  struct Outcome {
    var transcript: Transcript
    var record: JobRecord
    var replannings: [Replanning]
  }

  private static func run(
    _ path: String, _ recognizer: StrictRecognizer,
    options: Transcriber.Options = Transcriber.Options()
  ) async throws -> Outcome {
    var replannings: [Replanning] = []
    for try await event in Transcriber(options: options).transcribe(path, with: recognizer) {
      if case .replanned(let replanning) = event { replannings.append(replanning) }
      if case .finished(let transcript, let record) = event {
        return Outcome(transcript: transcript, record: record, replannings: replannings)
      }
    }
    throw CancellationError()
  }

  @Test(
    "Refused chunks are sent in smaller pieces, and not one word is lost", arguments: [25, nil])
  func smaller(named: Int64?) async throws {
    let lecture = try SpokenLecture(seed: 71, seconds: 300, language: .english)
    let recognizer = StrictRecognizer(seconds: 60, words: lecture.lecture.words) { call in
      call.chunk.audio.seconds > 25 ? .tooLong(named) : nil
    }
    let outcome = try await Self.run(try await lecture.recording("m4a"), recognizer)
    #expect(lecture.differences(from: outcome.transcript.text) == "")
    #expect(outcome.transcript.gaps == [])
    let calls = recognizer.calls
    #expect(outcome.transcript.calls == calls.count)
    let answered = calls.filter { !$0.isRefused }
    #expect(
      outcome.transcript.billedSamples == answered.reduce(0) { $0 + $1.chunk.audio.length },
      "refusals are not charged")
    #expect(Set(calls.map(\.chunk.index)).count == calls.count, "nothing is sent twice")
    #expect(answered.map(\.chunk.owned.length).reduce(0, +) == outcome.transcript.length)
    #expect(outcome.replannings.filter(\.isNewEpoch).count == (named == nil ? 2 : 1))
    #expect(outcome.transcript.warnings.contains { $0.contains("--chunk-length avoids") })
    #expect(outcome.record.transcript().segments == outcome.transcript.segments)

    var options = Transcriber.Options(chunkLength: 60 * Timeline.sampleRate)
    options.limits = outcome.replannings.last?.limits
    let next = try await Self.run(try await lecture.recording("wav"), recognizer, options: options)
    #expect(next.replannings.isEmpty, "the next recording knows")
    #expect(lecture.differences(from: next.transcript.text) == "")
  }

  @Test("A recording that is refused as it is goes out in chunks that are made here")
  func original() async throws {
    let lecture = try SpokenLecture(seed: 72, seconds: 50, language: .english)
    for tooLarge in [false, true] {
      let recognizer = StrictRecognizer(
        seconds: 60, words: lecture.lecture.words, formats: [.mp3]
      ) { call in
        guard tooLarge else { return call.chunk.audio.seconds > 30 ? .tooLong(30) : nil }
        return call.bytes > 200_000
          ? RecognitionFailure(.tooLarge, message: "too large", retry: .split) : nil
      }
      let path = try await lecture.recording("mp3")
      let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
      let outcome = try await Self.run(path, recognizer)
      let calls = recognizer.calls
      #expect(calls.first?.bytes == Int64(size), "first the recording itself")
      #expect(calls.first?.isRefused == true)
      #expect(calls.dropFirst().allSatisfy { !$0.isRefused && $0.bytes < size })
      #expect(lecture.differences(from: outcome.transcript.text) == "")
      #expect(outcome.transcript.calls == calls.count)
    }
  }

  @Test("A service that takes nothing at all is asked a few times and then no more")
  func nothingWorks() async throws {
    let lecture = try SpokenLecture(seed: 73, seconds: 300, language: .english)
    let path = try await lecture.recording("wav")
    for named in [Int64(60), nil] {
      let recognizer = StrictRecognizer(seconds: 30, words: []) { _ in .tooLong(named) }
      let error = await #expect(throws: TranscriptionError.self) {
        try await Self.run(path, recognizer)
      }
      #expect(recognizer.calls.count <= 30)
      guard case .recognition(let failure, _, _, _) = error else {
        Issue.record("another error")
        continue
      }
      #expect(failure.message.contains("cannot be planned in smaller pieces"))
    }
  }

  @Test("An answer that was charged but cannot be used is counted as charged")
  func charged() async throws {
    let lecture = try SpokenLecture(seed: 74, seconds: 100, language: .english)
    let recognizer = StrictRecognizer(seconds: 60, words: lecture.lecture.words) { call in
      call.chunk.index == 0
        ? RecognitionFailure(.unexpectedResponse, message: "cut", retry: .never, charge: .certain)
        : nil
    }
    let outcome = try await Self.run(try await lecture.recording("wav"), recognizer)
    #expect(
      outcome.transcript.billedSamples
        == outcome.transcript.chunks.reduce(0) { $0 + $1.audio.length })
    #expect(outcome.record.callsOfUnknownFate == 0)
    #expect(outcome.transcript.gaps.count == 1)
  }
}

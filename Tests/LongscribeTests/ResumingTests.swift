import Foundation
import Longscribe
import Synchronization
import SyntheticLecture
import TestSupport
import Testing

@Suite("Runs that go on where an earlier one was", .serialized)
struct ResumingTests {
  private let lecture: SpokenLecture
  private let folder: TemporaryFolder

  init() throws {
    lecture = try SpokenLecture(seed: 91, seconds: 600, language: .english)
    folder = try TemporaryFolder()
  }

  private func journal() throws -> Journal { try Journal(folder: folder.file("state")) }

  private func recognizer(refusesAbove seconds: Int64? = nil) -> StrictRecognizer {
    StrictRecognizer(seconds: 40, words: lecture.lecture.words) { call in
      guard let seconds, call.chunk.audio.length > seconds * Timeline.sampleRate else { return nil }
      return .tooLong(seconds)
    }
  }

  /// Runs until an event for which the test holds, and then cancels; the transcript if it came to that.
  private func run(
    _ transcriber: Transcriber, _ recognizer: some Recognizer, _ path: String,
    until isEnough: (TranscriptionEvent) -> Bool = { _ in false }
  ) async throws -> (transcript: Transcript, record: JobRecord)? {
    var result: (Transcript, JobRecord)?
    for try await event in transcriber.transcribe(path, with: recognizer) {
      if case .finished(let transcript, let record) = event { result = (transcript, record) }
      if isEnough(event) { return nil }
    }
    return result
  }

  @Test(
    "However often a run is cancelled, the transcript is the same and each chunk is paid once",
    arguments: [nil, 25] as [Int64?], [1, 2, 5])
  func cancelledOften(limit: Int64?, answers: Int) async throws {
    let path = try await lecture.recording("m4a")
    let undisturbed = try #require(
      try await run(Transcriber(), recognizer(refusesAbove: limit), path))
    // Answers come at once: when the events are listened to late, much more is done before a run is cancelled.
    try await expectBest(of: 3, meets: { $0 > 2 }) {
      let state = folder.file("state-\(UUID())")
      let recognizer = recognizer(refusesAbove: limit)
      var finished: (transcript: Transcript, record: JobRecord)?
      var rounds = 0
      while finished == nil, rounds < 60 {
        rounds += 1
        // A new journal each time: what is not on disk is gone.
        let transcriber = Transcriber(journal: try Journal(folder: state))
        var seen = 0
        finished = try await run(transcriber, recognizer, path) { event in
          if case .answered = event { seen += 1 }
          return seen >= answers
        }
        // What was under way is settled before the process would end.
        try await Task.sleep(for: .milliseconds(100))
      }
      let (transcript, record) = try #require(finished)
      #expect(transcript.text == undisturbed.transcript.text)
      #expect(transcript.words == undisturbed.transcript.words)
      #expect(transcript.gaps.isEmpty)
      let paid = recognizer.calls.filter { !$0.isRefused }.map(\.chunk.audio)
      #expect(Set(paid).count == paid.count, "a chunk was paid twice")
      #expect(record.callsOfUnknownFate == 0)
      if limit == nil { #expect(record.chunks == undisturbed.record.chunks) }
      return rounds
    }
  }

  @Test("A run that is complete calls nobody and decodes nothing")
  func complete() async throws {
    let path = try await lecture.recording("opus")
    let transcriber = Transcriber(journal: try journal())
    let recognizer = recognizer()
    let first = try #require(try await run(transcriber, recognizer, path))
    let calls = recognizer.calls.count
    var hasHeard = false
    let second = try #require(
      try await run(transcriber, recognizer, path) { event in
        if case .heard = event { hasHeard = true }
        return false
      })
    #expect(recognizer.calls.count == calls)
    #expect(!hasHeard)
    #expect(second.transcript == first.transcript)
  }

  @Test(
    "A copy of the recording, and the recording again, share their answers, but not with other options"
  )
  func copies() async throws {
    let path = try await lecture.recording("wav")
    let copy = folder.file("copy.wav")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    let recognizer = recognizer()
    let transcriber = Transcriber(journal: try journal())
    let first = try #require(try await run(transcriber, recognizer, path))
    let calls = recognizer.calls.count
    let second = try #require(try await run(transcriber, recognizer, copy))
    #expect(recognizer.calls.count == calls)
    #expect(second.transcript.text == first.transcript.text)
    #expect(second.record.calls == 0)
    var fresh = transcriber
    fresh.options.isFresh = true
    _ = try #require(try await run(fresh, recognizer, path))
    #expect(recognizer.calls.count == 2 * calls)
    var shorter = transcriber
    shorter.options.chunkLength = 20 * Timeline.sampleRate
    _ = try #require(try await run(shorter, recognizer, path))
    #expect(recognizer.calls.count > 3 * calls)
  }

  @Test(
    "Two transcriptions of one recording at the same time pay each chunk once", arguments: [2, 4])
  func together(count: Int) async throws {
    let path = try await lecture.recording("mp3")
    let recognizer = SlowRecognizer(recognizer())
    let shared = try journal()
    let texts = try await withThrowingTaskGroup(of: String?.self) { group in
      for number in 0..<count {
        // Half of them with a journal of their own, as other processes have.
        let journal = number.isMultiple(of: 2) ? shared : try journal()
        group.addTask {
          try await run(Transcriber(journal: journal), recognizer, path)?.transcript.text
        }
      }
      var texts: [String?] = []
      for try await text in group { texts.append(text) }
      return texts
    }
    #expect(Set(texts).count == 1)
    #expect(texts.first != nil)
    let paid = recognizer.base.calls.map(\.chunk.audio)
    #expect(Set(paid).count == paid.count)
  }

  @Test("A stopped run lets calls under way finish, keeps them, and tells the gap")
  func stopped() async throws {
    let path = try await lecture.recording("m4a")
    let recognizer = SlowRecognizer(recognizer(), seconds: 0.5)
    let stop = StopRequest(grace: 5)
    let transcriber = Transcriber(journal: try journal(), stop: stop)
    var partial: (transcript: Transcript, record: JobRecord)?
    for try await event in transcriber.transcribe(path, with: recognizer) {
      if case .answered = event { stop.stop() }
      if case .finished(let transcript, let record) = event { partial = (transcript, record) }
    }
    let (transcript, record) = try #require(partial)
    let begun = recognizer.base.calls.count
    #expect(begun >= 2)
    #expect(record.answered == begun)
    #expect(transcript.gaps.contains { $0.failure.code == .interrupted })
    #expect(transcript.gaps.last?.range.end == record.length || transcript.gaps.count > 0)
    let whole = try #require(
      try await run(Transcriber(journal: try journal()), recognizer.base, path))
    #expect(whole.transcript.gaps.isEmpty)
    let undisturbed = try #require(try await run(Transcriber(), self.recognizer(), path))
    #expect(whole.transcript.text == undisturbed.transcript.text)
    let paid = recognizer.base.calls.map(\.chunk.audio)
    #expect(Set(paid).count == paid.count)
  }

  @Test("Calls that do not finish in time after a stop are given up")
  func graceless() async throws {
    let path = try await lecture.recording("m4a")
    let recognizer = SlowRecognizer(recognizer(), seconds: 60)
    let stop = StopRequest(grace: 0.2)
    let start = ContinuousClock.now
    await #expect(throws: TranscriptionError.self) {
      for try await event in Transcriber(journal: try journal(), stop: stop)
        .transcribe(path, with: recognizer)
      {
        if case .started = event { stop.stop() }
      }
    }
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}

/// A recogniser that takes its time.
private struct SlowRecognizer: Recognizer {
  let base: StrictRecognizer
  let seconds: Double

  init(_ base: StrictRecognizer, seconds: Double = 0.1) {
    self.base = base
    self.seconds = seconds
  }

  var identity: RecognizerIdentity { base.identity }
  var limits: ServiceLimits { base.limits }
  var timeQuality: TimeQuality { base.timeQuality }

  func recognize(_ request: RecognitionRequest) async throws(RecognitionFailure) -> Recognition {
    guard (try? await Task.sleep(for: .seconds(seconds))) != nil else {
      throw RecognitionFailure(.cancelled, message: "cancelled", retry: .never, charge: .unknown)
    }
    return try await base.recognize(request)
  }
}

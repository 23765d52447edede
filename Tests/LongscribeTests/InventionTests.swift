import Longscribe
import SyntheticLecture
import TestSupport
import Testing

/// A recogniser that hears a lecture and thanks for watching the silence after it.
private struct GratefulRecognizer: Recognizer {
  let identity = RecognizerIdentity(provider: "grateful")
  let timeQuality = TimeQuality.segments
  let limits = ServiceLimits(
    maximumSamples: 60 * Timeline.sampleRate, marginSamples: Timeline.sampleRate,
    minimumSamples: 0, maximumBytes: 10_000_000, formats: [.wav], maximumInFlight: 1)

  func recognize(_ request: RecognitionRequest) async throws(RecognitionFailure) -> Recognition {
    let end = request.chunk.audio.length
    let silence = end - 8 * Timeline.sampleRate
    let segments = [
      Recognition.Segment(range: TimelineRange(0, silence), text: "The tide comes in."),
      Recognition.Segment(range: TimelineRange(silence, end), text: "Thanks for watching!"),
    ]
    return Recognition(text: "The tide comes in. Thanks for watching!", segments: segments)
  }
}

@Suite("What a recogniser says in the silence after a lecture", .serialized)
struct InventionTests {
  @Test("It is left out and listed, or kept where that is asked for", arguments: [false, true])
  func invention(isKept: Bool) async throws {
    let lecture = try SpokenLecture(seed: 95, seconds: 20, language: .english)
    let wav = try await lecture.recording("wav")
    let path = lecture.folder.file("padded.wav")
    try await Programs.shell("ffmpeg -nostdin -v error -y -i \(wav) -af apad=pad_dur=9 \(path)")
    let transcriber = Transcriber(options: .init(keepsInventions: isKept, asksAgain: false))
    var finished: (transcript: Transcript, record: JobRecord)?
    for try await event in transcriber.transcribe(path, with: GratefulRecognizer()) {
      if case .finished(let transcript, let record) = event { finished = (transcript, record) }
    }
    let (transcript, record) = try #require(finished)
    #expect(transcript.text == "The tide comes in." + (isKept ? " Thanks for watching!" : ""))
    #expect(transcript.dropped.map(\.text) == (isKept ? [] : ["Thanks for watching!"]))
    #expect(transcript.warnings.contains { $0.hasPrefix("1 phrase") } == !isKept)
    #expect(record.transcript().text == transcript.text, "the record decides the same")
  }
}

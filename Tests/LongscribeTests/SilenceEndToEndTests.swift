import Longscribe
import SyntheticLecture
import TestSupport
import Testing

@Suite("Chunks in which nobody speaks", .serialized)
struct SilenceEndToEndTests {
  private static func run(
    _ path: String, _ recognizer: StrictRecognizer, sendsSilence: Bool = false
  ) async throws -> (transcript: Transcript, record: JobRecord, silent: [Chunk]) {
    var silent: [Chunk] = []
    let options = Transcriber.Options(sendsSilence: sendsSilence)
    for try await event in Transcriber(options: options).transcribe(path, with: recognizer) {
      if case .silent(let chunk) = event { silent.append(chunk) }
      if case .finished(let transcript, let record) = event { return (transcript, record, silent) }
    }
    throw CancellationError()
  }

  /// Three minutes of a lecture, with this sound of three minutes before and after it.
  private static func recording(_ lecture: SpokenLecture, around sound: String) async throws
    -> String
  {
    let path = lecture.folder.file("around.wav")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y -f lavfi -i \(sound):r=16000:d=180 -i \(lecture.folder.file("lecture.wav")) "
        + "-f lavfi -i \(sound):r=16000:d=180 -filter_complex concat=n=3:v=0:a=1 -ar 16000 -ac 1 -c:a pcm_s16le \(path)"
    )
    return path
  }

  @Test(
    "They are not sent, whether they are digital silence or the noise of the room",
    arguments: ["anullsrc=cl=mono", "anoisesrc=a=0.002:c=white:seed=7"])
  func notSent(sound: String) async throws {
    let lecture = try SpokenLecture(seed: 81, seconds: 180, language: .english)
    let path = try await Self.recording(lecture, around: sound)
    let recognizer = StrictRecognizer(
      seconds: 30, words: lecture.lecture.words, delay: 180 * 16_000)
    let (transcript, record, silent) = try await Self.run(path, recognizer)
    #expect(lecture.differences(from: transcript.text) == "")
    #expect(silent.count >= 10)
    #expect(recognizer.calls.count == record.sentPlan.count)
    #expect(recognizer.calls.count == transcript.calls)
    #expect(transcript.gaps == [])
    #expect(transcript.silence.count == 2)
    for range in transcript.silence { #expect(range.seconds > 140) }
    let plan = try await Transcriber().plan(
      path, for: recognizer.limits, quality: .words, recognizer: recognizer.identity)
    #expect(plan.record.plan == record.plan, "plan and transcribe agree")
    #expect(plan.record.sentPlan == record.sentPlan)

    let all = try await Self.run(path, recognizer, sendsSilence: true)
    #expect(all.silent.isEmpty)
    #expect(all.transcript.calls == record.plan.count)
  }

  @Test("A recording in which nobody speaks is an empty transcript, not an error")
  func wholeRecording() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("silence.wav")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y -f lavfi -i anullsrc=cl=mono:r=16000:d=100 -c:a pcm_s16le \(path)"
    )
    let recognizer = StrictRecognizer(seconds: 30, words: [])
    let (transcript, record, _) = try await Self.run(path, recognizer)
    #expect(transcript.text == "")
    #expect(transcript.gaps == [])
    #expect(transcript.calls == 0)
    #expect(transcript.billedSamples == 0)
    #expect(record.isSilent)
    #expect(transcript.warnings == ["nobody speaks in it, so nothing is sent"])
  }

  @Test("Quiet speech is sent, however loud the rest is", arguments: [-50.0, -60])
  func quietSpeech(level: Double) async throws {
    let lecture = try SpokenLecture(seed: 82, seconds: 120, language: .english)
    let quiet = lecture.folder.file("quiet.wav")
    let loud = lecture.folder.file("lecture.wav")
    // The lecture's effective value is near -20 dBFS.
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y -i \(loud) -filter_complex "
        + "'[0:a]asplit[a][b];[b]volume=\(level + 20)dB[q];[a][q]concat=n=2:v=0:a=1' "
        + "-c:a pcm_s16le \(quiet)")
    let recognizer = StrictRecognizer(seconds: 30, words: lecture.lecture.words)
    let (transcript, _, silent) = try await Self.run(quiet, recognizer)
    #expect(silent.isEmpty)
    #expect(transcript.silence.isEmpty)
  }
}

import Foundation
import Longscribe
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

@Suite("The library's front door", .serialized)
struct FrontDoorTests {
  /// The bytes of an upload.
  private static func bytes(_ upload: AudioUpload) throws -> Data {
    var data = Data(count: Int(upload.bytes.byteCount))
    let count = try data.withUnsafeMutableBytes { try upload.bytes.readAll(into: $0) }
    #expect(count == data.count)
    return data
  }

  @Test("probe tells what is in a recording")
  func probe() async throws {
    let description = try await Transcriber().probe(Programs.fixture("lecture.m4a"))
    #expect(description.tracks.count == 1)
    #expect(description.tracks.first?.codec == "aac")
    #expect(abs((description.duration ?? 0) - 202.88) < 0.1)
    #expect(description.durationSource == .header)
  }

  @Test("probe throws a typed error for what is not there")
  func probeMissing() async {
    await #expect(
      throws: MediaError(.notFound, file: "/nowhere.m4a")
    ) {
      try await Transcriber().probe("/nowhere.m4a")
    }
  }

  @Test("prepare gives a recording that is accepted already back, byte for byte")
  func original() async throws {
    let lecture = try SpokenLecture(seed: 61, seconds: 40, language: .english)
    for container in ["wav", "mp3"] {
      let path = try await lecture.recording(container)
      let prepared = try await Transcriber().prepare(
        path, for: ServiceProfile.glm.model("glm-asr").limits)
      #expect(prepared.isOriginal)
      #expect(prepared.uploads.count == 1)
      #expect(try Self.bytes(prepared.uploads[0]) == Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  @Test("prepare converts what fits in one call but is of another kind")
  func converted() async throws {
    let lecture = try SpokenLecture(seed: 62, seconds: 40, language: .english)
    let path = try await lecture.recording("m4a")
    let prepared = try await Transcriber().prepare(
      path, for: ServiceProfile.glm.model("glm-asr").limits)
    #expect(!prepared.isOriginal)
    #expect(prepared.uploads.map(\.format) == [.wav])
    #expect(try Self.bytes(prepared.uploads[0]).prefix(4) == Data("RIFF".utf8))
  }

  @Test("prepare cuts what is too long into files that are within the limits")
  func chunks() async throws {
    let lecture = try SpokenLecture(seed: 63, seconds: 150, language: .english)
    let limits = ServiceProfile.glm.model("glm-asr-2512").limits
    let prepared = try await Transcriber().prepare(
      try await lecture.recording("opus"), for: limits, quality: .estimated)
    #expect(prepared.uploads.count == prepared.record.chunks.count)
    #expect(prepared.uploads.count >= 5)
    for (upload, chunk) in zip(prepared.uploads, prepared.record.chunks) {
      #expect(upload.samples == chunk.audio.length)
      #expect(upload.bytes.byteCount == 44 + chunk.audio.length * 2)
      #expect(upload.samples <= limits.maximumSamples)
    }
  }

  @Test("Where bytes bind before seconds, chunks are mp3 and fit")
  func bytesBind() async throws {
    let lecture = try SpokenLecture(seed: 64, seconds: 300, language: .english)
    let limits = ServiceLimits(
      maximumSamples: 1800 * Timeline.sampleRate, marginSamples: Timeline.sampleRate,
      minimumSamples: 0, maximumBytes: 1_000_000, formats: [.wav, .mp3], maximumInFlight: 1)
    let prepared = try await Transcriber().prepare(try await lecture.recording("m4a"), for: limits)
    #expect(prepared.uploads.allSatisfy { $0.format == .mp3 })
    #expect(prepared.uploads.allSatisfy { $0.bytes.byteCount <= limits.maximumFileBytes })
    #expect(prepared.uploads.count <= 3)
  }

  @Test("Every field of the form is sent as the document says")
  func fields() async throws {
    let lecture = try SpokenLecture(seed: 65, seconds: 20, language: .english)
    let path = try await lecture.recording("m4a")
    var options = ServiceOptions()
    options.temperature = 0.25
    options.stream = true
    options.userID = "user-123456"
    options.prompt = "A lecture\r\non \"tides\"."
    var sent: [String: [String: String]] = [:]
    for model in ["glm-asr", "glm-asr-2512"] {
      let simulator = try await lecture.simulator()
      let recognizer = try ServiceRecognizer.simulated(simulator, model: model, options: options)
      for try await _ in Transcriber().transcribe(path, with: recognizer) {}
      let request = try #require(simulator.requests.first)
      #expect(request.status == 200)
      #expect(request.fileName == "chunk-00000.wav")
      #expect(request.partContentType == "audio/wav")
      sent[model] = request.fields
      await simulator.stopped()
    }
    for (model, fields) in sent {
      #expect(fields["model"] == model)
      #expect(fields["stream"] == "true")
      #expect(fields["user_id"] == "user-123456")
      #expect(fields["request_id"]?.isEmpty == false)
    }
    #expect(sent["glm-asr"]?["temperature"] == "0.25")
    #expect(sent["glm-asr"]?["prompt"] == nil)
    #expect(sent["glm-asr-2512"]?["temperature"] == nil)
    #expect(sent["glm-asr-2512"]?["prompt"] == "A lecture\r\non \"tides\".")
  }

  @Test("Cancelling the task ends a transcription at once")
  func cancellation() async throws {
    let lecture = try SpokenLecture(seed: 66, seconds: 100, language: .english)
    let path = try await lecture.recording("wav")
    try await expectBest(of: 3, meets: { $0 < .seconds(2) }) {
      let simulator = try await lecture.simulator(latency: 30)
      let recognizer = try ServiceRecognizer.simulated(simulator)
      let task = Task { () -> TranscriptionError? in
        do throws(TranscriptionError) {
          for try await _ in Transcriber().transcribe(path, with: recognizer) {}
          return nil
        } catch {
          return error
        }
      }
      let deadline = ContinuousClock.now + .seconds(20)
      while simulator.requests.isEmpty, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(10))
      }
      let began = ContinuousClock.now
      task.cancel()
      #expect(await task.value == .cancelled)
      let duration = ContinuousClock.now - began
      await simulator.stopped()
      return duration
    }
  }

  @Test("A recording that is changed while it is sent as it is gives an error, never other bytes")
  func changedOriginal() async throws {
    let lecture = try SpokenLecture(seed: 67, seconds: 20, language: .english)
    let path = try await lecture.recording("wav")
    let prepared = try await Transcriber().prepare(
      path, for: ServiceProfile.glm.model("glm-asr").limits)
    #expect(prepared.isOriginal)
    let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.write(contentsOf: Data(repeating: 7, count: size))
    try handle.close()
    #expect(throws: (any Error).self) { try Self.bytes(prepared.uploads[0]) }
  }

  @Test("A track that ends before another one is not taken for a file that was cut off")
  func shorterTrack() async throws {
    let lecture = try SpokenLecture(seed: 68, seconds: 40, language: .english)
    let wav = try await lecture.recording("wav")
    let two = lecture.folder.file("two.mka")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y -i \(wav) -t 60 -i \(wav) -map 0:a -map 1:a -filter:a:0 atrim=end=20 "
        + "-c:a pcm_s16le \(two)")
    let (_, report) = try await Transcriber().plan(
      two, for: ServiceProfile.glm.model("glm-asr").limits)
    #expect(abs(Timeline.seconds(report.length) - 20) < 0.1)
    #expect(report.warnings == [])
  }
}

import Foundation
import ServiceSimulator
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AudioRuleTests {
  /// Seconds of audio that are and are not taken.
  static let lengths: [(model: String, seconds: Double, status: Int)] = [
    ("glm-asr", 60, 200), ("glm-asr", 60.05, 400),
    ("glm-asr-2512", 30, 200), ("glm-asr-2512", 30.05, 400),
  ]

  @Test
  func `the length is limited by the model`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    for (model, seconds, status) in Self.lengths {
      try recording.cut(start: 0, count: Int(seconds * 16_000), to: folder.path("a.wav"))
      let answer = try await Curl.transcribe(
        folder.path("a.wav"), at: simulator.baseURL, model: model)
      #expect(answer.status == status, "\(model), \(seconds) s: \(answer.text)")
      if status == 400 {
        #expect(answer.errorCode == "1214")
        #expect(answer.errorMessage.contains("\(seconds) seconds"))
        #expect(answer.errorMessage.contains(model == "glm-asr" ? "60" : "30"))
      }
      #expect(simulator.requests.last?.seconds == seconds)
    }
    await simulator.stopped()
  }

  @Test
  func `files are judged by their content`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    let pcm = recording.samples(80_000, 16_000)
    let noise = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31) })
    let ogg = folder.path("a.ogg")
    try Wave.file(pcm).write(to: URL(fileURLWithPath: folder.path("a.wav")))
    _ = try await Program.run(
      "ffmpeg", ["-nostdin", "-v", "error", "-i", folder.path("a.wav"), "-c:a", "flac", ogg])
    let files: [(content: Data, reason: String)] = [
      (Data(), "empty"),
      (noise, "the file"),
      (Wave.file(Data()), "the"),
      (Wave.file(pcm, claimedBytes: 0), "header"),
      (Wave.file(pcm, claimedBytes: pcm.count * 2), "header"),
      (Wave.file(pcm, claimedBytes: 0xFFFF_FFDB), "header"),
      (Wave.file(pcm) + Data(count: 4), "header"),
      (try Data(contentsOf: URL(fileURLWithPath: ogg)), "ogg"),
    ]
    for (index, file) in files.enumerated() {
      let path = folder.path("\(index).wav")
      try file.content.write(to: URL(fileURLWithPath: path))
      let answer = try await Curl.transcribe(path, at: simulator.baseURL)
      #expect(answer.status == 400, "file \(index): \(answer.text)")
      #expect(answer.errorCode == "1214", "file \(index): \(answer.text)")
      #expect(answer.errorMessage.contains(file.reason), "file \(index): \(answer.text)")
    }
    await simulator.stopped()
  }

  @Test
  func `a WAV file written to a pipe is refused`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    try recording.cut(start: 0, count: 32_000, to: folder.path("a.wav"))
    let pipe = folder.path("piped.wav")
    _ = try await Program.run(
      "sh",
      ["-c", "ffmpeg -nostdin -v error -i '\(folder.path("a.wav"))' -f wav - | cat > '\(pipe)'"]
    )
    let answer = try await Curl.transcribe(pipe, at: simulator.baseURL)
    #expect(answer.status == 400)
    #expect(answer.errorMessage.contains("header says"))
    await simulator.stopped()
  }

  @Test
  func `large files are refused by size`() async throws {
    let simulator = try await Recording.english.get().simulator()
    let folder = try TestFolder()
    try Wave.file(Data(count: 25_000_000)).write(to: URL(fileURLWithPath: folder.path("a.wav")))
    let large = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    #expect(large.status == 400)
    #expect(large.errorCode == "1214")
    #expect(large.errorMessage.contains("25000000"))
    try Wave.file(Data(count: 30_000_000)).write(to: URL(fileURLWithPath: folder.path("b.wav")))
    let huge = try await Curl.transcribe(folder.path("b.wav"), at: simulator.baseURL)
    #expect(huge.status == 413)
    #expect(huge.errorCode == "1214")
    await simulator.stopped()
  }
}

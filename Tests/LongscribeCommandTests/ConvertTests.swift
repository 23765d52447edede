import Foundation
import TestSupport
import Testing

/// `longscribe convert`: what is in the file that it makes.
struct ConvertTests {
  /// Converts to a file of a new folder.
  private func convert(
    _ input: String, to name: String, _ options: String..., in folder: TemporaryFolder
  ) async throws -> ProgramResult {
    try await Command.run(["convert", input, "-o", folder.file(name)] + options)
  }

  /// The samples of the WAV file that converting with some options gives.
  private func samples(
    _ input: String, _ options: [String], in folder: TemporaryFolder
  ) async throws -> [Int16] {
    let path = folder.file("\(UUID().uuidString).wav")
    let result = try await Command.run(["convert", input, "-o", path] + options)
    #expect(result.status == 0, "\(result.errors)")
    return try Sound.samples(ofWave: path)
  }

  @Test(arguments: [
    ("wav", 16_000, "pcm_s16le,16000,1"), ("mp3", 16_000, "mp3,16000,1"),
    ("ogg", 48_000, "opus,48000,1"), ("opus", 48_000, "opus,48000,1"),
    ("m4a", 16_000, "aac,16000,1"), ("flac", 16_000, "flac,16000,1"),
  ])
  func `every format decodes to the same length and the same sound`(
    _ name: String, _ rate: Int, _ form: String
  ) async throws {
    let folder = try TemporaryFolder()
    let result = try await convert(
      try Talk.shared.wav, to: "out.\(name)", "--end", "20.0005", in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(result.errors.hasPrefix("\(folder.file("out.\(name)")): 00:00:20.001, "))
    let path = folder.file("out.\(name)")
    #expect(try await Sound.form(path) == form)
    // 20.0005 s; players that do not read an m4a's end give the rest of its last frame.
    let count = try await Sound.decoded(path, rate: rate).count
    let exact = 320_008 * rate / 16_000
    #expect(name == "m4a" ? (exact..<exact + 1024).contains(count) : count == exact)
    let heard = try await Sound.decoded(path, rate: 16_000)
    let said = try Sound.samples(ofWave: Talk.shared.wav)
    #expect(Sound.likeness(heard, said) > 0.9)
    if ["wav", "flac"].contains(name) { #expect(heard == Array(said[..<320_008])) }
  }

  @Test
  func `rate, channels and bit rate are those that were asked for`() async throws {
    let folder = try TemporaryFolder()
    let result = try await convert(
      try Talk.shared.wav, to: "out.mp3", "--sample-rate", "44100", "--channels", "2", "--bitrate",
      "128k", "--end", "10", in: folder)
    #expect(result.status == 0)
    #expect(try await Sound.form(folder.file("out.mp3")) == "mp3,44100,2")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("out.mp3"))).count
    #expect((160_000...163_000).contains(bytes))
  }

  @Test
  func `a rate that a format does not have becomes its next one, and that is said`() async throws {
    let folder = try TemporaryFolder()
    let result = try await convert(
      try Talk.shared.wav, to: "out.opus", "--sample-rate", "44100", "--end", "2", in: folder)
    #expect(result.status == 0)
    let path = folder.file("out.opus")
    #expect(
      result.errorLines.first == "Note: ogg files have no 44100 Hz; \(path) has 48000 Hz")
  }

  @Test
  func `a track is found by its place and by its language`() async throws {
    let folder = try TemporaryFolder()
    let (talk, two) = (try Talk.shared.wav, folder.file("two.mkv"))
    try await Programs.shell(
      "ffmpeg -nostdin -v error -i \(talk) -f lavfi -i sine=440:r=16000:d=5 -map 0:a -map 1:a -t 5 "
        + "-c:a flac -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu \(two)")
    let first = try await samples(two, ["--track", "0"], in: folder)
    #expect(try first == Array(Sound.samples(ofWave: talk)[..<80_000]))
    let second = try await samples(two, ["--track", "1"], in: folder)
    #expect(second != first)
    #expect(try await samples(two, ["--track", "de"], in: folder) == second)
    let missing = try await convert(two, to: "no.wav", "--track", "2", in: folder)
    #expect(missing.errorLines == ["Error: \(two): has no such audio track (it has 2)"])
    #expect(missing.status == 64)
    #expect(!folder.contents.contains("no.wav"))
  }

  @Test
  func `a channel is heard alone`() async throws {
    let folder = try TemporaryFolder()
    let (talk, both) = (try Talk.shared.wav, folder.file("both.wav"))
    try await Programs.shell(
      "ffmpeg -nostdin -v error -i \(talk) -f lavfi -i sine=440:r=16000:d=5 "
        + "-filter_complex '[0:a][1:a]join=inputs=2:channel_layout=stereo' -t 5 \(both)")
    let left = try await samples(both, ["--channel", "left"], in: folder)
    // ffmpeg's join ends with a whole frame.
    #expect(left.count > 70_000)
    #expect(try left == Array(Sound.samples(ofWave: talk).prefix(left.count)))
    #expect(try await samples(both, ["--channel", "0"], in: folder) == left)
    let right = try await samples(both, ["--channel", "right"], in: folder)
    #expect(try await samples(both, ["--channel", "1"], in: folder) == right)
    let mix = try await samples(both, ["--channel", "mix"], in: folder)
    #expect(try await samples(both, [], in: folder) == mix)
    #expect(left != right && left != mix && right != mix)
    let missing = try await convert(both, to: "no.wav", "--channel", "2", in: folder)
    #expect(
      missing.errorLines == [
        "Error: \(both): has no such channel (2; the track has 2 channels, from 0)"
      ])
    #expect(missing.status == 64)
  }

  @Test(
    arguments: [8_000, 16_000, 44_100, 48_000],
    [("1.5", "2.25"), ("0:01.5", "0:02.25"), ("0:00:01.5", "0:00:02.25")])
  func `a stretch is cut out exactly to the sample at any rate`(
    _ rate: Int, _ times: (start: String, end: String)
  ) async throws {
    let folder = try TemporaryFolder()
    let talk = try Talk.shared.wav
    let form = ["--sample-rate", "\(rate)"]
    let whole = try await samples(talk, form + ["--end", "3"], in: folder)
    let part = try await samples(
      talk, form + ["--start", times.start, "--end", times.end], in: folder)
    #expect(part == Array(whole[(rate * 3 / 2)..<(rate * 9 / 4)]))
  }

  @Test
  func `damage is a warning, and an error where that is asked for`() async throws {
    let folder = try TemporaryFolder()
    let path = try await Recording.mp3.make(in: folder)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes.replaceSubrange(100_000..<103_000, with: [UInt8](repeating: 0x55, count: 3000))
    try bytes.write(to: URL(fileURLWithPath: path))
    let lenient = try await convert(path, to: "lenient.wav", in: folder)
    #expect(lenient.status == 0)
    #expect(lenient.errors.hasPrefix("Warning: \(path): "))
    let strict = try await convert(path, to: "strict.wav", "--strict", in: folder)
    #expect(strict.status == 65)
    #expect(strict.errorLines.count == 1)
    #expect(strict.errors.hasPrefix("Error: \(path): refused as asked ("))
    #expect(folder.contents == ["lenient.wav", "talk.mp3"])
  }

  @Test(arguments: [Recording.wav, .mp3])
  func `what a service takes as it is, is copied byte for byte`(_ kind: Recording) async throws {
    let folder = try TemporaryFolder()
    let path = try await kind.make(in: folder)
    let result = try await convert(path, to: "out.\(kind)", "--provider", "glm", in: folder)
    #expect(result.status == 0)
    #expect(result.errors.contains("\(kind), the recording itself, untouched, "))
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.file("out.\(kind)")))
        == Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test
  func `what a service does not take as it is, is made so that it does`() async throws {
    let folder = try TemporaryFolder()
    let path = try await Recording.m4a.make(in: folder)
    let result = try await convert(path, to: "out.wav", "--provider", "glm", in: folder)
    #expect(result.status == 0)
    #expect(try await Sound.form(folder.file("out.wav")) == "pcm_s16le,16000,1")
  }

  @Test
  func `what is too long for one file is refused with a way out`() async throws {
    let folder = try TemporaryFolder()
    let talk = try Talk.shared.wav
    let result = try await convert(
      talk, to: "out.wav", "--provider", "glm", "--model", "glm-asr", in: folder)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("Error: \(talk): cannot be one file (it would take "))
    #expect(result.errors.hasSuffix(" of at most 59 s; use split)\n"))
    #expect(result.status == 64)
    #expect(folder.contents.isEmpty)
  }
}

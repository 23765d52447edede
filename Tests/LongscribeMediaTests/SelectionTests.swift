import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

@Suite("Hearing a part of a recording")
struct SelectionTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try WaveFile(Master.at44100, rate: 44_100).write(to: folder.file("master.wav"))
  }

  private func make(_ line: String) async throws {
    let ffmpeg = "ffmpeg -v error -y -nostdin"
    try await Programs.shell("cd \(folder.path); " + line.replacing("FF ", with: ffmpeg + " "))
  }

  @Test(
    "A stretch holds the very samples of the whole, and keeps their places on the timeline",
    arguments: [
      (0, 16_000), (160, 161), (160, nil), (80_000, 160_000), (300_000, nil), (0, 9_000_000),
    ] as [(Int64, Int64?)])
  func stretch(_ start: Int64, _ end: Int64?) async throws {
    try await make("FF -i master.wav -c:a libmp3lame -q:a 4 a.mp3")
    let whole = try await Heard.hear(folder.file("a.mp3"))
    let part = try await Heard.hear(
      folder.file("a.mp3"), selection: AudioSelection(start: start, end: end))
    let last = min(Int64(whole.samples.count), end ?? .max)
    #expect(part.report.length == last)
    #expect(part.samples.count == Int(last))
    #expect(part.samples[Int(start)...] == whole.samples[Int(start)..<Int(last)])
    #expect(part.samples[..<Int(start)].allSatisfy { $0 == 0 })
    #expect(part.levels.count == Int(last + 159) / 160)
    #expect(part.report.missingFrom == nil)
  }

  @Test("Nothing is told of damage that lies beyond the stretch, and each run tells the same")
  func damageBeyond() async throws {
    try await make("FF -i master.wav -c:a flac a.flac")
    var data = try Bytes.of(folder.file("a.flac"))
    // The decoder is some seconds ahead of the end of the stretch when it is noticed.
    for index in data.count * 4 / 20..<data.count * 5 / 20 { data[index] = 0x5A }
    try Bytes.write(data, to: folder.file("a.flac"))
    let selection = AudioSelection(end: 50_000)
    let first = try await Heard.hear(folder.file("a.flac"), selection: selection).report
    #expect(first.length == 50_000)
    #expect(first.isClean, "\(first)")
    for _ in 0..<20 {
      #expect(try await Heard.hear(folder.file("a.flac"), selection: selection).report == first)
    }
  }

  @Test("A start beyond the end is an error that tells the end")
  func beyond() async throws {
    let error = try await Heard.failure(
      folder.file("master.wav"), selection: AudioSelection(start: 16_000 * 60))
    #expect(error?.code == .noSamples)
    #expect(error?.description.contains("20 s") == true)
  }

  @Test(
    "A track is found by its place or by any code of its language",
    arguments: [
      (AudioSelection.Track.number(0), 440.0), (.number(1), 880), (.language("de"), 880),
      (.language("deu"), 880), (.language("ger"), 880), (.language("de-AT"), 880),
      (.language("EN"), 440), (.standard, 440),
    ])
  func track(_ track: AudioSelection.Track, _ pitch: Double) async throws {
    try await make(
      "FF -f lavfi -i sine=440:d=5 -f lavfi -i sine=880:d=5 -map 0 -map 1 -c:a aac "
        + "-metadata:s:a:0 language=eng -metadata:s:a:1 language=deu two.mka")
    let heard = try await Heard.hear(
      folder.file("two.mka"), selection: AudioSelection(track: track))
    let middle = heard.samples[16_000..<64_000]
    let crossings = zip(middle, middle.dropFirst()).count { $0 < 0 && $1 >= 0 }
    #expect(abs(Double(crossings) / 3 - pitch) < 2)
  }

  @Test("A language that is not there is an error that lists those that are")
  func noLanguage() async throws {
    try await make("FF -i master.wav -c:a aac -metadata:s:a:0 language=fra a.mka")
    let error = try await Heard.failure(
      folder.file("a.mka"), selection: AudioSelection(track: .language("ja")))
    #expect(error?.code == .noSuchTrack)
    #expect(error?.description.contains("'ja'; the languages of its tracks: fra") == true)
  }

  @Test("Refusing damage as asked stops at the first of it, and lets healthy recordings through")
  func strict() async throws {
    try await make("FF -i master.wav -c:a flac a.flac")
    let healthy = try await Heard.hear(folder.file("a.flac"), stopsAtDamage: true)
    #expect(abs(healthy.samples.count - Master.count(rate: 16_000)) <= 1)
    var data = try Bytes.of(folder.file("a.flac"))
    for index in data.count / 2..<data.count / 2 + 9000 { data[index] = 0x55 }
    try Bytes.write(data, to: folder.file("a.flac"))
    let error = try await Heard.failure(folder.file("a.flac"), stopsAtDamage: true)
    #expect(error?.code == .notClean)
    #expect(error?.description.contains("refused as asked") == true)
  }

  // Without the deadline it would wait for ever.
  @Test(
    "A pipe that stalls beyond the deadline is given up, and that is said",
    .timeLimit(.minutes(10)))
  func deadline() async throws {
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let silent = Feeder.Silent(pipe, saying: try Bytes.of(folder.file("master.wav")).prefix(9000))
    let flag = CancelFlag()
    flag.raise(after: 0.3)
    let error = try await Heard.failure(pipe, flag: flag)
    #expect(error?.code == .limit)
    withExtendedLifetime(silent) {}
  }

  @Test("The padding at the end of an m4a is left out, as its edit list says")
  func padding() async throws {
    try await make("FF -i master.wav -c:a aac -b:a 96k a.m4a")
    let heard = try await Heard.hear(folder.file("a.m4a"))
    // The edit list counts milliseconds.
    #expect(abs(heard.samples.count - Master.count(rate: 16_000)) <= 16)
    #expect(abs(Master.find(19, in: heard.samples).lateness) < 0.1)
  }
}

import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

/// How the master is hidden in a file, and what must come out.
struct FormatCase: Sendable, CustomTestStringConvertible {
  var name: String
  /// What follows `ffmpeg -i master.wav`; the file's name is added.
  var arguments: String
  /// The file's name.
  var file: String
  /// Milliseconds by which the file itself makes sounds late: priming that no header tells of.
  var lateness = 0.0
  /// Samples at 16 kHz that the file holds beyond the master: its last frame's padding and its untold priming.
  var extra: ClosedRange<Int> = 0...0
  var likeness = 0.97

  var testDescription: String { name }

  static let all: [FormatCase] = [
    FormatCase(name: "wav, 44.1 kHz", arguments: "-c:a pcm_s16le", file: "a.wav", likeness: 0.999),
    FormatCase(name: "wav, 24 bit", arguments: "-c:a pcm_s24le", file: "a.wav", likeness: 0.999),
    FormatCase(
      name: "wav from a pipe", arguments: "-f wav - | cat >", file: "a.wav", likeness: 0.999),
    FormatCase(name: "flac", arguments: "", file: "a.flac", likeness: 0.999),
    FormatCase(
      name: "flac from a pipe", arguments: "-f flac - | cat >", file: "a.flac", likeness: 0.999),
    FormatCase(name: "alac", arguments: "-c:a alac", file: "a.m4a", likeness: 0.999),
    FormatCase(name: "mp3 at a constant rate", arguments: "-b:a 128k", file: "a.mp3"),
    FormatCase(name: "mp3 at a variable rate", arguments: "-q:a 4", file: "a.mp3"),
    FormatCase(
      name: "mp3 with an id3v1 tag at its end",
      arguments: "-q:a 4 -write_id3v1 1 -metadata title=x", file: "a.mp3"),
    FormatCase(
      name: "mp3 without a Xing header", arguments: "-q:a 4 -write_xing 0 -id3v2_version 0",
      file: "a.mp3", lateness: 1105 / 44.1, extra: 400...1237),
    FormatCase(name: "m4a", arguments: "-c:a aac -b:a 96k", file: "a.m4a", extra: 0...372),
    FormatCase(
      name: "m4a with its index in front", arguments: "-c:a aac -b:a 96k -movflags +faststart",
      file: "a.m4a", extra: 0...372),
    FormatCase(
      name: "fragmented mp4 without an edit list",
      arguments: "-c:a aac -b:a 96k -movflags +frag_keyframe+empty_moov -frag_duration 2000000",
      file: "a.mp4", lateness: 1024 / 44.1, extra: 371...744, likeness: 0.9),
    FormatCase(
      name: "adts", arguments: "-c:a aac -b:a 96k -f adts", file: "a.aac", lateness: 1024 / 44.1,
      extra: 371...744, likeness: 0.9),
    FormatCase(
      name: "mpegts", arguments: "-c:a aac -b:a 96k -f mpegts", file: "a.ts",
      lateness: 1024 / 44.1, extra: 371...744, likeness: 0.9),
    FormatCase(
      name: "ogg/opus", arguments: "-c:a libopus -b:a 32k", file: "a.opus", extra: -1...1,
      likeness: 0.9),
    FormatCase(
      name: "webm", arguments: "-c:a libopus -b:a 32k", file: "a.webm", extra: -1...1, likeness: 0.9
    ),
    FormatCase(
      name: "webm from a browser", arguments: "-c:a libopus -b:a 32k -live 1 -f webm - | cat >",
      file: "a.webm", extra: -1...1, likeness: 0.9),
    FormatCase(name: "ogg/vorbis", arguments: "-c:a libvorbis -q:a 4", file: "a.ogg"),
    FormatCase(
      name: "mkv with vorbis", arguments: "-c:a libvorbis -q:a 4", file: "a.mkv", extra: 0...400),
    FormatCase(
      name: "avi with mp3", arguments: "-c:a libmp3lame -b:a 64k", file: "a.avi",
      lateness: 1105 / 44.1,
      extra: 400...1237),
    FormatCase(
      name: "8 kHz mu-law", arguments: "-ar 8000 -c:a pcm_mulaw", file: "a.wav", extra: -1...1,
      likeness: 0.9),
    FormatCase(name: "aiff", arguments: "", file: "a.aiff", likeness: 0.999),
    FormatCase(
      name: "ac3", arguments: "-b:a 96k", file: "a.ac3", lateness: 256 / 44.1, extra: 0...700,
      likeness: 0.9),
    FormatCase(
      name: "wma", arguments: "-c:a wmav2 -b:a 64k", file: "a.wma", lateness: -2048 / 44.1,
      extra: -800...0, likeness: 0.9),
  ]
}

@Suite("Listening to every kind of file")
struct ListenerFormatTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try WaveFile(Master.at44100, rate: 44_100).write(to: folder.file("master.wav"))
  }

  @Test("Length, offset and envelope are the recording's", arguments: FormatCase.all)
  func formats(_ format: FormatCase) async throws {
    let path = folder.file(format.file == "a.wav" ? "b.wav" : format.file)
    let master = folder.file("master.wav")
    try await Programs.shell("ffmpeg -v error -y -nostdin -i \(master) \(format.arguments) \(path)")
    let heard = try await Heard.hear(path)
    let exact = Int((Double(Master.at44100.count) * 16_000 / 44_100).rounded())
    #expect(format.extra.contains(heard.samples.count - exact), "\(heard.samples.count - exact)")
    #expect(heard.report.length == Int64(heard.samples.count))
    #expect(heard.levels.count == (heard.samples.count + 159) / 160)
    #expect(heard.report.isClean, "\(heard.report)")
    for second in [0, 7, 19] {
      let finding = Master.find(second, in: heard.samples, expected: format.lateness)
      #expect(abs(finding.lateness - format.lateness) <= 1, "second \(second): \(finding)")
      #expect(finding.likeness > format.likeness, "second \(second): \(finding)")
    }
  }

  @Test(
    "The sound of a video that begins 2.5 s after the picture keeps its place",
    arguments: ["mp4 -c:a aac", "mkv -c:a libopus", "mkv -c:a aac", "ts -c:a aac"])
  func lateAudio(_ kind: String) async throws {
    let path = folder.file("late.\(kind.prefix { $0 != " " })")
    let codec = kind.drop { $0 != " " }
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -f lavfi -i testsrc=s=64x64:r=25:d=23 -itsoffset 2.5 "
        + "-i \(folder.file("master.wav")) -map 0:v -map 1:a -c:v libx264 -preset ultrafast \(codec) \(path)"
    )
    let heard = try await Heard.hear(path)
    #expect(heard.description.hasVideo)
    #expect(heard.report.fills.isEmpty)
    #expect(heard.levels.prefix(240).allSatisfy { $0 == 0 })
    let lateness = 2500.0
    // Matroska's muxer writes Opus's priming twice, rounded to milliseconds.
    let tolerance = kind == "mkv -c:a libopus" ? 7.0 : 1.0
    for second in [0, 9, 19] {
      let finding = Master.find(second, in: heard.samples, expected: lateness)
      #expect(abs(finding.lateness - lateness) <= tolerance, "second \(second): \(finding)")
    }
  }

  @Test(
    "The sound of a video that begins with the picture has no silence before it",
    arguments: ["mp4 aac", "mov aac", "mkv aac", "mkv libopus", "mkv libvorbis", "flv aac"])
  func promptAudio(_ kind: String) async throws {
    let path = folder.file("prompt.\(kind.prefix { $0 != " " })")
    let codec = kind.drop { $0 != " " }
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -f lavfi -i testsrc=s=64x64:r=25:d=20 -i \(folder.file("master.wav")) "
        + "-c:v libx264 -preset ultrafast -c:a \(codec) \(path)")
    let heard = try await Heard.hear(path)
    #expect(heard.report.isClean)
    // Flash video and AAC in Matroska tell of no priming.
    let lateness = kind == "flv aac" || kind == "mkv aac" ? 1024 / 44.1 : 0
    for second in [0, 19] {
      let finding = Master.find(second, in: heard.samples, expected: lateness)
      #expect(abs(finding.lateness - lateness) <= 1, "second \(second): \(finding)")
    }
  }

  @Test("A track is chosen by its number, and one that is not there is an error")
  func tracks() async throws {
    let path = folder.file("two.mka")
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -f lavfi -i sine=440:d=2 -i \(folder.file("master.wav")) "
        + "-map 0 -map 1 -c:a flac \(path)")
    let heard = try await Heard.hear(path, selection: AudioSelection(track: .number(1)))
    #expect(heard.description.tracks.count == 2)
    #expect(heard.samples.count == 320_045)
    #expect(Master.find(3, in: heard.samples).likeness > 0.99)
    #expect(try await Heard.hear(path).samples.count == 32_000)
    #expect(
      try await Heard.failure(path, selection: AudioSelection(track: .number(2)))?.code
        == .noSuchTrack)
    #expect(
      try await Heard.failure(path, selection: AudioSelection(track: .number(-1)))?.code
        == .noSuchTrack)
  }

  @Test("Cover art is no video and takes no part in the timeline")
  func coverArt() async throws {
    let path = folder.file("cover.mp3")
    try await Programs.shell(
      "cd \(folder.path); ffmpeg -v error -y -nostdin -f lavfi -i color=red:s=600x600:d=1 -frames:v 1 c.png; "
        + "ffmpeg -v error -y -nostdin -i master.wav -i c.png -map 0:a -map 1:v -c:a libmp3lame -q:a 4 "
        + "-c:v png -disposition:v attached_pic -id3v2_version 3 \(path)")
    let heard = try await Heard.hear(path)
    #expect(!heard.description.hasVideo)
    #expect(heard.samples.count == 320_045)
    #expect(abs(Master.find(5, in: heard.samples).lateness) < 1)
  }
}

import Foundation
import LongscribeCore
import LongscribeMedia
import LongscribeThreads
import TestSupport
import Testing

/// A kind of file, and what probing must say about its length.
struct ScanCase: Sendable, CustomTestStringConvertible {
  var name: String
  /// Lines of bash that make `file`; `FF` stands for the ffmpeg program.
  var line: String
  var file: String
  /// Where the length comes from when it is not asked for exactly.
  var source: MediaDescription.DurationSource
  /// Whether counting packets promises the decoded length.
  var isExact = true
  /// The length in seconds, as it was measured by decoding with another program.
  var seconds = 20.0028
  /// Seconds by which counting may be off where it promises nothing.
  var slack = 0.0
  /// Beginnings of the warnings that an exact probe gives.
  var warnings: [String] = []

  var testDescription: String { name }

  private static let cutTail = "head -c $(($(stat -c %s whole) * 2 / 5)) whole >"

  static let all: [ScanCase] = [
    ScanCase(name: "wav", line: "cp master.wav a.wav", file: "a.wav", source: .header),
    ScanCase(
      name: "wav whose header says it has no end",
      line: "FF -i master.wav -f wav - | cat > a.wav", file: "a.wav", source: .packetScan),
    ScanCase(
      name: "wav that is cut off", line: "head -c 441044 master.wav > a.wav", file: "a.wav",
      source: .packetScan, seconds: 5, warnings: ["the header says 20.0 s"]),
    ScanCase(
      name: "rf64", line: "FF -i master.wav -rf64 always a.wav", file: "a.wav", source: .header),
    // FFmpeg's own muxer pads by one sample.
    ScanCase(
      name: "w64", line: "FF -i master.wav a.w64", file: "a.w64", source: .packetScan,
      seconds: 882_124 / 44_100),
    ScanCase(
      name: "caf", line: "FF -i master.wav -c:a pcm_s24le a.caf", file: "a.caf",
      source: .packetScan),
    ScanCase(
      name: "8 kHz mu-law", line: "FF -i master.wav -ar 8000 -c:a pcm_mulaw a.wav", file: "a.wav",
      source: .header, seconds: 20.0029),
    ScanCase(
      name: "pcm in matroska", line: "FF -i master.wav -c:a pcm_s16le a.mkv", file: "a.mkv",
      source: .header),
    ScanCase(name: "flac", line: "FF -i master.wav a.flac", file: "a.flac", source: .header),
    ScanCase(
      name: "flac from a pipe, without a length", line: "FF -i master.wav -f flac - | cat > a.flac",
      file: "a.flac", source: .packetScan),
    ScanCase(
      name: "flac in ogg", line: "FF -i master.wav -c:a flac -f ogg a.oga", file: "a.oga",
      source: .packetScan),
    ScanCase(
      name: "alac", line: "FF -i master.wav -c:a alac a.m4a", file: "a.m4a", source: .header),
    ScanCase(
      name: "mp3 at a constant rate", line: "FF -i master.wav -b:a 128k a.mp3", file: "a.mp3",
      source: .packetScan),
    ScanCase(
      name: "mp3 at a variable rate", line: "FF -i master.wav -q:a 4 a.mp3", file: "a.mp3",
      source: .packetScan),
    ScanCase(
      name: "mp3 without a Xing header",
      line: "FF -i master.wav -q:a 4 -write_xing 0 -id3v2_version 0 a.mp3", file: "a.mp3",
      source: .packetScan, seconds: 20.0359),
    ScanCase(
      name: "mp3 after 70 kB of zeros",
      line: """
        FF -i master.wav -q:a 4 -write_xing 0 -id3v2_version 0 b.mp3; \
        (head -c 70000 /dev/zero; cat b.mp3) > a.mp3
        """, file: "a.mp3", source: .packetScan, seconds: 20.0359),
    ScanCase(
      name: "two mp3 in one file", line: "FF -i master.wav -q:a 4 b.mp3; cat b.mp3 b.mp3 > a.mp3",
      file: "a.mp3", source: .packetScan, seconds: 40.0468),
    ScanCase(
      name: "mp3 whose header lies",
      line: "FF -i master.wav -q:a 4 whole.mp3; mv whole.mp3 whole; \(cutTail) a.mp3",
      file: "a.mp3", source: .packetScan, isExact: false, seconds: 8.0, slack: 0.6,
      warnings: ["the header says 20.0 s, the data hold "]),
    ScanCase(
      name: "mp3 with cover art",
      line: """
        FF -f lavfi -i color=red:s=64x64:d=1 -frames:v 1 c.png; FF -i master.wav -i c.png -map 0:a \
        -map 1:v -q:a 4 -c:v png -disposition:v attached_pic -id3v2_version 3 a.mp3
        """, file: "a.mp3", source: .packetScan),
    ScanCase(
      name: "mp2", line: "FF -i master.wav -ar 22050 a.mp2", file: "a.mp2", source: .packetScan,
      seconds: 20.0098),
    ScanCase(
      name: "m4a", line: "FF -i master.wav -c:a aac a.m4a", file: "a.m4a", source: .header,
      seconds: 20.003),
    ScanCase(
      name: "m4a that is cut off",
      line: """
        FF -i master.wav -c:a aac -movflags +faststart whole.m4a; mv whole.m4a whole; \
        \(cutTail) a.m4a
        """, file: "a.m4a", source: .packetScan, isExact: false, seconds: 8, slack: 1,
      warnings: ["the header says 20.0 s, the data hold ", "1 packet is marked as damaged"]),
    ScanCase(
      name: "fragmented mp4",
      line:
        "FF -i master.wav -c:a aac -movflags +frag_keyframe+empty_moov -frag_duration 2000000 a.mp4",
      file: "a.mp4", source: .header, isExact: false, seconds: 20.0388),
    ScanCase(
      name: "adts", line: "FF -i master.wav -c:a aac -f adts a.aac", file: "a.aac",
      source: .packetScan, isExact: false, seconds: 20.0388),
    ScanCase(
      name: "ac3", line: "FF -i master.wav -b:a 96k a.ac3", file: "a.ac3", source: .packetScan,
      seconds: 20.0272),
    ScanCase(
      name: "ogg opus", line: "FF -i master.wav -c:a libopus -b:a 32k a.opus", file: "a.opus",
      source: .packetScan),
    ScanCase(
      name: "chained ogg opus",
      line: "FF -i master.wav -c:a libopus -b:a 32k b.opus; cat b.opus b.opus > a.opus",
      file: "a.opus", source: .packetScan, seconds: 40.0121,
      warnings: ["the header says 20.0 s, the data hold 40.0 s: the header is wrong"]),
    ScanCase(
      name: "ogg vorbis", line: "FF -i master.wav -c:a libvorbis a.ogg", file: "a.ogg",
      source: .packetScan),
    ScanCase(
      name: "webm", line: "FF -i master.wav -c:a libopus -b:a 32k a.webm", file: "a.webm",
      source: .header),
    ScanCase(
      name: "webm from a browser, without a length",
      line: "FF -i master.wav -c:a libopus -b:a 32k -live 1 -f webm - | cat > a.webm",
      file: "a.webm", source: .packetScan),
    ScanCase(
      name: "vorbis in matroska", line: "FF -i master.wav -c:a libvorbis a.mkv", file: "a.mkv",
      source: .header, isExact: false, seconds: 20.0054),
    ScanCase(
      name: "mpegts", line: "FF -i master.wav -c:a aac -f mpegts a.ts", file: "a.ts",
      source: .packetScan, isExact: false, seconds: 20.0388),
    ScanCase(
      name: "mpegts with a jump of 5000 s",
      line: """
        FF -t 10 -i master.wav -c:a aac -f mpegts b.ts; FF -ss 10 -t 10 -i master.wav -c:a aac \
        -output_ts_offset 5000 -f mpegts c.ts; cat b.ts c.ts > a.ts
        """, file: "a.ts", source: .packetScan, isExact: false, seconds: 20.0621),
    ScanCase(
      name: "mpegts over the end of its clock",
      line: "FF -t 10 -i master.wav -c:a aac -output_ts_offset 95438 -f mpegts a.ts", file: "a.ts",
      source: .packetScan, isExact: false, seconds: 10.031),
    ScanCase(
      name: "wma", line: "FF -i master.wav -c:a wmav2 a.wma", file: "a.wma", source: .header,
      isExact: false, seconds: 20.0054, slack: 0.1),
    ScanCase(
      name: "video with late audio",
      line: """
        FF -f lavfi -i testsrc=s=64x64:r=25:d=20 -itsoffset 2.5 -i master.wav -map 0:v -map 1:a \
        -c:v mpeg4 -c:a libopus -t 20 a.mkv
        """, file: "a.mkv", source: .header, seconds: 19.994),
  ]
}

@Suite("Durations from packets")
struct ScanDurationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try WaveFile(Master.at44100, rate: 44_100).write(to: folder.file("master.wav"))
  }

  private func make(_ kind: ScanCase) async throws -> String {
    let ffmpeg = "ffmpeg -v error -y -nostdin "
    try await Programs.shell("cd \(folder.path); " + kind.line.replacing("FF ", with: ffmpeg))
    return folder.file(kind.file)
  }

  @Test(
    "An exact probe finds the length that decoding finds, or says that it is a bound",
    arguments: ScanCase.all)
  func exact(_ kind: ScanCase) async throws {
    let path = try await make(kind)
    let probed = try await Probed.probe(path, exact: true)
    let duration = try #require(probed.duration)
    #expect(probed.durationSource == .packetScan)
    #expect(probed.isDurationExact == kind.isExact)
    #expect(abs(duration - kind.seconds) < 0.0001 + kind.slack, "\(duration)")
    for (warning, beginning) in zip(probed.warnings, kind.warnings) {
      #expect(warning.hasPrefix(beginning), "\(warning)")
    }
    #expect(probed.warnings.count == kind.warnings.count, "\(probed.warnings)")
    let heard = try await Heard.hear(path)
    let difference = duration * 16_000 - Double(heard.samples.count)
    #expect(abs(difference) <= 1.5 + kind.slack * 16_000, "\(difference)")
  }

  @Test("A plain probe counts where the header cannot be believed", arguments: ScanCase.all)
  func plain(_ kind: ScanCase) async throws {
    let probed = try await Probed.probe(try await make(kind))
    #expect(probed.durationSource == kind.source)
    let duration = try #require(probed.duration)
    #expect(abs(duration - kind.seconds) < 0.06 + kind.slack, "\(duration)")
    if kind.source == .header, probed.tracks.first?.codec.hasPrefix("pcm") != true {
      #expect(!probed.isDurationExact)
    }
  }

  @Test(
    "Counted samples are those that the ffmpeg program decodes",
    arguments: ScanCase.all.filter {
      $0.isExact && !$0.name.contains("chained") && !$0.name.contains("wav") && $0.file != "a.caf"
        && $0.file != "a.w64" && !$0.name.contains("mu-law") && $0.name != "rf64"
    })
  func sampleCount(_ kind: ScanCase) async throws {
    let path = try await make(kind)
    let scan = try #require(try await Probed.probe(path, exact: true).scan)
    #expect(scan.samples == (try await Probed.decodedByFFmpeg(path, in: folder)))
    #expect(scan.packets > 0)
    #expect(scan.corruptPackets == 0)
  }

  @Test("A chain of Ogg links with different rates is as long as listening finds it")
  func chainOfRates() async throws {
    try await Programs.shell(
      """
      cd \(folder.path); FF="ffmpeg -v error -y -nostdin -t 10"; \
      $FF -i master.wav -c:a libvorbis b.ogg; \
      $FF -ss 10 -i master.wav -ar 22050 -ac 2 -c:a libvorbis c.ogg; cat b.ogg c.ogg > a.ogg
      """)
    let probed = try await Probed.probe(folder.file("a.ogg"), exact: true)
    let heard = try await Heard.hear(folder.file("a.ogg"))
    #expect(abs((probed.duration ?? 0) - Timeline.seconds(Int64(heard.samples.count))) < 0.02)
    #expect(probed.headerDuration == 5)
    #expect(probed.warnings.contains { $0.hasSuffix("the header is wrong") })
  }

  @Test("A gap in the data counts as the silence that listening puts there")
  func gap() async throws {
    try await Programs.shell(
      """
      cd \(folder.path); ffmpeg -v error -y -nostdin -i master.wav \
      -af 'aselect=not(between(t\\,5\\,8))' -c:a pcm_s16le gap.nut
      """)
    let probed = try await Probed.probe(folder.file("gap.nut"), exact: true)
    let heard = try await Heard.hear(folder.file("gap.nut"))
    #expect(probed.scan?.gaps == 1)
    #expect(abs((probed.duration ?? 0) - Timeline.seconds(Int64(heard.samples.count))) < 0.001)
    #expect(probed.warnings.first?.hasPrefix("1 gap of ") == true)
  }
}

@Suite("Probing what is no recording")
struct ScanRefusalTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("Rates that no recording has are refused", arguments: [1, 999, 768_001, 2_000_000_000])
  func absurdRate(_ rate: Int) async throws {
    let path = folder.file("a.wav")
    try WaveFile(Master.at8000, rate: rate).write(to: path)
    let error = try await Probed.failure(path)
    #expect(error?.code == .limit)
    #expect(error?.detail == "no recording has \(rate) samples a second")
    #expect(try await Heard.failure(path)?.code == .limit)
  }

  @Test("A header without sound is an empty recording", arguments: [true, false])
  func headerOnly(exact: Bool) async throws {
    let path = folder.file("a.wav")
    try WaveFile([], rate: 16_000).write(to: path)
    #expect(try await Probed.failure(path, exact: exact)?.code == .noSamples)
  }

  @Test("Too many tracks are refused in words")
  func tooManyTracks() async throws {
    let path = folder.file("a.mka")
    let maps = String(repeating: " -map 0", count: 65)
    try await Programs.shell(
      "ffmpeg -v error -nostdin -f lavfi -i anullsrc=r=8000:cl=mono -t 0.2\(maps) -c:a pcm_s16le \(path)"
    )
    for error in [try await Probed.failure(path), try await Heard.failure(path)] {
      #expect(error?.code == .limit)
      #expect(error?.detail == "it has more than 64 tracks")
    }
  }

  @Test("A raised flag ends a scan at once")
  func cancelled() async throws {
    let path = folder.file("a.wav")
    try WaveFile(Master.at16000, rate: 16_000).write(to: path)
    try await Programs.shell(
      "cd \(folder.path); ffmpeg -v error -nostdin -stream_loop 2000 -i a.wav -c:a flac -compression_level 0 -t 30000 a.flac"
    )
    // Held against a whole scan, because how long that takes depends on what else the machine does.
    let flac = folder.file("a.flac")
    let (error, whole) = await ThreadLanes(name: "scan", most: 1).run {
      let start = ContinuousClock.now
      let error = Probed.failureBlocking(flac, flag: CancelFlag())
      return (error, (ContinuousClock.now - start) / .seconds(1))
    }
    #expect(error == nil)
    let bound = max(0.4 * whole, 0.4)
    try await expectBest(of: 3, meets: { $0 < bound }) {
      let end = try await CancelledWork.run(after: whole / 10) {
        Probed.failureBlocking(flac, flag: $0)
      }
      // Infinite where the scan was over before the flag was raised: such a try counts for nothing.
      #expect(end.error?.code == .cancelled || end.seconds == .infinity)
      return end.seconds
    }
  }
}

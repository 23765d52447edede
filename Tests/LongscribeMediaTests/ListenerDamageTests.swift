import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

@Suite("Listening to damaged and spliced recordings")
struct ListenerDamageTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try WaveFile(Master.at44100, rate: 44_100).write(to: folder.file("master.wav"))
  }

  private func make(_ line: String) async throws {
    let ffmpeg = "ffmpeg -v error -y -nostdin"
    try await Programs.shell("cd \(folder.path); " + line.replacing("FF ", with: ffmpeg + " "))
  }

  /// Overwrites a part of a file, given in shares of its length, with noise or with zeros.
  private func damage(_ name: String, _ part: ClosedRange<Double>, zeros: Bool = false) throws {
    var data = try Bytes.of(folder.file(name))
    var random = SeededGenerator(seed: 7)
    let start = Int(Double(data.count) * part.lowerBound)
    for index in start..<Int(Double(data.count) * part.upperBound) {
      data[index] = zeros ? 0 : UInt8(truncatingIfNeeded: random.next())
    }
    try Bytes.write(data, to: folder.file(name))
  }

  private func cut(_ name: String, to share: Double) throws {
    let data = try Bytes.of(folder.file(name))
    try Bytes.write(data.prefix(Int(Double(data.count) * share)), to: folder.file(name))
  }

  @Test(
    "A damaged stretch becomes silence, and what follows stays at its second",
    arguments: [
      "d.m4a -c:a aac -b:a 96k", "d.flac -c:a flac", "d.webm -c:a libopus -b:a 32k",
      "d.mkv -c:a libmp3lame -b:a 64k", "d.ts -c:a aac -b:a 96k", "d.opus -c:a libopus -b:a 48k",
      "d.ogg -c:a libvorbis -q:a 3",
    ])
  func damagedStretch(_ kind: String) async throws {
    let name = String(kind.prefix { $0 != " " })
    try await make("FF -i master.wav \(kind.drop { $0 != " " }) \(name)")
    let whole = try await Heard.hear(folder.file(name))
    try damage(name, 0.4...0.6, zeros: name == "d.webm")
    let heard = try await Heard.hear(folder.file(name))
    #expect(!heard.report.isClean)
    #expect(!heard.report.warnings.isEmpty)
    #expect(heard.report.filledSeconds > 1 && heard.report.filledSeconds < 8, "\(heard.report)")
    #expect(abs(heard.samples.count - whole.samples.count) <= 800)
    let lateness = name == "d.ts" ? 1024 / 44.1 : 0
    for second in [0, 4, 15, 19] {
      let finding = Master.find(second, in: heard.samples, expected: lateness)
      #expect(abs(finding.lateness - lateness) < 51, "\(second): \(finding)")
      #expect(finding.likeness > 0.85, "\(second): \(finding)")
    }
  }

  @Test("The report says where the silence that fills a gap begins, to the sample")
  func fillPosition() async throws {
    // Exact PCM, of which three seconds are taken out.
    try await make(
      "FF -i master.wav -af 'aselect=not(between(t\\,5\\,8))' -c:a pcm_s16le gap.nut")
    let heard = try await Heard.hear(folder.file("gap.nut"))
    let fill = try #require(heard.report.fills.first)
    #expect(heard.report.fills.count == 1)
    let loudBefore = heard.levels[..<Int(fill.position / 160)].suffix(2).allSatisfy { $0 > 100 }
    #expect(loudBefore, "\(fill)")
    let silent = heard.samples[Int(fill.position) + 2..<Int(fill.position + fill.length) - 2]
    #expect(silent.dropFirst(400).dropLast(400).allSatisfy { abs($0) <= 1 })
    // The tone is heard up to the gap: within half of its period plus the filter's ringing.
    let last = heard.samples[..<(Int(fill.position) + 1600)].lastIndex { abs(Int32($0)) > 200 } ?? 0
    #expect(abs(last - Int(fill.position)) < 60, "\(last) \(fill)")
    for second in [0, 4, 9, 19] {
      #expect(abs(Master.find(second, in: heard.samples).lateness) < 1)
    }
  }

  @Test("A gap of most of an hour is spooled a little at a time and not gathered in memory")
  func longGap() async throws {
    try await make(
      "FF -i master.wav -af \"asetpts='if(gt(T,10),PTS+3300/TB,PTS)'\" -c:a pcm_s16le gap.mkv")
    let heard = try await Heard.hear(folder.file("gap.mkv"))
    #expect(abs(heard.report.filledSeconds - 3300) < 0.1)
    #expect(abs(heard.samples.count - 3_320 * 16_000) < 1600)
    #expect(heard.longestBatch < 1000, "\(heard.longestBatch)")
    let after = Array(heard.samples[(3300 * 16_000)...])
    #expect(abs(Master.find(15, in: after).lateness) < 1)
  }

  @Test("An mp3 that was cut off says so", arguments: ["-q:a 4", "-b:a 64k"])
  func truncatedMP3(_ options: String) async throws {
    try await make("FF -i master.wav \(options) t.mp3")
    try cut("t.mp3", to: 0.5)
    let heard = try await Heard.hear(folder.file("t.mp3"))
    #expect(abs(Double(heard.samples.count) / 16_000 - 10) < 1)
    #expect(heard.report.missingFrom.map { abs(Timeline.seconds($0) - 20) < 0.1 } == true)
    #expect(heard.report.warnings.contains { $0.contains("cut off") && $0.contains("20 s") })
    #expect(abs(Master.find(8, in: heard.samples).lateness) < 1)
  }

  @Test("An m4a with its index in front that was cut off says so")
  func truncatedM4A() async throws {
    try await make("FF -i master.wav -c:a aac -movflags +faststart t.m4a")
    try cut("t.m4a", to: 0.5)
    let heard = try await Heard.hear(folder.file("t.m4a"))
    #expect(abs(Double(heard.samples.count) / 16_000 - 10) < 1)
    #expect(heard.report.missingFrom != nil)
  }

  @Test("Junk before and after an mp3 is passed over")
  func junk() async throws {
    try await make(
      "FF -i master.wav -q:a 4 -write_xing 0 -id3v2_version 0 j.mp3; "
        + "(head -c 70000 /dev/zero; cat j.mp3) > head.mp3; "
        + "(cat j.mp3; head -c 200000 /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null) > tail.mp3"
    )
    for name in ["head.mp3", "tail.mp3"] {
      let heard = try await Heard.hear(folder.file(name))
      #expect(
        abs(Double(heard.samples.count) / 16_000 - 20.03) < 1.2, "\(name) \(heard.samples.count)")
      let finding = Master.find(10, in: heard.samples, expected: 1105 / 44.1)
      #expect(abs(finding.lateness - 1105 / 44.1) < 1, "\(name) \(finding)")
    }
  }

  @Test(
    "Recordings joined end to end continue where the first one ends",
    arguments: ["opus", "ogg", "mp3"])
  func chained(_ kind: String) async throws {
    try await make(
      "FF -i master.wav \(kind == "ogg" ? "-c:a libvorbis" : "") a.\(kind); cat a.\(kind) a.\(kind) > b.\(kind)"
    )
    let heard = try await Heard.hear(folder.file("b.\(kind)"))
    #expect(abs(heard.samples.count - 2 * 320_045) < 900, "\(heard.samples.count)")
    #expect(heard.report.fills.isEmpty, "\(heard.report)")
    let second = Array(heard.samples[320_045...])
    for index in [0, 10, 19] {
      #expect(abs(Master.find(index, in: heard.samples).lateness) < 1)
      #expect(abs(Master.find(index, in: second).lateness) < 51)
    }
  }

  @Test(
    "A change of rate and channels on the way moves nothing",
    arguments: ["ogg libvorbis", "aac aac", "mp3 libmp3lame"])
  func rateChange(_ kind: String) async throws {
    let type = kind.prefix { $0 != " " }
    let codec = kind.dropFirst(type.count + 1)
    try await make(
      "FF -t 10 -i master.wav -c:a \(codec) r1.\(type); FF -ss 10 -t 10 -i master.wav -ar 48000 -ac 2 -c:a \(codec) r2.\(type); "
        + "cat r1.\(type) r2.\(type) > rate.\(type)")
    let heard = try await Heard.hear(folder.file("rate.\(type)"))
    #expect(abs(Double(heard.samples.count) / 16_000 - 20) < 0.12, "\(heard.samples.count)")
    // An mp3's second header is a frame of its own.
    #expect((1...2).contains(heard.report.formatChanges))
    #expect(heard.report.fills.isEmpty)
    for second in [1, 9, 10, 11, 19] {
      let finding = Master.find(second, in: heard.samples)
      #expect(abs(finding.lateness) < 60 && finding.likeness > 0.85, "\(second): \(finding)")
    }
  }

  @Test("A transport stream whose times jump by hours is no hours of silence")
  func jumpingTimes() async throws {
    try await make(
      "FF -t 10 -i master.wav -c:a aac -f mpegts d1.ts; "
        + "FF -ss 10 -i master.wav -c:a aac -output_ts_offset 5000 -f mpegts d2.ts; cat d1.ts d2.ts > disc.ts; "
        + "FF -i master.wav -c:a aac -output_ts_offset 95430 -f mpegts wrap.ts")
    for name in ["disc.ts", "wrap.ts"] {
      let heard = try await Heard.hear(folder.file(name))
      #expect(abs(Double(heard.samples.count) / 16_000 - 20.05) < 0.1, "\(name) \(heard.report)")
      #expect(heard.report.fills.isEmpty)
      // Both pieces' priming, and the padding between them, are within the tolerance each.
      #expect(abs(Master.find(19, in: heard.samples, reach: 100).lateness) < 80)
    }
  }

  @Test("An edit list's start is where the recording begins")
  func editList() async throws {
    try await make("FF -i master.wav -c:a aac e.m4a; FF -ss 10.3 -i e.m4a -t 8 -c copy cut.m4a")
    let heard = try await Heard.hear(folder.file("cut.m4a"))
    // As if the 10.3 s that were cut off were still there.
    let samples = [Int16](repeating: 0, count: 164_800) + heard.samples
    #expect(abs(Master.find(15, in: samples).lateness) < 1)
    #expect(abs(Double(heard.samples.count) / 16_000 - 8) < 0.05)
  }
}

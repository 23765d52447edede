import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

@Suite("Gaps in recordings")
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
}

import Foundation
import TestSupport
import Testing

@Suite struct CheckTests {
  /// Healthy recordings of one or two channels. Not AC-3, whose noise we ask to be the same each time.
  static let names = [
    "master.wav", "cbr.mp3", "vbr.mp3", "l8.mp3", "cbr_noxing.mp3", "aac.m4a", "alac.m4a",
    "aac.aac",
    "op.opus", "op.webm", "vorbis.ogg", "fl.flac", "a.wma", "a.ts", "chain.opus",
    "mp3.mkv",
    "mp3.avi", "pcm.caf", "pcm24.wav", "mulaw.wav", "adpcm.wav", "left.wav", "cut.m4a",
  ]

  @Test(arguments: names)
  func `our decoding is the ffmpeg program's, sample for sample`(_ name: String) async throws {
    let path = try await Corpus.path(name)
    let result = try await Command.run(["check", path])
    #expect(result.status == 0)
    let lines = result.outputLines
    #expect(lines.first == path)
    let offsets = try #require(lines.first { $0.hasPrefix("  offset") })
    #expect(offsets.contains("0 at 0:00:0") && offsets.matches(of: /[1-9]\d* at/).isEmpty)
    #expect(!offsets.contains("not found"))
    let difference = try #require(lines.first { $0.hasPrefix("  difference") })
    // Floats are rounded to 16 bits by different rules.
    #expect(difference.contains(/at most [01] of/), "\(difference)")
  }

  @Test func `a gap that is filled shows as the offset of what follows`() async throws {
    let result = try await Command.run(["check", try await Corpus.path("damaged.m4a")])
    let offsets = try #require(result.outputLines.first { $0.hasPrefix("  offset") })
    #expect(offsets.contains(/, [1-9]\d{4,} at/), "\(offsets)")
    #expect(result.output.contains("not told where samples are displaced"))
  }
}

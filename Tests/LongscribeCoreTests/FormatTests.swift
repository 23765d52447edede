import LongscribeCore
import Testing

@Suite("Limits and formats")
struct FormatTests {
  private func limits(seconds: Int64, bytes: Int64, _ formats: [AudioFormat]) -> ServiceLimits {
    ServiceLimits(
      maximumSamples: seconds * 16_000, marginSamples: 0, minimumSamples: 0, maximumBytes: bytes,
      formats: formats, maximumInFlight: 1)
  }

  @Test("The upload format is the one with the fewest calls, then the exact one")
  func uploadFormat() {
    #expect(limits(seconds: 60, bytes: 25_000_000, [.mp3, .wav]).uploadFormat == .wav)
    #expect(limits(seconds: 1800, bytes: 10_000_000, [.wav, .mp3]).uploadFormat == .mp3)
    #expect(limits(seconds: 60, bytes: 25_000_000, []).uploadFormat == nil)
  }

  @Test("The longest chunk never has more bytes than the limit", arguments: AudioFormat.allCases)
  func longestChunkFits(format: AudioFormat) {
    for bytes in stride(from: Int64(20_000), to: 3_000_000, by: 37_331) {
      let limits = limits(seconds: 100_000, bytes: bytes, [format])
      let samples = limits.longestChunk(in: format)
      #expect(format.maximumBytes(samples: samples) <= limits.maximumFileBytes)
    }
  }

  @Test("Sizes do not overflow", arguments: AudioFormat.allCases)
  func noOverflow(format: AudioFormat) {
    #expect(format.maximumBytes(samples: .max) > 0)
    #expect(format.maximumSamples(bytes: .max) > 0)
    #expect(format.maximumSamples(bytes: 0) == 0)
    #expect(format.maximumSamples(bytes: -1) == 0)
  }

  @Test("File extensions stand for formats, in whatever case")
  func extensions() {
    let table: [(String, AudioFormat?)] = [
      ("wav", .wav), ("WAVE", .wav), ("mp3", .mp3), ("ogg", .ogg), ("Opus", .ogg), ("oga", .ogg),
      ("flac", .flac), ("m4a", .m4a), ("MP4", .m4a), ("pcm", .pcm), ("aac", nil), ("", nil),
      (".wav", nil),
    ]
    for (name, format) in table { #expect(AudioFormat(fileExtension: name) == format, "\(name)") }
    let all = AudioFormat.allCases.flatMap { [$0.facts.fileExtension] + $0.facts.otherExtensions }
    #expect(Set(all).count == all.count)
  }

  @Test("A file gets the lowest rate that loses nothing of the asked one, or the highest there is")
  func rates() {
    let table: [(AudioFormat, Int, Int)] = [
      (.ogg, 16_000, 16_000), (.ogg, 44_100, 48_000), (.ogg, 22_050, 24_000),
      (.ogg, 192_000, 48_000), (.mp3, 44_100, 44_100), (.mp3, 96_000, 48_000),
      (.mp3, 4_000, 8_000), (.m4a, 96_000, 96_000), (.m4a, 192_000, 96_000),
      (.flac, 192_000, 192_000), (.flac, 12_345, 16_000), (.wav, 12_345, 12_345), (.wav, 0, 1),
    ]
    for (format, asked, given) in table {
      #expect(format.nearestRate(asked) == given, "\(format) \(asked)")
    }
    for format in AudioFormat.allCases {
      #expect(format.facts.sampleRates == format.facts.sampleRates.sorted())
      for rate in format.facts.sampleRates { #expect(format.nearestRate(rate) == rate) }
    }
  }

  @Test("Bit rates where none is asked for")
  func bitRates() {
    #expect(AudioFormat.mp3.defaultBitRate(rate: 16_000, channels: 1) == 48_000)
    #expect(AudioFormat.ogg.defaultBitRate(rate: 16_000, channels: 1) == 24_000)
    #expect(AudioFormat.m4a.defaultBitRate(rate: 48_000, channels: 2) == 128_000)
    #expect(AudioFormat.flac.defaultBitRate(rate: 16_000, channels: 1) == nil)
    for format in AudioFormat.allCases where !format.facts.bitRates.isEmpty {
      #expect(format.facts.bitRates.last?.highestSampleRate == format.facts.sampleRates.last)
    }
  }

  @Test("The envelope does not depend on the blocks that samples come in")
  func envelopeBlocks() {
    let samples = (0..<5333).map { Int16(truncatingIfNeeded: $0 * 7919) }
    func levels(blocks: Int) -> [UInt8] {
      var meter = EnvelopeMeter()
      var levels: [UInt8] = []
      var rest = samples[...]
      while !rest.isEmpty {
        let block = Array(rest.prefix(blocks))
        levels += block.withUnsafeBufferPointer { meter.append($0) }
        rest = rest.dropFirst(blocks)
      }
      return levels + meter.finish()
    }
    let whole = levels(blocks: 5333)
    #expect(whole.count == 34)
    for blocks in [1, 7, 159, 160, 161, 1000] { #expect(levels(blocks: blocks) == whole) }
  }

  @Test("Levels are half decibels above -120 dBFS")
  func levels() {
    #expect(Envelope.level(energy: 0, count: 160) == 0)
    // A square wave at half of full scale has -6.02 dBFS.
    #expect(Envelope.level(energy: 160 * 16_384 * 16_384, count: 160) == 228)
    #expect(Envelope.level(energy: 160 * 32_768 * 32_768, count: 160) == 240)
  }
}

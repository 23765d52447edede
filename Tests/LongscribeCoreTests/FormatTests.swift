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

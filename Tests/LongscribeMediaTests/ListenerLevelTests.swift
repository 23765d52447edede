import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

/// A tone in some arrangement of channels, and how loud it must be in the mix.
struct MixCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var gains: [Float]
  var mask: UInt32 = 0
  /// The mix's share of the tone.
  var share: Double

  static let all = [
    MixCase(testDescription: "mono", gains: [1], share: 1),
    MixCase(testDescription: "mono on the left speaker", gains: [1.0], mask: 0x1, share: 1),
    MixCase(testDescription: "mono on the bass speaker", gains: [1.0], mask: 0x8, share: 1),
    MixCase(testDescription: "both channels alike", gains: [1, 1], share: 1),
    MixCase(testDescription: "left only", gains: [1, 0], share: 0.5),
    MixCase(testDescription: "5.1, centre only", gains: [0, 0, 1, 0, 0, 0], mask: 0x3F, share: 1),
    MixCase(testDescription: "5.1, bass only", gains: [0, 0, 0, 1, 0, 0], mask: 0x3F, share: 1),
    MixCase(testDescription: "5.1, one side", gains: [1, 0, 0, 0, 0, 0], mask: 0x3F, share: 0.5),
    MixCase(testDescription: "ten channels alike", gains: Array(repeating: 1, count: 10), share: 1),
    MixCase(
      testDescription: "ten channels, one with sound", gains: [1] + Array(repeating: 0, count: 9),
      share: 0.1),
    MixCase(
      testDescription: "seventeen channels alike", gains: Array(repeating: 1, count: 17), share: 1),
    MixCase(
      testDescription: "sixty-four channels alike", gains: Array(repeating: 1, count: 64), share: 1),
  ]
}

@Suite("Levels, channels and samples of listened recordings")
struct ListenerLevelTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("a.wav")
  }

  private func tone(rate: Int, seconds: Double = 1, amplitude: Double = 0.5) -> [Float] {
    (0..<Int(Double(rate) * seconds)).map {
      Float(amplitude * sin(2 * Double.pi * 1000 * Double($0) / Double(rate)))
    }
  }

  @Test(
    "A tone has its true level in the mix", arguments: MixCase.all,
    [WaveFile.Encoding.unsigned8, .signed16, .float32])
  func levels(_ mix: MixCase, _ encoding: WaveFile.Encoding) async throws {
    let rate = 48_000
    try WaveFile(
      tone(rate: rate), rate: rate, encoding: encoding, gains: mix.gains, mask: mix.mask
    ).write(to: path)
    let heard = try await Heard.hear(path)
    #expect(heard.samples.count == 16_000)
    // Half of full scale is −6.02 dB at its peak and −9.03 dB RMS; half decibels above −120 dB.
    let expected = (120 + 20 * log10(0.5 * mix.share / 2.squareRoot())) * 2
    let middle = heard.levels[10..<90].map(Int.init)
    let tolerance = encoding == .unsigned8 ? 2.0 : 1.0
    #expect(middle.allSatisfy { abs(Double($0) - expected) <= tolerance }, "\(middle[0])")
  }

  @Test(
    "A recording at 16 kHz mono comes out bit for bit",
    arguments: [1, 2, 44, 159, 160, 161, 320_045])
  func identity(_ count: Int) async throws {
    let samples = Array(Master.at16000.prefix(count))
    try WaveFile(samples, rate: 16_000).write(to: path)
    let heard = try await Heard.hear(path)
    #expect(heard.samples == samples.map(WaveFile.signed16))
    #expect(heard.levels.count == (count + 159) / 160)
  }

  @Test(
    "Very short recordings keep their length", arguments: [8000, 11_025, 44_100, 48_000, 192_000])
  func shortLengths(_ rate: Int) async throws {
    for count in [1, 2, 3, 7, 44, 45, 100, 441, 1000] {
      try WaveFile(Array(Master.at16000.prefix(count)), rate: rate).write(to: path)
      let exact = Int((Double(count) * 16_000 / Double(rate)).rounded())
      if exact == 0 {
        #expect(try await Heard.failure(path)?.code == .noSamples)
      } else {
        #expect(try await Heard.hear(path).samples.count == exact, "\(count)")
      }
    }
  }

  @Test(
    "Each rate gives the master at its place",
    arguments: [8000, 16_000, 22_050, 44_100, 48_000, 96_000])
  func rates(_ rate: Int) async throws {
    let samples =
      rate == 44_100 ? Master.at44100 : rate == 8000 ? Master.at8000 : Master.samples(rate: rate)
    try WaveFile(samples, rate: rate).write(to: path)
    let heard = try await Heard.hear(path)
    #expect(heard.samples.count == Int((Double(samples.count) * 16_000 / Double(rate)).rounded()))
    for second in [0, 11, 19] {
      let finding = Master.find(second, in: heard.samples)
      #expect(abs(finding.lateness) < 0.02 && finding.likeness > 0.99, "\(finding)")
    }
  }

  @Test(
    "A NaN or an infinity spoils no other sample", arguments: [16_000, 44_100], ["wav", "wavpack"])
  func notNumbers(_ rate: Int, _ kind: String) async throws {
    let clean = Array((rate == 16_000 ? Master.at16000 : Master.at44100).prefix(rate))
    let bad: [Int: Float] = [1000: .nan, 5000: .infinity, 5001: -.infinity]
    var spoilt = clean
    var silenced = clean
    for (index, value) in bad {
      spoilt[index] = value
      silenced[index] = 0
    }
    let expected = folder.file("expected.wav")
    try WaveFile(silenced, rate: rate, encoding: .float32).write(to: expected)
    try WaveFile(spoilt, rate: rate, encoding: .float32).write(to: path)
    var spoiltFile = path
    if kind == "wavpack" {
      spoiltFile = folder.file("a.wv")
      try await Programs.shell("ffmpeg -v error -y -nostdin -i \(path) -c:a wavpack \(spoiltFile)")
    }
    #expect(try await Heard.hear(spoiltFile).samples == Heard.hear(expected).samples)
  }

  @Test(
    "A header that claims more, less or nothing does not change what is there",
    arguments: [0xFFFF_FFFF, 0, 1_000_000] as [UInt32])
  func falseSizes(_ claimed: UInt32) async throws {
    let samples = Array(Master.at16000.prefix(48_001))
    var file = WaveFile(samples, rate: 16_000)
    file.claimedBytes = claimed
    try file.write(to: path)
    #expect(try await Heard.hear(path).samples == samples.map(WaveFile.signed16))
  }
}

import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

@Suite("Mixing")
struct MixingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func hear(
    _ wave: WaveFile, channel: AudioSelection.Channel = .mix
  ) async throws -> Heard {
    let path = folder.file("a.wav")
    try wave.write(to: path)
    return try await Heard.hear(path, selection: AudioSelection(channel: channel))
  }

  private static func peak(_ samples: some Collection<Int16>) -> Double {
    Double(samples.map { abs(Int32($0)) }.max() ?? 0) / 32_768
  }

  private static let tone = (0..<32_000).map {
    Float(0.7 * sin(2 * Double.pi * 440 * Double($0) / 16_000))
  }

  @Test("Channels that cancel each other out are replaced by the louder one, and that is said")
  func antiPhase() async throws {
    let heard = try await hear(WaveFile(Self.tone, rate: 16_000, gains: [0.8, -0.79]))
    #expect(heard.samples.count == 32_000)
    #expect(abs(Self.peak(heard.samples[2000...]) - 0.56) < 0.01)
    #expect(heard.report.antiPhaseSamples == 32_000)
    #expect(heard.report.warnings.contains { $0.contains("cancel") })
    #expect(heard.report.clippedSamples == 0)
  }

  @Test(
    "An offset, noise and a difference of level do not hide that channels cancel each other out",
    arguments: [(0.005, 0.0, 1.0), (0.02, 0.0, 1.0), (0.0, 0.01, 1.0), (0.002, 0.005, 0.9)])
  func antiPhaseInPractice(_ offset: Float, _ noise: Float, _ gain: Float) async throws {
    var random = SeededGenerator(seed: 3)
    var wave = WaveFile(Self.tone.map { $0 * 0.15 }, rate: 16_000, gains: [1, -gain])
    for index in wave.samples.indices {
      wave.samples[index] += offset + Float.random(in: -noise...noise, using: &random)
    }
    let heard = try await hear(wave)
    #expect(heard.report.antiPhaseSamples == 32_000)
    #expect(Self.peak(heard.samples[2000...]) > 0.1)
  }

  @Test("A speaker at the channel that a label calls a subwoofer is heard")
  func subwooferAlone() async throws {
    let heard = try await hear(
      WaveFile(Self.tone, rate: 16_000, gains: [0, 0, 0, 1, 0, 0], mask: 0x3F))
    #expect(abs(Self.peak(heard.samples[2000...]) - 0.7) < 0.01)
    #expect(heard.report.antiPhaseSamples > 0)
  }

  @Test("A stretch of swapped wires is bridged without a jump, and what is healthy stays mixed")
  func antiPhaseStretch() async throws {
    var wave = WaveFile(Self.tone, rate: 16_000, gains: [0.8, 0.8])
    for index in 12_800..<19_200 { wave.samples[2 * index + 1] *= -1 }
    let heard = try await hear(wave)
    #expect((6_400...16_000).contains(heard.report.antiPhaseSamples), "\(heard.report)")
    // The tone goes on all the way: no sample is farther from the next than a tone's can be.
    let steepest = 0.56 * 2 * Double.pi * 440 / 16_000 * 1.2
    for (a, b) in zip(heard.samples, heard.samples.dropFirst()) {
      #expect(abs(Double(b) - Double(a)) / 32_768 < steepest)
    }
    for start in stride(from: 0, to: 32_000, by: 1600) {
      #expect(Self.peak(heard.samples[start..<start + 1600]) > 0.5)
    }
  }

  @Test(
    "Healthy stereo is never taken for cancelled",
    arguments: [[1, 1], [1, 0], [0, 1], [1, -0.5], [1, 0.001]] as [[Float]])
  func healthy(_ gains: [Float]) async throws {
    let heard = try await hear(WaveFile(Self.tone, rate: 16_000, gains: gains))
    #expect(heard.report.antiPhaseSamples == 0)
    let expected = Double(abs(gains[0] + gains[1])) / 2 * 0.7
    #expect(abs(Self.peak(heard.samples) - expected) < 0.01)
  }

  @Test(
    "Any number of channels is mixed by mean where nothing says what they are",
    arguments: [3, 10, 17, 64, 65, 70, 300])
  func manyChannels(_ count: Int) async throws {
    let gains = (0..<count).map { $0 % 2 == 0 ? Float(1) : Float(0.5) }
    let heard = try await hear(WaveFile(Self.tone, rate: 16_000, gains: gains))
    #expect(heard.samples.count == 32_000)
    let mean = Double(gains.reduce(0, +)) / Double(count)
    #expect(abs(Self.peak(heard.samples) - 0.7 * mean) < 0.01)
  }

  @Test(
    "One channel can be heard alone",
    arguments: [
      (AudioSelection.Channel.left, 0.7), (.right, 0.35), (.number(0), 0.7), (.number(1), 0.35),
      (.mix, 0.525),
    ])
  func oneChannel(_ channel: AudioSelection.Channel, _ peak: Double) async throws {
    let heard = try await hear(
      WaveFile(Self.tone, rate: 16_000, gains: [1, 0.5]), channel: channel)
    #expect(abs(Self.peak(heard.samples) - peak) < 0.001)
  }

  @Test("A channel that is not there is an error that names it")
  func noChannel() async throws {
    let path = folder.file("mono.wav")
    try WaveFile(Self.tone, rate: 16_000).write(to: path)
    for channel in [AudioSelection.Channel.right, .number(1)] {
      let error = try await Heard.failure(path, selection: AudioSelection(channel: channel))
      #expect(error?.code == .noSuchChannel)
      #expect(error?.description.contains(channel.name) == true)
    }
  }

  @Test("What is too loud for 16 bits is clipped where it must be, and counted")
  func clipping() async throws {
    let loud = (0..<16_000).map { Float(2 * sin(2 * Double.pi * 100 * Double($0) / 16_000)) }
    let heard = try await hear(WaveFile(loud, rate: 16_000, encoding: .float32))
    let expected = loud.count { abs($0) > 1.00001 }
    #expect(abs(Int(heard.report.clippedSamples) - expected) <= 8, "\(heard.report)")
    #expect(heard.samples.max() == 32_767 && heard.samples.min() == -32_768)
    #expect(heard.report.warnings.contains { $0.contains("too loud") })
  }

  @Test("Samples that are no numbers are silenced, counted, and touch no other sample")
  func notNumbers() async throws {
    var samples = Self.tone
    samples[5000] = .nan
    samples[9000] = -.infinity
    let heard = try await hear(WaveFile(samples, rate: 16_000, encoding: .float32))
    #expect(heard.report.nonFiniteSamples == 2)
    for (index, sample) in heard.samples.enumerated() where index != 5000 && index != 9000 {
      #expect(sample == WaveFile.signed16(Self.tone[index]))
    }
    #expect(heard.samples[5000] == 0 && heard.samples[9000] == 0)
    #expect(!heard.report.isClean)
  }

  @Test("16 kHz mono 16 bit comes through bit for bit")
  func untouched() async throws {
    var random = SeededGenerator(seed: 5)
    let samples = (0..<50_001).map { _ in Float(Int16.random(in: .min ... .max, using: &random)) }
    let heard = try await hear(WaveFile(samples.map { $0 / 32_768 }, rate: 16_000))
    #expect(heard.samples == samples.map { Int16($0) })
    #expect(heard.report.isClean && heard.report.clippedSamples == 0)
  }
}

import Foundation
import LongscribeCore
import LongscribeMedia
import LongscribeThreads
import TestSupport
import Testing

@Suite("Writing files of every format")
struct AudioWriterTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ kind: WrittenKind, _ name: String = "a") -> String {
    folder.file("\(name).\(kind.format.facts.fileExtension)")
  }

  private static let lengths = [
    1, 44, 46, 47, 48, 575, 576, 1_152, 1_153, 5_333, 5_334, 5_336, 16_041, 100_000,
  ]

  @Test(
    "The ffmpeg program decodes exactly as many samples as were written",
    arguments: WrittenKind.all)
  func length(_ kind: WrittenKind) async throws {
    for length in Self.lengths {
      let samples = Sounds.samples(kind, length)
      let path = path(kind)
      let written = try kind.write(samples, to: path)
      #expect(written.frames == length)
      #expect(written.bytes == (try Bytes.of(path).count))
      let decoded = try await Witness.decode(path)
      #expect(decoded.count == kind.decoded(length) * kind.channels, "\(length)")
      if kind.format.facts.isExact { #expect(decoded == samples, "\(length)") }
    }
  }

  @Test(
    "What comes back is neither early nor late, and each channel is its own",
    arguments: WrittenKind.all)
  func offset(_ kind: WrittenKind) async throws {
    let path = path(kind)
    _ = try kind.write(Sounds.samples(kind, 20 * kind.rate), to: path)
    let left = try await Witness.decode(path, "-af pan=mono|c0=c0 -ar 16000".quotedFilter)
    for second in [0, 18] {
      let finding = Master.find(second, in: left)
      #expect(abs(finding.lateness) < 0.1 && finding.likeness > 0.9, "\(second): \(finding)")
    }
    guard kind.channels == 2 else { return }
    let right = try await Witness.decode(path, "-af pan=mono|c0=c1 -ar 16000".quotedFilter)
    #expect(Master.find(0, in: right).likeness < 0.5)
    let energy = right[8_000..<24_000].reduce(0.0) { $0 + Double($1) * Double($1) } / 16_000
    #expect(abs(energy.squareRoot() - 0.1 * 32_768 / 2.0.squareRoot()) < 200)
  }

  @Test("The same samples in other blocks are the same file", arguments: WrittenKind.all)
  func blocks(_ kind: WrittenKind) throws {
    let samples = Sounds.samples(kind, 70_001)
    _ = try kind.write(samples, to: path(kind, "whole"), block: 100_000)
    for block in [1, 333, 16_384] {
      _ = try kind.write(samples, to: path(kind, "blocks"), block: block)
      #expect(try Bytes.of(path(kind, "blocks")) == Bytes.of(path(kind, "whole")), "\(block)")
    }
  }

  @Test("A file without a single sample can be finished", arguments: WrittenKind.all)
  func nothing(_ kind: WrittenKind) throws {
    #expect(try kind.write([], to: path(kind)).frames == 0)
  }

  @Test(
    "A full device is a storage error, early and late, and nothing works after it",
    arguments: WrittenKind.all)
  func full(_ kind: WrittenKind) throws {
    for length in [100, 500_000] {
      let samples = Array(
        repeating: Sounds.samples(kind, 100_000), count: 5
      ).flatMap { $0 }.prefix(length * kind.channels)
      var first: MediaError?
      var second: MediaError?
      do throws(MediaError) {
        try fill(kind, Array(samples), then: { second = $0 })
      } catch {
        first = error
      }
      #expect(first?.code == .storage, "\(length)")
      #expect(first?.detail == "No space left on device", "\(length)")
      // A WAV's header goes out at once, so that there is no writer to ask again.
      #expect(second == (kind.format == .wav ? nil : first))
    }
  }

  /// Writes to a device that is always full; after a failed write, tells what finishing says.
  private func fill(
    _ kind: WrittenKind, _ samples: [Int16], then: (MediaError) -> Void
  ) throws(MediaError) {
    let descriptor = open("/dev/full", O_RDWR)
    defer { close(descriptor) }
    var writer = try AudioWriter(
      kind.format, rate: kind.rate, channels: kind.channels,
      to: AudioWriter.Output(descriptor: descriptor), fileName: "out")
    do throws(MediaError) {
      try samples.withUnsafeBufferPointer { samples throws(MediaError) in
        try writer.write(samples)
      }
      _ = try writer.finish()
    } catch {
      do throws(MediaError) { _ = try writer.finish() } catch { then(error) }
      throw error
    }
  }

  @Test("A pipe is not a place for a file with true sizes", arguments: WrittenKind.all)
  func pipe(_ kind: WrittenKind) throws {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    let error = #expect(throws: MediaError.self) {
      var writer = try AudioWriter(
        kind.format, rate: kind.rate, channels: kind.channels,
        to: AudioWriter.Output(descriptor: descriptor), fileName: "out")
      _ = try writer.finish()
    }
    #expect(error?.code == .storage)
    #expect(error?.detail == "Illegal seek")
  }

  @Test("A form of sound that a format does not have is refused in words")
  func refusals() throws {
    func refusal(_ kind: WrittenKind, bitRate: Int64? = nil) -> String? {
      let error = #expect(throws: MediaError.self) {
        _ = try kind.open(path(kind), bitRate: bitRate)
      }
      #expect(error?.code == .unsupported)
      return error?.detail
    }
    #expect(
      refusal(WrittenKind(format: .ogg, rate: 44_100))
        == "ogg files cannot have 1 channels at 44100 Hz")
    #expect(refusal(WrittenKind(format: .mp3, rate: 96_000)) != nil)
    #expect(refusal(WrittenKind(format: .wav, rate: 0)) != nil)
    #expect(refusal(WrittenKind(format: .wav, channels: 3)) != nil)
    #expect(refusal(WrittenKind(format: .flac, channels: 0)) != nil)
    #expect(
      refusal(WrittenKind(format: .mp3), bitRate: 1) == "mp3 files cannot have 1 bits a second")
    #expect(refusal(WrittenKind(format: .ogg), bitRate: 400_000) != nil)
  }

  @Test(
    "Every rate that the table lists can be written, mono and stereo",
    arguments: AudioFormat.allCases)
  func rates(_ format: AudioFormat) async throws {
    for rate in format.facts.sampleRates {
      for channels in [1, 2] {
        let kind = WrittenKind(format: format, rate: rate, channels: channels)
        let path = path(kind)
        _ = try kind.write([Int16](repeating: 99, count: 5_333 * channels), to: path)
        let told = try await Witness.probe(path, "stream=sample_rate,channels")
        #expect(told == "\(format == .ogg ? 48_000 : rate),\(channels)")
        // The times that Opus can tell are those at 48 kHz.
        let decoded = try await Witness.decode(path)
        #expect(decoded.count == kind.decoded(5_333) * channels, "\(rate) \(channels)")
      }
    }
  }

  @Test(
    "No file is ever larger than planned",
    arguments: AudioFormat.allCases, [1, 2] as [UInt64])
  func sizes(_ format: AudioFormat, _ seed: UInt64) async throws {
    // Minutes of encoding would hold up the tests that watch a clock, were they on a thread of Swift's own.
    try await Self.lanes.run { Result { try checkSizes(format, seed) } }.get()
  }

  private static let lanes = ThreadLanes(name: "sizes", most: 1)

  private func checkSizes(_ format: AudioFormat, _ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let lengths = [
      Int.random(in: 1...2_000, using: &random), 16_000 * Int.random(in: 1...20, using: &random),
      Int.random(in: 16_000...1_600_000, using: &random),
    ]
    let kind = WrittenKind(format: format)
    for length in lengths {
      for (name, samples) in [
        ("noise", Sounds.noise(length, seed: seed)), ("bursts", Sounds.bursts(length, seed: seed)),
        ("silence", [Int16](repeating: 0, count: length)), ("speech", Sounds.speech(length)),
      ] {
        let written = try kind.write(
          samples, to: path(kind), block: 32_768, frames: Int64(length))
        let most = format.maximumBytes(samples: Int64(length))
        let told = Comment("\(format) \(name) \(length): \(written.bytes) of \(most)")
        // Issues are recorded with the test that waits, not on a lane.
        try #require(written.bytes <= most, told)
        // A bound that is never near would waste calls; mp3, ogg, wav and pcm always have the same size.
        if [.mp3, .ogg, .wav, .pcm].contains(format), length > 160_000 {
          try #require(Double(written.bytes) > 0.97 * Double(most), told)
        }
      }
    }
  }
}

extension String {
  /// Options for a shell, whose pipe sign stands in the filter.
  fileprivate var quotedFilter: String { replacingOccurrences(of: "|", with: "\\|") }
}

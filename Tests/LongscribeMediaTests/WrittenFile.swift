import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

/// A kind of file that the writer is tried with.
struct WrittenKind: Sendable, CustomTestStringConvertible {
  var format: AudioFormat
  var rate = 16_000
  var channels = 1

  var testDescription: String { "\(format) \(rate) Hz × \(channels)" }

  static let all = [
    Self(format: .wav), Self(format: .mp3), Self(format: .ogg), Self(format: .flac),
    Self(format: .m4a), Self(format: .wav, rate: 44_100, channels: 2),
    Self(format: .mp3, rate: 44_100, channels: 2), Self(format: .mp3, rate: 48_000, channels: 2),
    Self(format: .ogg, rate: 48_000, channels: 2), Self(format: .flac, rate: 44_100, channels: 2),
    Self(format: .m4a, rate: 44_100, channels: 2), Self(format: .m4a, rate: 48_000, channels: 2),
  ]

  /// Samples of each channel that the ffmpeg program makes of so many.
  func decoded(_ frames: Int) -> Int {
    switch format {
    case .ogg: frames * 48_000 / rate
    // FFmpeg 5.1 cuts the encoder's 1,024 samples of delay off, but not the end of the last frame of 1,024.
    case .m4a: (frames + 1023) / 1024 * 1024
    case .wav, .mp3, .flac, .pcm: frames
    }
  }

  /// Begins a file at a path.
  func open(
    _ path: String, bitRate: Int64? = nil, frames: Int64? = nil
  ) throws -> OpenFile {
    try OpenFile(kind: self, path: path, bitRate: bitRate, frames: frames)
  }

  /// Writes a file in blocks of odd sizes and returns what the writer says about it.
  func write(
    _ samples: [Int16], to path: String, block: Int = 4_097, frames: Int64? = nil
  ) throws -> AudioWriter.Written {
    var file = try open(path, frames: frames)
    return try file.write(samples, block: block)
  }
}

/// A file that is being written.
struct OpenFile: ~Copyable {
  var writer: AudioWriter
  private let channels: Int
  private let handle: FileHandle

  init(kind: WrittenKind, path: String, bitRate: Int64?, frames: Int64?) throws {
    try Bytes.write(Data(), to: path)
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let writer = try AudioWriter(
      kind.format, rate: kind.rate, channels: kind.channels, bitRate: bitRate, frames: frames,
      to: AudioWriter.Output(descriptor: handle.fileDescriptor), fileName: "out")
    self.handle = handle
    self.writer = writer
    channels = kind.channels
  }

  mutating func write(_ samples: [Int16], block: Int = 4_097) throws -> AudioWriter.Written {
    var rest = samples[...]
    while !rest.isEmpty {
      let count = min(rest.count, block * channels)
      try rest.withUnsafeBufferPointer {
        try writer.write(UnsafeBufferPointer(rebasing: $0[..<count]))
      }
      rest = rest.dropFirst(count)
    }
    return try writer.finish()
  }
}

/// Sounds to write.
enum Sounds {
  static let at44100 = stereo(44_100, Master.at44100)
  static let at48000 = stereo(48_000, Master.samples(rate: 48_000))
  static let mono = Master.at16000.map(WaveFile.signed16)

  /// The master on the left, and on the right a tone of 997 Hz that is louder at the start.
  private static func stereo(_ rate: Int, _ left: [Float]) -> [Int16] {
    left.enumerated().flatMap { index, sample in
      let time = Double(index) / Double(rate)
      let right = 0.1 * sin(2 * Double.pi * 997 * time)
      return [WaveFile.signed16(sample), WaveFile.signed16(Float(right))]
    }
  }

  /// The first frames of the sound for a kind of file.
  static func samples(_ kind: WrittenKind, _ frames: Int) -> [Int16] {
    let all = kind.channels == 1 ? mono : kind.rate == 48_000 ? at48000 : at44100
    return Array(all.prefix(frames * kind.channels))
  }

  /// Seconds of white noise at full scale at 16 kHz mono.
  static func noise(_ frames: Int, seed: UInt64) -> [Int16] {
    var random = SeededGenerator(seed: seed)
    return (0..<frames).map { _ in Int16(truncatingIfNeeded: random.next() >> 48) }
  }

  /// Noise that comes and goes: what a codec with a reservoir of bits finds hardest.
  static func bursts(_ frames: Int, seed: UInt64) -> [Int16] {
    noise(frames, seed: seed).enumerated().map { $0 / 5_333 % 2 == 0 ? 0 : $1 }
  }

  /// The master again and again: tone, bursts of speech's frequencies, pauses.
  static func speech(_ frames: Int) -> [Int16] {
    (0..<frames).map { mono[$0 % mono.count] }
  }
}

/// Asks the ffmpeg program, which shares no code with the writers' Swift.
enum Witness {
  /// Interleaved samples; extra options come before the output.
  static func decode(_ path: String, _ options: String = "") async throws -> [Int16] {
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -i \(path) \(options) -f s16le -c:a pcm_s16le \(path).raw")
    return try Bytes.of("\(path).raw").samples
  }

  /// One line of what ffprobe says.
  static func probe(_ path: String, _ entries: String) async throws -> String {
    let result = try await Programs.run(
      "/usr/bin/env",
      ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "csv=p=0", path])
    return (result.output + result.errors).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

import Foundation
import TestSupport
import Testing

/// Sound in files, as somebody else's program hears it.
enum Sound {
  /// The samples of a 16 bit WAV file, read by hand: nothing that is under test reads its own output.
  static func samples(ofWave path: String) throws -> [Int16] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    var position = 12
    while position + 8 <= data.count {
      let size = Int(
        data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self) })
      if data[position..<position + 4] == Data("data".utf8) {
        return samples(data[(position + 8)..<min(data.count, position + 8 + size)])
      }
      position += 8 + size + size % 2
    }
    throw Missing(description: "\(path) has no samples")
  }

  /// The samples that the ffmpeg program decodes a file to.
  static func decoded(_ path: String, rate: Int, channels: Int = 1) async throws -> [Int16] {
    let folder = try TemporaryFolder()
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y -i '\(path)' -f s16le -ac \(channels) -ar \(rate) "
        + "\(folder.file("pcm"))")
    return samples(try Data(contentsOf: URL(fileURLWithPath: folder.file("pcm"))))
  }

  /// What ffprobe tells of a file's only stream: codec, samples a second, channels.
  static func form(_ path: String) async throws -> String {
    let result = try await Programs.run(
      "/usr/bin/env",
      [
        "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,sample_rate,channels", "-of",
        "csv=p=0", path,
      ])
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// How alike two sounds are, sample by sample: 1 if they differ by loudness alone.
  static func likeness(_ one: [Int16], _ other: [Int16]) -> Double {
    var (both, first, second) = (0.0, 0.0, 0.0)
    for (a, b) in zip(one, other) {
      both += Double(a) * Double(b)
      first += Double(a) * Double(a)
      second += Double(b) * Double(b)
    }
    return both / (first * second).squareRoot()
  }

  private static func samples(_ data: Data) -> [Int16] {
    data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count - 1, by: 2).map {
        Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int16.self))
      }
    }
  }
}

/// A healthy recording of 24 s in some container, made from the talk.
enum Recording: String, CaseIterable, CustomTestStringConvertible {
  case wav, mp3, m4a, flac, webm, adts, ac3, wma, caf, w64, ts
  case opus = "opus.ogg"
  case vorbis = "vorbis.ogg"
  case eightBit = "8bit.wav"
  case late = "late.mkv"
  case chained = "chained.ogg"

  var testDescription: String { rawValue }

  private var codec: String {
    switch self {
    case .wav, .flac, .ac3: ""
    case .mp3: "-c:a libmp3lame"
    case .m4a, .ts: "-c:a aac"
    case .adts: "-c:a aac -f adts"
    case .webm, .opus, .chained: "-c:a libopus -ar 48000"
    case .vorbis: "-c:a libvorbis"
    case .wma: "-c:a wmav2"
    case .caf: "-c:a alac"
    case .w64: "-c:a pcm_s24le"
    case .eightBit: "-c:a pcm_u8"
    case .late: "-c:v mpeg4 -c:a aac"
    }
  }

  /// Makes the file in a folder and returns its path.
  func make(in folder: TemporaryFolder) async throws -> String {
    let path = folder.file(self == .adts ? "talk.aac" : "talk.\(rawValue)")
    let ffmpeg = "ffmpeg -nostdin -v error -y"
    let talk = "-i \(try Talk.shared.wav)"
    let form = "-ac 2 -ar 44100 \(codec)"
    switch self {
    case .late:
      try await Programs.shell(
        "\(ffmpeg) -f lavfi -i testsrc=s=64x64:r=5:d=24 -itsoffset 1.357 \(talk) -t 24 \(form) \(path)"
      )
    case .chained:
      let (one, two) = (folder.file("1.ogg"), folder.file("2.ogg"))
      try await Programs.shell(
        "\(ffmpeg) \(talk) -t 10 \(form) \(one); \(ffmpeg) -ss 10 \(talk) -t 14 \(form) \(two); "
          + "cat \(one) \(two) > \(path)")
    default:
      try await Programs.shell("\(ffmpeg) \(talk) -t 24.01234 \(form) \(path)")
    }
    return path
  }
}

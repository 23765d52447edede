import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

@Suite("Rendering stretches of the spool into files")
struct RendererTests {
  private static let samples = Master.at16000.map(WaveFile.signed16)
  private static let wholeMinute = Result { try Spool.holding(samples + samples + samples) }

  private let folder: TemporaryFolder
  private let spool: Spool

  init() throws {
    folder = try TemporaryFolder()
    spool = try Self.wholeMinute.get()
  }

  private func render(
    _ start: Int64, _ end: Int64, as format: AudioFormat, minimum: Int64 = 0
  ) throws -> AudioUpload {
    try Renderer(spool: spool, fileName: "a.mp3", temporaryFolder: "/tmp")
      .render(TimelineRange(start, end), as: format, minimum: minimum)
  }

  private func decode(_ upload: AudioUpload, _ name: String) async throws -> [Int16] {
    let path = folder.file("\(name).\(upload.format.facts.fileExtension)")
    try Bytes.write(try upload.data(), to: path)
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -i \(path) -ar 16000 -f s16le -c:a pcm_s16le \(path).raw")
    return try Bytes.of("\(path).raw").samples
  }

  @Test("A raised flag ends the encoding of a long stretch", arguments: [AudioFormat.wav, .m4a])
  func cancelled(_ format: AudioFormat) throws {
    let renderer = Renderer(spool: spool, fileName: "a.mp3", temporaryFolder: "/tmp")
    let flag = CancelFlag()
    let file = try TemporaryFile(in: folder.path)
    flag.raise()
    #expect(throws: MediaError(.cancelled, file: "a.mp3")) {
      try renderer.render(
        TimelineRange(0, 320_000), as: format, minimum: 0, flag: flag,
        to: AudioWriter.Output(file))
    }
    #expect(file.byteCount < 1000)
  }

  @Test(
    "A wav is the samples behind a true header",
    arguments: [1, 44, 575, 16_041, 320_045] as [Int64])
  func wav(_ length: Int64) throws {
    let upload = try render(100, 100 + length, as: .wav)
    let expected = WaveFile(Array(Master.at16000[100...].prefix(Int(length))), rate: 16_000)
    let tail = Int(length) > Self.samples.count - 100 ? Int(length) - (Self.samples.count - 100) : 0
    var samples = expected
    samples.samples += Master.at16000.prefix(tail)
    #expect(try upload.data() == samples.data)
    #expect(upload.samples == length)
    #expect(upload.bytes.byteCount == 44 + 2 * length)
    #expect(upload.bytes.byteCount <= AudioFormat.wav.maximumBytes(samples: length))
  }

  @Test("Raw samples are the samples alone")
  func pcm() throws {
    let upload = try render(5, 1005, as: .pcm)
    #expect(try upload.data().samples == Array(Self.samples[5..<1005]))
  }

  @Test(
    "The ffmpeg program hears exactly the samples of an mp3",
    arguments: [
      1, 44, 46, 47, 48, 575, 576, 577, 600, 622, 623, 1105, 1152, 1153, 5333, 16_041, 960_000,
    ] as [Int64])
  func mp3(_ length: Int64) async throws {
    let upload = try render(0, length, as: .mp3)
    let decoded = try await decode(upload, "a")
    #expect(decoded.count == Int(length))
    #expect(upload.bytes.byteCount <= AudioFormat.mp3.maximumBytes(samples: length))
    if length > 10_000 {
      let finding = Master.find(0, in: decoded)
      #expect(abs(finding.lateness) < 0.1 && finding.likeness > 0.97, "\(finding)")
    }
    if length > 900_000 {
      let second = Array(decoded[320_045...])
      #expect(abs(Master.find(19, in: second).lateness) < 0.1)
    }
  }

  @Test("An mp3 is never larger than planned", arguments: 0..<40)
  func mp3Size(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let length = Int64.random(in: 1...(seed < 30 ? 20_000 : 400_000), using: &random)
    let upload = try render(0, length, as: .mp3)
    #expect(upload.bytes.byteCount <= AudioFormat.mp3.maximumBytes(samples: length), "\(length)")
  }

  @Test("A chunk shorter than the minimum is padded with silence", arguments: AudioFormat.allCases)
  func padding(_ format: AudioFormat) async throws {
    let upload = try render(0, 500, as: format, minimum: 8000)
    #expect(upload.samples == 8000)
    switch format {
    case .pcm:
      #expect(try upload.data().samples == Self.samples[..<500] + Array(repeating: 0, count: 7500))
    case .wav, .mp3, .ogg, .flac, .m4a:
      let decoded = try await decode(upload, "p")
      // FFmpeg 5.1 gives the whole of an m4a's last frame.
      #expect(decoded.count == (format == .m4a ? 8192 : 8000))
      #expect(decoded[2500...].allSatisfy { abs($0) < 200 })
    }
  }

  @Test("A range past the end is filled with silence")
  func pastTheEnd() throws {
    let end = spool.length
    let upload = try render(end - 10, end + 10, as: .pcm)
    #expect(try upload.data().samples == Self.samples.suffix(10) + Array(repeating: 0, count: 10))
  }

  @Test("The same stretch gives the same bytes", arguments: AudioFormat.allCases)
  func deterministic(_ format: AudioFormat) throws {
    let first = try render(1234, 98_765, as: format).data()
    #expect(try render(1234, 98_765, as: format).data() == first)
  }

  @Test("The owned parts of overlapping chunks are the whole recording", arguments: 0..<5)
  func tiling(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var joined: [Int16] = []
    var position: Int64 = 0
    while position < spool.length {
      let end = min(spool.length, position + Int64.random(in: 1...200_000, using: &random))
      let before = min(position, Int64.random(in: 0...8000, using: &random))
      let after = min(spool.length - end, Int64.random(in: 0...8000, using: &random))
      let chunk = try render(position - before, end + after, as: .wav).data().dropFirst(44).samples
      joined += chunk[Int(before)..<Int(before + end - position)]
      position = end
    }
    #expect(joined == Self.samples + Self.samples + Self.samples)
  }

  @Test("A finished file can be read from any place, again and again")
  func randomAccess() throws {
    let upload = try render(0, 16_000, as: .wav)
    let whole = try upload.data()
    for offset in [0, 43, 44, 32_000, 32_043, 32_044, 40_000] {
      var bytes = [UInt8](repeating: 0, count: 100)
      let count = try bytes.withUnsafeMutableBytes {
        try upload.bytes.read(at: Int64(offset), into: $0)
      }
      #expect(Data(bytes[..<count]) == whole.dropFirst(offset).prefix(100))
    }
  }
}

extension AudioUpload {
  /// Every byte.
  func data() throws -> Data {
    var data = Data(count: Int(bytes.byteCount))
    let count = try data.withUnsafeMutableBytes { try bytes.read(at: 0, into: $0) }
    try #require(count == data.count)
    return data
  }
}

extension Data {
  /// The bytes as 16 bit samples.
  var samples: [Int16] {
    var samples = [Int16](repeating: 0, count: count / 2)
    _ = samples.withUnsafeMutableBytes { copyBytes(to: $0) }
    return samples
  }
}

import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

@Suite("What the headers of written files say")
struct FileHeaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let lengths = [1, 46, 47, 575, 1_153, 5_333, 16_041, 100_000]

  private func bytes(_ kind: WrittenKind, _ length: Int, frames: Int64? = nil) throws -> Data {
    let path = folder.file("a.\(kind.format.facts.fileExtension)")
    _ = try kind.write(Sounds.samples(kind, length), to: path, frames: frames)
    return try Bytes.of(path)
  }

  @Test("An mp3's LAME header tells frames, delay and padding that leave the true length")
  func mp3() throws {
    for rate in [16_000, 44_100] {
      let kind = WrittenKind(format: .mp3, rate: rate, channels: rate == 16_000 ? 1 : 2)
      for length in Self.lengths {
        let data = try bytes(kind, length)
        let tag = try #require(data.range(of: Data("Info".utf8))?.lowerBound)
        let frames = data.big32(tag + 8)
        #expect(data.big32(tag + 12) == data.count)
        let gaps = data.big32(tag + 140) & 0xFF_FFFF
        // The decoder's own delay of 529 is not in the delay, but is in the padding.
        let sound = frames * (rate == 16_000 ? 576 : 1_152) - (gaps >> 12) - (gaps & 0xFFF)
        #expect(sound == length, "\(rate) \(length)")
      }
    }
  }

  @Test("An ogg's last page ends the stream at the true length after the pre-skip")
  func ogg() throws {
    let kind = WrittenKind(format: .ogg)
    for length in Self.lengths {
      let data = try bytes(kind, length)
      let head = try #require(data.range(of: Data("OpusHead".utf8))?.lowerBound)
      let skip = Int(data[head + 10]) | Int(data[head + 11]) << 8
      #expect(data.little32(head + 12) == 16_000)
      let page = try #require(data.range(of: Data("OggS".utf8), options: .backwards)?.lowerBound)
      #expect(data[page + 5] & 4 != 0)
      #expect(data.little64(page + 6) == Int64(skip + 3 * length), "\(length)")
    }
  }

  @Test("A flac's STREAMINFO tells the true length and the samples' checksum")
  func flac() async throws {
    for kind in WrittenKind.all where kind.format == .flac {
      for length in Self.lengths {
        let data = try bytes(kind, length)
        #expect(data.prefix(4) == Data("fLaC".utf8))
        #expect(Int(data[21] & 0xF) << 32 | data.big32(22) == length)
        let md5 = data[26..<42].map { String(format: "%02x", $0) }.joined()
        let result = try await Programs.run(
          "/usr/bin/env",
          ["ffmpeg", "-v", "error", "-i", folder.file("a.flac"), "-f", "md5", "-"])
        #expect(result.output == "MD5=\(md5)\n")
      }
    }
  }

  @Test("An m4a has its index, and an edit list that tells delay and length in samples")
  func m4a() throws {
    for kind in WrittenKind.all where kind.format == .m4a {
      for length in Self.lengths {
        let data = try bytes(kind, length)
        #expect(data[4..<12] == Data("ftypM4A ".utf8))
        let movie = try #require(data.range(of: Data("mvhd".utf8))?.upperBound)
        #expect(data.big32(movie + 12) == kind.rate)
        #expect(data.big32(movie + 16) == length)
        let edit = try #require(data.range(of: Data("elst".utf8))?.upperBound)
        #expect(data.big32(edit + 4) == 1)
        #expect(data.big32(edit + 8) == length)
        #expect(data.big32(edit + 12) == 1_024)
        let media = try #require(data.range(of: Data("mdhd".utf8))?.upperBound)
        #expect(data.big32(media + 12) == kind.rate)
        #expect(data.big32(media + 16) == length + 1_024)
      }
    }
  }

  @Test("A wav of known length has the classic header, one of unknown length room for a larger one")
  func wav() async throws {
    for kind in WrittenKind.all where kind.format == .wav {
      let size = 5_333 * 2 * kind.channels
      let known = try bytes(kind, 5_333, frames: 5_333)
      #expect(known.count == 44 + size)
      #expect(known.little32(4) == known.count - 8)
      #expect(known.little32(40) == size)
      let unknown = try bytes(kind, 5_333)
      #expect(unknown.count == 80 + size)
      #expect(unknown.prefix(4) == Data("RIFF".utf8))
      #expect(unknown.little32(4) == unknown.count - 8)
      #expect(unknown[12..<16] == Data("JUNK".utf8))
      #expect(unknown.little32(76) == size)
      #expect(unknown.dropFirst(80) == known.dropFirst(44))
      // Fewer than announced: the header says what came.
      #expect(try bytes(kind, 5_333, frames: 9_999) == known)
    }
  }

  @Test("A wav over the limit is an RF64 that the ffmpeg program reads to the last sample")
  func rf64() async throws {
    let samples = Sounds.samples(WrittenKind(format: .wav, channels: 1), 16_041)
    for frames in [nil, 16_041] as [Int64?] {
      let header = WaveHeader(rate: 16_000, channels: 1, frames: frames, largest: 32_000)
      let bytes = try #require(header.bytes(frames: 16_041))
      #expect(bytes.count == 80)
      let path = folder.file("large.wav")
      try Bytes.write(Data(bytes) + samples.withUnsafeBytes { Data($0) }, to: path)
      #expect(Data(bytes.prefix(4)) == Data("RF64".utf8))
      #expect(try await Witness.decode(path) == samples)
    }
    // One byte less than the limit, and one sample more.
    let edge = WaveHeader(rate: 16_000, channels: 1, frames: 16_000, largest: 32_036)
    #expect(edge.byteCount == 44)
    #expect(edge.bytes(frames: 16_001) == nil)
    #expect(WaveHeader(rate: 16_000, channels: 1, frames: 16_001, largest: 32_036).byteCount == 80)
  }

  @Test("A wav of more than 4 GiB tells its true length")
  func large() async throws {
    let frames: Int64 = 3_000_000_000
    let header = WaveHeader(rate: 48_000, channels: 2, frames: frames)
    let path = folder.file("huge.wav")
    try Bytes.write(Data(try #require(header.bytes(frames: frames))), to: path)
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.truncate(atOffset: UInt64(80 + frames * 4))
    try file.close()
    #expect(try await Witness.probe(path, "stream=duration_ts") == "\(frames)")
  }

  @Test("A wav that outgrows what it was announced as is an error, not a wrong header")
  func outgrown() {
    #expect(WaveHeader(rate: 16_000, channels: 1, frames: 10).bytes(frames: 3_000_000_000) == nil)
  }
}

extension Data {
  fileprivate func big32(_ offset: Int) -> Int {
    self[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  fileprivate func little32(_ offset: Int) -> Int {
    self[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  fileprivate func little64(_ offset: Int) -> Int64 {
    self[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | Int64($1) }
  }
}

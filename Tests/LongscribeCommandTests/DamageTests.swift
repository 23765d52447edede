import Foundation
import TestSupport
import Testing

/// Damaged files through the executable itself; `scripts/mutate` tries many more in one process, under sanitizers.
@Suite("Damage anywhere: the command line")
struct DamageTests {
  /// One of each container and codec.
  private static let files = [
    "vbr.mp3", "aac.m4a", "frag.mp4", "aac.aac", "op.opus", "op.webm", "vorbis.ogg", "a.ts",
    "a.ac3",
    "a.wma", "fl.flac", "pcm24.wav", "pcm.caf", "mp3.avi", "late.mkv",
  ]

  @Test(arguments: files)
  func `it is heard or refused with a reason, never ended by a signal`(_ name: String) async throws
  {
    let folder = try TemporaryFolder()
    let original = try Self.bytes(try await Corpus.path(name))
    let other = try Self.bytes(try await Corpus.path("cover.png"))
    var random = SeededGenerator(seed: 99)
    for round in 0..<4 {
      let damaged = Mutation.damaged(original, other: other, using: &random)
      let path = folder.file("\(round)-\(name)")
      try Data(damaged.bytes).write(to: URL(fileURLWithPath: path))
      let arguments =
        round.isMultiple(of: 2) ? ["plan", "--json"] : ["probe", "--json", "--exact"]
      let result = try await Command.run(arguments + [path], limit: 60)
      let comment = Comment(rawValue: "\(name), round \(round), \(damaged.what): \(result)")
      #expect([0, 65].contains(result.status), comment)
      #expect((result.status == 0) == !result.output.isEmpty, comment)
      if result.status == 0 {
        #expect(throws: Never.self, comment) {
          try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        }
        #expect(result.problems.isEmpty, comment)
      } else {
        #expect(result.problems.count == 1, comment)
        #expect(result.problems.first?.hasPrefix("Error: \(path): ") == true, comment)
      }
      #expect(result.peakMemory < 150_000_000, comment)
    }
  }

  @Test
  func `a recording of more than an hour in a single packet takes no more memory than others`()
    async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.file("one.caf")
    try Data(Self.onePacket(samples: 4_000_000)).write(to: URL(fileURLWithPath: path))
    let result = try await Command.run(["plan", "--json", path])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("\"duration\" : 4000"))
    #expect(result.peakMemory < 150_000_000, "\(result.peakMemory)")
  }

  @Test
  func `a header that claims 292 years does not end the program`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("years.m4a")
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -f lavfi -i sine=d=3 -use_editlist 0 -c:a aac \(path)")
    var boxes = MovieBoxes(bytes: try Self.bytes(path))
    let media = ["moov", "trak", "mdia"]
    // Times in nanoseconds, and as many of them as there are. libavformat believes the smaller of the header's length and the
    // sum of the samples', those that do not exist included.
    let language: [UInt8] = [0x55, 0xC4, 0, 0]
    boxes.replace(
      media + ["mdhd"],
      with: MovieBoxes.big(UInt32(1 << 24)) + [UInt8](repeating: 0, count: 16)
        + MovieBoxes.big(UInt32(1_000_000_000)) + MovieBoxes.big(Int64.max) + language)
    let most = UInt32(Int32.max)
    let entries: [(count: UInt32, length: UInt32)] = [
      (128, 23_219_954), (most, most), (most, most), (2, most), (1, 1_322_813_100),
    ]
    boxes.replace(
      media + ["minf", "stbl", "stts"],
      with: MovieBoxes.big(UInt32(0)) + MovieBoxes.big(UInt32(entries.count))
        + entries.flatMap { MovieBoxes.big($0.count) + MovieBoxes.big($0.length) })
    try Data(boxes.bytes).write(to: URL(fileURLWithPath: path))
    let result = try await Command.run(["plan", "--json", path])
    #expect(result.status == 0, "\(result.status) \(result.errors)")
    #expect(result.errors.contains("cut off"))
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// CAF (Apple's specification 1.0) of 8 bit silence at 1 kHz, all of it in one packet.
  private static func onePacket(samples: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    func append<T: FixedWidthInteger>(_ number: T) {
      withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
    func append(_ text: String) { bytes += Array(text.utf8) }
    append("caff")
    append(UInt16(1))
    append(UInt16(0))
    append("desc")
    append(Int64(32))
    append(1000.0.bitPattern)
    append("lpcm")
    append(UInt32(0))
    append(samples)
    append(samples)
    append(UInt32(1))
    append(UInt32(8))
    append("data")
    append(Int64(samples) + 4)
    append(UInt32(0))
    bytes += [UInt8](repeating: 0, count: Int(samples))
    return bytes
  }
}

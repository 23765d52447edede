import Foundation
import LongscribeMedia
import LongscribeThreads
import TestSupport
import Testing

@Suite("Pipes")
struct PipeTests {
  private let folder: TemporaryFolder
  private let pipe: String

  init() throws {
    folder = try TemporaryFolder()
    pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
  }

  private static let kinds = [
    "a.wav -c:a pcm_s16le", "a.mp3 -q:a 4", "i.mp3 -q:a 4 -write_id3v1 1 -metadata title=x",
    "n.mp3 -q:a 4 -write_xing 0", "a.ogg -c:a libvorbis", "a.opus -c:a libopus", "a.flac -c:a flac",
    "end.m4a -c:a aac", "front.m4a -c:a aac -movflags +faststart", "a.webm -c:a libopus",
    "a.ts -c:a aac -f mpegts", "a.aac -c:a aac -f adts",
    "frag.mp4 -c:a aac -movflags +frag_keyframe+empty_moov -frag_duration 2000000",
  ]

  @Test(
    "A pipe gives the same samples as the file", arguments: kinds, [[1, 10, 5000, 77]])
  func sameAsFile(_ kind: String, _ sizes: [Int]) async throws {
    let name = String(kind.prefix { $0 != " " })
    let path = folder.file(name)
    try WaveFile(Master.at44100, rate: 44_100).write(to: folder.file("master.wav"))
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -i \(folder.file("master.wav")) \(kind.drop { $0 != " " }) \(path)"
    )
    let expected = try await Heard.hear(path)
    Feeder.feed(try Bytes.of(path), to: pipe, sizes: sizes)
    let heard = try await Heard.hear(pipe)
    #expect(heard.samples == expected.samples, "\(heard.samples.count) \(expected.samples.count)")
    #expect(heard.levels == expected.levels)
    #expect(heard.report.warnings == expected.report.warnings)
  }

  @Test("A pipe that brings nothing, or nothing that is sound, says so")
  func badPipes() async throws {
    Feeder.feed(Data(), to: pipe)
    #expect(try await Heard.failure(pipe)?.code == .empty)
    Feeder.feed(Data("hello there".utf8), to: pipe)
    #expect(try await Heard.failure(pipe)?.code == .notMedia)
    let wav = WaveFile(Master.at44100, rate: 44_100)
    try wav.write(to: folder.file("m.wav"))
    try await Programs.shell(
      "ffmpeg -v error -y -nostdin -i \(folder.file("m.wav")) -c:a aac \(folder.file("m.m4a"))")
    Feeder.feed(try Bytes.of(folder.file("m.m4a")).prefix(50_000), to: pipe)
    #expect(try await Heard.failure(pipe)?.code == .incomplete)
  }

  @Test(
    "Cancelling ends the wait for a silent pipe within 200 ms",
    arguments: ["before the first byte", "in the header", "in the sound", "without a writer"])
  func cancel(_ moment: String) async throws {
    let wav = WaveFile(Master.at16000, rate: 16_000).data
    // A pipe holds 64 kB.
    let said = ["in the header": 20, "in the sound": 30_000][moment] ?? 0
    try await expectBest(of: 10, meets: { $0 < 0.2 }) { [pipe] in
      let silent =
        moment == "without a writer" ? nil : Feeder.Silent(pipe, saying: Data(wav.prefix(said)))
      // A writer that comes and goes ends a wait that cancelling did not end, or the test would never end.
      let end = try await CancelledWork.run(
        after: 0.3, rescue: { Feeder.feed(Data(), to: pipe, waits: false) }
      ) { try Heard.failureBlocking(pipe, flag: $0) }
      withExtendedLifetime(silent) {}
      #expect(end.error?.code == .cancelled)
      return end.seconds
    }
  }

  @Test("Cancelling ends the decoding of a file")
  func cancelFile() async throws {
    let path = folder.file("long.wav")
    try await Programs.shell(
      "ffmpeg -v error -y -f lavfi -i anoisesrc=r=48000:d=600 -ac 2 \(path)")
    try await expectBest(of: 10, meets: { $0 < 0.2 }) {
      let end = try await CancelledWork.run(after: 0.02) {
        try Heard.failureBlocking(path, flag: $0)
      }
      // Infinite where the file was over before the flag was raised: such a try counts for nothing.
      #expect(end.error?.code == .cancelled || end.seconds == .infinity)
      return end.seconds
    }
  }

  @Test(
    "What a long pipe brings lies on disk and not in memory",
    // Its allocator keeps what was freed.
    .disabled(if: dlsym(nil, "__asan_init") != nil, "address sanitizer"))
  func memory() async throws {
    // In a process of its own: other tests run beside this one and hold recordings of their own.
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let pipe = folder.file("pipe")
      try #require(mkfifo(pipe, 0o600) == 0)
      let before = try residentMemory()
      // 500 MB: 47 minutes of 44.1 kHz stereo.
      let program = Task {
        try await Programs.shell(
          "ffmpeg -v error -y -nostdin -f lavfi -i sine=r=44100:d=2835 -ac 2 -f wav \(pipe)")
      }
      let lanes = ThreadLanes(name: "hear", most: 1)
      let length = try await lanes.run {
        Result { () throws -> Int64 in
          let file = try MediaFile(path: pipe)
          let spool = try Spool(in: "/tmp")
          let listener = Listener(file: file, temporaryFolder: "/tmp")
          return try listener.listen(to: spool, flag: CancelFlag()) { _ in }.length
        }
      }.get()
      try await program.value
      #expect(length == 2835 * 16_000)
      let grown = try residentMemory() - before
      #expect(grown < 100_000_000)
    }
  }
}

/// Bytes of this process that are in memory.
private func residentMemory() throws -> Int {
  let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(
    separator: " ")
  return try #require(Int(fields[1])) * 4096
}

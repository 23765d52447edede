import Foundation
import LongscribeCore
import LongscribeMedia
import TestSupport
import Testing

/// A small file system of its own, where mounting is allowed.
final class SmallDisk: Sendable {
  let path: String
  private let folder: TemporaryFolder

  init?(kilobytes: Int) async throws {
    folder = try TemporaryFolder()
    path = folder.file("disk")
    let line = "mkdir \(path) && mount -t tmpfs -o size=\(kilobytes)k tmpfs \(path)"
    guard (try? await Programs.shell(line)) != nil else {
      print("skipped: this machine does not let tests mount a small disk")
      return nil
    }
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }
}

@Suite("No room for temporary files")
struct StorageTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("a.wav")
    try WaveFile(Master.at44100, rate: 44_100).write(to: path)
  }

  private func check(_ error: MediaError?, _ reason: String) throws {
    let error = try #require(error)
    #expect(error.code == .storage)
    #expect(error.description.contains("no room for temporary files"))
    #expect(error.description.contains(reason), "\(error)")
  }

  @Test(
    "A folder that is not there, or is a file, is an error that names it",
    arguments: ["nowhere", "a.wav"])
  func noFolder(_ name: String) async throws {
    let missing = folder.file(name)
    let error = #expect(throws: StorageError.self) { try Spool(in: missing) }
    #expect(error?.detail.hasPrefix("\(missing): ") == true)
    let spool = try Spool.holding([1, 2, 3])
    let renderer = Renderer(spool: spool, fileName: "a.wav", temporaryFolder: missing)
    for format in AudioFormat.allCases {
      let error = #expect(throws: MediaError.self) {
        try renderer.render(TimelineRange(0, 3), as: format, minimum: 0)
      }
      try check(error, missing)
    }
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    Feeder.feed(try Bytes.of(path), to: pipe)
    let file = try MediaFile(path: pipe)
    let listener = Listener(file: file, temporaryFolder: missing)
    let pipeError = #expect(throws: MediaError.self) {
      try listener.listen(to: spool, flag: CancelFlag()) { _ in }
    }
    try check(pipeError, missing)
  }

  @Test(
    "A full disk ends the listening, whether it is the spool or a pipe's bytes that find no room")
  func fullWhileListening() async throws {
    guard let disk = try await SmallDisk(kilobytes: 256) else { return }
    try check(try await Heard.failure(path, temporaryFolder: disk.path), "No space left")
    let pipe = folder.file("pipe")
    try #require(mkfifo(pipe, 0o600) == 0)
    for bytes in [try Bytes.of(path), try Bytes.of(path).prefix(300_000)] {
      Feeder.feed(bytes, to: pipe)
      let file = try MediaFile(path: pipe)
      let listener = Listener(file: file, temporaryFolder: disk.path)
      let spool = try Spool(in: "/tmp")
      let error = #expect(throws: MediaError.self) {
        try listener.listen(to: spool, flag: CancelFlag()) { _ in }
      }
      try check(error, "No space left")
    }
  }

  @Test(
    "A full disk ends the rendering, and the next chunk finds the room again",
    arguments: AudioFormat.allCases)
  func fullWhileRendering(_ format: AudioFormat) async throws {
    guard let disk = try await SmallDisk(kilobytes: 256) else { return }
    let minutes = Array(repeating: Master.at16000.map(WaveFile.signed16), count: 8).flatMap { $0 }
    let spool = try Spool.holding(minutes)
    let renderer = Renderer(spool: spool, fileName: "a.wav", temporaryFolder: disk.path)
    let error = #expect(throws: MediaError.self) {
      try renderer.render(TimelineRange(0, spool.length), as: format, minimum: 0)
    }
    try check(error, "No space left")
    // A program that another test starts holds every open file, also the failed one, for the moment until it runs.
    var upload: AudioUpload?
    for _ in 0..<100 where upload == nil {
      upload = try? renderer.render(TimelineRange(0, 16_000), as: format, minimum: 0)
      if upload == nil { try await Task.sleep(for: .milliseconds(50)) }
    }
    #expect(upload?.samples == 16_000)
  }

  @Test("A folder's name is printed safely")
  func printableFolder() {
    let error = #expect(throws: StorageError.self) { try Spool(in: "/nowhere/a\n\u{1B}[2Jb") }
    #expect(error?.detail == "/nowhere/a\u{FFFD}\u{FFFD}[2Jb: No such file or directory")
  }

  @Test("Temporary files have no name")
  func unnamed() throws {
    let spool = try Spool(in: folder.path)
    try [Int16](repeating: 1, count: 10).withUnsafeBufferPointer { try spool.append($0) }
    #expect(folder.contents == ["a.wav"])
    #expect(spool.length == 10)
  }
}

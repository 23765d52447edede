import Foundation
import TestSupport
import Testing

/// `convert` and `split` that end before they are done.
@Suite(.serialized)
struct HalfWayTests {
  static let works = [
    ["convert", "-o", "out.wav"], ["convert", "-o", "out.mp3"],
    ["convert", "-o", "out.wav", "-p", "glm"], ["split", "-o", "chunks", "--chunk-length", "5"],
    ["split", "-o", "earlier", "--chunk-length", "5", "--force"],
  ]

  @Test(arguments: works, [SIGINT, SIGTERM])
  func `a signal ends the work within a second and leaves nothing`(
    _ work: [String], _ signal: Int32
  ) async throws {
    // Half-written files and chunks stayed: the program ended before the work did.
    let talk = try Data(contentsOf: URL(fileURLWithPath: Talk.shared.wav))
    try await expectBest(of: 3, meets: { $0 < .seconds(1) }) {
      let folder = try TemporaryFolder()
      let earlier = try await Command.run(
        ["split", try Talk.shared.wav, "-o", "earlier", "--chunk-length", "60"],
        folder: folder.path)
      #expect(earlier.status == 0)
      let pipe = try SlowPipe(folder.file("pipe"))
      let before = try await folder.listing()
      let running = try RunningProgram(
        Programs.longscribe, [work[0], pipe.path] + work.dropFirst(), folder: folder.path)
      try await pipe.send(talk, upTo: talk.count / 3)
      try await Task.sleep(for: .milliseconds(200))
      let start = ContinuousClock.now
      running.send(signal)
      let result = try await running.result(limit: 20)
      let duration = ContinuousClock.now - start
      #expect(result.status == (signal == SIGINT ? 130 : 143))
      #expect(result.errors.isEmpty)
      #expect(try await folder.listing() == before)
      return duration
    }
  }

  @Test(arguments: works.prefix(3))
  func `not even a killed conversion leaves half a file`(_ work: [String]) async throws {
    let folder = try TemporaryFolder()
    let talk = try Data(contentsOf: URL(fileURLWithPath: Talk.shared.wav))
    let pipe = try SlowPipe(folder.file("pipe"))
    let running = try RunningProgram(
      Programs.longscribe, [work[0], pipe.path] + work.dropFirst(), folder: folder.path)
    try await pipe.send(talk, upTo: talk.count / 3)
    try await Task.sleep(for: .milliseconds(100))
    running.send(SIGKILL)
    #expect(try await running.result(limit: 20).status == 137)
    #expect(folder.contents == ["pipe"])
  }

  @Test(arguments: ["wav", "mp3", "ogg", "flac", "m4a", "pcm"])
  func `a file that becomes too large is named, and nothing is left`(_ name: String) async throws {
    let folder = try TemporaryFolder()
    let result = try await Command.bash(
      "ulimit -f 64; $longscribe convert \(try Talk.shared.wav) -o out.\(name)",
      folder: folder.path)
    #expect(result.errorLines == ["Error: out.\(name): cannot be written (File too large)"])
    #expect(result.status == 73)
    #expect(folder.contents.isEmpty)
  }

  @Test(arguments: [
    ("convert $talk -o disk/out.wav", "disk/out.wav"),
    ("convert $talk -o disk/out.m4a", "disk/out.m4a"),
    ("convert $talk -o disk/out.wav -p glm --end 55", "disk/out.wav"),
    ("split $talk -o disk/new --chunk-length 5", "disk/new/chunk-000"),
    ("split $talk -o disk --chunk-length 5 --force", "disk/chunk-000"),
  ])
  func `a full disk is told by the name of the output, and nothing is left`(
    _ work: String, _ name: String
  ) async throws {
    let folder = try TemporaryFolder()
    let result = try await Command.bash(
      """
      mkdir disk && mount -t tmpfs -o size=600k tmpfs disk 2>/dev/null || exit 99
      trap 'umount -l disk' EXIT
      $longscribe split $talk -o disk --chunk-length 9 -q --end 9 || exit 98
      find disk | sort > before; cat disk/*.* | sha1sum >> before
      $longscribe \(work)
      status=$?
      find disk | sort > after; cat disk/*.* | sha1sum >> after
      cmp before after || exit 97
      exit $status
      """, environment: ["talk": try Talk.shared.wav], folder: folder.path)
    guard result.status != 99 else {
      print("skipped: this machine does not let tests mount a small disk")
      return
    }
    #expect(result.status == 73)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("Error: \(name)"))
    #expect(result.errors.hasSuffix(": cannot be written (No space left on device)\n"))
  }
}

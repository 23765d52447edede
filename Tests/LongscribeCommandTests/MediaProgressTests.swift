import Foundation
import TestSupport
import Testing

/// The line that shows how far `convert` and `split` are.
struct MediaProgressTests {
  /// Converts a pipe that takes its time, in a terminal or not, and returns what was shown.
  private func shown(inTerminal: Bool, seconds: Double) async throws -> String {
    let folder = try TemporaryFolder()
    let talk = try Data(contentsOf: URL(fileURLWithPath: Talk.shared.wav))
    let pipe = try SlowPipe(folder.file("talk"))
    let convert = "$longscribe convert talk -o out.wav"
    async let result = Command.bash(
      inTerminal ? "script -qec '\(convert)' /dev/null" : "\(convert) 2>&1",
      environment: ["TERM": "xterm"], folder: folder.path)
    for step in 1...10 {
      try await pipe.send(talk, upTo: talk.count * step / 10)
      try await Task.sleep(for: .seconds(seconds / 10))
    }
    pipe.end()
    let ended = try await result
    #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
    return ended.output
  }

  private let done = "out.wav: 00:02:30.000, wav, 16000 Hz, mono, 4800080 bytes"

  @Test
  func `a terminal shows it after a second, and not at the end`() async throws {
    let text = try await shown(inTerminal: true, seconds: 2.5)
    #expect(text.contains("\r\u{1B}[Ktalk: 0:01:"))
    #expect(text.contains(" × real time"))
    #expect(text.hasSuffix("\r\u{1B}[K\(done)\r\n"))
  }

  @Test
  func `a terminal shows none for what takes less than a second`() async throws {
    let line = "out.wav: 00:00:03.000, wav, 16000 Hz, mono, 96080 bytes\r\n"
    // On a machine with much to do this may for once take longer than a second.
    try await expectBest(of: 3, meets: { $0 == line }) {
      let folder = try TemporaryFolder()
      return try await Command.bash(
        "script -qec '$longscribe convert \(try Talk.shared.wav) -o out.wav --end 3' /dev/null",
        environment: ["TERM": "xterm"], folder: folder.path
      ).output
    }
  }

  @Test
  func `a pipe gets no such line`() async throws {
    #expect(try await shown(inTerminal: false, seconds: 1.5) == done + "\n")
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Outputs that would destroy something, or be lost.
struct OutputSafetyTests {
  private func arguments(_ input: String, _ url: String, _ rest: [String]) -> [String] {
    ["transcribe", input, "--provider", "glm", "--base-url", url] + rest
  }

  @Test(arguments: ["talk.txt", "link.mp3"])
  func `a recording is never replaced by its own transcript`(_ name: String) async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Talk.shared.wav, toPath: folder.file("talk.txt"))
    if name != "talk.txt" {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("link.mp3"), withDestinationPath: folder.file("talk.txt"))
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("link.txt"), withDestinationPath: folder.file("talk.txt"))
    }
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("talk.txt")))
    let simulator = try await Talk.shared.simulator()
    let result = try await Command.run(
      arguments(folder.file(name), simulator.baseURL, ["-f", "txt", "-o", folder.path]),
      environment: Command.key)
    #expect(result.status == 64)
    #expect(result.problems.first?.contains("is one of the recordings") == true)
    #expect(simulator.requests.isEmpty)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("talk.txt"))) == before)
    await simulator.stopped()
  }

  @Test
  func `a name that is too long for its transcript is refused before the first call`() async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.file(String(repeating: "n", count: 251) + ".w")
    try FileManager.default.copyItem(atPath: Talk.shared.wav, toPath: path)
    let simulator = try await Talk.shared.simulator()
    let result = try await Command.run(
      arguments(path, simulator.baseURL, ["-f", "json", "-o", folder.file("out")]),
      environment: Command.key)
    #expect(result.status == 73)
    #expect(result.problems.first?.contains("too long") == true)
    #expect(simulator.requests.isEmpty)
    await simulator.stopped()
  }

  @Test
  func `the longest name that a file can have is written`() async throws {
    let folder = try TemporaryFolder()
    let stem = String(repeating: "n", count: 250)
    try FileManager.default.copyItem(atPath: Talk.shared.wav, toPath: folder.file(stem + ".w"))
    let simulator = try await Talk.shared.simulator()
    let result = try await Command.run(
      arguments(
        folder.file(stem + ".w"), simulator.baseURL, ["-f", "json", "-o", folder.file("out")]),
      environment: Command.key)
    #expect(result.status == 0, "\(result.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.file("out/\(stem).json")))
    await simulator.stopped()
  }

  @Test
  func `an output folder that is removed during the run is made again`() async throws {
    let folder = try TemporaryFolder()
    let simulator = try await Talk.shared.simulator { $0.latency = 3 }
    let running = try RunningProgram(
      Programs.longscribe,
      arguments(Talk.shared.wav, simulator.baseURL, ["-f", "txt", "-o", folder.file("out")]),
      environment: Command.key)
    let deadline = ContinuousClock.now + .seconds(20)
    while simulator.requests.isEmpty, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(10))
    }
    try FileManager.default.removeItem(atPath: folder.file("out"))
    let result = try await running.result(limit: 30)
    #expect(result.status == 0, "\(result.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.file("out/talk.txt")))
    await simulator.stopped()
  }

  @Test
  func `what an address or a dash needs is said`() async throws {
    let address = try await Command.run(["transcribe", "https://example.com/talk.mp3"])
    #expect(address.status == 66)
    #expect(address.problems.first?.contains("download") == true)
    let dash = try await Command.run(["transcribe", "-"])
    #expect(dash.status == 64)
    #expect(dash.problems.first?.contains("--stdin-name") == true)
  }
}

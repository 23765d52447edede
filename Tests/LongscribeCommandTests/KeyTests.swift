import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Where keys come from, and where they never go.
struct KeyTests {
  private static let key = "canary-5f1d7c"

  /// Transcribes the talk with a service that takes the canary only.
  private static func run(
    _ options: [String], environment: [String: String] = [:], input: String? = nil
  ) async throws -> (result: ProgramResult, requests: Int) {
    let simulator = try await Talk.shared.simulator { $0.key = key }
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "--events", "jsonl"] + simulator.options + options,
      environment: environment, input: input)
    let requests = simulator.requests.count
    await simulator.stopped()
    return (result, requests)
  }

  private static func check(_ result: ProgramResult) {
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(!result.output.contains(key))
  }

  @Test(arguments: ["ZHIPUAI_API_KEY", "ZAI_API_KEY"])
  func `the key comes from the environment`(_ variable: String) async throws {
    Self.check(try await Self.run([], environment: [variable: Self.key]).result)
  }

  @Test
  func `an empty variable is none`() async throws {
    Self.check(
      try await Self.run([], environment: ["ZHIPUAI_API_KEY": "", "ZAI_API_KEY": Self.key]).result)
  }

  @Test(arguments: ["", "\n", "\r\n"])
  func `the key comes from a file, a command or standard input before the environment`(
    _ ending: String
  ) async throws {
    let folder = try TemporaryFolder()
    let file = folder.file("key")
    try (Self.key + ending).write(toFile: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    let wrong = ["ZHIPUAI_API_KEY": "wrong"]
    Self.check(try await Self.run(["--key-file", file], environment: wrong).result)
    // As in `--key-file <(pass show zhipu)`: a pipe, not a file on a disk.
    let simulator = try await Talk.shared.simulator { $0.key = Self.key }
    let piped = try await Command.bash(
      "$longscribe transcribe \(try Talk.shared.wav) \(simulator.options.joined(separator: " ")) "
        + "--key-file <(cat '\(file)')", environment: wrong)
    #expect(piped.errors.isEmpty)
    #expect(piped.status == 0)
    await simulator.stopped()
    Self.check(try await Self.run(["--key-command", "cat '\(file)'"], environment: wrong).result)
    Self.check(try await Self.run(["--key-stdin"], environment: wrong, input: file).result)
  }

  @Test(
    arguments: [
      (
        [],
        "no key for glm: set ZHIPUAI_API_KEY (open.bigmodel.cn) or ZAI_API_KEY (api.z.ai), or use --key-file"
      ),
      (["--key-file", "/nowhere/key"], "/nowhere/key: the key file cannot be read"),
      (["--key-file", "/dev/null"], "/dev/null holds no key"),
      (["--key-command", "exit 3"], "the key command failed with status 3"),
      (["--key-command", "true"], "the key command holds no key"),
      (["--key-stdin"], "standard input holds no key"),
    ] as [([String], String)])
  func `a key that cannot be found is a configuration error before any call`(
    _ options: [String], _ message: String
  ) async throws {
    let (result, requests) = try await Self.run(options)
    #expect(result.errorLines == ["Error: \(message)"])
    #expect(result.status == 4)
    #expect(requests == 0)
    let events = try Event.all(result.output)
    #expect(events.map(\.type) == ["file_failed", "summary"])
    #expect(events.first?.message == message)
  }

  @Test
  func `the key is in no command line while a run goes on`() async throws {
    let simulator = try await Talk.shared.simulator { configuration in
      configuration.key = Self.key
      configuration.latency = 60
    }
    let folder = try TemporaryFolder()
    try Self.key.write(toFile: folder.file("key"), atomically: false, encoding: .utf8)
    let program = try RunningProgram(
      Programs.longscribe,
      ["transcribe", try Talk.shared.wav, "--key-command", "cat '\(folder.file("key"))'"]
        + simulator.options)
    try await simulator.firstRequest()
    var looked = 0
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(name) != nil
    {
      guard let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
        continue
      }
      looked += 1
      #expect(!String(decoding: line, as: UTF8.self).contains(Self.key), "process \(name)")
    }
    #expect(looked > 1)
    program.send(SIGTERM)
    let result = try await program.result(limit: 20)
    #expect(!(result.output + result.errors).contains(Self.key))
    await simulator.stopped()
  }
}

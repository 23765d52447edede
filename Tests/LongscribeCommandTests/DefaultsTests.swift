import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Values of options that the command line leaves out, and where keys come from.
struct DefaultsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var environment: [String: String] { ["XDG_CONFIG_HOME": folder.file("config")] }

  private func configure(_ json: String) throws {
    let place = folder.file("config/longscribe")
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try json.write(toFile: "\(place)/config.json", atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: "\(place)/config.json")
  }

  private func plan(
    _ arguments: [String] = [], _ variables: [String: String] = [:]
  ) async throws -> String {
    try Silence.make(["a.wav"], in: folder)
    let result = try await Command.run(
      ["plan", folder.file("a.wav")] + arguments, environment: environment.merging(variables) { $1 }
    )
    let line = result.outputLines.first { $0.hasPrefix("  recogniser") } ?? result.errors
    return line.split(separator: ",").first.map { $0.dropFirst(14).description } ?? ""
  }

  @Test
  func `the command line goes before variables, and these before the configuration`() async throws {
    try configure(#"{"defaults": {"provider": "glm", "model": "glm-asr-2512", "language": "zh"}}"#)
    #expect(try await plan().hasPrefix("glm glm-asr-2512 at open.bigmodel.cn"))
    #expect(
      try await plan([], ["LONGSCRIBE_MODEL": "glm-asr"]).hasPrefix("glm glm-asr at "))
    // A model does not follow to another service.
    #expect(try await plan([], ["LONGSCRIBE_PROVIDER": "coze"]).hasPrefix("coze at "))
    #expect(try await plan(["-p", "openai"]).hasPrefix("openai whisper-1 at "))
    #expect(
      try await plan(
        ["-p", "openai"], ["LONGSCRIBE_PROVIDER": "glm", "LONGSCRIBE_MODEL": "glm-asr"]
      )
      .hasPrefix("openai whisper-1 at "))
    // The offline recogniser has neither model nor language.
    #expect(try await plan(["-p", "offline"]).hasPrefix("offline"))
  }

  @Test
  func `output, its folder and calls at a time can have defaults`() async throws {
    try configure(
      #"{"defaults": {"output_format": ["srt", "txt"], "output_dir": "out", "concurrency": 2}}"#)
    try Silence.make(["a.wav"], in: folder)
    let result = try await Command.run(
      ["transcribe", "a.wav"], environment: environment, folder: folder.path)
    #expect(result.status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted()
        == ["a.srt", "a.txt"])
    let out = try await Command.run(
      ["transcribe", "a.wav", "-f", "vtt", "-o", "-"], environment: environment, folder: folder.path
    )
    #expect(out.output.hasPrefix("WEBVTT"))
    let wrong = try await Command.run(
      ["transcribe", "a.wav"],
      environment: environment.merging(["LONGSCRIBE_CONCURRENCY": "none"]) { $1 },
      folder: folder.path)
    #expect(
      wrong.errorLines.first
        == "Error: The value 'none' is invalid for '--concurrency': it takes a whole number from 1 to 1000"
    )
  }

  @Test
  func `convert takes no provider that is not asked for`() async throws {
    try configure(#"{"defaults": {"provider": "glm"}}"#)
    try Silence.make(["a.wav"], in: folder)
    let result = try await Command.run(
      ["convert", "a.wav", "-o", "b.flac"], environment: environment, folder: folder.path)
    #expect(result.errorLines.allSatisfy { $0.hasPrefix("b.flac: ") })
    #expect(result.status == 0)
  }

  @Test(arguments: [
    (
      #"{"defaults": {"providr": "glm"}}"#,
      "'defaults.providr' is unknown. Did you mean 'provider'?"
    ),
    (#"{"defaults": {"base_url": "https://x"}}"#, "'defaults.base_url' is unknown"),
    (#"{"defaults": {"key_command": "id"}}"#, "'defaults.key_command' is unknown"),
    (#"{"defaults": {"concurrency": 0}}"#, "'defaults.concurrency' has to be from 1.0 to 1000.0"),
    (
      #"{"profiles": {"glm": {"key_file": "key"}}}"#, "'glm.key_file' has to begin with / or ~/"
    ),
    (
      #"{"profiles": {"mine": {"like": "glm", "key_command": "id"}}}"#,
      "'mine' names a key and no 'base_url'; the key would go to glm's host"
    ),
  ])
  func `defaults that cannot be are refused`(_ json: String, _ reason: String) async throws {
    try configure(json)
    let result = try await Command.run(["providers"], environment: environment)
    #expect(
      result.errorLines == ["Error: \(folder.file("config/longscribe/config.json")): \(reason)"])
    #expect(result.status == 4)
  }

  @Test
  func `a configuration of the current folder is not read`() async throws {
    for name in [
      "config.json", ".longscribe.json", "longscribe.json", ".config/longscribe/config.json",
    ] {
      let path = folder.file("project/\(name)")
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
        withIntermediateDirectories: true)
      try #"{"defaults": {"provider": "glm"}}"#.write(
        toFile: path, atomically: false, encoding: .utf8)
    }
    try Silence.make(["project/a.wav"], in: folder)
    let result = try await Command.run(
      ["plan", "a.wav"], environment: ["HOME": folder.path], folder: folder.file("project"))
    #expect(result.output.contains("recogniser  offline"))
  }

  /// The place of a key, with a file that holds it and the variables that lead there.
  @Test(arguments: ["own", "own file", "official", "credentials", "key_file", "key_command"])
  func `keys are found in their order`(_ place: String) async throws {
    let simulator = try await Talk.shared.simulator { $0.key = "right" }
    func write(_ name: String, _ key: String) throws -> String {
      let path = folder.file(name)
      try FileManager.default.createDirectory(
        atPath: folder.file("credentials"), withIntermediateDirectories: true)
      try key.write(toFile: path, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      return path
    }
    let order = ["own", "own file", "official", "credentials", "key_file", "key_command"]
    let rank = try #require(order.firstIndex(of: place))
    // Those before it are not there, those after it are wrong.
    func key(_ name: String) throws -> String? {
      let own = try #require(order.firstIndex(of: name))
      return own < rank ? nil : own == rank ? "right" : "wrong"
    }
    var variables = environment
    variables["LONGSCRIBE_GLM_API_KEY"] = try key("own")
    variables["LONGSCRIBE_GLM_API_KEY_FILE"] = try key("own file").map { try write("own", $0) }
    variables["ZHIPUAI_API_KEY"] = try key("official")
    if let key = try key("credentials") {
      _ = try write("credentials/glm", key)
      variables["CREDENTIALS_DIRECTORY"] = folder.file("credentials")
    }
    if place == "key_command" {
      try configure(#"{"profiles": {"glm": {"key_command": "printf right"}}}"#)
    } else {
      let key = try write("configured", try key("key_file") ?? "wrong")
      try configure(#"{"profiles": {"glm": {"key_file": "\#(key)"}}}"#)
    }
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav] + simulator.options, environment: variables)
    #expect(result.errors.isEmpty)
    #expect(words(result.output) == (try Talk.shared.said))
    let list = try await Command.run(["providers", "--json"], environment: variables)
    #expect(list.output.contains(#""key_found" : true"#))
    #expect(!(list.output + list.errors).contains("right"))
    await simulator.stopped()
  }

  @Test
  func `a key file that others can read is used, and told of`() async throws {
    let simulator = try await Talk.shared.simulator { $0.key = "right" }
    let file = folder.file("key")
    try "right\n".write(toFile: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: file)
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "--key-file", file] + simulator.options)
    #expect(
      result.errorLines == [
        "Warning: \(file): other users can read this key file; 'chmod 600' helps"
      ])
    #expect(result.status == 0)
    await simulator.stopped()
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Services of the user's own, and what may go wrong with them.
@Suite struct ConfigTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private var environment: [String: String] { ["XDG_CONFIG_HOME": folder.file("config")] }

  private func write(_ json: String, mode: Int = 0o600) throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("config/longscribe"), withIntermediateDirectories: true)
    let path = folder.file("config/longscribe/config.json")
    try Data(json.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  @Test
  func `a profile with every knob transcribes through a server of that shape`() async throws {
    let simulator = try await Talk.shared.simulator { $0.service = .openai }
    let origin = simulator.baseURL.replacing("/v1", with: "")
    try write(
      """
      {"profiles": {"mine": {"like": "openai", "title": "Mine", "base_url": "\(origin)", "path": "/v1/audio/transcriptions",
        "key_variable": ["NO_KEY", "MY_KEY"], "key_needed": "always", "key_header": "authorization", "key_scheme": "Bearer",
        "file_field": "file", "model": "whisper-1", "text_path": "text", "trace_id_paths": ["id"], "trace_id_headers": ["x-request-id"],
        "errors": "openai", "hotwords_form": "json", "strips_speech_tags": false,
        "models": {"whisper-1": {"maximum_seconds": 40, "margin_seconds": 2, "recommended_seconds": 39, "minimum_seconds": 1,
          "maximum_bytes": 5000000, "maximum_in_flight": 2, "formats": ["wav"], "fields": ["response_format"],
          "response_formats": ["verbose_json"], "fixed_fields": {"temperature": "0"}}}}}}
      """)
    let run = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-p", "mine"],
      environment: environment.merging(["MY_KEY": "simulator-key"]) { $1 })
    #expect(words(run.output) == (try Talk.shared.said))
    #expect(run.status == 0)
    #expect(simulator.requests.count >= 4)
    for request in simulator.requests {
      #expect((request.seconds ?? 99) <= 38)
      #expect(
        request.fields == [
          "model": "whisper-1", "response_format": "verbose_json", "temperature": "0",
        ])
      #expect(request.format == "wav")
    }
    #expect(simulator.mostRequestsInFlight <= 2)
    await simulator.stopped()
  }

  @Test
  func `limits of a built-in service can be changed, and providers shows them`() async throws {
    try write(#"{"profiles": {"glm": {"models": {"glm-asr": {"maximum_seconds": 30}}}}}"#)
    let list = try await Command.run(["providers"], environment: environment)
    #expect(list.output.contains("  glm-asr (default): 30 s, 25 MB a call"))
    let plan = try await Command.run(
      ["plan", try Talk.shared.wav, "-p", "glm"], environment: environment)
    #expect(plan.output.contains("at open.bigmodel.cn, at most 30 s a call"))
  }

  @Test
  func `help needs no configuration, and what is said of a model comes after what is said of all`()
    async throws
  {
    try write("{")
    let help = try await Command.run(["transcribe", "--help"], environment: environment)
    #expect(help.status == 0)
    try write(
      #"{"profiles": {"glm": {"limits": {"maximum_seconds": 20}, "models": {"glm-asr": {"maximum_seconds": 40}}}}}"#
    )
    let list = try await Command.run(["providers"], environment: environment)
    #expect(list.output.contains("  glm-asr (default): 40 s, "))
    #expect(list.output.contains("  glm-asr-2512: 20 s, "))
  }

  @Test
  func `a variable keeps the site that its keys belong to, and the plan tells the same host`()
    async throws
  {
    let talk = try Talk.shared.wav
    let zai = ["ZAI_API_KEY": "some-key-1234"]
    let plain = try await Command.run(["plan", talk, "-p", "glm"], environment: zai)
    #expect(plain.output.contains("at api.z.ai,"))
    try write(#"{"profiles": {"glm": {"key_variable": "ZAI_API_KEY"}}}"#)
    let own = try await Command.run(
      ["plan", talk, "-p", "glm"], environment: environment.merging(zai) { $1 })
    #expect(own.output.contains("at api.z.ai,"))
  }

  @Test
  func `a key does not follow a profile to another host`() async throws {
    try write(#"{"profiles": {"openai": {"base_url": "https://elsewhere.example/v1"}}}"#)
    let run = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-p", "openai"],
      environment: environment.merging(["OPENAI_API_KEY": "sk-canary"]) { $1 })
    #expect(
      run.errorLines == [
        "Error: no key for openai: name its variable with 'key_variable' in the configuration, or use --key-file"
      ])
    #expect(run.status == 4)
  }

  @Test
  func `no configuration in the current folder is read`() async throws {
    try write(#"{"profiles": {"glm": {"base_url": "https://elsewhere.example/v1"}}}"#)
    for name in ["config.json", "longscribe.json", ".longscribe.json"] {
      try FileManager.default.copyItem(
        atPath: folder.file("config/longscribe/config.json"), toPath: folder.file(name))
    }
    let run = try await Command.run(
      ["providers"], environment: ["XDG_CONFIG_HOME": folder.file("none")], folder: folder.path)
    #expect(!run.output.contains("elsewhere"))
  }

  @Test(arguments: [
    ("{", "it is no JSON"), ("[]", "it is no JSON object"),
    (#"{"profile": {}}"#, "'profile' is unknown. Did you mean 'profiles'?"),
    (
      #"{"profiles": {"a": {"base_ulr": "x"}}}"#,
      "'profiles.a.base_ulr' is unknown. Did you mean 'base_url'?"
    ),
    (
      #"{"profiles": {"a": {"key": "sk-canary-1"}}}"#,
      "'profiles.a.key': keys do not belong into this file; name a variable with 'key_variable'"
    ),
    (
      #"{"profiles": {"a": {"base_url": "http://h.example/v1"}}}"#,
      "'a.base_url': the base URL http://h.example/v1 cannot be used: plain http would send key and audio readable; use https"
    ),
    (
      #"{"profiles": {"a": {"like": "b"}}}"#,
      "'a' is like 'b', which is unknown; there are glm, coze, siliconflow, openai, chatanywhere"
    ),
    (
      #"{"profiles": {"a": {"models": {"m": {"formats": ["doc"]}}}}}"#,
      "'profiles.a.models.m.formats' knows no 'doc'; there are wav, mp3, ogg, flac, m4a, pcm"
    ),
    (
      #"{"profiles": {"a": {"limits": {"maximum_seconds": -1}}}}"#,
      "'profiles.a.limits.maximum_seconds' has to be from 3.0 to 86400.0"
    ),
    (#"{"profiles": {"a": {"title": 5}}}"#, "'profiles.a.title' has to be a text"),
    (
      #"{"profiles": {"groq": {"key_variable": "GROQ_API_KEY"}}}"#,
      "'groq' names a key and no 'base_url'; the key would go to openai's host"
    ),
    (
      #"{"profiles": {"glm": {"key_variable": "gsk_canary123456"}}}"#,
      "'glm.key_variable' has to be the name of a variable, in capitals; a key does not belong here"
    ),
    (
      #"{"profiles": {"offline": {}}}"#,
      "'offline' is the recogniser of this machine and has no profile"
    ),
  ])
  func `a mistake in the configuration is named, with its place`(
    _ json: String, _ message: String
  ) async throws {
    try write(json)
    let run = try await Command.run(["providers"], environment: environment)
    let path = folder.file("config/longscribe/config.json")
    #expect(run.errorLines == ["Error: \(path): \(message)"])
    #expect(run.status == 4)
    #expect(!run.errors.contains("canary"))
  }

  @Test
  func `a configuration that others can change is not used`() async throws {
    try write("{}", mode: 0o666)
    let run = try await Command.run(["providers"], environment: environment)
    #expect(run.errors.contains("other users can change this file"))
    #expect(run.status == 4)
  }

  private struct Providers: Decodable {
    struct Provider: Decodable {
      struct Model: Decodable {
        let name: String
        let standard: Bool
        let maximum_seconds: Double?
        let maximum_bytes: Int64
        let formats: [String]
        let times: String
        let fields: [String]
      }

      struct Variable: Decodable {
        let name: String
        let found: Bool
      }

      let name: String
      let host: String?
      let key_found: Bool
      let key_variables: [Variable]
      let models: [Model]
    }

    let providers: [Provider]
  }

  @Test
  func `providers tells models, limits and whether a key was found, never the key`() async throws {
    let variables = environment.merging(["COZE_API_TOKEN": "pat_canary_1234567890"]) { $1 }
    let run = try await Command.run(["providers", "--json"], environment: variables)
    let providers = try run.json(Providers.self).providers
    #expect(
      providers.map(\.name) == ["offline", "glm", "coze", "siliconflow", "openai", "chatanywhere"])
    #expect(providers.filter(\.key_found).map(\.name) == ["coze"])
    let glm = try #require(providers.first { $0.name == "glm" })
    #expect(glm.host == "open.bigmodel.cn")
    #expect(glm.models.map(\.name) == ["glm-asr", "glm-asr-2512"])
    #expect(glm.models.map(\.maximum_seconds) == [60, 30])
    #expect(glm.models.map(\.times) == ["segments", "estimated"])
    #expect(glm.models.map(\.standard) == [true, false])
    #expect(glm.key_variables.map(\.name) == ["ZHIPUAI_API_KEY", "ZAI_API_KEY"])
    let text = try await Command.run(["providers"], environment: variables)
    #expect(text.output.contains("key: COZE_API_TOKEN; COZE_API_TOKEN found"))
    #expect(!(text.output + run.output).contains("canary"))
  }
}

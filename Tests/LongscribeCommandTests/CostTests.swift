import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// What calls cost, before any is made: `plan`, `--dry-run`, `providers`, and the bounds on it.
@Suite struct CostTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// The lines of a plan that tell what it takes.
  private static func facts(_ result: ProgramResult) -> [String] {
    result.outputLines.filter { line in
      ["  billed  ", "  cost  ", "total  ", "budget  "].contains { line.hasPrefix($0) }
    }
  }

  /// Runs with a configuration in place of the user's.
  private func run(_ arguments: [String], config: String? = nil) async throws -> ProgramResult {
    if let config {
      try FileManager.default.createDirectory(
        atPath: folder.file("config/longscribe"), withIntermediateDirectories: true)
      let path = folder.file("config/longscribe/config.json")
      try Data(config.utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
    return try await Command.run(
      arguments, environment: ["XDG_CONFIG_HOME": folder.file("config")])
  }

  private struct Plan: Decodable {
    struct Cost: Decodable, Equatable {
      var amount: Double?
      var currency: String?
      var rate: String?
      var source: String
      var date: String?
      var note: String?
    }

    var calls: Int
    var billed_seconds: Double
    var cost: Cost?
  }

  @Test
  func `a plan tells what it costs, with the price, its page and its day`() async throws {
    let talk = try Talk.shared.wav
    let whisper = try await run(["plan", talk, "-p", "openai"])
    #expect(
      Self.facts(whisper) == [
        "  billed      150 s",
        "  cost        0.015 USD at 0.006 USD/min (developers.openai.com/api/docs/pricing, 2026-11-21)",
      ])
    #expect(whisper.errors.isEmpty && whisper.status == 0)
    let estimate = try await run([
      "plan", talk, "-p", "openai", "--model", "gpt-4o-mini-transcribe",
    ])
    #expect(
      estimate.output.contains("\n  cost        about 0.0075 USD at 0.003 USD/min (developers."))
    #expect(
      estimate.output.contains("; charged by tokens; the price a minute is OpenAI's estimate\n"))
    let relay = try await run(["plan", talk, "-p", "chatanywhere"])
    #expect(relay.output.contains("\n  cost        about 0.105 CA at 0.042 CA/min (github.com/"))
    let offline = try await run(["plan", talk])
    #expect(Self.facts(offline).last == "  cost        free (on this machine)")
  }

  @Test(arguments: [
    ["-p", "siliconflow"], ["-p", "coze"], ["-p", "glm", "--model", "glm-asr-2512"],
    ["-p", "openai", "--base-url", "https://relay.example/v1"],
    ["-p", "openai", "--model", "whisper-large-v3"],
    ["-p", "glm", "--base-url", "https://api.z.ai/api/paas/v4"],
  ])
  func `where no rate is known a plan says so, and its JSON has no cost`(
    _ options: [String]
  ) async throws {
    let talk = try Talk.shared.wav
    let text = try await run(["plan", talk] + options)
    #expect(Self.facts(text).last == "  cost        no rate known; --rate gives one")
    let json = try await run(["plan", "--json", talk] + options)
    let plan = try json.json(Plan.self)
    #expect(plan.cost == nil)
    #expect(plan.billed_seconds >= 150)
    #expect(!json.output.contains("\"cost\""))
  }

  @Test
  func `every call is charged for whole seconds of what it sends, overlaps included`() async throws
  {
    let talk = try Talk.shared.wav
    struct Chunks: Decodable {
      struct Chunk: Decodable {
        var start: Double
        var end: Double
      }

      var chunks: [Chunk]
    }
    let options = ["-p", "openai", "--chunk-length", "17.3"]
    let result = try await run(["plan", "--json", talk] + options)
    let plan = try result.json(Plan.self)
    let chunks = try result.json(Chunks.self).chunks
    #expect(plan.calls == chunks.count && plan.calls >= 9)
    let seconds = chunks.reduce(0) { $0 + ($1.end - $1.start).rounded(.up) }
    #expect(plan.billed_seconds == seconds)
    let cost = try #require(plan.cost)
    #expect(abs((cost.amount ?? 0) - seconds * 0.0001) < 1e-9)
    #expect(cost.currency == "USD" && cost.rate == "0.006 USD/min" && cost.date == "2026-11-21")
    #expect(cost.note == nil)
    // A price for each call counts calls.
    let each = try await run(["plan", talk, "--rate", "0.25EUR/call"] + options)
    #expect(
      Self.facts(each).last
        == "  cost        \(String(format: "%.2f", Double(plan.calls) * 0.25)) EUR at 0.25 EUR/call (--rate)"
    )
  }

  @Test
  func `the configuration's price comes before the published one, the command line's before both`()
    async throws
  {
    let talk = try Talk.shared.wav
    let config = """
      {"profiles": {
        "openai": {"limits": {"rate": "0.60 USD/hour"}, "models": {"whisper-1": {"rate": "0.3USD/hour", "minimum_billed_seconds": 600}}},
        "glm": {"models": {"glm-asr": {"rate": null}}},
        "groq": {"base_url": "https://api.groq.com/openai/v1", "key_variable": "GROQ_API_KEY", "model": "whisper-large-v3",
          "limits": {"rate": "0.111USD/hour", "billing_seconds": 60}}}}
      """
    let own = try await run(["plan", talk, "-p", "openai"], config: config)
    #expect(
      Self.facts(own) == [
        "  billed      600 s", "  cost        0.05 USD at 0.3 USD/hour (your configuration)",
      ])
    let all = try await run(["plan", talk, "-p", "openai", "--model", "gpt-transcribe"])
    #expect(Self.facts(all).last == "  cost        0.025 USD at 0.6 USD/hour (your configuration)")
    let none = try await run(["plan", talk, "-p", "glm"])
    #expect(Self.facts(none).last == "  cost        no rate known; --rate gives one")
    let minutes = try await run(["plan", talk, "-p", "groq"])
    #expect(
      Self.facts(minutes) == [
        "  billed      180 s", "  cost        0.00555 USD at 0.111 USD/hour (your configuration)",
      ])
    let given = try await run(["plan", talk, "-p", "openai", "--rate", "0.01 eur/min"])
    #expect(Self.facts(given).last == "  cost        0.10 EUR at 0.01 EUR/min (--rate)")
  }

  @Test(arguments: [
    (#"{"rate": 0.006}"#, "'profiles.openai.limits.rate' has to be a text"),
    (
      #"{"rate": "0.006"}"#,
      "'profiles.openai.limits.rate' is '0.006'; it has to be a price such as 0.006USD/min, with at most six digits "
        + "after the point; /second, /hour and /call work too"
    ),
    (
      #"{"billing_seconds": 0}"#,
      "'profiles.openai.limits.billing_seconds' has to be from 0.001 to 3600.0"
    ),
  ])
  func `a mistake in a configured price is named, with its place`(
    _ limits: String, _ message: String
  ) async throws {
    let result = try await run(
      ["providers"], config: #"{"profiles": {"openai": {"limits": \#(limits)}}}"#)
    let path = folder.file("config/longscribe/config.json")
    #expect(result.errorLines == ["Error: \(path): \(message)"])
    #expect(result.status == 4)
  }

  @Test
  func `a dry run of several recordings ends with their total, whatever becomes of one of them`()
    async throws
  {
    let talk = try Talk.shared.wav
    let all = try await run(
      ["transcribe", "--dry-run", talk, talk, "-p", "openai", "--chunk-length", "90"])
    let each = try await run(["plan", talk, "-p", "openai", "--chunk-length", "90"])
    #expect(all.output.hasPrefix(each.output + "\n" + each.output + "\n"))
    let billed = try #require(Self.facts(each).first?.split(separator: " ").dropFirst().first)
    let seconds = try #require(Int(billed))
    let amount = String(format: "%.4f", Double(seconds) * 2 * 0.0001)
    #expect(
      all.outputLines.last
        == "total         2 recordings, 4 calls, \(seconds * 2) s billed, cost \(amount) USD")
    #expect(all.status == 0)
    let partly = try await run(
      ["transcribe", "--dry-run", talk, "missing.wav", "-p", "glm", "--model", "glm-asr-2512"])
    #expect(partly.output.contains("\ntotal         1 of 2 recordings, "))
    #expect(partly.output.hasSuffix(" billed, cost no rate known\n"))
    #expect(partly.errorLines == ["Error: missing.wav: no such file"])
    #expect(partly.status == 3)
  }

  @Test
  func `a dry run tells where a bound would end the run`() async throws {
    let talk = try Talk.shared.wav
    let common = ["transcribe", "--dry-run", talk, talk, "-p", "openai", "--chunk-length", "90"]
    let calls = try await run(common + ["--max-calls", "3"])
    #expect(
      calls.outputLines.last
        == "budget        would end it after 3 of 4 calls: the next call would exceed the budget of 3 calls: "
        + "3 calls used up, it would take 1 call")
    let audio = try await run(common + ["--max-audio-seconds", "50"])
    #expect(audio.outputLines.last?.contains("after 0 of 4 calls") == true)
    #expect(audio.outputLines.last?.contains("the budget of 50 s of audio: 0 s used up") == true)
    let cost = try await run(common + ["--max-cost", "0.01USD"])
    #expect(cost.outputLines.last?.contains("the budget of 0.01 USD: 0.00") == true)
    #expect(calls.status == 0 && audio.status == 0 && cost.status == 0)
    for enough in [["--max-calls", "4"], ["--max-cost", "1"], ["--max-audio-seconds", "400"]] {
      let result = try await run(common + enough)
      #expect(!result.output.contains("budget"))
    }
    let free = try await run(["transcribe", "--dry-run", talk, "--max-cost", "0EUR"])
    #expect(!free.output.contains("budget"))
    #expect(free.status == 0)
  }

  private struct Providers: Decodable {
    struct Provider: Decodable {
      struct Model: Decodable {
        var name: String
        var rate: Plan.Cost?
      }

      var name: String
      var rate: Plan.Cost?
      var models: [Model]
    }

    var providers: [Provider]
  }

  @Test
  func `providers lists the rate of every model, or that none is known`() async throws {
    let text = try await run(["providers"])
    let lines = text.outputLines
    for (model, rate) in [
      (
        "  whisper-1 (default): ",
        "0.006 USD/min (developers.openai.com/api/docs/pricing, 2026-11-21)"
      ),
      ("  glm-asr-2512: ", "no rate known"), ("  one model: ", "no rate known"),
    ] {
      let place = try #require(lines.firstIndex { $0.hasPrefix(model) })
      #expect(lines[place + 1] == "    rate: \(rate)")
    }
    #expect(text.output.contains("no key, no network, free\n"))
    let providers = try await run(["providers", "--json"]).json(Providers.self).providers
    #expect(providers.first?.name == "offline")
    #expect(providers.first?.rate?.source == "on this machine")
    let known = providers.dropFirst().flatMap { provider in
      provider.models.filter { $0.rate != nil }.map { "\(provider.name) \($0.name)" }
    }
    #expect(
      known == [
        "glm glm-asr", "openai whisper-1", "openai gpt-transcribe", "openai gpt-4o-transcribe",
        "openai gpt-4o-mini-transcribe", "openai gpt-4o-transcribe-diarize",
        "chatanywhere whisper-1", "chatanywhere gpt-4o-transcribe",
        "chatanywhere gpt-4o-mini-transcribe",
      ])
    // A key of the other site leads there, and its prices are not known.
    let other = try await Command.run(
      ["providers", "--json"],
      environment: ["XDG_CONFIG_HOME": folder.file("config"), "ZAI_API_KEY": "some-key-1234"])
    let glm = try other.json(Providers.self).providers.first { $0.name == "glm" }
    #expect(glm?.models.allSatisfy { $0.rate == nil } == true)
  }
}

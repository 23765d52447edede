import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// `transcribe` with a service that works.
struct TranscribeTests {
  @Test(arguments: [
    [], ["--stream"], ["--model", "glm-asr-2512"], ["--model=glm-asr-2512", "--stream"],
  ])
  func `the text on standard output is what was said`(_ options: [String]) async throws {
    let simulator = try await Talk.shared.simulator()
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav] + simulator.options + options, environment: Command.key)
    #expect(try words(result.output) == Talk.shared.said)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
    let streams = options.contains("--stream") ? "true" : "false"
    let model = options.contains { $0.contains("2512") } ? "glm-asr-2512" : "glm-asr"
    #expect(simulator.requests.allSatisfy { $0.status == 200 })
    #expect(simulator.requests.allSatisfy { $0.fields["stream"] == streams })
    #expect(simulator.requests.allSatisfy { $0.fields["model"] == model })
    await simulator.stopped()
  }

  @Test
  func `concurrency and chunk length are kept to`() async throws {
    let simulator = try await Talk.shared.simulator { $0.latency = 0.1 }
    let result = try await Command.run(
      ["transcribe", "--concurrency", "1", "--chunk-length", "20", try Talk.shared.wav]
        + simulator.options, environment: Command.key)
    #expect(try words(result.output) == Talk.shared.said)
    #expect(result.status == 0)
    #expect(simulator.mostRequestsInFlight == 1)
    #expect(simulator.requests.count >= 8)
    #expect(simulator.requests.allSatisfy { ($0.seconds ?? .infinity) <= 20 })
    await simulator.stopped()
  }

  @Test
  func `formats without a folder are written to the current one`() async throws {
    let simulator = try await Talk.shared.simulator()
    let folder = try TemporaryFolder()
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-f", "srt,txt,srt"] + simulator.options,
      environment: Command.key, folder: folder.path)
    #expect(folder.contents == ["talk.srt", "talk.txt"])
    #expect(result.output.isEmpty)
    #expect(result.errors.isEmpty)
    #expect(result.status == 0)
    await simulator.stopped()
  }

  @Test
  func `a folder without formats gets all of them, and old files are replaced`() async throws {
    let simulator = try await Talk.shared.simulator()
    let folder = try TemporaryFolder()
    let out = folder.file("deep/out")
    for _ in 1...2 {
      let result = try await Command.run(
        ["transcribe", try Talk.shared.wav, "-o", out] + simulator.options, environment: Command.key
      )
      #expect(result.status == 0)
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        == ["json", "lrc", "srt", "tsv", "txt", "vtt"].map { "talk.\($0)" })
    await simulator.stopped()
  }

  @Test
  func `events are JSON lines of known types that end with a summary`() async throws {
    let simulator = try await Talk.shared.simulator(faults: [
      Fault(match: .requestNumber(2), action: .status(500, code: "500", message: "again"))
    ])
    let talk = try Talk.shared.wav
    let folder = try TemporaryFolder()
    let result = try await Command.run(
      ["transcribe", talk, "--events", "jsonl", "-f", "txt", "-o", folder.path] + simulator.options,
      environment: Command.key)
    #expect(result.status == 0)
    let events = try Event.all(result.output)
    #expect(events.allSatisfy { Event.types.contains($0.type) && $0.v == 1 })
    #expect(events.dropLast().allSatisfy { $0.file == talk })
    func count(_ type: String) -> Int { events.count { $0.type == type } }
    #expect(count("plan") == 3)
    #expect(count("chunk_start") == 4)
    #expect(count("chunk_done") == 3)
    #expect(count("retry") == 1)
    #expect(events.first { $0.type == "retry" }?.httpStatus == 500)
    #expect(count("file_done") == 1)
    let done = try #require(events.first { $0.type == "file_done" })
    #expect(done.calls == 4)
    #expect(done.duration == Talk.seconds)
    let said = events.filter { $0.type == "text" }.compactMap(\.text).joined(separator: " ")
    #expect(try words(said) == Talk.shared.said)
    let summary = try #require(events.last)
    #expect(summary.type == "summary")
    #expect(summary.files == 1)
    #expect(summary.failed == 0)
    #expect(summary.exitCode == 0)
    #expect(folder.contents == ["talk.txt"])
    await simulator.stopped()
  }

  @Test(arguments: [
    (["missing.wav"], [String: String](), 66), (["missing.wav", "gone.wav"], [:], 66),
    // The talk is there, the key is not.
    (["-p", "glm", "TALK"], [:], 4),
  ])
  func `events end with a summary even if nothing could be started`(
    _ arguments: [String], _ environment: [String: String], _ status: Int
  ) async throws {
    // Standard output was empty.
    let talk = try Talk.shared.wav
    let arguments = arguments.map { $0 == "TALK" ? talk : $0 }
    let result = try await Command.run(["transcribe", "--events", "jsonl"] + arguments)
    let events = try Event.all(result.output)
    let inputs = arguments.filter { $0.hasSuffix(".wav") }
    #expect(events.map(\.type) == inputs.map { _ in "file_failed" } + ["summary"])
    #expect(events.dropLast().map(\.file) == inputs)
    #expect(events.allSatisfy { $0.exitCode == status })
    #expect(events.last?.failed == inputs.count)
    #expect(result.status == Int32(status))
  }

  @Test(arguments: ["--quiet", "-q"])
  func `quiet keeps notes from standard error, but no errors`(_ flag: String) async throws {
    let simulator = try await Talk.shared.simulator(faults: [
      Fault(match: .requestNumber(1), action: .status(500, code: "500", message: "again"))
    ])
    let arguments =
      ["transcribe", try Talk.shared.wav, "missing.wav", "--language", "en"] + simulator.options
    let loud = try await Command.run(arguments, environment: Command.key)
    #expect(loud.errors.contains("again (HTTP 500, code 500); trying again in 1 s\n"))
    #expect(
      loud.errors.contains("Note: glm-asr finds the language by itself; it is not sent\n"))
    simulator.order(faults: [
      Fault(match: .always, action: .status(500, code: "500", message: "again"), times: 1)
    ])
    let quiet = try await Command.run(arguments + [flag], environment: Command.key)
    #expect(quiet.errorLines == ["Error: missing.wav: no such file"])
    #expect(quiet.output == loud.output)
    await simulator.stopped()
  }

  @Test
  func `without a provider the offline recogniser works, and says that a key is at hand`()
    async throws
  {
    let folder = try TemporaryFolder()
    let path = try await Media.make("tone.wav", in: folder)
    let result = try await Command.run(["transcribe", path], environment: Command.key)
    #expect(
      result.errorLines.first
        == "Note: using the offline recogniser; ZHIPUAI_API_KEY is set, --provider glm would use it"
    )
    #expect(result.status == 0)
  }

  @Test
  func `a loop that reads a list loses no line of it`() async throws {
    // Whoever reads standard input unasked eats the list.
    let folder = try TemporaryFolder()
    let simulator = try await Talk.shared.simulator()
    let talk = try Talk.shared.wav
    for name in ["one", "two", "three"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.file("\(name).wav"), withDestinationPath: talk)
    }
    let options = simulator.options.joined(separator: " ")
    let result = try await Command.bash(
      "ls *.wav | while read -r name; do $longscribe transcribe \"$name\" -f txt -o out \(options); done",
      environment: Command.key, folder: folder.path)
    #expect(result.status == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted()
        == ["one.txt", "three.txt", "two.txt"])
    await simulator.stopped()
  }
}

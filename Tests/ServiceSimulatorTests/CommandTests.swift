import Foundation
import Testing

/// The program `simulator`, as a user runs it.
@Suite(.timeLimit(.minutes(10)))
struct CommandTests {
  /// Beside the tests' own program, where the build puts it.
  private static var program: String? {
    guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return nil }
    // The tests are a program of their own, or a bundle that another program loads.
    let places = [own] + CommandLine.arguments
    return places.lazy
      .map {
        URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("simulator")
      }
      .map(\.path)
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// A running program; ended with this object.
  private final class Running {
    let process = Process()
    let baseURL: String
    let line: String

    init(_ program: String, _ arguments: [String]) throws {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      var text = Data()
      while !text.contains(0x0A) {
        let more = output.fileHandleForReading.availableData
        if more.isEmpty { break }
        text += more
      }
      line = String(decoding: text, as: UTF8.self)
      baseURL = String(line.prefix { $0 != " " })
    }

    deinit {
      process.terminate()
      process.waitUntilExit()
    }
  }

  static let services: [(name: String, path: String, hint: String)] = [
    ("glm", "/api/paas/v4", "ZHIPUAI_API_KEY=simulator-key"),
    ("coze", "/v1", "COZE_API_TOKEN=simulator-key"),
    ("siliconflow", "/v1", "SILICONFLOW_API_KEY=simulator-key"),
    ("chatanywhere", "/v1", "CHATANYWHERE_API_KEY=simulator-key"),
    ("relay", "/v1", "--provider openai"),
    ("openai", "/v1", "OPENAI_API_KEY=simulator-key"),
  ]

  @Test(arguments: services)
  func `every service can be started and says how to use it`(
    name: String, path: String, hint: String
  ) async throws {
    let program = try #require(Self.program)
    let recording = try Recording.english.get()
    let running = try Running(
      program,
      ["--service", name, "--recording", recording.wav, "--words", recording.words])
    #expect(running.baseURL.hasPrefix("http://127.0.0.1:"))
    #expect(running.baseURL.hasSuffix(path))
    #expect(running.line.contains(hint))
    #expect(running.line.contains("--base-url \(running.baseURL)"))
    let answer = try await Curl.run(["\(running.baseURL)/audio/transcriptions"])
    #expect(answer.status == 405)
  }

  @Test
  func `options reach the service`() async throws {
    let program = try #require(Self.program)
    let recording = try Recording.english.get()
    let running = try Running(
      program,
      [
        "--service", "openai", "--recording", recording.wav, "--words", recording.words,
        "--max-seconds", "5", "--models", "whisper-1,mine", "--per-minute", "3", "--retry-after",
        "4", "--vllm-stream",
      ])
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 32_000, to: folder.path("a.wav"))
    try recording.cut(start: 160_000, count: 160_000, to: folder.path("b.wav"))
    func answer(_ file: String, _ model: String) async throws -> Answer {
      try await Curl.transcribe(folder.path(file), at: running.baseURL, model: model)
    }
    #expect(try await answer("a.wav", "mine").status == 200)
    #expect(try await answer("a.wav", "gpt-transcribe").status == 404)
    let long = try await answer("b.wav", "whisper-1")
    #expect(long.errorMessage.contains("longer than 5 seconds"))
    let often = try await answer("a.wav", "mine")
    #expect(often.status == 429)
    #expect(often.headers.lowercased().contains("retry-after: 4"))
  }

  @Test(arguments: [
    ["--service", "whisper"], ["--service"], ["--marks", "stars"], ["--storm", "2"],
    ["--max-bytes", "x"], ["--hallucinations=yes"], ["--unknown"],
  ])
  func `wrong options are refused`(options: [String]) async throws {
    let program = try #require(Self.program)
    #expect(try await Program.run(program, options).status == 64)
  }

  @Test
  func `help names every service`() async throws {
    let program = try #require(Self.program)
    let help = try await Program.run(program, ["--help"])
    #expect(help.status == 0)
    for (name, _, _) in Self.services { #expect(help.output.contains(name)) }
  }
}

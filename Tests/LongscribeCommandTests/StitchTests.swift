import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// `longscribe stitch`: what another program got for the files of a split.
@Suite(.serialized) struct StitchTests {
  /// A service, how the other program asks it, and how it saves the answers.
  struct Case: Sendable, CustomTestStringConvertible {
    var provider: String
    var service: ServiceSimulator.Service
    var fields: [String]
    var ending: String
    /// Options of `transcribe` that ask for the same answers.
    var options: [String] = []
    var tellsTimes = false

    var testDescription: String { "\(service) \(ending) \(fields)" }
  }

  private static let whisper = ["model=whisper-1", "response_format=verbose_json"]
  static let cases = [
    Case(
      provider: "glm", service: .glm, fields: ["model=glm-asr"], ending: "json", tellsTimes: true),
    Case(
      provider: "glm", service: .glm, fields: ["model=glm-asr", "stream=true"], ending: "json",
      options: ["--stream"]),
    Case(
      provider: "glm", service: .glm, fields: ["model=glm-asr", "stream=true"], ending: "txt",
      options: ["--stream"]),
    Case(
      provider: "glm", service: .glm, fields: ["model=glm-asr-2512"], ending: "json",
      options: ["--model", "glm-asr-2512"]),
    Case(provider: "coze", service: .coze, fields: [], ending: "json"),
    Case(
      provider: "siliconflow", service: .siliconflow, fields: ["model=FunAudioLLM/SenseVoiceSmall"],
      ending: "json"),
    Case(
      provider: "chatanywhere", service: .chatanywhere, fields: whisper, ending: "json",
      tellsTimes: true),
    Case(
      provider: "openai", service: .openai,
      fields: whisper + ["timestamp_granularities[]=segment", "timestamp_granularities[]=word"],
      ending: "json", tellsTimes: true),
    Case(
      provider: "openai", service: .openai, fields: ["model=whisper-1", "response_format=srt"],
      ending: "srt", options: ["--response-format", "srt"], tellsTimes: true),
    Case(
      provider: "openai", service: .openai, fields: ["model=whisper-1", "response_format=vtt"],
      ending: "vtt", options: ["--response-format", "vtt"], tellsTimes: true),
    Case(
      provider: "openai", service: .openai, fields: ["model=whisper-1", "response_format=text"],
      ending: "txt", options: ["--response-format", "text"]),
  ]

  private static let variables = Dictionary(
    uniqueKeysWithValues: [
      "ZHIPUAI_API_KEY", "COZE_API_TOKEN", "SILICONFLOW_API_KEY", "CHATANYWHERE_API_KEY",
      "OPENAI_API_KEY",
    ].map { ($0, "simulator-key") })

  /// A transcript's JSON without what only whoever makes the calls knows.
  private static func withoutCosts(_ path: String) throws -> String {
    try text(of: path).replacing(/\n *"(billed_seconds|calls|warnings)": .*/, with: "")
  }

  @Test(arguments: cases)
  func `the transcript is that of a run which makes the calls itself`(_ service: Case) async throws
  {
    let folder = try TemporaryFolder()
    let simulator = try await Talk.shared.simulator { $0.service = service.service }
    let plan =
      ["--provider", service.provider]
      + (service.provider == "glm" ? [] : ["--chunk-length", "45"])
      + service.options.filter { $0 != "--stream" }.prefix { $0 != "--response-format" }
    let run = try await Command.run(
      [
        "transcribe", try Talk.shared.wav, "--base-url", simulator.baseURL, "-o",
        folder.file("run"),
      ]
        + plan + service.options.filter { !plan.contains($0) }, environment: Self.variables)
    #expect(run.status == 0, "\(run.errors)")

    let answered = try await AnsweredSplit(plan, in: folder.file("chunks"))
    #expect(answered.stems.count >= 3)
    try await answered.upload(to: simulator, fields: service.fields, extension: service.ending)
    let stitched = try await answered.stitch("-o", folder.file("out"))
    #expect(stitched.status == 0, "\(stitched.errors)")
    #expect(stitched.output == "")
    #expect(stitched.problems == [])

    #expect(words(try text(of: folder.file("out/talk.txt"))) == (try Talk.shared.said))
    let isSame =
      service.options != ["--response-format", "text"] && service.options != ["--stream"]
    if isSame {
      for format in ["txt", "srt", "vtt", "tsv", "lrc"] {
        #expect(
          try text(of: folder.file("out/talk.\(format)"))
            == text(of: folder.file("run/talk.\(format)")))
      }
      #expect(
        try Self.withoutCosts(folder.file("out/talk.json"))
          == Self.withoutCosts(folder.file("run/talk.json")))
    }
    let bare = try await answered.stitch()
    #expect(bare.output == (try text(of: folder.file("out/talk.txt"))))
    #expect(bare.status == 0)
    #expect(service.tellsTimes != stitched.errors.contains("tell no times"))
    await simulator.stopped()
  }

  @Test
  func `a plan that was only printed is stitched as well`() async throws {
    let folder = try TemporaryFolder()
    let simulator = try await Talk.shared.simulator()
    let answered = try await AnsweredSplit(["--provider", "glm"], in: folder.file("chunks"))
    try await answered.upload(to: simulator, fields: ["model=glm-asr"], extension: "json")
    await simulator.stopped()
    let expected = try await answered.stitch()
    let result = try await Command.bash(
      "rm chunks/plan.json chunks/*.wav && $longscribe plan \(try Talk.shared.wav) -p glm --json "
        + "> chunks/plan.json && $longscribe stitch chunks/", folder: folder.path)
    #expect(result.output == expected.output)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test
  func `a missing answer is a gap in every format, and says where it should be`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await AnsweredSplit(["--chunk-length", "45"], in: folder.file("chunks"))
    try answered.writeTexts(but: [1])
    let result = try await answered.stitch("-f", "all", "-o", folder.file("out"))
    #expect(result.status == 3)
    #expect(result.problems.count == 1)
    #expect(
      result.problems.first?.hasPrefix(
        "Error: \(answered.folder)/chunk-00001: no .json, .srt, .vtt, .txt; chunk 2 (0:00:3")
        == true)
    for format in ["txt", "srt", "vtt", "tsv", "json", "lrc"] {
      let text = try text(of: folder.file("out/talk.\(format)"))
      #expect(text.contains("there is no answer for it"), "\(format)")
      #expect(text.contains("alpha") && text.contains("charlie") && !text.contains("bravo"))
    }
    #expect(try text(of: folder.file("out/talk.json")).contains("\"missing_answer\""))
    let bare = try await answered.stitch("-q")
    #expect(bare.output == (try text(of: folder.file("out/talk.txt"))))
    #expect(bare.errorLines == result.problems)
    #expect(bare.status == 3)
  }

  @Test
  func `times that run backwards are clamped, and no word is lost`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await AnsweredSplit(["--chunk-length", "80"], in: folder.file("chunks"))
    for stem in answered.stems.dropFirst(2) { try answered.write("\n", to: stem + ".txt") }
    try answered.write(
      """
      {"text": "one two three four", "segments": [
        {"start": 30, "end": 40, "text": "one"}, {"start": 10, "end": 5, "text": "two"},
        {"start": -7, "end": 1e300, "text": "three"}, {"start": 2, "end": 3, "text": "four"}]}
      """, to: "chunk-00000.json")
    try answered.write(
      "2\n00:00:50,000 --> 00:00:40,000\nfive\n\n1\n00:00:01,000 --> 99:00:00,000\nsix\n",
      to: "chunk-00001.srt")
    let result = try await answered.stitch("-f", "json,srt", "-o", folder.file("out"))
    #expect(result.status == AnsweredSplit.tooShort, "\(result.errors)")
    struct Document: Decodable {
      struct Segment: Decodable { var start: Double, end: Double }
      var text: String
      var segments: [Segment]
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("out/talk.json")))
    let document = try JSONDecoder().decode(Document.self, from: data)
    #expect(words(document.text) == ["one", "two", "three", "four", "five", "six"])
    #expect(document.segments.map(\.start) == document.segments.map(\.start).sorted())
    #expect(
      document.segments.allSatisfy { 0 <= $0.start && $0.start < $0.end && $0.end <= Talk.seconds })
  }

  @Test
  func `what recognisers invent in silence goes, unless it is to stay`() async throws {
    let folder = try TemporaryFolder()
    let quiet = folder.file("quiet.wav")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -i \(try Talk.shared.wav) -af 'volume=0:enable=gt(t\\,75)' \(quiet)"
    )
    let made = try await Command.run(
      ["split", quiet, "-o", folder.file("chunks"), "--chunk-length", "60"])
    #expect(made.status == 0)
    let split = try SplitFolder(folder.file("chunks"))
    for chunk in split.plan.chunks {
      let said = chunk.start > 75 ? "Thanks for watching!" : "Words were said."
      try "{\"text\":\"\(said)\"}".write(
        toFile: split.path(chunk).replacing(".wav", with: ".json"), atomically: false,
        encoding: .utf8)
    }
    let cleaned = try await Command.run(["stitch", folder.file("chunks")])
    #expect(!cleaned.output.contains("Thanks"))
    #expect(cleaned.errors.contains("left out"))
    let kept = try await Command.run(["stitch", folder.file("chunks"), "--keep-inventions"])
    // Where lines break is not its subject.
    #expect(words(kept.output).joined(separator: " ").contains("Thanks for watching!"))
    #expect(cleaned.status == AnsweredSplit.tooShort && kept.status == AnsweredSplit.tooShort)
  }

  @Test
  func `chunks in which nobody speaks need no answer`() async throws {
    let folder = try TemporaryFolder()
    let quiet = folder.file("quiet.wav")
    try await Programs.shell(
      "ffmpeg -nostdin -v error -i \(try Talk.shared.wav) -af 'volume=0:enable=gt(t\\,75)' \(quiet)"
    )
    let made = try await Command.run(
      ["split", quiet, "-o", folder.file("chunks"), "--chunk-length", "20"])
    #expect(made.status == 0)
    let split = try SplitFolder(folder.file("chunks"))
    for chunk in split.plan.chunks where chunk.start < 75 {
      try "Words were said.".write(
        toFile: split.path(chunk).replacing(".wav", with: ".txt"), atomically: false,
        encoding: .utf8)
    }
    let result = try await Command.run(["stitch", folder.file("chunks")])
    #expect(result.status == AnsweredSplit.tooShort, "\(result.errors)")
    #expect(result.errors.contains("silent"))
    #expect(!result.output.contains("not transcribed"))
  }
}

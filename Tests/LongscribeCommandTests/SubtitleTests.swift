import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// How subtitles are laid out, and that others can read them.
@Suite(.serialized) struct SubtitleTests {
  /// A folder of answers to the talk's chunks that hold words with times.
  private static func answered(in folder: TemporaryFolder) async throws -> AnsweredSplit {
    let simulator = try await Talk.shared.simulator { $0.service = .openai }
    let answered = try await AnsweredSplit(
      ["--provider", "openai", "--chunk-length", "80"], in: folder.file("chunks"))
    try await answered.upload(
      to: simulator,
      fields: [
        "model=whisper-1", "response_format=verbose_json", "timestamp_granularities[]=segment",
        "timestamp_granularities[]=word",
      ], extension: "json")
    await simulator.stopped()
    return answered
  }

  private static func lines(_ cues: [SubtitleFile.Cue]) -> [String] {
    cues.flatMap { $0.text.split(separator: "\n").map(String.init) }
  }

  @Test
  func `every profile is read by ffmpeg as it was written`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(in: folder)
    let said = try Talk.shared.said
    let widths = ["plain": 1000, "default": 42, "netflix": 42, "bbc": 37]
    for (profile, width) in widths {
      let result = try await answered.stitch(
        "-f", "srt,vtt,tsv", "-o", folder.path, "--subtitle-profile", profile)
      #expect(result.status == 0, "\(result.errors)")
      let cues = SubtitleFile.cues(srt: try text(of: folder.file("talk.srt")))
      #expect(cues.flatMap { words($0.text) } == said)
      #expect(try await SubtitleFile.ffmpeg(folder.file("talk.srt")) == cues)
      #expect(try await SubtitleFile.ffmpeg(folder.file("talk.vtt")) == cues)
      #expect(Self.lines(cues).allSatisfy { $0.count <= width })
      let rows = try text(of: folder.file("talk.tsv")).split(separator: "\n").dropFirst()
      let isPlain = profile == "plain"
      #expect(
        isPlain
          == (rows.map { $0.split(separator: "\t").last.map(String.init) } == cues.map(\.text)))
      guard !isPlain else { continue }
      #expect(cues.contains { $0.text.contains("\n") })
      #expect(
        cues.allSatisfy { $0.end - $0.start <= 7000 && $0.end - $0.start >= 833 }, "\(profile)")
    }
  }

  @Test
  func `whisper's command line is understood`() async throws {
    let folder = try TemporaryFolder()
    let simulator = try await Talk.shared.simulator { $0.service = .openai }
    let result = try await Command.run(
      [
        "transcribe", "--word_timestamps", "True", try Talk.shared.wav, "--output_format", "srt",
        "--output_dir", folder.path, "--max_line_width", "24", "--max_line_count", "1",
        "--highlight_words", "False", "--initial_prompt", "A talk.", "--provider", "openai",
        "--base-url", simulator.baseURL, "--chunk-length", "60",
      ], environment: ["OPENAI_API_KEY": "simulator-key"])
    #expect(result.errors == "")
    #expect(result.status == 0)
    let cues = SubtitleFile.cues(srt: try text(of: folder.file("talk.srt")))
    #expect(cues.flatMap { words($0.text) } == (try Talk.shared.said))
    #expect(cues.allSatisfy { !$0.text.contains("\n") && $0.text.count <= 24 })
    #expect(simulator.requests.allSatisfy { $0.fields["prompt"] == "A talk." })
    await simulator.stopped()
  }

  @Test
  func `highlighted words are underlined one after the other, and ffmpeg reads them`() async throws
  {
    let folder = try TemporaryFolder()
    let answered = try await Self.answered(in: folder)
    let result = try await answered.stitch(
      "-f", "srt,vtt", "-o", folder.path, "--highlight_words", "True")
    #expect(result.errorLines.allSatisfy { !$0.contains("times of words") })
    let cues = SubtitleFile.cues(srt: try text(of: folder.file("talk.srt")))
    let underlined = cues.map { cue in
      cue.text.matches(of: /<u>(.*?)<\/u>/).map { String($0.1) }.joined()
    }
    #expect(underlined == (try Talk.shared.said))
    #expect(zip(cues, cues.dropFirst()).allSatisfy { $0.end <= $1.start && $0.start < $0.end })
    for name in ["talk.srt", "talk.vtt"] {
      #expect(try await SubtitleFile.ffmpeg(folder.file(name)) == cues)
    }
  }

  @Test(arguments: ["--highlight-words", "--word-timestamps"])
  func `a service that tells no times of words is told of, and the words are shown all the same`(
    _ option: String
  ) async throws {
    let folder = try TemporaryFolder()
    let simulator = try await Talk.shared.simulator()
    let result = try await Command.run(
      ["transcribe", try Talk.shared.wav, "-f", "srt", "-o", folder.path, option]
        + simulator.options, environment: Command.key)
    await simulator.stopped()
    #expect(
      result.errorLines == [
        "Note: \(try Talk.shared.wav): the answers tell no times of words; subtitles have estimated ones, and the JSON has none"
      ])
    let plain = try text(of: folder.file("talk.srt")).replacing(/<\/?u>/, with: "")
    #expect(Set(words(plain)).isSuperset(of: try Talk.shared.said))
    #expect(result.status == 0)
  }

  /// Texts that mean something to readers, with what SubRip shows.
  static let hostile = [
    ("if a<b and c>d then vector<int> x", "if a＜b and c＞d then vector＜int＞ x"),
    ("write <i>this</i> --> that", "write ＜i＞this＜/i＞ → that"),
    ("{\\an8} up {c:$ff0000} and {y:i} down", "｛\\an8｝ up ｛c:$ff0000｝ and ｛y:i｝ down"),
    ("C:\\new\\Home\\here is a path", "C:＼new\\Home＼here is a path"),
    ("salt &amp; pepper & &lt;b&gt; &nbsp; more", "salt &amp; pepper & &lt;b&gt; &nbsp; more"),
    ("one\n\ntwo\r\n\r\nthree\tfour", "one two three four"),
    ("42", "42"),
    ("00:00:01,000 --> 00:00:02,000", "00:00:01,000 → 00:00:02,000"),
    ("NOTE this is STYLE and WEBVTT", "NOTE this is STYLE and WEBVTT"),
    ("今天很好。👩‍👩‍👧‍👦 e\u{301}tude", "今天很好。👩‍👩‍👧‍👦 e\u{301}tude"),
    ("a back\\slash \\ and a [12:30] time", "a back\\slash \\ and a [12:30] time"),
  ]

  @Test(arguments: ["default", "plain"])
  func `no text can hide or break a subtitle`(_ profile: String) async throws {
    let folder = try TemporaryFolder()
    let answered = try await AnsweredSplit(["--chunk-length", "80"], in: folder.file("chunks"))
    for stem in answered.stems.dropFirst() { try answered.write("\n", to: stem + ".txt") }
    let segments = Self.hostile.enumerated().map { index, text -> [String: Any] in
      ["start": Double(index) * 6, "end": Double(index) * 6 + 4, "text": text.0]
    }
    let data = try JSONSerialization.data(withJSONObject: [
      "text": Self.hostile.map(\.0).joined(separator: " "), "segments": segments,
    ])
    try answered.write(String(decoding: data, as: UTF8.self), to: "chunk-00000.json")
    let result = try await answered.stitch(
      "-f", "all", "-o", folder.path, "--subtitle-profile", profile, "--keep-inventions")
    #expect(result.status == 0 || result.status == AnsweredSplit.tooShort, "\(result.errors)")
    func flat(_ cues: [SubtitleFile.Cue]) -> [String] {
      cues.flatMap { words($0.text) }
    }
    let expected = Self.hostile.flatMap { words($0.1) }
    #expect(flat(SubtitleFile.cues(srt: try text(of: folder.file("talk.srt")))) == expected)
    #expect(flat(try await SubtitleFile.ffmpeg(folder.file("talk.srt"))) == expected)
    let vtt = try await SubtitleFile.ffmpeg(folder.file("talk.vtt"))
    #expect(vtt.count == SubtitleFile.cues(srt: try text(of: folder.file("talk.srt"))).count)
    let written = try text(of: folder.file("talk.vtt"))
    #expect(written.contains("vector&lt;int&gt;") && written.contains("--&gt;"))
    let rows = try text(of: folder.file("talk.tsv")).split(separator: "\n").dropFirst()
    #expect(rows.map { $0.split(separator: "\t").count } == Self.hostile.map { _ in 3 })
    let lyrics = try await SubtitleFile.ffmpeg(folder.file("talk.lrc"))
    #expect(words(lyrics.map(\.text).joined(separator: " ")).count == expected.count)
  }

  @Test
  func `one line of Chinese has sixteen characters`() async throws {
    let folder = try TemporaryFolder()
    let answered = try await AnsweredSplit(["--chunk-length", "80"], in: folder.file("chunks"))
    for stem in answered.stems.dropFirst() { try answered.write("\n", to: stem + ".txt") }
    let text = "今天我们来讲一讲语音识别的历史，但是首先要说明几个问题，因为这些问题很难。我们先看一个例子，然后再讨论它的意义！"
    try answered.write(
      "{\"text\": \"\(text)\", \"segments\": [{\"start\": 0, \"end\": 15, \"text\": \"\(text)\"}]}",
      to: "chunk-00000.json")
    let result = try await answered.stitch("-f", "srt", "-o", folder.path)
    #expect(result.status == 0 || result.status == AnsweredSplit.tooShort, "\(result.errors)")
    let cues = SubtitleFile.cues(srt: try LongscribeCommandTests.text(of: folder.file("talk.srt")))
    #expect(Self.lines(cues).joined() == text)
    #expect(Self.lines(cues).allSatisfy { $0.count <= 16 })
    #expect(cues.allSatisfy { cue in "，。！".contains(cue.text.last ?? " ") }, "\(cues)")
  }

  @Test(
    arguments: [
      (
        ["--subtitle-profile", "netflicks"],
        "Unknown subtitle profile 'netflicks'; there are plain, default, netflix, bbc. Did you mean 'netflix'?"
      ),
      (
        ["--max-line-width", "0"],
        "The value '0' is invalid for '--max-line-width': it takes a whole number from 1 to 1000"
      ),
      (
        ["--max_line_count", "many"],
        "The value 'many' is invalid for '--max-line-count': it takes a whole number from 1 to 100"
      ),
      (["--highlight-words=maybe"], "The flag '--highlight-words' takes no value"),
      (
        ["--max-words-per-line", "4", "-f", "txt,json"],
        "'--max-words-per-line' is about subtitles; ask for some with '-f srt' or '-f vtt'"
      ),
      (
        ["--subtitle-profile", "bbc"],
        "'--subtitle-profile' is about subtitles; ask for some with '-f srt' or '-f vtt'"
      ),
    ] as [([String], String)])
  func `options that cannot be meant are refused`(_ options: [String], _ message: String)
    async throws
  {
    for command in [["transcribe", "nowhere.wav"], ["stitch", "nowhere"]] {
      let files = options.count == 2 && options[0] == "--subtitle-profile" && options[1] == "bbc"
      let formats = files || options.contains("-f") ? [] : ["-f", "srt"]
      let result = try await Command.run(command + formats + options)
      #expect(result.errorLines.first == "Error: \(message)")
      #expect(result.status == 64)
    }
  }

  @Test
  func `False takes a flag back, and a recording may follow a flag`() async throws {
    let result = try await Command.run([
      "transcribe", "--highlight-words", "--highlight_words", "false", "--word-timestamps",
      "nowhere.wav",
    ])
    #expect(result.errorLines == ["Error: nowhere.wav: no such file"])
    #expect(result.status == 66)
  }
}

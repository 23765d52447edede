import Foundation
import TestSupport
import Testing

/// Subtitles read back by libraries that players, editors and sites use.
@Suite(.needsSubtitleReaders, .timeLimit(.minutes(2)))
struct SubtitleReaderTests {
  /// Start and end in milliseconds, and the text.
  private struct Cue: Decodable, Equatable {
    var start: Int
    var end: Int
    var text: String

    init(start: Int, end: Int, text: String) {
      self.start = start
      self.end = end
      self.text = text
    }

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      start = try parts.decode(Int.self)
      end = try parts.decode(Int.self)
      text = try parts.decode(String.self)
    }
  }

  /// What each reader finds in the two files.
  private struct Found: Decodable {
    var srt: [String: [Cue]]
    var vtt: [String: [Cue]]
  }

  private static let hostile = [
    "if a<b and c>d then vector<int> x", "write <i>this</i> --> that", "<00:00:01.000>now</c>",
    "{\\an8} up {c:$ff0000} and {y:i} down {", "C:\\new\\Home\\here is a path",
    "salt &amp; pepper & &lt;b&gt;", "one\n\ntwo\r\n\r\nthree\tfour", "42",
    "00:00:01,000 --> 00:00:02,000", "NOTE this is STYLE and WEBVTT",
    "今天我们来讲一讲语音识别的历史，但是首先要说明几个问题，因为这些问题很难。", "👩‍👩‍👧‍👦 e\u{301}tude",
    "We measured the height of the tower and the length of its shadow, and then we went home for the day.",
  ]

  /// Writes subtitles of texts that a server answered, 8 s each, from an hour on, and lets all readers read them.
  private static func read(
    _ texts: [String], _ options: [String], from start: Int = 3600
  ) async throws -> (written: [Cue], found: Found) {
    let folder = try TemporaryFolder()
    let seconds = start + texts.count * 8
    let plan: [String: Any] = [
      "version": 1, "duration": seconds,
      "chunks": [
        ["index": 0, "start": 0, "end": seconds, "owned_start": 0, "owned_end": seconds]
      ],
    ]
    let answer: [String: Any] = [
      "text": texts.joined(separator: " "),
      "segments": texts.enumerated().map { index, text in
        ["start": start + index * 8, "end": start + index * 8 + 6, "text": text] as [String: Any]
      },
    ]
    for (name, document) in [("plan.json", plan), ("chunk-00000.json", answer)] {
      try JSONSerialization.data(withJSONObject: document)
        .write(to: URL(fileURLWithPath: folder.file(name)))
    }
    let made = try await Programs.run(
      Programs.longscribe,
      ["stitch", folder.path, "-f", "srt,vtt", "-o", folder.file("out"), "--keep-inventions"]
        + options)
    guard made.status == 0 else { throw Trouble(description: made.errors) }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).sorted()
    let result = try await Programs.run(
      ForeignSoftware.subtitles,
      ["\(Programs.root)/Tests/ForeignSoftwareTests/Clients/subtitle_readers.py"]
        + files.map { folder.file("out/\($0)") },
      environment: [
        "PYTHONPATH": ForeignSoftware.debianModules, "PYTHONDONTWRITEBYTECODE": "1",
      ], limit: 60)
    guard result.status == 0 else { throw Trouble(description: result.errors) }
    let text = try String(contentsOfFile: folder.file("out/\(files[0])"), encoding: .utf8)
    return (
      cues(text), try JSONDecoder().decode(Found.self, from: Data(result.output.utf8))
    )
  }

  private static func cues(_ srt: String) -> [Cue] {
    srt.components(separatedBy: "\n\n").compactMap { block in
      let lines = block.components(separatedBy: "\n")
      guard lines.count >= 3 else { return nil }
      let times = lines[1].components(separatedBy: " --> ").map { clock in
        let parts = clock.split { ":,".contains($0) }.compactMap { Int($0) }
        return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
      }
      return Cue(start: times[0], end: times[1], text: lines[2...].joined(separator: "\n"))
    }
  }

  /// These readers leave what WebVTT writes for characters as it is, and SubRip has no such thing.
  private static func asInSubRip(_ cue: Cue) -> Cue {
    var cue = cue
    for (written, meant) in [("&lt;", "＜"), ("--&gt;", "→"), ("&gt;", "＞"), ("&amp;", "&")] {
      cue.text = cue.text.replacingOccurrences(of: written, with: meant)
    }
    return cue
  }

  @Test(arguments: ["plain", "default", "netflix", "bbc"])
  func `every reader finds every subtitle, its times and all of its text`(
    _ profile: String
  ) async throws {
    let (written, found) = try await Self.read(Self.hostile, ["--subtitle-profile", profile])
    #expect(written.count >= Self.hostile.count)
    #expect(found.srt.count == 4)
    for (reader, cues) in found.srt where reader != "pysubs2" {
      #expect(cues == written, "\(reader)")
    }
    // pysubs2 1.8.1 takes any line with two times in it for the times of a subtitle; the others are read whole.
    let times = "00:00:01,000 → 00:00:02,000"
    #expect(
      found.srt["pysubs2"]?.filter { !$0.text.isEmpty } == written.filter { $0.text != times })
    for (reader, cues) in found.vtt {
      #expect(cues.count == written.count, "\(reader)")
      for (cue, expected) in zip(cues, written) {
        #expect(cue.start == expected.start && cue.end == expected.end, "\(reader)")
        // pysubs2 takes braces in WebVTT for styles, which they are not there.
        guard reader != "pysubs2" || !expected.text.contains(where: { "｛＼\\".contains($0) }) else {
          continue
        }
        let text = expected.text.replacing("｛", with: "{").replacing("｝", with: "}")
          .replacing("＼", with: "\\")
        #expect(Self.asInSubRip(cue).text == text, "\(reader)")
      }
    }
  }

  @Test
  func `underlined words are read as such`() async throws {
    let (written, found) = try await Self.read(
      ["We measured the height of the tower.", "今天很好。"], ["--highlight-words"])
    #expect(written.count == 7 + 4)
    #expect(written.allSatisfy { $0.text.contains("<u>") })
    for reader in ["srt", "pysrt"] { #expect(found.srt[reader] == written) }
    let plain = written.map {
      Cue(start: $0.start, end: $0.end, text: $0.text.replacing(/<\/?u>/, with: ""))
    }
    #expect(found.srt["pysubs2"] == plain)
    #expect(found.vtt["webvtt-py"]?.map(\.text) == plain.map(\.text))
  }

  @Test
  func `subtitles after 100 hours have their times`() async throws {
    let (written, found) = try await Self.read(["Late.", "Later."], [], from: 362_000)
    #expect(written.map(\.start) == [362_000_000, 362_008_000])
    // pysubs2 1.8.1 knows two digits of hours only.
    for reader in ["srt", "pysrt", "webvtt-py"] {
      #expect(found.srt[reader] == written, "\(reader)")
    }
    #expect(found.vtt["webvtt-py"] == written)
  }
}

import Foundation
import LongscribeCore
import Testing

@Suite("Writers")
struct WriterTests {
  /// A transcript of the given segments, in milliseconds.
  private func transcript(
    _ segments: [(Int64, Int64, String)], gap: (Int64, Int64)? = nil, length: Int64 = 3_600_000
  ) -> Transcript {
    var record = JobRecord(
      source: .init(name: "a", byteCount: 1, modified: 0, track: 0),
      recognizer: RecognizerIdentity(provider: "glm", model: "glm-asr"),
      rules: PlanRules(longest: 32_000, shortest: 0, valleyOverlap: 0, forcedOverlap: 0),
      format: .wav)
    record.length = length * 16
    let failure = RecognitionFailure(.serverError, message: "it broke", retry: .never)
    let part = TranscriptPart(
      chunk: 0,
      segments: segments.map {
        TranscriptSegment(
          range: TimelineRange($0.0 * 16, $0.1 * 16), text: $0.2, words: [], chunk: 0,
          isEstimated: false)
      },
      gap: gap.map { TranscriptGap(range: TimelineRange($0.0 * 16, $0.1 * 16), failure: failure) })
    return Transcript(record: record, parts: [part])
  }

  @Test("SubRip")
  func subRip() {
    let text = TranscriptFormat.srt.write(
      transcript([(0, 1500, "One."), (1500, 3000, "a<b --> c {\\an8}")], gap: (3000, 4000)))
    #expect(
      text == """
        1
        00:00:00,000 --> 00:00:01,416
        One.

        2
        00:00:01,500 --> 00:00:03,000
        a＜b → c ｛\\an8｝

        3
        00:00:03,000 --> 00:00:04,000
        [not transcribed: it broke]


        """)
  }

  @Test("WebVTT")
  func webVTT() {
    let text = TranscriptFormat.vtt.write(transcript([(0, 1500, "a < b & c --> d")]))
    #expect(
      text == """
        WEBVTT

        00:00:00.000 --> 00:00:01.500
        a &lt; b &amp; c --&gt; d


        """)
  }

  @Test("TSV has milliseconds, and neither tabs nor line breaks in texts")
  func tsv() {
    let text = TranscriptFormat.tsv.write(transcript([(1, 1500, "a\tb\n\nc\u{0}d")]))
    #expect(text == "start\tend\ttext\n1\t1500\ta b cd\n")
  }

  @Test("Plain text has a line for each segment and shows where something is missing")
  func plainText() {
    let text = TranscriptFormat.txt.write(
      transcript([(0, 1000, "One."), (60_000, 61_000, "Two.")], gap: (1000, 60_000)))
    #expect(text == "One.\n[0:00:01–0:01:00] [not transcribed: it broke]\nTwo.\n")
  }

  @Test("LRC counts minutes beyond 59")
  func lyrics() {
    let text = TranscriptFormat.lrc.write(
      transcript(
        [(3_599_996, 3_600_000, "late"), (36_000_000, 36_001_000, "later")], length: 40_000_000))
    #expect(text == "[60:00.00]late\n[600:00.00]later\n")
  }

  @Test("Every line of LRC has a time, however long the reason of a gap is")
  func lyricsOfGaps() {
    // The second line of a note had none, and players showed it at no time or refused the file.
    var long = transcript([(0, 1000, "One.")], gap: (1000, 60_000))
    long.gaps[0].failure.message = "stopped before it was transcribed, and nobody went on with it"
    let lines = TranscriptFormat.lrc.write(long).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("[0") })
    #expect(lines.last?.hasSuffix("and nobody went on with it]") == true)
  }

  @Test("JSON has OpenAI's fields and ours, and times exact to the sample")
  func json() throws {
    let text = TranscriptFormat.json.write(
      transcript([(0, 1500, "One."), (1500, 3000, "Two.")], gap: (3000, 4000)))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["task"] as? String == "transcribe")
    #expect(object["text"] as? String == "One. Two.")
    #expect(object["duration"] as? Double == 3600)
    let segments = try #require(object["segments"] as? [[String: Any]])
    #expect(segments.map { $0["id"] as? Int } == [0, 1])
    #expect(segments[1]["start"] as? Double == 1.5)
    let ours = try #require(object["longscribe"] as? [String: Any])
    for key in [
      "provider", "model", "chunks", "seams", "gaps", "warnings", "calls", "billed_seconds",
    ] {
      #expect(ours[key] != nil, "\(key)")
    }
  }

  @Test(
    "Times are rounded once, from the position",
    arguments: [
      (Int64(0), "00:00:00.000"), (57_599_999, "01:00:00.000"), (57_591_991, "00:59:59.499"),
      (5_760_000_008, "100:00:00.001"), (-5, "00:00:00.000"),
    ] as [(Int64, String)])
  func clock(samples: Int64, expected: String) {
    #expect(TimeText.clock(samples) == expected)
  }

  @Test("Cues never overlap and always last, whatever the segments' times are")
  func legalCues() {
    let transcript = transcript(
      [(0, 5000, "a"), (0, 0, "b"), (0, 10, "c"), (4000, 3000, "d"), (3000, 9000, "e")])
    let cues = CueLayout.bare(segments: transcript.segments, gaps: transcript.gaps)
    #expect(cues.map(\.text) == ["a", "b", "c", "d", "e"])
    for (left, right) in zip(cues, cues.dropFirst()) {
      #expect(left.range.end <= right.range.start)
    }
    for cue in cues { #expect(cue.range.length >= 16) }
  }

  @Test("More than 99 hours have three digits of hours")
  func manyHours() {
    let late = transcript([(360_000_000, 360_001_500, "late")], length: 400_000_000)
    #expect(
      TranscriptFormat.srt.write(late) == "1\n100:00:00,000 --> 100:00:01,500\nlate\n\n")
    #expect(
      TranscriptFormat.vtt.write(late) == "WEBVTT\n\n100:00:00.000 --> 100:00:01.500\nlate\n\n")
    #expect(TranscriptFormat.lrc.write(late) == "[6000:00.00]late\n")
    #expect(TranscriptFormat.tsv.write(late) == "start\tend\ttext\n360000000\t360001500\tlate\n")
  }

  @Test("A line of lyrics has one time, whatever it says")
  func lyricsOfTimes() {
    let text = TranscriptFormat.lrc.write(transcript([(0, 1000, "[00:12.00] a <00:01.00>b")]))
    #expect(text == "[00:00.00]［00:12.00] a ＜00:01.00＞b\n")
  }

  /// Texts that mean something to readers of one format or another.
  private static let hostile = RandomTranscript.Times.allCases.flatMap { times in
    (0..<40).map { RandomTranscript(.hostile, times, seed: $0, gaps: true).transcript }
  }

  @Test("SubRip is numbered blocks of times and lines without markup, whatever the text holds")
  func hostileSubRip() throws {
    for transcript in Self.hostile {
      let text = TranscriptFormat.srt.write(transcript)
      let blocks = text.components(separatedBy: "\n\n")
      #expect(blocks.last == "")
      for (index, block) in blocks.dropLast().enumerated() {
        let lines = block.components(separatedBy: "\n")
        #expect(lines[0] == "\(index + 1)")
        let times = try #require(
          lines[1].wholeMatch(of: /(\d\d:\d\d:\d\d,\d{3}) --> (\d\d:\d\d:\d\d,\d{3})/))
        #expect(times.1 < times.2)
        #expect(lines.count > 2)
        for line in lines.dropFirst(2) {
          #expect(line.firstMatch(of: /[<>{}\r\t\x00]|\\[Nnh]|-->/) == nil, "\(line)")
          #expect(!line.isEmpty && line.first != " " && line.last != " ")
        }
      }
    }
  }

  @Test("WebVTT is sorted cues of escaped lines, whatever the text holds")
  func hostileWebVTT() throws {
    for transcript in Self.hostile {
      let text = TranscriptFormat.vtt.write(transcript)
      let blocks = text.components(separatedBy: "\n\n")
      #expect(blocks.first == "WEBVTT" && blocks.last == "")
      var earlier = ""
      for block in blocks.dropFirst().dropLast() {
        let lines = block.components(separatedBy: "\n")
        let times = try #require(
          lines[0].wholeMatch(of: /(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})/))
        #expect(earlier <= times.1 && times.1 < times.2)
        earlier = String(times.1)
        #expect(lines.count > 1)
        for line in lines.dropFirst() {
          #expect(line.firstMatch(of: /[<>\r\t\x00]|-->/) == nil, "\(line)")
          #expect(line.replacing(/&(amp|lt|gt);/, with: "").contains("&") == false)
          #expect(!line.isEmpty)
        }
      }
    }
  }

  @Test(
    "Tables have three columns and whole milliseconds, lyrics one time a line, whatever the text holds"
  )
  func hostileLines() throws {
    for transcript in Self.hostile {
      for row in TranscriptFormat.tsv.write(transcript).split(separator: "\n").dropFirst() {
        let fields = row.split(separator: "\t", omittingEmptySubsequences: false)
        #expect(fields.count == 3)
        let start = try #require(Int(fields[0]))
        let end = try #require(Int(fields[1]))
        #expect(start < end)
      }
      for line in TranscriptFormat.lrc.write(transcript).split(separator: "\n") {
        let rest = try #require(line.prefixMatch(of: /\[\d\d+:\d\d\.\d\d\]/)).range.upperBound
        #expect(line[rest...].prefixMatch(of: /\[[\d-]/) == nil, "\(line)")
        #expect(line[rest...].firstMatch(of: /[<>\x00]/) == nil, "\(line)")
        #expect(!line[rest...].isEmpty)
      }
      let data = Data(TranscriptFormat.json.write(transcript).utf8)
      let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let segments = try #require(object["segments"] as? [[String: Any]])
      #expect(segments.compactMap { $0["text"] as? String } == transcript.segments.map(\.text))
    }
  }

  @Test("A job record survives JSON unchanged")
  func recordRoundTrip() throws {
    var record = JobRecord(
      source: .init(name: "a", byteCount: 5, modified: 7, track: 1),
      recognizer: RecognizerIdentity(provider: "glm", model: "glm-asr", host: "h"),
      rules: PlanRules(longest: 32_000, shortest: 0, valleyOverlap: 0, forcedOverlap: 0),
      format: .mp3)
    record.envelope = Envelope(levels: [0, 1, 255])
    record.chunks = [
      Chunk(index: 0, audio: TimelineRange(0, 5), owned: TimelineRange(0, 4), seam: .valley)
    ]
    record.outcomes = [
      0: .answered(Recognition(text: "x", raw: Data([1, 2]))),
      1: .failed(RecognitionFailure(.tooLong, message: "m", retry: .after(2), charge: .unknown)),
    ]
    let data = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(JobRecord.self, from: data) == record)
  }
}

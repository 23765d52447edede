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
        00:00:00,000 --> 00:00:01,500
        One.

        2
        00:00:01,500 --> 00:00:03,000
        a＜b → c {＼an8}

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
    let cues = CueLayout.cues(
      transcript([(0, 5000, "a"), (0, 0, "b"), (0, 10, "c"), (4000, 3000, "d"), (3000, 9000, "e")]))
    #expect(cues.map(\.text) == ["a", "b", "c", "d", "e"])
    for (left, right) in zip(cues, cues.dropFirst()) {
      #expect(left.range.end <= right.range.start)
    }
    for cue in cues { #expect(cue.range.length >= 16) }
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

import Foundation
import LongscribeCore
import Testing

@Suite("Transcripts that are read again")
struct RunDocumentTests {
  private static func read(_ json: String) throws -> RunDocument {
    try RunDocument(json: Data(json.utf8))
  }

  /// A transcript in which everything happens once.
  private static func eventful() throws -> Transcript {
    let length: Int64 = 40 * 16_000
    var record = JobRecord(
      chunks: [
        Chunk(
          index: 0, audio: TimelineRange(0, 21 * 16_000), owned: TimelineRange(0, 20 * 16_000),
          seam: nil),
        Chunk(
          index: 1, audio: TimelineRange(19 * 16_000, length),
          owned: TimelineRange(20 * 16_000, length), seam: .valley),
      ], of: Envelope(levels: [UInt8](repeating: 100, count: 4000)), length: length)
    record.calls = 3
    record.billedSamples = 42 * 16_000
    let segment = TranscriptSegment(
      range: TimelineRange(16_000, 48_000), text: "Two words.",
      words: [
        TranscriptWord(range: TimelineRange(16_000, 30_000), text: "Two"),
        TranscriptWord(range: TimelineRange(30_000, 48_000), text: "words."),
      ], chunk: 0, isEstimated: false)
    let failure = RecognitionFailure(.serverError, message: "it broke", retry: .never)
    let seam = try JSONDecoder().decode(
      SeamReport.self,
      from: Data(
        """
        {"chunk":1,"position":320000,"kind":"valley","method":"aligned","anchors":4,"confidence":0.97}
        """.utf8))
    let parts = [
      TranscriptPart(
        chunk: 0, segments: [segment],
        seam: seam,
        language: "en",
        dropped: [
          DroppedText(
            range: TimelineRange(160_000, 176_000), text: "Thank you.", chunk: 0,
            reason: .knownInvention)
        ],
        uncovered: [
          UncoveredStretch(
            range: TimelineRange(64_000, 128_000), reason: .noText, askedAgain: true,
            isLikeSpeech: true)
        ]),
      TranscriptPart(
        chunk: 1, segments: [],
        gap: TranscriptGap(range: TimelineRange(20 * 16_000, length), failure: failure)),
    ]
    return Transcript(record: record, parts: parts, warnings: ["look here"])
  }

  @Test("What the JSON writer writes is read back")
  func roundTrip() throws {
    let transcript = try Self.eventful()
    let run = try Self.read(TranscriptFormat.json.write(transcript))
    #expect(run.length == transcript.length)
    #expect(run.language == "en")
    #expect(run.segments.map(\.text) == ["Two words."])
    #expect(run.segments.map(\.range) == [TimelineRange(16_000, 48_000)])
    #expect(run.segments.first?.words == transcript.segments.first?.words)
    #expect(run.segments.first?.chunk == 0)
    #expect(run.provider == "test")
    #expect(run.calls == 3)
    #expect(run.billedSamples == transcript.billedSamples)
    #expect(run.warnings == transcript.warnings)
    #expect(run.chunks.map(\.owned) == transcript.chunks.map(\.owned))
    #expect(run.chunks.map(\.audio) == transcript.chunks.map(\.audio))
    let seam = try #require(run.seams.first)
    #expect(seam.position == 20 * 16_000)
    #expect(seam.kind == "valley" && seam.method == "aligned" && seam.anchors == 4)
    #expect(seam.confidence == 0.97)
    #expect(run.gaps.map(\.range) == [TimelineRange(20 * 16_000, transcript.length)])
    #expect(run.gaps.first?.reason == "server_error")
    #expect(run.gaps.first?.text.contains("it broke") == true)
    #expect(run.dropped.map(\.text) == ["Thank you."])
    #expect(run.dropped.map(\.reason) == ["known_invention"])
    #expect(run.uncovered.map(\.reason) == ["no_text"])
    #expect(run.uncovered.first?.askedAgain == true)
    #expect(run.loudness == transcript.loudness)
    #expect(run.loudness?.levels.count == 400)
  }

  @Test("A verbose_json of somebody else is a transcript: times as text, no times, no segments")
  func others() throws {
    let whisper = try Self.read(
      """
      {"task":"transcribe","language":"english","duration":"8.47","text":" One. Two. ","segments":[
        {"id":0,"seek":0,"start":0.0,"end":3.5,"text":" One.","tokens":[1,2],"avg_logprob":-0.3},
        {"id":1,"start":"3.5","end":"9.25","text":" Two."},
        {"id":2,"text":" Three."},{"id":3,"start":1,"end":2,"text":"  "}]}
      """)
    #expect(whisper.segments.map(\.text) == ["One.", "Two.", "Three."])
    #expect(whisper.segments.map(\.range.start) == [0, 56_000, 56_000])
    #expect(whisper.segments.map(\.isEstimated) == [false, false, true])
    // The last segment is longer than the recording is said to be.
    #expect(whisper.length == 148_000)
    #expect(whisper.chunks.isEmpty && whisper.loudness == nil && whisper.provider == nil)

    let words = try Self.read(
      """
      {"duration":9,"text":"a b c","words":[{"word":"a","start":0,"end":1},{"word":"b","start":1.2,"end":2},
      {"word":"c","start":5,"end":6}]}
      """)
    #expect(words.segments.map(\.text) == ["a b", "c"])
    #expect(words.segments.map(\.words.count) == [2, 1])

    let bare = try Self.read("{\"text\":\" 你好。\"}")
    #expect(bare.segments.map(\.text) == ["你好。"])
    #expect(bare.segments.map(\.isEstimated) == [true])
    #expect(bare.length == 0)

    let silent = try Self.read("{\"text\":\"\",\"segments\":[],\"duration\":3}")
    #expect(silent.segments.isEmpty && silent.length == 48_000)
  }

  @Test("Words belong to the segment in which their middle lies")
  func words() throws {
    let run = try Self.read(
      """
      {"segments":[{"start":0,"end":2,"text":"a b"},{"start":2,"end":4,"text":"c"}],
       "words":[{"word":"a","start":0,"end":0.5},{"word":"b","start":1.5,"end":2.2},
                {"word":"c","start":1.9,"end":3},{"word":"","start":3,"end":3},{"word":"d"}]}
      """)
    #expect(run.segments.map { $0.words.map(\.text) } == [["a", "b"], ["c"]])
  }

  @Test("Times beyond all bounds are clamped, and never sorted")
  func clamping() throws {
    let run = try Self.read(
      """
      {"segments":[{"start":-5,"end":2,"text":"a"},{"start":9,"end":7,"text":"b"},{"start":3,"end":1e300,"text":"c"}]}
      """)
    #expect(run.segments.map(\.text) == ["a", "b", "c"])
    #expect(run.segments.map(\.range.start) == [0, 144_000, 144_000])
    #expect(run.segments.map(\.range.end) == [32_000, 144_000, 3_600_000 * 16_000])
  }

  @Test(
    "What is no transcript is called so, with the place",
    arguments: [
      ("", RunDocumentError.Code.empty, "is empty"),
      ("{", .notJSON, "is no JSON, or its end is missing"),
      ("WEBVTT", .notJSON, "is no JSON, or its end is missing"),
      ("[1]", .notJSON, "is no JSON object"),
      (
        "{\"version\":1,\"chunks\":[]}", .notTranscript,
        "is no transcript: it has neither segments nor words nor a text"
      ),
      (
        "{\"error\":{\"message\":\"no\"}}", .notTranscript,
        "is no transcript: it has neither segments nor words nor a text"
      ),
      ("{\"segments\":7}", .invalidValue, "segments is no list"),
      ("{\"segments\":[{\"text\":[]}]}", .invalidValue, "segments[0].text is no text"),
      (
        "{\"segments\":[{\"text\":\"a\",\"start\":\"soon\"}]}", .invalidValue,
        "segments[0].start is no number"
      ),
      (
        "{\"text\":\"a\",\"longscribe\":{\"seams\":[{\"chunk\":1}]}}", .invalidValue,
        "longscribe.seams[0].position is missing"
      ),
      (
        "{\"text\":\"a\",\"duration\":9,\"longscribe\":{\"envelope\":{\"per_second\":10,\"levels\":\"AAAA\"}}}",
        .invalidValue,
        "longscribe.envelope.levels has 3 values; at 10.0 a second the recording has 90"
      ),
      (
        "{\"text\":\"a\",\"longscribe\":{\"envelope\":{\"per_second\":1e9,\"levels\":\"AAAA\"}}}",
        .invalidValue,
        "longscribe.envelope.per_second is 1000000000.0; an outline has 0.01 to 100 values a second"
      ),
    ])
  func mistakes(json: String, code: RunDocumentError.Code, message: String) throws {
    let error = try #require(throws: RunDocumentError.self) { _ = try Self.read(json) }
    #expect(error.code == code)
    #expect(error.description == message)
  }

  @Test("More bytes than any transcript has are not read")
  func tooLarge() throws {
    let error = try #require(throws: RunDocumentError.self) {
      _ = try RunDocument(json: Data(count: RunDocument.maximumBytes + 1))
    }
    #expect(error.code == .tooLarge)
  }
}

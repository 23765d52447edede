import LongscribeCore
import TestSupport
import Testing

@Suite("Stitching")
struct StitchingTests {
  private static func record(_ speech: SimulatedSpeech, _ quality: TimeQuality) -> JobRecord {
    let text = quality == .estimated
    let rules = PlanRules(
      longest: 29 * 16_000, shortest: 80_000, valleyOverlap: text ? 48_000 : 32_000,
      forcedOverlap: text ? 64_000 : 48_000)
    var record = JobRecord(
      source: .init(name: "test", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"), rules: rules, format: .wav)
    record.envelope = speech.envelope
    record.length = speech.length
    record.chunks = Planner.plan(envelope: speech.envelope, length: speech.length, rules: rules)
    return record
  }

  private static func quality(_ answer: SimulatedSpeech.Answer) -> TimeQuality {
    switch answer {
    case .words: .words
    case .segments: .segments
    case .text: .estimated
    }
  }

  @Test(
    "Not one word is lost or doubled when the recogniser makes no mistakes but at edges",
    arguments: SimulatedSpeech.Answer.allCases, 0..<24)
  func losesNothing(answer: SimulatedSpeech.Answer, seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let speech = SimulatedSpeech(
      seconds: 300, script: seed % 2 == 0 ? .english : .chinese, pauses: seed % 3 != 0,
      using: &random)
    var record = Self.record(speech, Self.quality(answer))
    for chunk in record.chunks {
      record.outcomes[chunk.index] = .answered(speech.answer(chunk, answer, using: &random))
    }
    let transcript = record.transcript()
    let differences = speech.differences(from: transcript.text)
    let seams = transcript.seams.filter { $0.method != .pause }.map {
      "\(Timeline.seconds($0.position)) \($0.kind) \($0.method) \($0.anchors)"
    }
    #expect(differences == "", "\(seams)")
    let joined = Joining.joined(transcript.segments.map(\.text))
    #expect(joined == transcript.text)
    var latest: Int64 = 0
    for segment in transcript.segments {
      #expect(segment.range.start >= latest)
      #expect(segment.range.start < segment.range.end && segment.range.end <= speech.length)
      latest = segment.range.start
    }
  }

  @Test("Without pauses the seams are proved by words found in both chunks")
  func forcedSeamsAreAligned() {
    var random = SeededGenerator(seed: 99)
    let speech = SimulatedSpeech(seconds: 300, script: .english, pauses: false, using: &random)
    var record = Self.record(speech, .estimated)
    for chunk in record.chunks {
      record.outcomes[chunk.index] = .answered(speech.answer(chunk, .text, using: &random))
    }
    let seams = record.transcript().seams
    #expect(seams.count == record.chunks.count - 1)
    #expect(seams.allSatisfy { $0.method == .aligned && $0.anchors >= 2 })
  }

  @Test("The transcript does not depend on the order in which answers arrive", arguments: 0..<30)
  func orderDoesNotMatter(seed: Int) {
    var random = SeededGenerator(seed: 500 + UInt64(seed))
    let speech = SimulatedSpeech(seconds: 240, script: .english, pauses: true, using: &random)
    var record = Self.record(speech, .segments)
    for chunk in record.chunks {
      record.outcomes[chunk.index] =
        Int.random(in: 0..<5, using: &random) == 0
        ? .failed(RecognitionFailure(.serverError, message: "no", retry: .never))
        : .answered(speech.answer(chunk, .segments, using: &random))
    }
    let expected = record.transcript()
    var frontier = Frontier()
    var parts: [TranscriptPart] = []
    func take(_ event: Frontier.Event) {
      for case .final(let part) in frontier.handle(event, envelope: speech.envelope) {
        parts.append(part)
      }
    }
    for chunk in record.chunks { take(.planned(chunk)) }
    if Bool.random(using: &random) { take(.planComplete(length: speech.length)) }
    for (index, outcome) in record.outcomes.shuffled(using: &random) {
      take(.settled(index, outcome))
    }
    take(.planComplete(length: speech.length))
    #expect(frontier.isFinished)
    #expect(parts == frontier.parts)
    #expect(Transcript(record: record, parts: parts) == expected)
  }

  @Test("Text is final as soon as a chunk and the next are answered, and not before")
  func finality() {
    var random = SeededGenerator(seed: 3)
    let speech = SimulatedSpeech(seconds: 120, script: .english, pauses: true, using: &random)
    let record = Self.record(speech, .segments)
    var frontier = Frontier()
    for chunk in record.chunks { _ = frontier.handle(.planned(chunk), envelope: speech.envelope) }
    func settle(_ index: Int) -> [Frontier.Action] {
      let answer = speech.answer(record.chunks[index], .segments, using: &random)
      return frontier.handle(.settled(index, .answered(answer)), envelope: speech.envelope)
    }
    #expect(settle(1) == [])
    #expect(settle(0).count == 1, "chunk 0 is final, chunk 1 waits for chunk 2")
    #expect(
      frontier.handle(.partial(1, "so far"), envelope: speech.envelope) == [], "it is answered")
    #expect(settle(2).count == 1)
    #expect(
      frontier.handle(.partial(3, "so far"), envelope: speech.envelope) == [],
      "chunk 2 is the first unfinished one")
  }

  @Test("A chunk that failed is a gap between what its neighbours heard")
  func gaps() throws {
    var random = SeededGenerator(seed: 4)
    let speech = SimulatedSpeech(seconds: 150, script: .english, pauses: true, using: &random)
    var record = Self.record(speech, .words)
    let failure = RecognitionFailure(.serverError, message: "broken", retry: .never, status: 500)
    for chunk in record.chunks {
      record.outcomes[chunk.index] =
        chunk.index == 2
        ? .failed(failure) : .answered(speech.answer(chunk, .words, using: &random))
    }
    let transcript = record.transcript()
    let gap = try #require(transcript.gaps.first)
    #expect(transcript.gaps.count == 1)
    #expect(gap.range.start == record.chunks[1].audio.end)
    #expect(gap.range.end == record.chunks[3].audio.start)
    #expect(gap.failure == failure)
    for format in TranscriptFormat.allCases {
      #expect(format.write(transcript).contains("broken"), "the gap shows in \(format)")
    }
    let kept = speech.words.filter { word in
      word.range.end <= gap.range.start || word.range.start >= gap.range.end
    }
    let text = SimulatedSpeech.keys(of: transcript.text)
    #expect(text.filter(Set(kept.map(\.text)).contains).count >= kept.count - 2)
  }

  @Test("All chunks empty, or some, is a transcript without words and without gaps")
  func emptyAnswers() {
    var random = SeededGenerator(seed: 5)
    let speech = SimulatedSpeech(seconds: 100, script: .chinese, pauses: true, using: &random)
    var record = Self.record(speech, .estimated)
    for chunk in record.chunks { record.outcomes[chunk.index] = .answered(Recognition(text: "")) }
    #expect(record.transcript().text == "")
    #expect(record.transcript().gaps == [])
    record.outcomes[1] = .answered(speech.answer(record.chunks[1], .text, using: &random))
    #expect(!record.transcript().text.isEmpty)
  }

  @Test("Without evidence nothing is deleted: different texts in an overlap are both kept")
  func nothingDeletedWithoutEvidence() {
    let envelope = Envelope(levels: [UInt8](repeating: 190, count: 2000))
    let chunks = [
      Chunk(
        index: 0, audio: TimelineRange(0, 176_000), owned: TimelineRange(0, 160_000), seam: nil),
      Chunk(
        index: 1, audio: TimelineRange(144_000, 320_000), owned: TimelineRange(160_000, 320_000),
        seam: .forced),
    ]
    var frontier = Frontier()
    for chunk in chunks { _ = frontier.handle(.planned(chunk), envelope: envelope) }
    _ = frontier.handle(
      .settled(0, .answered(Recognition(text: "alpha beta gamma delta"))), envelope: envelope)
    _ = frontier.handle(
      .settled(1, .answered(Recognition(text: "epsilon zeta eta theta"))), envelope: envelope)
    _ = frontier.handle(.planComplete(length: 320_000), envelope: envelope)
    let words = frontier.parts.flatMap(\.segments).map(\.text).joined(separator: " ")
    #expect(words == "alpha beta gamma delta epsilon zeta eta theta")
    #expect(frontier.parts.first?.seam?.method == .unverified)
  }

  @Test("A word said twice across a pause is kept twice")
  func realRepetition() {
    let quiet = [UInt8](repeating: 100, count: 60)
    let loud = [UInt8](repeating: 190, count: 470)
    let envelope = Envelope(levels: loud + quiet + loud)
    let chunks = [
      Chunk(index: 0, audio: TimelineRange(0, 80_000), owned: TimelineRange(0, 80_000), seam: nil),
      Chunk(
        index: 1, audio: TimelineRange(76_000, 160_000), owned: TimelineRange(80_000, 160_000),
        seam: .pause),
    ]
    var frontier = Frontier()
    for chunk in chunks { _ = frontier.handle(.planned(chunk), envelope: envelope) }
    for index in 0...1 {
      _ = frontier.handle(
        .settled(index, .answered(Recognition(text: "Thank you very much."))), envelope: envelope)
    }
    _ = frontier.handle(.planComplete(length: 160_000), envelope: envelope)
    #expect(
      frontier.parts.flatMap(\.segments).map(\.text) == [
        "Thank you very much.", "Thank you very much.",
      ])
  }

  /// Two chunks of ten seconds with an overlap of two, stitched.
  private func stitched(
    _ left: Recognition, _ right: Recognition, overlap: Int64 = 32_000, seam: Seam = .forced
  ) -> (words: [String], method: SeamReport.Method?) {
    let envelope = Envelope(levels: [UInt8](repeating: 190, count: 2000))
    let chunks = [
      Chunk(
        index: 0, audio: TimelineRange(0, 160_000 + overlap / 2), owned: TimelineRange(0, 160_000),
        seam: nil),
      Chunk(
        index: 1, audio: TimelineRange(160_000 - overlap / 2, 320_000),
        owned: TimelineRange(160_000, 320_000), seam: seam),
    ]
    var frontier = Frontier()
    for chunk in chunks { _ = frontier.handle(.planned(chunk), envelope: envelope) }
    _ = frontier.handle(.settled(0, .answered(left)), envelope: envelope)
    _ = frontier.handle(.settled(1, .answered(right)), envelope: envelope)
    _ = frontier.handle(.planComplete(length: 320_000), envelope: envelope)
    let text = frontier.parts.flatMap(\.segments).map(\.text).joined(separator: " ")
    return (SimulatedSpeech.keys(of: text), frontier.parts.first?.seam?.method)
  }

  /// Words at times of the recording, as a chunk that starts at `offset` answers them.
  private func words(_ words: [(String, Double)], offset: Double) -> Recognition {
    Recognition(
      text: words.map(\.0).joined(separator: " "),
      words: words.map { word in
        let start = Timeline.samples(word.1 - offset)
        return Recognition.Word(range: TimelineRange(start, start + 3200), text: word.0)
      })
  }

  @Test("Where chunks do not overlap, a word said on both sides is kept twice")
  func noOverlap() {
    let (words, method) = stitched(
      Recognition(text: "yes yes yes right right"), Recognition(text: "right right yes no"),
      overlap: 0)
    #expect(words == ["yes", "yes", "yes", "right", "right", "right", "right", "yes", "no"])
    #expect(method == .pause)
  }

  @Test("Scattered common words do not prove that bare texts say the same")
  func commonWordsAreNoProof() {
    let left = Recognition(text: "one two three the seven eight and nine ten the answer")
    let right = Recognition(text: "blue the green red and yellow pink the black white")
    #expect(stitched(left, right).method == .unverified)
    #expect(stitched(left, right).words.count == 21, "nothing is lost")
  }

  @Test("Timed words beyond the cut are kept unless the other chunk has a word there")
  func sharedOutWords() {
    // No word agrees, so the times decide; the right chunk missed 11.2.
    let left = words([("alpha", 8), ("beta", 9.4), ("gamma", 10.2), ("delta", 11.2)], offset: 0)
    let right = words([("gimmel", 10.2), ("later", 13)], offset: 9)
    let result = stitched(left, right)
    #expect(result.method == .times)
    // What the right chunk says at 10.2 s is what the left one heard as another word.
    #expect(result.words == ["alpha", "beta", "gamma", "delta", "later"])
  }

  @Test("A word list that says more than the text does not end the program")
  func longerWordList() {
    let answer = Recognition(
      text: "北",
      words: [
        Recognition.Word(range: TimelineRange(0, 16_000), text: "北京"),
        Recognition.Word(range: TimelineRange(16_000, 32_000), text: "天"),
      ])
    #expect(stitched(answer, Recognition(text: "")).words == ["北"])
  }

  @Test("Word times never go backwards, whatever a service answers", arguments: 0..<20)
  func monotonicWords(seed: Int) {
    var random = SeededGenerator(seed: 900 + UInt64(seed))
    let speech = SimulatedSpeech(seconds: 120, script: .english, pauses: true, using: &random)
    var record = Self.record(speech, .words)
    for chunk in record.chunks {
      var answer = speech.answer(chunk, .words, using: &random)
      for index in answer.words.indices where Int.random(in: 0..<12, using: &random) == 0 {
        answer.words[index].text = "else"
        answer.words[index].range = TimelineRange(0, 5)
      }
      record.outcomes[chunk.index] = .answered(answer)
    }
    let words = record.transcript().words
    #expect(!words.isEmpty)
    for (left, right) in zip(words, words.dropFirst()) {
      #expect(left.range.start <= right.range.start)
    }
  }

  @Test("Words of the text that are missing from the segments are not lost")
  func segmentsWithHoles() {
    let answer = Recognition(
      text: String(repeating: "word ", count: 60) + "tail",
      segments: [
        Recognition.Segment(
          range: TimelineRange(0, 100_000), text: String(repeating: "word ", count: 60))
      ])
    #expect(stitched(answer, Recognition(text: "")).words.last == "tail")
  }
}

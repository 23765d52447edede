import LongscribeCore
import TestSupport
import Testing

@Suite("What recognisers say in silence")
struct InventionFilterTests {
  /// A chunk of a recording in which somebody speaks in some seconds, in a room that hums.
  private struct Room {
    var envelope: Envelope
    let chunk: Chunk

    init(
      seconds: Int = 60, chunk: Range<Int64> = 30..<60, speech: [Range<Double>], hum: Int = 80,
      voice: Int = 190, seed: UInt64 = 7
    ) {
      var random = SeededGenerator(seed: seed)
      var levels = (0..<seconds * 100).map { _ in
        UInt8(clamping: hum + Int.random(in: -4...8, using: &random))
      }
      for stretch in speech {
        for frame in Int(stretch.lowerBound * 100)..<Int(stretch.upperBound * 100) {
          levels[frame] = UInt8(clamping: voice + Int.random(in: -20...10, using: &random))
        }
      }
      envelope = Envelope(levels: levels)
      let range = TimelineRange(chunk.lowerBound * 16_000, chunk.upperBound * 16_000)
      self.chunk = Chunk(index: 1, audio: range, owned: range, seam: .pause)
    }

    func sift(_ recognition: Recognition) -> (kept: Recognition, dropped: [DroppedText]) {
      InventionFilter.sift(recognition, of: chunk, envelope: envelope)
    }
  }

  private static func segment(
    _ start: Double, _ end: Double, _ text: String, _ confidence: Recognition.Confidence? = nil
  ) -> Recognition.Segment {
    Recognition.Segment(
      range: TimelineRange(Timeline.samples(start), Timeline.samples(end)), text: text,
      confidence: confidence)
  }

  private static func answer(_ segments: [Recognition.Segment]) -> Recognition {
    Recognition(text: segments.map(\.text).joined(separator: " "), segments: segments)
  }

  @Test(
    "Known inventions are known in any case, width and punctuation, once or over and over",
    arguments: [
      "Thanks for watching!", "thank you.", "THANK YOU. Thank you!", "you", " you you you",
      "字幕由 Amara.org 社区提供", "字幕由Ａｍａｒａ．ｏｒｇ社区提供", "谢谢观看。谢谢观看。", "嗯。", "嗯嗯嗯",
      "ご視聴ありがとうございました", "시청해 주셔서 감사합니다.", "Sous-titres réalisés para la communauté d’Amara.org",
      "Altyazı M.K.", "Продолжение следует…",
    ])
  func known(text: String) {
    #expect(KnownInventions.isKnown(text))
  }

  @Test(
    "What merely contains one is not known",
    arguments: [
      "", "...", "♪♪", "Thank you for your question.", "you know", "I want to thank you",
      "谢谢观看我的论文", "Thank you. The next slide.", "嗯,对",
    ])
  func unknown(text: String) {
    #expect(!KnownInventions.isKnown(text))
  }

  @Test("A segment that nobody can have said is taken out and kept beside the text")
  func trailingInvention() {
    let room = Room(speech: [0..<28, 30..<52])
    let spoken = Self.segment(0, 22, "and so the tide comes in.")
    let (kept, dropped) = room.sift(
      Self.answer([spoken, Self.segment(22, 30, " Thanks for watching!")]))
    #expect(kept.segments == [spoken])
    #expect(kept.text == "and so the tide comes in.")
    #expect(
      dropped == [
        DroppedText(
          range: TimelineRange(52 * 16_000, 60 * 16_000), text: " Thanks for watching!", chunk: 1,
          reason: .knownInvention)
      ])
  }

  @Test(
    "People do say thank you: over sound that may be speech it stays", arguments: [105, 130, 190])
  func saidThanks(voice: Int) {
    var room = Room(speech: [0..<28, 30..<52])
    let quiet = Room(speech: [55..<55.6], voice: voice)
    room.envelope.levels[5500..<5560] = quiet.envelope.levels[5500..<5560]
    let answer = Self.answer([
      Self.segment(0, 22, "The tide comes in."), Self.segment(24.5, 26, "Thank you."),
    ])
    #expect(room.sift(answer).dropped.isEmpty)
  }

  @Test("A time that is a second off does not lose what was said")
  func wrongTime() {
    let room = Room(speech: [0..<28, 30..<50, 53..<53.8])
    let answer = Self.answer([
      Self.segment(0, 20, "The tide comes in."), Self.segment(24.2, 26, "Thank you."),
    ])
    #expect(room.sift(answer).dropped.isEmpty)
  }

  @Test("Clicks are not speech, but as much sound as the words need is")
  func clicks() {
    let speech: [Range<Double>] = [0..<28, 30..<50]
    let answer = Self.answer([
      Self.segment(0, 20, "The tide comes in."), Self.segment(22, 28, "Thanks for watching"),
    ])
    let clicks = Room(speech: speech + [53..<53.05, 55..<55.05, 56..<56.05])
    #expect(clicks.sift(answer).dropped.count == 1)
    let words = Room(speech: speech + [53..<53.35])
    #expect(words.sift(answer).dropped.isEmpty)
  }

  @Test(
    "A whole answer without times goes only if there is hardly a sound in the chunk",
    arguments: ["谢谢观看", "Thank you.", "嗯。"])
  func wholeAnswer(text: String) {
    let silent = Room(speech: [0..<28])
    let (kept, dropped) = silent.sift(Recognition(text: text))
    #expect(kept.text == "" && dropped.map(\.text) == [text])
    #expect(dropped.first?.range == silent.chunk.audio)
    let spoken = Room(speech: [0..<28, 40..<41])
    #expect(spoken.sift(Recognition(text: text)).dropped.isEmpty)
    #expect(silent.sift(Recognition(text: "The tide comes in.")).dropped.isEmpty)
  }

  @Test("Digital silence is silence even where nothing was heard before")
  func digitalSilence() {
    var room = Room(chunk: 0..<30, speech: [])
    #expect(room.sift(Recognition(text: "you")).dropped.isEmpty, "noise may be a whisper")
    room.envelope.levels = [UInt8](repeating: 0, count: 6000)
    #expect(room.sift(Recognition(text: "you")).dropped.count == 1)
  }

  @Test("What has not been heard is no evidence")
  func unheard() {
    var room = Room(speech: [0..<28])
    room.envelope = Envelope()
    #expect(room.sift(Recognition(text: "Thank you.")).dropped.isEmpty)
  }

  @Test(
    "What the recogniser itself doubts goes where the recording is silent, and only there",
    arguments: [
      (0.9, -1.4, nil, true), (0.9, -0.3, nil, false), (0.2, -1.4, nil, false),
      (0.9, nil, nil, true), (nil, nil, 3.1, true), (nil, nil, 2.0, false),
    ] as [(Double?, Double?, Double?, Bool)])
  func doubts(noSpeech: Double?, logProbability: Double?, ratio: Double?, goes: Bool) {
    let confidence = Recognition.Confidence(
      noSpeech: noSpeech, averageLogProbability: logProbability, compressionRatio: ratio)
    let answer = Self.answer([
      Self.segment(0, 20, "The tide comes in."),
      Self.segment(23, 29, "Mill pond mill pond.", confidence),
    ])
    let silent = Room(speech: [0..<28, 30..<50])
    #expect(
      silent.sift(answer).dropped.map(\.reason) == (goes ? [.doubtedByRecognizer] : []))
    let spoken = Room(speech: [0..<28, 30..<50, 54..<56])
    #expect(spoken.sift(answer).dropped.isEmpty)
  }

  @Test("Segments that do not hold the whole text are not judged one by one")
  func partialSegments() {
    let room = Room(speech: [0..<28, 30..<50])
    let answer = Recognition(
      text: "The tide comes in. Thank you.", segments: [Self.segment(22, 28, "Thank you.")])
    let (kept, dropped) = room.sift(answer)
    #expect(kept == answer && dropped.isEmpty)
  }

  @Test("Words of what is taken out go with it")
  func words() {
    let room = Room(speech: [0..<28, 30..<50])
    func word(_ start: Double, _ end: Double, _ text: String) -> Recognition.Word {
      Recognition.Word(
        range: TimelineRange(Timeline.samples(start), Timeline.samples(end)), text: text)
    }
    var answer = Self.answer([
      Self.segment(0, 20, "Tide in."), Self.segment(22, 28, "Thank you."),
    ])
    answer.words = [
      word(1, 2, "Tide"), word(18, 20, "in"), word(22, 23, "Thank"), word(26, 28, "you"),
    ]
    #expect(room.sift(answer).kept.words.map(\.text) == ["Tide", "in"])
  }

  @Test("Text over speech is never dropped, whatever it says", arguments: 0..<300)
  func speechStays(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let hum = Int.random(in: 20...110, using: &random)
    let phrases = KnownInventions.phrases.values.joined().sorted()
    var speech: [Range<Double>] = []
    var segments: [Recognition.Segment] = []
    var position = Double.random(in: 0..<10, using: &random)
    while position < 55 {
      let end = min(59, position + Double.random(in: 0.5..<8, using: &random))
      speech.append(position..<end)
      let start = max(30, position + Double.random(in: -0.4..<0.1, using: &random))
      if end - start > 0.45 {
        segments.append(
          Self.segment(
            start - 30, min(30, end + Double.random(in: -0.05..<1, using: &random) - 30),
            phrases.randomElement(using: &random) ?? "you",
            Recognition.Confidence(
              noSpeech: Double.random(in: 0...1, using: &random),
              averageLogProbability: Double.random(in: -2...0, using: &random),
              compressionRatio: Double.random(in: 0...4, using: &random))))
      }
      position = end + Double.random(in: 0.1..<12, using: &random)
    }
    let room = Room(
      speech: speech, hum: hum, voice: hum + Int.random(in: 50...110, using: &random),
      seed: UInt64(seed))
    let answer = Self.answer(segments)
    let (kept, dropped) = room.sift(answer)
    #expect(dropped.isEmpty, "\(dropped)")
    #expect(kept == answer)
    if let text = phrases.randomElement(using: &random), !segments.isEmpty {
      #expect(room.sift(Recognition(text: text)).dropped.isEmpty)
    }
  }

  @Test(
    "What is kept and what is dropped make the whole answer, in any recording", arguments: 0..<200)
  func nothingVanishes(seed: Int) {
    var random = SeededGenerator(seed: 1000 + UInt64(seed))
    let recording = RandomEnvelope(
      seconds: Double.random(in: 31..<120, using: &random), using: &random)
    let start = Int64.random(in: 0...recording.length - 480_000, using: &random)
    let range = TimelineRange(start, start + 480_000)
    let chunk = Chunk(index: 0, audio: range, owned: range, seam: nil)
    let phrases = KnownInventions.phrases.values.joined().sorted() + ["The tide", "潮水"]
    var segments: [Recognition.Segment] = []
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let start = Double.random(in: -1..<31, using: &random)
      segments.append(
        Self.segment(
          start, start + Double.random(in: 0..<9, using: &random),
          phrases.randomElement(using: &random) ?? "you",
          Recognition.Confidence(noSpeech: Double.random(in: 0...1, using: &random))))
    }
    let answer = Self.answer(segments)
    let (kept, dropped) = InventionFilter.sift(answer, of: chunk, envelope: recording.envelope)
    #expect(
      (kept.segments.map(\.text) + dropped.map(\.text)).sorted() == segments.map(\.text).sorted())
    #expect(
      Tokenizer.tokens(of: kept.text, segment: 0).map(\.key)
        == Tokenizer.tokens(of: kept.segments.map(\.text).joined(separator: " "), segment: 0)
        .map(\.key))
    #expect(dropped.allSatisfy { range.contains($0.range) })
    var ahead = recording.envelope
    ahead.levels += [UInt8](repeating: 240, count: 5000)
    let later = InventionFilter.sift(answer, of: chunk, envelope: ahead)
    #expect(later.kept == kept && later.dropped == dropped, "what comes later changes nothing")
  }

  // MARK: In the transcript

  private static func record(_ room: Room, _ answers: [Recognition]) -> JobRecord {
    let rules = PlanRules(
      longest: 480_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 48_000)
    var record = JobRecord(
      source: .init(name: "test", byteCount: nil, modified: nil, track: 0),
      recognizer: RecognizerIdentity(provider: "test"), rules: rules, format: .wav)
    record.envelope = room.envelope
    record.length = 60 * 16_000
    for (index, answer) in answers.enumerated() {
      let range = TimelineRange(Int64(index) * 480_000, Int64(index + 1) * 480_000)
      record.chunks.append(
        Chunk(index: index, audio: range, owned: range, seam: index == 0 ? nil : .pause))
      record.outcomes[index] = .answered(answer)
    }
    return record
  }

  @Test("A transcript lists what was left out, in the JSON too, and says so once")
  func transcript() {
    let room = Room(speech: [0..<28, 30..<50])
    var record = Self.record(
      room,
      [
        Self.answer([Self.segment(0, 28, "The tide goes out."), Self.segment(29, 30, "嗯。")]),
        Self.answer([Self.segment(0, 20, "The tide comes in."), Self.segment(22, 28, "you")]),
      ])
    let transcript = record.transcript()
    #expect(transcript.text == "The tide goes out. The tide comes in.")
    #expect(transcript.dropped.map(\.text) == ["嗯。", "you"])
    #expect(transcript.warnings.count { $0.hasPrefix("2 phrases") } == 1)
    let json = JSONTranscript.write(transcript)
    #expect(
      json.contains(
        #"{"chunk":1,"end":58,"reason":"known_invention","start":52,"text":"you"}"#))
    record.keepsInventions = true
    let whole = record.transcript()
    #expect(whole.text == "The tide goes out.嗯。The tide comes in. you")
    #expect(whole.dropped.isEmpty && !whole.warnings.contains { $0.contains("phrases") })
    #expect(JSONTranscript.write(whole).contains(#""dropped": []"#))
  }

  @Test("A loop at a chunk's end is told and kept")
  func loop() {
    let room = Room(speech: [0..<60])
    let loop = String(repeating: " and it goes on", count: 9)
    let record = Self.record(
      room, [Recognition(text: "The tide comes in" + loop), Recognition(text: "It goes out.")])
    let transcript = record.transcript()
    #expect(transcript.text == "The tide comes in\(loop) It goes out.")
    let loops = transcript.warnings.filter { $0.contains("\"and it goes on\" 9 times") }
    #expect(loops.count == 1 && loops[0].hasPrefix("chunk 1 ("))
  }

  @Test(
    "Speakers may repeat themselves",
    arguments: ["no no no no no", "the tide the tide the tide", "对对对对对", "one two three"])
  func noLoop(text: String) {
    let segment = TranscriptSegment(
      range: TimelineRange(0, 16_000), text: text, words: [], chunk: 0, isEstimated: false)
    #expect(EndLoop(endOf: [segment]) == nil)
  }

  @Test("A loop is found over the ends of segments, and where its last round breaks off")
  func loopOverSegments() {
    let segments = (0..<8).map { index in
      TranscriptSegment(
        range: TimelineRange(Int64(index) * 16_000, Int64(index + 1) * 16_000),
        text: index == 7 ? "我们" : "我们继续。", words: [], chunk: 0, isEstimated: false)
    }
    #expect(EndLoop(endOf: segments)?.count == 7)
  }
}

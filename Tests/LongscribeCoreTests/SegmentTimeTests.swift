import LongscribeCore
import TestSupport
import Testing

@Suite("Times after stitching")
struct SegmentTimeTests {
  /// Chunks of ten seconds that are cut through speech and overlap by three.
  private static func lecture(_ count: Int) -> (ExactSpeech, [Chunk]) {
    let speech = ExactSpeech(seconds: count * 10)
    return (speech, speech.chunks(of: 10, overlap: 3))
  }

  /// How far a word's time inside a segment may be off, for segments that end where a chunk's text is cut (0.6 s).
  private static let insideSegment: Int64 = 9600

  /// What is wrong with the order of a transcript's segments; `nil` if nothing is.
  private static func disorder(_ transcript: Transcript) -> String? {
    var latest: Int64 = 0
    for segment in transcript.segments {
      if segment.range.start >= segment.range.end { return "\(segment.text) takes no time" }
      if segment.range.start < latest { return "\(segment.text) goes back" }
      if segment.range.end > transcript.length { return "\(segment.text) is after the end" }
      latest = segment.range.start
    }
    return nil
  }

  @Test(
    "Words keep the times that recognisers give, after any number of chunks",
    arguments: [100, 1000])
  func wordsDoNotDrift(count: Int) {
    let (speech, chunks) = Self.lecture(count)
    let transcript = speech.transcript(chunks) { speech.answer($0, .words) }
    let words = transcript.words.map { ExactSpeech.Word(text: $0.text, range: $0.range) }
    #expect(words == speech.words)
    let starts = Dictionary(uniqueKeysWithValues: speech.words.map { ($0.text, $0.range.start) })
    let late = transcript.segments.filter { segment in
      segment.text.split(separator: " ").first.map { starts[String($0)] } != segment.range.start
    }
    #expect(late.isEmpty)
    #expect(Self.disorder(transcript) == nil)
  }

  @Test(
    "Segments begin and end when a recogniser said so, after any number of chunks",
    arguments: [100, 1000], [0, 2400] as [Int64])
  func segmentsDoNotDrift(count: Int, error: Int64) {
    let (speech, chunks) = Self.lecture(count)
    var random = SeededGenerator(seed: UInt64(count) + UInt64(error))
    let told = chunks.map { speech.told($0, error: error, using: &random) }
    let transcript = speech.transcript(chunks) { speech.answer($0, told[$0.index]) }
    #expect(transcript.text == speech.text)
    #expect(Self.disorder(transcript) == nil)
    let starts = Dictionary(grouping: told.joined()) { speech.words[$0.words.lowerBound].text }
    let times = Dictionary(uniqueKeysWithValues: speech.words.map { ($0.text, $0.range) })
    var untold: [String] = []
    for segment in transcript.segments {
      let words = segment.text.split(separator: " ").map(String.init)
      guard let first = words.first, let last = words.last.flatMap({ times[$0] }) else { continue }
      // A segment that a seam divides goes on as the one that a recogniser told.
      if !starts[first, default: []].contains(where: { $0.range.start == segment.range.start }) {
        untold.append("\(Timeline.seconds(segment.range.start)) \(segment.text)")
      }
      #expect(abs(segment.range.end - last.end) <= error + Self.insideSegment)
    }
    #expect(untold.isEmpty, "\(untold.count) of \(transcript.segments.count): \(untold.prefix(4))")
  }

  @Test("A segment that is longer than the overlap loses nothing", arguments: [584, 589, 591])
  func straddlingSegment(start: Int64) {
    let speech = ExactSpeech(seconds: 1200)
    let chunks = [
      Chunk(
        index: 0, audio: TimelineRange(0, 597 * 16_000), owned: TimelineRange(0, 593 * 16_000),
        seam: nil),
      Chunk(
        index: 1, audio: TimelineRange(590 * 16_000, 1200 * 16_000),
        owned: TimelineRange(593 * 16_000, 1200 * 16_000), seam: .forced),
    ]
    func segments(_ chunk: Chunk, upTo ends: [Int64]) -> [ExactSpeech.Told] {
      var rest = speech.heard(chunk)[...]
      return ends.map { end in
        let part = rest.prefix { speech.words[$0].range.end <= end * 16_000 }
        rest = rest.dropFirst(part.count)
        return ExactSpeech.Told(
          words: part.startIndex..<part.endIndex,
          range: TimelineRange(
            speech.words[part.startIndex].range.start, speech.words[part.endIndex - 1].range.end))
      }
    }
    let transcript = speech.transcript(chunks) { chunk in
      // Left tells one segment up to its end; right tells what it holds of it as one, too.
      chunk.index == 0
        ? speech.answer(chunk, segments(chunk, upTo: [300, start, 597]))
        : speech.answer(chunk, segments(chunk, upTo: [597, 620, 1200]))
    }
    #expect(transcript.text == speech.text)
    #expect(Self.disorder(transcript) == nil)
  }

  @Test(
    "Silence before a recording moves all times by its length and changes nothing else",
    arguments: 1...20, [0, 60])
  func shift(seconds: Int, pause: Int) {
    let rules = PlanRules(
      longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 32_000, forcedOverlap: 48_000)
    func transcript(_ speech: ExactSpeech) -> Transcript {
      let chunks = Planner.plan(envelope: speech.envelope, length: speech.length, rules: rules)
      return speech.transcript(chunks) { speech.answer($0, .words) }
    }
    let speech = ExactSpeech(seconds: 240, pause: pause)
    // Not a whole number of seconds, and a whole number of frames.
    let frames = seconds * 100 - seconds % 7
    let offset = Int64(frames) * Timeline.frameLength
    let before = transcript(speech)
    let after = transcript(speech.delayed(byFrames: frames))
    #expect(before.text == speech.text)
    #expect(after.text == before.text)
    #expect(after.length == before.length + offset)
    #expect(after.words.map(\.range) == before.words.map { $0.range.shifted(by: offset) })
    guard pause > 0 else { return }
    // All cuts lie in pauses, so the segments are the same as well.
    #expect(after.segments.map(\.text) == before.segments.map(\.text))
    #expect(after.segments.map(\.range) == before.segments.map { $0.range.shifted(by: offset) })
  }

  @Test(
    "Segments are in order, take time and lie in the recording, whatever times a service answers",
    arguments: 0..<60)
  func impossibleTimes(seed: Int) {
    var random = SeededGenerator(seed: 40_000 + UInt64(seed))
    let speech = ExactSpeech(seconds: 120, pause: seed % 3 * 40)
    let chunks = speech.chunks(of: 20, overlap: 3)
    let forms = SeamFixture.Form.allCases
    let transcript = speech.transcript(chunks) { chunk in
      var answer = speech.answer(chunk, forms.randomElement(using: &random) ?? .words)
      func change(_ range: inout TimelineRange) {
        guard Int.random(in: 0..<4, using: &random) == 0 else { return }
        let start = Int64.random(in: -100_000...600_000, using: &random)
        range = TimelineRange(start, start + Int64.random(in: 0...100_000, using: &random))
      }
      for index in answer.segments.indices { change(&answer.segments[index].range) }
      for index in answer.words.indices { change(&answer.words[index].range) }
      return answer
    }
    #expect(Self.disorder(transcript) == nil)
    #expect(!transcript.segments.isEmpty)
    let words = transcript.words.map(\.range)
    #expect(zip(words, words.dropFirst()).allSatisfy { $0.start <= $1.start })
    #expect(words.allSatisfy { $0.start <= $0.end && $0.end <= speech.length })
  }
}

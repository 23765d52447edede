import LongscribeCore
import TestSupport
import Testing

@Suite("Estimated times")
struct EstimatedTimesTests {
  /// How far off some times are, in seconds, from the least to the most.
  private struct Errors: CustomStringConvertible {
    private var sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    func percentile(_ percent: Int) -> Double {
      sorted.isEmpty ? .infinity : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
    }

    var description: String {
      func text(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100) s" }
      return "median \(text(percentile(50))), 90 % \(text(percentile(90))), "
        + "95 % \(text(percentile(95))), of \(sorted.count)"
    }
  }

  private static func whole(_ talk: RandomTalk) -> Chunk {
    let range = TimelineRange(0, talk.length)
    return Chunk(index: 0, audio: range, owned: range, seam: nil)
  }

  private static func heard(_ talk: RandomTalk) -> ChunkText {
    ChunkText(
      chunk: whole(talk), recognition: Recognition(text: talk.text), envelope: talk.envelope)
  }

  /// The tokens that begin segments.
  private static func firsts(_ text: ChunkText) -> [Int] {
    text.tokens.indices.filter {
      $0 == 0 || text.tokens[$0 - 1].segment != text.tokens[$0].segment
    }
  }

  private static func starts(
    _ language: RandomTalk.Language, _ variant: RandomTalk.Variant, seconds: ClosedRange<Double>,
    seeds: Range<UInt64>
  ) -> Errors {
    Errors(
      seeds.flatMap { seed in
        var random = SeededGenerator(seed: seed)
        let talk = RandomTalk(
          seconds: Double.random(in: seconds, using: &random), language: language,
          variant: variant, using: &random)
        let text = heard(talk)
        return firsts(text).map { index in
          let said = talk.words[talk.said[index]].range.start
          return abs(Timeline.seconds(text.tokens[index].range.start - said))
        }
      })
  }

  @Test(
    "In chunks of up to a minute segments start where they were said",
    arguments: RandomTalk.Language.allCases, RandomTalk.Variant.allCases)
  func shortChunks(language: RandomTalk.Language, variant: RandomTalk.Variant) {
    let errors = Self.starts(language, variant, seconds: 15...59, seeds: 0..<300)
    print("estimated starts, up to 60 s, \(language), \(variant): \(errors)")
    // With nothing to tell where a sentence ends, only the pace does.
    #expect(errors.percentile(50) <= (variant == .unpunctuated ? 1 : 0.3))
    guard variant == .plain else { return }
    #expect(errors.percentile(95) <= 1)
  }

  @Test(
    "In chunks of twenty minutes errors do not add up",
    arguments: RandomTalk.Language.allCases, RandomTalk.Variant.allCases)
  func longChunks(language: RandomTalk.Language, variant: RandomTalk.Variant) {
    let errors = Self.starts(language, variant, seconds: 1100...1190, seeds: 1000..<1012)
    print("estimated starts, 20 min, \(language), \(variant): \(errors)")
    #expect(errors.percentile(50) <= (variant == .unpunctuated ? 5 : 0.5))
    guard variant == .plain else { return }
    #expect(errors.percentile(95) <= 2)
  }

  @Test("Segments end where their last word ends, not in the pause after it")
  func ends() {
    var errors: [Double] = []
    for seed in 0..<100 {
      var random = SeededGenerator(seed: UInt64(seed))
      let talk = RandomTalk(seconds: 50, language: .english, using: &random)
      let text = Self.heard(talk)
      for index in Self.firsts(text).dropFirst() {
        let said = talk.words[talk.said[index - 1]].range.end
        errors.append(abs(Timeline.seconds(text.tokens[index - 1].range.end - said)))
      }
    }
    let all = Errors(errors)
    print("estimated ends, up to 60 s: \(all)")
    #expect(all.percentile(50) <= 0.1)
    #expect(all.percentile(90) <= 1)
  }

  @Test(
    "Words inside a segment whose times a service tells are near where they were said",
    arguments: RandomTalk.Language.allCases)
  func insides(language: RandomTalk.Language) {
    var errors: [Double] = []
    for seed in 0..<60 {
      var random = SeededGenerator(seed: UInt64(seed))
      let talk = RandomTalk(seconds: 50, language: language, using: &random)
      let starts = talk.words.indices.filter { talk.words[$0].startsSentence }
      let segments = zip(starts, starts.dropFirst() + [talk.words.count]).map { from, to in
        Recognition.Segment(
          range: TimelineRange(talk.words[from].range.start, talk.words[to - 1].range.end),
          text: talk.words[from..<to].map(\.text).joined(
            separator: language == .english ? " " : ""))
      }
      let text = ChunkText(
        chunk: Self.whole(talk),
        recognition: Recognition(
          text: segments.map(\.text).joined(separator: " "), segments: segments),
        envelope: talk.envelope)
      #expect(text.quality == .segments)
      for (token, word) in zip(text.tokens, talk.words) {
        errors.append(abs(Timeline.seconds(token.middle - (word.range.start + word.range.end) / 2)))
      }
    }
    let all = Errors(errors)
    print("words inside segments, \(language): \(all)")
    #expect(all.percentile(50) <= 0.15)
    #expect(all.percentile(95) <= 0.8)
  }

  @Test("Whatever text meets whatever sound, times are in order and inside the chunk")
  func legal() {
    let levels: [[UInt8]] = [
      [], [0], [UInt8](repeating: 0, count: 1000), [UInt8](repeating: 200, count: 1000),
      [UInt8](repeating: 110, count: 1000),
      (0..<1000).map { $0 % 50 == 0 ? 200 : 100 },
      (0..<1000).map { $0 % 50 < 25 ? 200 : 100 },
      (0..<1000).map { $0 < 990 ? 100 : 200 },
    ]
    let texts = [
      "", "…", "One.", "One. Two. Three!", String(repeating: "word after word, ", count: 1000),
      String(repeating: "9", count: 400) + " times.", String(repeating: "说了又说", count: 300),
      "line\nby\nline", "ไทย ខ្មែរ 한국어 العربية русский.",
    ]
    for levels in levels {
      for text in texts {
        for range in [TimelineRange(0, 160_000), TimelineRange(37, 80_011)] {
          let chunk = Chunk(index: 0, audio: range, owned: range, seam: nil)
          let heard = ChunkText(
            chunk: chunk, recognition: Recognition(text: text),
            envelope: Envelope(levels: levels))
          var latest = range.start
          for token in heard.tokens {
            #expect(latest <= token.range.start && token.range.start <= token.range.end)
            latest = token.range.end
          }
          #expect(latest <= range.end)
        }
      }
    }
  }

  @Test("What is heard after a chunk does not change its times")
  func future() {
    var random = SeededGenerator(seed: 8)
    let talk = RandomTalk(seconds: 30, language: .english, using: &random)
    let before = Self.heard(talk)
    let more = Envelope(levels: talk.envelope.levels + [UInt8](repeating: 240, count: 5000))
    let after = ChunkText(
      chunk: Self.whole(talk), recognition: Recognition(text: talk.text), envelope: more)
    #expect(before.tokens == after.tokens)
  }

  @Test(
    "Text without marks is divided at pauses, into segments of twelve seconds at most",
    arguments: RandomTalk.Language.allCases)
  func withoutMarks(language: RandomTalk.Language) {
    var random = SeededGenerator(seed: 9)
    let talk = RandomTalk(
      seconds: 1190, language: language, variant: .unpunctuated, using: &random)
    let text = Self.heard(talk)
    let segments = text.segments(keeping: text.tokens.indices)
    #expect(segments.allSatisfy { $0.range.seconds <= 12 && $0.isEstimated })
    #expect(segments.count < 250)
    let pauses = Self.firsts(text).dropFirst().filter {
      text.tokens[$0].range.start - text.tokens[$0 - 1].range.end >= 1600
    }
    #expect(pauses.count * 100 >= (segments.count - 1) * 95)
  }

  @Test(
    "A segment ends with a sentence, and only there",
    arguments: [
      ("Mr. Smith went home. Then he slept.", ["Mr. Smith went home.", "Then he slept."]),
      ("It costs 3.5 euros. Too much!", ["It costs 3.5 euros.", "Too much!"]),
      ("Fruit, e.g. apples. Or not?", ["Fruit, e.g. apples.", "Or not?"]),
      ("J. R. Smith spoke. No. 5 won.", ["J. R. Smith spoke.", "No. 5 won."]),
      ("no capitals here. none at all.", ["no capitals here.", "none at all."]),
      ("He said no. She said yes.", ["He said no.", "She said yes."]),
      ("你好。今天我们开始！好吗？", ["你好。", "今天我们开始！", "好吗？"]),
    ])
  func sentences(text: String, expected: [String]) {
    let range = TimelineRange(0, 160_000)
    let heard = ChunkText(
      chunk: Chunk(index: 0, audio: range, owned: range, seam: nil),
      recognition: Recognition(text: text),
      envelope: Envelope(levels: [UInt8](repeating: 190, count: 1000)))
    #expect(heard.segments(keeping: heard.tokens.indices).map(\.text) == expected)
  }

  @Test("Figures and spelled letters take longer to say than words of as many letters")
  func durations() {
    func seconds(_ word: String) -> Double {
      Tokenizer.tokens(of: word, segment: 0).reduce(0) { $0 + $1.duration }
    }
    #expect(seconds("GPT") > 1.5 * seconds("get"))
    #expect(seconds("1995") > 1.5 * seconds("year"))
    #expect(seconds("international") > 2 * seconds("the"))
    #expect(seconds("period") > 1.2 * seconds("people"))
    #expect(seconds("times") < seconds("timid"))
    #expect(seconds("wanted") > seconds("walked"))
    #expect(seconds("changes") > seconds("strange"))
    #expect(seconds("area") > seconds("moon"))
    #expect(seconds("语音识别") > seconds("word"))
    #expect(seconds("ありがとう") < seconds("语音识别系"))
    #expect(seconds(String(repeating: "7", count: 100)) <= 3)
  }
}

import LongscribeCore
import TestSupport
import Testing

@Suite("Estimated times")
struct EstimatedTimesTests {
  /// How far segments start from where their first word was said, in seconds, sorted.
  private static func errors(
    _ language: RandomTalk.Language, _ variant: RandomTalk.Variant, seconds: ClosedRange<Double>,
    seeds: Range<UInt64>
  ) -> [Double] {
    var errors: [Double] = []
    var byPause = [[Double]](repeating: [], count: 4)
    for seed in seeds {
      var random = SeededGenerator(seed: seed)
      let talk = RandomTalk(
        seconds: Double.random(in: seconds, using: &random), language: language, variant: variant,
        using: &random)
      let chunk = chunk(of: talk)
      let text = ChunkText(
        chunk: chunk, recognition: Recognition(text: talk.text), envelope: talk.envelope)
      for index in text.tokens.indices
      where index == 0 || text.tokens[index - 1].segment != text.tokens[index].segment {
        let start = talk.words[talk.said[index]].range.start
        errors.append(abs(Timeline.seconds(text.tokens[index].range.start - start)))
        if index > 0 {
          let pause = Timeline.seconds(start - talk.words[talk.said[index] - 1].range.end)
          let kind = pause <= 0 ? 0 : pause < 0.3 ? 1 : pause < 0.6 ? 2 : 3
          byPause[kind].append(errors[errors.count - 1])
        }
      }
    }
    if variant == .plain {
      print(seconds, language, byPause.map { list in
        let list = list.sorted()
        return "\(list.count): \(Self.percentile(50, of: list)) \(Self.percentile(80, of: list)) \(Self.percentile(95, of: list)) >1: \(list.count { $0 > 1 })"
      }, "median")
    }
    return errors.sorted()
  }

  private static func chunk(of talk: RandomTalk) -> Chunk {
    let range = TimelineRange(0, talk.length)
    return Chunk(index: 0, audio: range, owned: range, seam: nil)
  }

  private static func percentile(_ percent: Int, of errors: [Double]) -> Double {
    errors[min(errors.count - 1, errors.count * percent / 100)]
  }

  @Test(
    "Segments start where they were said",
    arguments: RandomTalk.Language.allCases, RandomTalk.Variant.allCases)
  func shortChunks(language: RandomTalk.Language, variant: RandomTalk.Variant) {
    guard variant != .unpunctuated else { return }
    func line(_ name: String, _ e: [Double]) {
      let m = [50, 90, 95, 98].map { (Self.percentile($0, of: e) * 100).rounded() / 100 }
      let score = e.reduce(0) { $0 + min($1, 4) } / Double(e.count)
      print("score \(name) \(language) \(variant) \(m) >1: \(Double(e.count { $0 > 1 } * 1000 / e.count) / 10) >2: \(Double(e.count { $0 > 2 } * 1000 / e.count) / 10) mean \((score * 1000).rounded())")
    }
    line("60  ", Self.errors(language, variant, seconds: 15...59, seeds: 0..<400))
    line("1200", Self.errors(language, variant, seconds: 1100...1199, seeds: 1000..<1020))
  }
}

import StitchLaboratory
import TestSupport
import Testing

/// The instrument itself: what it counts is what counting by hand gives.
struct LaboratoryTests {
  private static func words(_ count: Int, using random: inout SeededGenerator) -> [Int32] {
    (0..<count).map { _ in Int32.random(in: 0..<5, using: &random) }
  }

  private static func distance(_ truth: [Int32], _ text: [Int32]) -> Int {
    wordErrors(spoken: truth.map(String.init), heard: text.map(String.init))
  }

  @Test(
    "A text's errors are its edit distance, lost and doubled words make up for its length",
    arguments: 0..<40)
  func errorsAreEditDistance(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let truth = Self.words(12, using: &random)
    let left = Self.words(Int.random(in: 0...8, using: &random), using: &random)
    let right = Self.words(Int.random(in: 0...8, using: &random), using: &random)
    let score = SeamScore(truth: truth, left: left, right: right)
    for text in [left + right, left, right, truth, Self.words(9, using: &random)]
      + [Array(left.dropLast(2)) + [7] + right.dropFirst(2)]
    {
      let errors = score.errors(of: text)
      #expect(errors.total == Self.distance(truth, text))
      #expect(errors.doubled - errors.lost == text.count - truth.count)
      #expect(min(errors.doubled, errors.lost, errors.wrong) >= 0)
    }
  }

  @Test("The best cut has the fewest errors of all pairs of cuts", arguments: 0..<40)
  func bestCutIsBestOfAll(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let truth = Self.words(12, using: &random)
    let left = Array(truth.prefix(8)) + Self.words(2, using: &random)
    let right = Self.words(2, using: &random) + truth.suffix(7)
    let score = SeamScore(truth: truth, left: left, right: right)
    let least = (4...left.count).flatMap { leftTo in
      (0...5).map { Self.distance(truth, Array(left[..<leftTo]) + right[$0...]) }
    }.min()
    #expect(score.bestCut(left: 4...left.count, right: 0...5).total == least)
  }

  @Test(
    "Without overlap handling, words of the overlap are counted as doubled, about as many as it holds"
  )
  func plainJoiningDoublesTheOverlap() throws {
    let scenario = try #require(Scenario.all.first { $0.name == "en-4s" })
    let trials = SeamExperiment(scenario, .words).run(seams: 200, seed: 3, rules: [PlainJoining()])
    let doubled = Estimate(trials.compactMap { $0.extra[0]?.doubled })
    #expect(trials.count == 200)
    #expect((8.0...11).contains(doubled.mean))
  }

  @Test("The same seed gives the same seams, another one others")
  func seedsRepeat() throws {
    let scenario = try #require(Scenario.all.first { $0.name == "zh-3s" })
    func extra(_ seed: UInt64) -> [TokenErrors?] {
      SeamExperiment(scenario, .text).run(seams: 50, seed: seed).flatMap(\.extra)
    }
    #expect(extra(5) == extra(5))
    #expect(extra(5) != extra(6))
  }
}

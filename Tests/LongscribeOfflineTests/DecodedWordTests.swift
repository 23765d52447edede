import LongscribeOffline
import Testing

@Suite("Decoded words")
struct DecodedWordTests {
  @Test(
    "The number of a pronunciation is not part of the word",
    arguments: [
      ("the", "the"), ("the(2)", "the"), ("and(12)", "and"), ("don't", "don't"), ("'til", "'til"),
    ] as [(String, String)])
  func text(segment: String, expected: String) {
    let word = DecodedWord(segment: segment, firstFrame: 3, lastFrame: 9, logProbability: 0)
    #expect(word?.text == expected)
    #expect(word?.startFrame == 3)
    #expect(word?.endFrame == 10)
  }

  @Test(
    "Silence and noises are not words",
    arguments: ["<s>", "</s>", "<sil>", "[NOISE]", "[SPEECH]", "++UH++", ""])
  func filler(segment: String) {
    let word = DecodedWord(segment: segment, firstFrame: 0, lastFrame: 9, logProbability: 0)
    #expect(word == nil)
  }

  @Test("A probability lies between 0 and 1")
  func probability() throws {
    func probability(_ logarithm: Int) throws -> Double {
      try #require(
        DecodedWord(segment: "a", firstFrame: 0, lastFrame: 1, logProbability: logarithm)
      ).probability
    }
    #expect(try probability(1) == 1)
    #expect(try probability(0) == 1)
    #expect(abs(try probability(-6_932) - 0.5) < 0.001)
    #expect(try probability(-10_000_000) == 0)
  }
}

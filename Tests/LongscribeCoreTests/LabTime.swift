import LongscribeCore
import TestSupport
import Testing
@Suite("Estimated times lab") struct EstimatedTimesLab {
  @Test func time() {
    let clock = ContinuousClock()
    for (seconds, language) in [(58.0, RandomTalk.Language.english), (58, .chinese), (1190, .english), (1190, .chinese)] {
      var random = SeededGenerator(seed: 5)
      var all: [Double] = []
      var words = 0
      for _ in 0..<(seconds < 100 ? 60 : 8) {
        let talk = RandomTalk(seconds: seconds, language: language, using: &random)
        let range = TimelineRange(0, talk.length)
        let chunk = Chunk(index: 0, audio: range, owned: range, seam: nil)
        words += talk.words.count
        let t = clock.measure {
          for _ in 0..<10 { _ = ChunkText(chunk: chunk, recognition: Recognition(text: talk.text), envelope: talk.envelope) }
        }
        all.append(Double(t.components.attoseconds) / 1e15 / 10 + Double(t.components.seconds) * 100)
      }
      all.sort()
      print("time", seconds, language, words / all.count, "words, ms:", all[all.count / 2], all.last ?? 0)
    }
  }
}

import Foundation
import ServiceSimulator
import SyntheticLecture
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TranscriptTests {
  private static func bare(_ text: some StringProtocol) -> String {
    text.lowercased().filter { $0.isLetter }
  }

  @Test
  func `whole words come back exactly, with a capital and a full stop`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    // From inside a gap to inside a gap: no word is cut.
    for first in [10, 57, 130] {
      let last = first + 30
      let start = (recording.word(first - 1).end + recording.word(first).start) / 2
      let end = (recording.word(last).end + recording.word(last + 1).start) / 2
      try recording.cut(start: start, count: end - start, to: folder.path("a.wav"))
      let answer = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
      let text = try #require(answer.transcript)
      let expected = recording.lecture.words[first...last].map(\.text)
      #expect(text.split(separator: " ").map(Self.bare) == expected.map(Self.bare))
      // Between the ends the punctuation is the recording's own.
      #expect(
        text.split(separator: " ").dropFirst().dropLast().map(String.init)
          == Array(expected.dropFirst().dropLast()))
      #expect(text.first?.isUppercase == true)
      #expect([".", "?"].contains(text.last))
    }
    await simulator.stopped()
  }

  @Test
  func `a cut word comes back garbled or not at all, always the same way`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    var garbled = 0
    var missing = 0
    for index in stride(from: 20, to: 164, by: 6) {
      let cut = recording.word(index)
      let start = (cut.start + cut.end) / 2
      let end = (recording.word(index + 5).end + recording.word(index + 6).start) / 2
      try recording.cut(start: start, count: end - start, to: folder.path("a.wav"))
      let answer = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
      let words = try #require(answer.transcript).split(separator: " ").map(Self.bare)
      let whole = recording.lecture.words[index + 1...index + 5].map { Self.bare($0.text) }
      #expect(Array(words.suffix(5)) == whole)
      if words.count == 5 {
        missing += 1
      } else {
        garbled += 1
        #expect(words.count == 6)
        #expect(words.first != Self.bare(cut.text))
      }
      let again = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
      #expect(again.transcript == answer.transcript)
    }
    #expect(garbled >= 5)
    #expect(missing >= 5)
    await simulator.stopped()
  }

  @Test
  func `segments are ordered, inside the audio, near the truth, and make up the text`()
    async throws
  {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    for start in [0, 700_000, 1_500_000, 2_400_000] {
      try recording.cut(start: start, count: 58 * 16_000, to: folder.path("a.wav"))
      let answer = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
      let segments = try #require(answer.object["segments"] as? [[String: Any]])
      #expect(segments.count >= 4)
      var time = 0.0
      var texts: [String] = []
      for (index, segment) in segments.enumerated() {
        let from = try #require(segment["start"] as? Double)
        let to = try #require(segment["end"] as? Double)
        #expect(segment["id"] as? Int == index)
        #expect(time <= from && from < to && to <= 58)
        #expect(to - from <= 12.3)
        time = to
        let text = try #require(segment["text"] as? String)
        texts.append(text)
        let first = Self.bare(text.prefix { $0 != " " })
        if index > 0 {
          // A word of that sound begins within the wobble.
          #expect(
            recording.lecture.words.contains { word in
              let offset = Double(word.start) / 16_000 - Double(start) / 16_000
              return Self.bare(word.text) == first && abs(offset - from) < 0.2
            })
        }
      }
      #expect(texts.joined(separator: " ") == answer.transcript)
    }
    await simulator.stopped()
  }

  @Test
  func `only the old model has segments, only the new one a line feed`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let plain = try await recording.simulator { $0.segments = false }
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 48_000, to: folder.path("a.wav"))
    let file = folder.path("a.wav")
    let old = try await Curl.transcribe(file, at: simulator.baseURL)
    let textOnly = try await Curl.transcribe(file, at: plain.baseURL)
    let new = try await Curl.transcribe(file, at: simulator.baseURL, model: "glm-asr-2512")
    #expect(old.object["segments"] != nil)
    #expect(textOnly.object["segments"] == nil)
    #expect(new.object["segments"] == nil)
    #expect(textOnly.transcript == old.transcript)
    #expect(new.transcript == "\n" + (old.transcript ?? ""))
    #expect(old.object["model"] as? String == "glm-asr")
    #expect(old.object["created"] is Int)
    #expect(old.headers.lowercased().contains("content-type: application/json"))
    await simulator.stopped()
    await plain.stopped()
  }

  @Test
  func `silence gives an empty text, added silence gives no words`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    try Wave.file(Data(count: 64_000)).write(to: URL(fileURLWithPath: folder.path("a.wav")))
    let silent = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    #expect(silent.status == 200)
    #expect(silent.transcript == "")
    #expect((silent.object["segments"] as? [Any])?.isEmpty == true)

    // Five whole words, then digital silence where the recording goes on speaking.
    let start = (recording.word(29).end + recording.word(30).start) / 2
    let end = (recording.word(34).end + recording.word(35).start) / 2
    try recording.cut(
      start: start, count: end - start, silence: 48_000, to: folder.path("b.wav"))
    let padded = try await Curl.transcribe(folder.path("b.wav"), at: simulator.baseURL)
    #expect(padded.transcript?.split(separator: " ").count == 5, "\(padded.text)")
    await simulator.stopped()
  }

  @Test
  func `strange audio is refused loudly`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    let other = try Recording(seed: 99, seconds: 30, language: .english)
    try other.cut(start: 0, count: 20 * 16_000, to: folder.path("a.wav"))
    let strange = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    #expect(strange.status == 400)
    #expect(strange.errorMessage.contains("no piece of the recording"))

    // Two pieces of the recording that do not belong together.
    let spliced = recording.samples(320_000, 160_000) + recording.samples(1_000_000, 160_000)
    try Wave.file(spliced).write(to: URL(fileURLWithPath: folder.path("b.wav")))
    let broken = try await Curl.transcribe(folder.path("b.wav"), at: simulator.baseURL)
    #expect(broken.status == 400)
    #expect(simulator.requests.last?.matchedStart == nil)
    await simulator.stopped()
  }

  @Test
  func `Chinese text is joined with nothing and ends with its own full stop`() async throws {
    let recording = try Recording.chinese.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    let start = (recording.word(9).end + recording.word(10).start) / 2
    let end = (recording.word(49).end + recording.word(50).start) / 2
    try recording.cut(start: start, count: end - start, to: folder.path("a.wav"))
    let answer = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    let text = try #require(answer.transcript)
    let expected = recording.lecture.words[10...49].map(\.text).joined()
    #expect(Self.bare(text) == Self.bare(expected))
    #expect(["。", "？"].contains(text.last))
    #expect(!text.contains(" "))
    await simulator.stopped()
  }

  @Test
  func `a word error rate changes about that share of the words`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator { $0.wordErrorRate = 0.2 }
    let folder = try TestFolder()
    try recording.cut(start: 800_000, count: 60 * 16_000, to: folder.path("a.wav"))
    let answer = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    let heard = Set(try #require(answer.transcript).split(separator: " ").map(Self.bare))
    let spoken = recording.lecture.words
      .filter { $0.start >= 800_000 && $0.end <= 800_000 + 60 * 16_000 }
    let lost = spoken.count { !heard.contains(Self.bare($0.text)) }
    #expect(lost > spoken.count / 40)
    #expect(lost < spoken.count / 3)
    await simulator.stopped()
  }
}

import LongscribeCore
import TestSupport
import Testing

@Suite("Stitching many chunks")
struct NaiveStitcherTests {
  /// A text without case and marks, as it is compared.
  private static func plain(_ text: String) -> String {
    SimulatedSpeech.keys(of: text).joined(separator: " ")
  }

  /// The words of a text that no recording of `ExactSpeech` says, and the rest of it.
  private static func sorted(_ text: String, _ speech: ExactSpeech) -> (
    said: String, other: [String]
  ) {
    let known = Set(speech.words.map(\.text))
    let words = SimulatedSpeech.keys(of: text)
    return (
      words.filter(known.contains).joined(separator: " "), words.filter { !known.contains($0) }
    )
  }

  // MARK: Errors that could propagate

  @Test(
    "What goes wrong at one seam changes nothing at the next", arguments: SeamFixture.Form.allCases,
    1..<6)
  func errorsStayWhereTheyAre(form: SeamFixture.Form, bad: Int) {
    let speech = ExactSpeech(seconds: 140)
    let chunks = speech.chunks(of: 20, overlap: 4)
    let clean = speech.transcript(chunks) { speech.answer($0, form) }
    #expect(Self.plain(clean.text) == speech.text)
    let transcript = speech.transcript(chunks) { chunk in
      var words = Array(speech.words[speech.heard(chunk)])
      if chunk.index == bad {
        // Its first word is half a word, its last three are others.
        words[0].text = "half"
        for index in words.indices.suffix(3) { words[index].text = "other\(index)" }
      }
      return speech.answer(chunk, form, words)
    }
    #expect(Self.plain(transcript.text) == speech.text)
    #expect(transcript.seams.map(\.method) == clean.seams.map(\.method))
  }

  @Test(
    "The same sentence at every seam is told as often as it was said",
    arguments: SeamFixture.Form.allCases)
  func sameSentenceAtEverySeam(form: SeamFixture.Form) {
    var speech = ExactSpeech(seconds: 160)
    let chunks = speech.chunks(of: 20, overlap: 3)
    let refrain = ["please", "open", "your", "books", "now", "and", "read"]
    for seam in chunks.dropFirst().map(\.owned.start) {
      let middle = speech.words.firstIndex { $0.range.start >= seam } ?? 0
      for (offset, word) in refrain.enumerated() { speech.words[middle - 3 + offset].text = word }
    }
    let transcript = speech.transcript(chunks) { speech.answer($0, form) }
    #expect(Self.plain(transcript.text) == speech.text)
  }

  /// What the chunk owns and how far the next one reaches back, in seconds: a last chunk reaches further, so that it is no stub.
  @Test(
    "A chunk that its neighbours cover between them is told once",
    arguments: SeamFixture.Form.allCases, [(1, 2), (2, 2), (4, 2), (1, 6), (2, 8)])
  func coveredChunk(form: SeamFixture.Form, seconds: (owned: Int64, back: Int64)) {
    let speech = ExactSpeech(seconds: 60)
    let edges: [Int64] = [0, 25, 25 + seconds.owned, 60].map { $0 * 16_000 }
    let back: [Int64] = [0, 32_000, seconds.back * 16_000]
    let chunks = (0..<3).map { index in
      Chunk(
        index: index,
        audio: TimelineRange(
          edges[index] - back[index], min(speech.length, edges[index + 1] + 32_000)),
        owned: TimelineRange(edges[index], edges[index + 1]), seam: index == 0 ? nil : .forced)
    }
    let transcript = speech.transcript(chunks) { speech.answer($0, form) }
    let seams = transcript.seams.map { "\($0.method) \($0.anchors)" }
    #expect(Self.plain(transcript.text) == speech.text, "\(seams)")
  }

  @Test(
    "However long chunks are and however far they reach, all is told once, or twice where nothing tells",
    arguments: SeamFixture.Form.allCases, 0..<150)
  func anyChunks(form: SeamFixture.Form, seed: Int) {
    var random = SeededGenerator(seed: 50_000 + UInt64(seed))
    let speech = ExactSpeech(seconds: 120, pause: seed % 3 * 40)
    var chunks: [Chunk] = []
    var position: Int64 = 0
    while position < speech.length {
      let end = min(speech.length, position + Int64.random(in: 1...30, using: &random) * 16_000)
      let back = position == 0 ? 0 : Int64.random(in: 16_000...64_000, using: &random)
      let on = end == speech.length ? 0 : Int64.random(in: 16_000...64_000, using: &random)
      chunks.append(
        Chunk(
          index: chunks.count,
          audio: TimelineRange(max(0, position - back), min(speech.length, end + on)),
          owned: TimelineRange(position, end), seam: chunks.isEmpty ? nil : .forced))
      position = end
    }
    let transcript = speech.transcript(chunks) { speech.answer($0, form) }
    let heard = SimulatedSpeech.keys(of: transcript.text)
    let changes = heard.difference(from: speech.words.map(\.text))
    let seams = zip(chunks.dropFirst(), transcript.seams).map {
      "\(Timeline.seconds($0.audio.start)) \(Timeline.seconds($0.owned.start)) \($1.method)"
    }
    #expect(form == .text ? changes.removals.isEmpty : changes.isEmpty, "\(seams)")
  }

  // MARK: Nothing in some chunks

  @Test(
    "Where chunks say nothing, everything that the others heard is told once",
    arguments: SeamFixture.Form.allCases, 0..<16)
  func emptyChunks(form: SeamFixture.Form, empty: Int) {
    let speech = ExactSpeech(seconds: 80)
    let chunks = speech.chunks(of: 20, overlap: 4)
    func isEmpty(_ chunk: Chunk) -> Bool { empty >> chunk.index & 1 == 1 }
    let transcript = speech.transcript(chunks) {
      isEmpty($0) ? Recognition(text: "") : speech.answer($0, form)
    }
    let heard = Set(chunks.filter { !isEmpty($0) }.flatMap(speech.heard))
    let expected = speech.words.indices.filter(heard.contains).map { speech.words[$0].text }
    #expect(Self.plain(transcript.text) == expected.joined(separator: " "))
    #expect(transcript.gaps.isEmpty)
    #expect(transcript.seams.count == 3)
  }

  @Test("White space is an empty answer", arguments: ["", " ", "\n", "。", "..."])
  func blankAnswers(text: String) {
    let speech = ExactSpeech(seconds: 60)
    let chunks = speech.chunks(of: 20, overlap: 4)
    let transcript = speech.transcript(chunks) {
      $0.index == 1 ? Recognition(text: text) : speech.answer($0, .text)
    }
    let heard = Set(speech.heard(chunks[0])).union(speech.heard(chunks[2]))
    let expected = speech.words.indices.filter(heard.contains).map { speech.words[$0].text }
    #expect(Self.plain(transcript.text) == expected.joined(separator: " "))
  }

  // MARK: Music

  @Test(
    "Music that both chunks name does not take words with it", arguments: SeamFixture.Form.allCases,
    ["[Music]", "♪♪♪", "(音乐)"])
  func musicInTheOverlap(form: SeamFixture.Form, music: String) {
    var speech = ExactSpeech(seconds: 60)
    let chunks = speech.chunks(of: 30, overlap: 4)
    // Six seconds about the seam are music: as loud as speech.
    let around = TimelineRange(27 * 16_000, 33 * 16_000)
    speech.words.removeAll { !$0.range.intersection(around).isEmpty }
    let note = ExactSpeech.Word(text: music, range: TimelineRange(28 * 16_000, 32 * 16_000))
    let transcript = speech.transcript(chunks) { chunk in
      let words = Array(speech.words[speech.heard(chunk)])
      let heard = ExactSpeech.Word(text: music, range: note.range.intersection(chunk.audio))
      return speech.answer(chunk, form, chunk.index == 0 ? words + [heard] : [heard] + words)
    }
    let (said, other) = Self.sorted(transcript.text, speech)
    #expect(said == speech.text)
    #expect(other.count <= 2 * SimulatedSpeech.keys(of: music).count)
  }

  @Test(
    "A recording of music alone gives a transcript without gaps", arguments: ["", "♪", "[Music]"])
  func allMusic(answer: String) {
    var speech = ExactSpeech(seconds: 100)
    speech.words = []
    let transcript = speech.transcript(speech.chunks(of: 20, overlap: 4)) { _ in
      Recognition(text: answer)
    }
    #expect(transcript.gaps.isEmpty)
    #expect(transcript.seams.count == 4)
    let words = SimulatedSpeech.keys(of: transcript.text)
    let once = SimulatedSpeech.keys(of: answer)
    #expect(words.count <= 5 * once.count && words.allSatisfy(once.contains))
  }

  // MARK: Order

  @Test(
    "Answers that arrive in reverse order give the same text, all at once at the end",
    arguments: [12, 15, 101])
  func reverseOrder(count: Int) {
    let speech = ExactSpeech(seconds: count * 10)
    let chunks = speech.chunks(of: 10, overlap: 3)
    var frontier = Frontier()
    for chunk in chunks { _ = frontier.handle(.planned(chunk), envelope: speech.envelope) }
    _ = frontier.handle(.planComplete(length: speech.length), envelope: speech.envelope)
    for chunk in chunks.reversed() {
      let actions = frontier.handle(
        .settled(chunk.index, .answered(speech.answer(chunk, .words))), envelope: speech.envelope)
      #expect(actions.count == (chunk.index == 0 ? count : 0))
    }
    #expect(frontier.isFinished)
    #expect(frontier.parts.map(\.chunk) == Array(0..<count))
    #expect(Joining.joined(frontier.parts.flatMap(\.segments).map(\.text)) == speech.text)
  }

  // MARK: Invented text

  @Test(
    "Thanks that a chunk invents in the silence at its end do not come between two chunks",
    arguments: ["Thank you.", "Thanks for watching!", "谢谢观看"])
  func inventedAtTheEnd(phrase: String) {
    // Nobody speaks from 27 to 33 s; the chunks meet at 30 s.
    var speech = ExactSpeech(seconds: 60)
    let pause = TimelineRange(27 * 16_000, 33 * 16_000)
    speech.words.removeAll { !$0.range.intersection(pause).isEmpty }
    for frame in pause.frames(upTo: 6000) { speech.envelope.levels[frame] = 60 }
    let transcript = speech.transcript(speech.chunks(of: 30, overlap: 0.5, seam: .pause)) { chunk in
      var answer = speech.answer(chunk, .segments)
      guard chunk.index == 0 else { return answer }
      answer.segments.append(
        Recognition.Segment(range: TimelineRange(28 * 16_000, chunk.audio.end), text: phrase))
      answer.text += " " + phrase
      return answer
    }
    #expect(Self.plain(transcript.text) == speech.text)
    #expect(transcript.dropped.map(\.text) == [phrase])
  }

  @Test(
    "A chunk that loses the thread costs nothing of what the next ones heard",
    arguments: SeamFixture.Form.allCases, [1, 3])
  func loop(form: SeamFixture.Form, count: Int) {
    let speech = ExactSpeech(seconds: 100)
    let chunks = speech.chunks(of: 20, overlap: 4)
    let transcript = speech.transcript(chunks) { chunk in
      var words = Array(speech.words[speech.heard(chunk)])
      guard chunk.index == 1 else { return speech.answer(chunk, form, words) }
      // The last second is one phrase fifty times.
      let rest = TimelineRange(chunk.audio.end - 16_000, chunk.audio.end)
      words.removeAll { $0.range.end > rest.start }
      words += (0..<50 * count).map { index in
        let step = rest.length / Int64(50 * count)
        let start = rest.start + Int64(index) * step
        return ExactSpeech.Word(
          text: ["again", "and", "so"][index % count], range: TimelineRange(start, start + step))
      }
      return speech.answer(chunk, form, words)
    }
    let (said, _) = Self.sorted(transcript.text, speech)
    var rest = said.split(separator: " ").map(String.init)[...]
    for word in speech.words {
      guard let found = rest.firstIndex(of: word.text) else {
        Issue.record("\(word.text) is lost")
        return
      }
      rest = rest[(found + 1)...]
    }
    #expect(transcript.seams.filter { $0.chunk != 2 }.allSatisfy { $0.method == .aligned })
  }

  // MARK: Loudness

  @Test(
    "Quiet speech after a loud opening is cut, sent and kept like any other",
    arguments: SeamFixture.Form.allCases)
  func quietAfterLoud(form: SeamFixture.Form) {
    // One minute at −25 dBFS, then speech at −50 dBFS in a room at −70 dBFS.
    let speech = ExactSpeech(seconds: 600, pause: 50) { $0 < 60 ? 190 : 140 }
    let rules = PlanRules(
      longest: 29 * 16_000, shortest: 80_000, valleyOverlap: 48_000, forcedOverlap: 64_000)
    let chunks = Planner.plan(envelope: speech.envelope, length: speech.length, rules: rules)
    var gate = SilenceGate()
    let verdicts =
      chunks.map { gate.judge($0, envelope: speech.envelope) }
      + gate.finish(envelope: speech.envelope).map { $0.isSilent ? .silent : .spoken }
    #expect(!verdicts.contains(.silent))
    let transcript = speech.transcript(chunks) { speech.answer($0, form) }
    #expect(Self.plain(transcript.text) == speech.text)
    #expect(transcript.dropped.isEmpty)
  }

  @Test("Thanks that are said quietly after a loud opening are kept")
  func quietThanks() {
    var speech = ExactSpeech(seconds: 90) { $0 < 60 ? 190 : 140 }
    let chunks = speech.chunks(of: 30, overlap: 4)
    let last = speech.words.count - 1
    speech.words[last - 1].text = "thank"
    speech.words[last].text = "you"
    let transcript = speech.transcript(chunks) { chunk in
      let heard = speech.heard(chunk)
      guard chunk.index == 2 else { return speech.answer(chunk, .segments) }
      let parts = [heard.lowerBound..<last - 1, last - 1..<last + 1].map { range in
        ExactSpeech.Told(
          words: range,
          range: TimelineRange(
            speech.words[range.lowerBound].range.start, speech.words[range.upperBound - 1].range.end
          ))
      }
      return speech.answer(chunk, parts)
    }
    #expect(Self.plain(transcript.text) == speech.text)
    #expect(transcript.dropped.isEmpty)
  }
}

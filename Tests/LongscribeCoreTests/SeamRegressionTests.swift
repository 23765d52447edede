import LongscribeCore
import Testing

/// Bugs that seams and their neighbourhood had, by their symptoms.
@Suite("What stitching once got wrong")
struct SeamRegressionTests {
  private static let second: Int64 = 16_000

  /// Two chunks of ten seconds that share four, or as many as given, in which somebody speaks all the time.
  private static func transcript(
    _ left: Recognition, _ right: Recognition, levels: [UInt8]? = nil, overlap: Int64 = 4
  ) -> Transcript {
    let envelope = Envelope(
      levels: levels ?? (0..<2000).map { $0 % 30 < 4 ? 160 : UInt8(185 + $0 % 7) })
    let (start, length) = ((10 - overlap) * second, (20 - overlap) * second)
    let cut = (start + 10 * second) / 2
    let chunks = [
      Chunk(
        index: 0, audio: TimelineRange(0, 10 * second), owned: TimelineRange(0, cut), seam: nil),
      Chunk(
        index: 1, audio: TimelineRange(start, length), owned: TimelineRange(cut, length),
        seam: .forced),
    ]
    var record = JobRecord(chunks: chunks, of: envelope, length: length)
    record.outcomes = [0: .answered(left), 1: .answered(right)]
    return record.transcript()
  }

  /// Words with times: one every 0.4 s of the recording, from `start`, as a chunk answers that begins at `offset`.
  private static func words(_ text: String, from start: Double, offset: Double) -> Recognition {
    let words = text.split(separator: " ").map(String.init)
    return Recognition(
      text: words.filter { $0 != "_" }.joined(separator: " "),
      words: words.enumerated().filter { $1 != "_" }.map { place, word in
        let time = Timeline.samples(start + 0.4 * Double(place) - offset)
        return Recognition.Word(range: TimelineRange(time, time + 5600), text: word)
      })
  }

  private static func segments(_ parts: [(Double, Double, String)]) -> Recognition {
    Recognition(
      text: parts.map(\.2).joined(separator: " "),
      segments: parts.map {
        Recognition.Segment(
          range: TimelineRange(Timeline.samples($0.0), Timeline.samples($0.1)), text: $0.2)
      })
  }

  @Test("A segment of nothing but notes next to a word ended the program")
  func notesAtASeam() {
    let transcript = Self.transcript(
      Self.segments([(0, 6, "we talked about many things"), (6, 10, "♪♪")]),
      Self.segments([(0, 4, "music plays loudly"), (4, 10, "and then they went home")]))
    #expect(transcript.text.hasPrefix("we talked about many things"))
    #expect(transcript.text.hasSuffix("music plays loudly and then they went home"))
  }

  @Test(
    "Several words at an end of the overlap that one chunk left out were deleted from the other")
  func wordsLeftOut() {
    let said = "kilo lima mike november oscar papa quebec romeo sierra tango uniform victor"
    // The left chunk has nothing for the second to fourth word of the overlap.
    let left = Self.words("kilo _ _ _ oscar papa quebec romeo sierra", from: 6.2, offset: 0)
    let right = Self.words(
      "lima mike november oscar papa quebec romeo sierra tango uniform victor", from: 6.6, offset: 6
    )
    #expect(Self.transcript(left, right).text == said)
    // The right chunk has nothing for the last three of the overlap.
    let all = Self.words("kilo lima mike november oscar papa quebec romeo", from: 6.4, offset: 0)
    let rest = Self.words(
      "lima mike november oscar _ _ _ sierra tango uniform victor", from: 6.8, offset: 6)
    #expect(Self.transcript(all, rest).text == said)
  }

  @Test(
    "A mark inside a word ended a segment, and got a space behind it",
    arguments: [
      "visit www.example.com today", "john.doe@example.co.uk wrote",
      "the U.S.A. and Ph.D. at 5 p.m. sharp",
      "Node.js写的程序", "well...maybe", "ราคา 3.50 บาท ครับ",
    ])
  func marksInsideWords(text: String) {
    let transcript = Self.transcript(Recognition(text: text), Recognition(text: ""))
    #expect(transcript.text == text)
  }

  @Test(
    "A word that the other chunk spells in another way was lost or doubled",
    arguments: [
      ("this is a state-of-the-art model for speech", "a state of the art model for speech works"),
      ("قال الأستاذ إن الكِتَابَ جديد جدا", "قال الأستاذ إن الكتاب جديد جدا اليوم"),
    ])
  func spellings(left: String, right: String) {
    let transcript = Self.transcript(Recognition(text: left), Recognition(text: right))
    #expect(transcript.seams.first?.method == .aligned)
    let most = max(left.split(separator: " ").count, right.split(separator: " ").count)
    let words = transcript.text.split(separator: " ")
    #expect(words.count <= most + 2, "nothing is doubled")
    #expect(words.first == left.split(separator: " ").first)
    #expect(words.last == right.split(separator: " ").last)
  }

  @Test("Times that are all zero were believed, and the text was taken for missing")
  func zeroTimes() {
    var answer = Self.words("one two three four five six seven eight", from: 0, offset: 0)
    for index in answer.words.indices { answer.words[index].range = TimelineRange(0, 0) }
    let transcript = Self.transcript(answer, Recognition(text: ""))
    #expect(transcript.text == "one two three four five six seven eight")
    #expect(transcript.segments.allSatisfy { $0.isEstimated })
  }

  @Test("A list of words without a text of its own was no text")
  func wordsAlone() {
    var answer = Self.words("alpha beta gamma delta", from: 1, offset: 0)
    answer.text = ""
    #expect(Self.transcript(answer, Recognition(text: "")).text == "alpha beta gamma delta")
  }

  @Test("Words with times that are late were taken for words that nobody said")
  func lateTimes() {
    // Speech up to 8 s, silence to the end of the chunk at 10 s; all words come 2 s late.
    let levels = (0..<1600).map { frame -> UInt8 in
      (800..<1100).contains(frame) ? 100 : frame % 30 < 4 ? 160 : UInt8(185 + frame % 7)
    }
    let text = (0..<20).map { "word\($0)" }.joined(separator: " ")
    let late = Self.words(text, from: 2, offset: 0)
    let transcript = Self.transcript(late, Recognition(text: ""), levels: levels)
    #expect(transcript.text == text)
    #expect(transcript.dropped == [])
  }

  @Test("A second speaker who is much softer was taken for silence, and all of the overlap doubled")
  func softSpeaker() {
    // From 5.5 s on the voice is 22 dB softer, with the room far below it.
    let levels = (0..<1600).map { frame -> UInt8 in
      let level = frame % 30 < 4 ? 165 : 190 + frame % 7
      return UInt8(frame % 100 < 3 ? 60 : frame > 550 ? level - 44 : level)
    }
    let transcript = Self.transcript(
      Recognition(
        text: "good morning everybody and welcome to the show today we have a guest from the north"),
      Recognition(text: "today we have a guest from the north who tells us about the long winter"),
      levels: levels)
    #expect(
      transcript.text
        == "good morning everybody and welcome to the show today we have a guest from the north who tells us about the long winter"
    )
  }

  @Test("Joins that nothing proves were told nowhere but in the JSON")
  func unprovedJoins() throws {
    let transcript = Self.transcript(
      Recognition(text: "alpha beta gamma delta epsilon zeta eta theta"),
      Recognition(text: "iota kappa lambda omicron sigma upsilon omega"))
    #expect(transcript.seams.first?.method == .unverified)
    let warning = try #require(transcript.warnings.first)
    #expect(warning.contains("may be doubled"))
    #expect(warning.contains("00:00:08"))
  }

  @Test(
    "Without times, a rare word that both had heard did not keep the overlap from being doubled")
  func oneRareWord() {
    let transcript = Self.transcript(
      Recognition(
        text:
          "In the morning we would go down to the river and then we would walk up to the old mill "
          + "wear the granary stool"),
      Recognition(
        text:
          "he a granary stood and it was there that we would eat what we had and talk of what we "
          + "would do in the summer"), overlap: 2)
    #expect(transcript.text.contains("mill wear the granary stood and it was there"))
    #expect(transcript.seams.map(\.method) == [.aligned])
  }

  @Test("Without times, words were lost where two common words agreed and a rare one did not fit")
  func commonWordsAgainstARareOne() {
    let transcript = Self.transcript(
      Recognition(
        text:
          "The men said that the boat was not the one that the men had seen but the red car now "
          + "trim the boat"),
      Recognition(
        text: "trim the red new coats the men of the town have had on the road for all of the time "
          + "that the men were there"), overlap: 2)
    #expect(transcript.text.contains("the red car now trim the red new coats the men of the town"))
  }
}

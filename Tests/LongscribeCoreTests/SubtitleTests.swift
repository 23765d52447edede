import LongscribeCore
import Testing

@Suite("Subtitles of known texts")
struct SubtitleTests {
  /// Segments with a start, an end and a text, in seconds; without words' times unless a pace is given.
  private func transcript(
    _ segments: [(Double, Double, String)], wordSeconds: Double? = nil, language: String? = nil,
    length: Double = 600
  ) -> Transcript {
    let end = Timeline.samples(length)
    let chunk = Chunk(
      index: 0, audio: TimelineRange(0, end), owned: TimelineRange(0, end), seam: nil)
    let part = TranscriptPart(
      chunk: 0,
      segments: segments.map { start, end, text in
        let words = text.split(separator: " ").enumerated().compactMap { index, word in
          wordSeconds.map { pace in
            TranscriptWord(
              range: TimelineRange(
                Timeline.samples(start + Double(index) * pace),
                Timeline.samples(start + Double(index + 1) * pace)), text: String(word))
          }
        }
        return TranscriptSegment(
          range: TimelineRange(Timeline.samples(start), Timeline.samples(end)), text: text,
          words: words, chunk: 0, isEstimated: false)
      }, language: language)
    return Transcript(
      record: JobRecord(chunks: [chunk], of: Envelope(), length: end), parts: [part])
  }

  private func texts(
    _ transcript: Transcript, _ style: SubtitleStyle = SubtitleProfile.standard.style
  ) -> [String] {
    CueLayout(style).cues(transcript).map(\.text)
  }

  /// A text that is one subtitle, and its lines.
  struct Lines: Sendable, CustomTestStringConvertible {
    var lines: [String]
    var language: String?
    var testDescription: String { lines.joined(separator: " | ") }
    init(_ lines: String..., language: String? = nil) {
      self.lines = lines
      self.language = language
    }
  }

  @Test(
    "Lines end where phrases do",
    arguments: [
      Lines("This fits into a line."),
      Lines("When the water is cold enough,", "it turns into ice within an hour."),
      Lines("We measured the height of the tower", "and the length of its shadow."),
      Lines("The professor told us about the history", "of the university in great detail."),
      Lines("They finally gave the prize", "to Maria Sklodowska after many years."),
      Lines("Der Versuch ist uns gelungen,", "obwohl das Wasser zu warm war.", language: "de"),
      Lines(
        "Nous avons mesuré la hauteur de la tour", "et la longueur de son ombre.",
        language: "french"),
      Lines("今天我们来讲语音识别的历史，", "但是首先要说明几个问题。"),
      Lines("今日は音声認識の歴史に", "ついてお話ししたいと思います。"),
      Lines("오늘은 음성 인식의 역사에", "대해 이야기하려고 합니다."),
    ])
  func lines(_ expected: Lines) {
    let dense = !expected.lines[0].contains(" ") && expected.lines.count > 1
    let text = expected.lines.joined(separator: dense ? "" : " ")
    let cues = texts(transcript([(0, 5.5, text)], language: expected.language))
    #expect(cues == [expected.lines.joined(separator: "\n")])
  }

  @Test("A long segment is divided where its sentences and clauses end")
  func division() {
    let text =
      "First we look at the data that was collected in the field. Then, because it is noisy, we remove everything "
      + "that nobody can have said, and what is left is compared with the recording."
    let cues = texts(transcript([(0, 12, text)]))
    #expect(cues.first == "First we look at the data\nthat was collected in the field.")
    #expect(cues.allSatisfy { $0.split(separator: "\n").count <= 2 })
    #expect(cues.joined(separator: " ").split { $0.isWhitespace } == text.split(separator: " "))
    #expect(cues.dropLast().allSatisfy { $0.hasSuffix(",") || $0.hasSuffix(".") })
  }

  @Test("Two sentences are two subtitles, but a word that nobody could read in its time is not one")
  func shortSentences() {
    #expect(
      texts(transcript([(0, 2, "That is all for today."), (2, 4, "Thank you very much.")])).count
        == 2)
    #expect(
      texts(transcript([(0, 0.3, "Yes."), (0.3, 3, "That is what we found.")]))
        == ["Yes. That is what we found."])
  }

  @Test("A pause parts subtitles, even in the middle of a sentence")
  func pauses() {
    let cues = CueLayout(SubtitleProfile.standard.style).cues(
      transcript([(0, 1.2, "And then there was"), (5, 6, "nothing.")]))
    #expect(cues.map(\.text) == ["And then there was", "nothing."])
    #expect(cues.map(\.range.start) == [0, 80_000])
  }

  @Test("A subtitle stays for as long as reading takes, and small gaps are closed")
  func timing() {
    let cues = CueLayout(SubtitleProfile.standard.style).cues(
      transcript([
        (1, 2, "Fifty-one characters are read in no less than 3 s."),
        (2.3, 5.3, "Next comes a sentence that takes some time."),
        (10, 11, "Something else is said."),
      ]))
    let times = cues.map { (Timeline.seconds($0.range.start), Timeline.seconds($0.range.end)) }
    #expect(times.map(\.0) == [1, 2.3, 10])
    // Until 84 ms before the next; then as long as reading takes (17 characters a second, the line's end counting as one), or 5/6 s.
    #expect(
      zip(times.map(\.1), [2.216, 5.3, 11.4115]).allSatisfy { abs($0 - $1) < 0.001 }, "\(times)")
  }

  @Test("Words' times decide when a part of a segment is shown")
  func wordTimes() {
    let text = (1...40).map { "word\($0)" }.joined(separator: " ")
    let cues = CueLayout(SubtitleProfile.standard.style).cues(
      transcript([(100, 130, text)], wordSeconds: 0.5))
    for cue in cues {
      let number = cue.text.split { !$0.isNumber }.compactMap { Int($0) }[0]
      #expect(Timeline.seconds(cue.range.start) == 100 + Double(number - 1) * 0.5)
    }
    #expect(cues.count >= 3)
  }

  @Test("Without them the loudness does")
  func loudness() {
    // Speech from 2 to 4 s and from 12 to 14 s.
    var levels = [UInt8](repeating: 60, count: 2000)
    for frame in Array(200..<400) + Array(1200..<1400) {
      levels[frame] = frame % 20 < 15 ? 190 : 170
    }
    let cues = CueLayout(SubtitleProfile.standard.style, envelope: Envelope(levels: levels)).cues(
      transcript([(0, 20, "Here is the first of them. And this is the other one.")], length: 20))
    #expect(cues.count == 2)
    #expect(abs(Timeline.seconds(cues[0].range.start) - 2) < 0.1)
    #expect(abs(Timeline.seconds(cues[1].range.start) - 12) < 0.1)
  }

  @Test("A few words for a long time are shown at its start, together")
  func sparse() {
    let cues = CueLayout(SubtitleProfile.standard.style).cues(
      transcript([(0, 30, "Hello, world.")]))
    #expect(cues.map(\.text) == ["Hello, world."])
    #expect(cues[0].range.start == 0)
  }

  @Test("A word longer than a line is parted, the rest is not lost")
  func longWord() {
    let word = String(repeating: "abcdefghij", count: 10)
    let cues = texts(transcript([(0, 9, "See \(word) now.")]))
    #expect(cues.joined().filter { !$0.isWhitespace } == "See\(word)now.")
    #expect(cues.allSatisfy { $0.split(separator: "\n").allSatisfy { $0.count <= 42 } })
  }

  @Test(
    "No line begins with a closing mark, a small kana or a vowel that belongs to the letter before")
  func lineStarts() {
    var style = SubtitleProfile.standard.style
    let never = Set("、。，！？」』）】ゃゅょっーァィゥェォャュョッะาำๆ")
    let texts = [
      "「コンピューター」っていう言葉、きゃりーぱみゅぱみゅ。", "他说：“好的，（没有问题）！”然后……就走了。", "น้ำใจไมตรีของเราเป็นเรื่องสำคัญมาก ๆ เลย",
    ]
    for text in texts {
      for width in 10...20 {
        style.maximumLineWidth = width
        for line in self.texts(transcript([(0, 8, text)]), style).flatMap({
          $0.split(separator: "\n")
        }) {
          #expect(!(line.first.map(never.contains) ?? true), "\(width): \(line)")
          #expect(
            !(line.last.map { "「（“เแโใไ".contains($0) } ?? true) || width < 8, "\(width): \(line)")
        }
      }
    }
  }

  @Test("A speech of Chinese has no spaces between its characters, whether they have times or not")
  func chinese() {
    let text = "今天我们来讲一讲语音识别的历史。"
    let segment = TranscriptSegment(
      range: TimelineRange(0, 80_000), text: text,
      words: text.dropLast().enumerated().map { index, character in
        TranscriptWord(
          range: TimelineRange(Int64(index) * 5000, Int64(index + 1) * 5000),
          text: index == 14 ? "史。" : String(character))
      }, chunk: 0, isEstimated: false)
    var transcript = transcript([])
    transcript.segments = [segment]
    #expect(texts(transcript) == [text])
  }

  @Test("The profile plain shows the segments as they are")
  func plain() {
    let long = (1...60).map { "word\($0)" }.joined(separator: " ")
    let cues = CueLayout(SubtitleProfile.plain.style).cues(
      transcript([(0, 30, long), (30, 30.1, "Yes."), (30.2, 31, "No.")]))
    #expect(cues.map(\.text) == [long, "Yes.", "No."])
    #expect(cues.map { Timeline.seconds($0.range.end) } == [30, 30.1, 31])
  }

  @Test(
    "As in whisper, a width alone only breaks lines, and a number of words makes short subtitles")
  func whisper() {
    var style = SubtitleProfile.plain.style
    style.maximumLineWidth = 20
    let text = "This is a segment that is kept as one subtitle of many lines."
    let lines = texts(transcript([(0, 10, text)]), style)
    #expect(lines.count == 1)
    #expect(lines[0].split(separator: "\n").count == 4)
    #expect(lines[0].split(separator: "\n").allSatisfy { $0.count <= 20 })

    style = SubtitleProfile.plain.style
    style.maximumWordsPerLine = 3
    style.maximumLines = 1
    let short = texts(transcript([(0, 10, text)]), style)
    #expect(short.allSatisfy { !$0.contains("\n") && $0.split(separator: " ").count <= 3 })
    #expect(short.joined(separator: " ") == text)
  }

  @Test("The words of a subtitle are underlined one after the other")
  func highlight() {
    var style = SubtitleProfile.standard.style
    style.highlightsWords = true
    let transcript = transcript([(1, 3, "One <two> three.")], wordSeconds: 0.5)
    #expect(
      TranscriptFormat.srt.write(transcript, style: style) == """
        1
        00:00:01,000 --> 00:00:01,500
        <u>One</u> ＜two＞ three.

        2
        00:00:01,500 --> 00:00:02,000
        One <u>＜two＞</u> three.

        3
        00:00:02,000 --> 00:00:02,500
        One ＜two＞ <u>three.</u>


        """)
    #expect(
      TranscriptFormat.vtt.write(transcript, style: style).contains(
        "00:00:01.500 --> 00:00:02.000\nOne <u>&lt;two&gt;</u> three.\n\n"))
    // Lyrics and tables have no markup, and the JSON does not change.
    #expect(TranscriptFormat.lrc.write(transcript, style: style) == "[00:01.00]One ＜two＞ three.\n")
    for format in [TranscriptFormat.tsv, .txt, .json] {
      #expect(format.write(transcript, style: style) == format.write(transcript))
    }
  }

  @Test("Lyrics have one line where subtitles have two")
  func lyrics() {
    let text = "We measured the height of the tower and the length of its shadow."
    let lyrics = TranscriptFormat.lrc.write(transcript([(0, 6, text)]))
    let lines = lyrics.split(separator: "\n").map { String($0.drop { $0 != "]" }.dropFirst()) }
    #expect(lines.count == 2)
    #expect(lines.joined(separator: " ") == text)
    #expect(
      TranscriptFormat.lrc.write(transcript([(0, 6, text)]), style: SubtitleProfile.plain.style)
        == "[00:00.00]\(text)\n")
  }
}

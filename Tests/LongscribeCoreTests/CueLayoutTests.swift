import LongscribeCore
import TestSupport
import Testing

@Suite("Subtitles of random transcripts")
struct CueLayoutTests {
  /// A style by its name, and what it was changed by.
  struct Style: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var style: SubtitleStyle

    init(
      _ profile: SubtitleProfile, _ name: String = "",
      _ change: (inout SubtitleStyle) -> Void = { _ in }
    ) {
      testDescription = profile.rawValue + name
      style = profile.style
      change(&style)
    }
  }

  static let styles =
    SubtitleProfile.allCases.map { Style($0) } + [
      Style(.plain, ", 20 columns") { $0.maximumLineWidth = 20 },
      Style(.plain, ", 3 words, 1 line") {
        $0.maximumWordsPerLine = 3
        $0.maximumLines = 1
      },
      Style(.standard, ", 1 column") { $0.maximumLineWidth = 1 },
      Style(.standard, ", 1 word") { $0.maximumWordsPerLine = 1 },
      Style(.standard, ", 90 columns, 5 lines") {
        $0.maximumLineWidth = 90
        $0.maximumLines = 5
      },
    ]

  private func transcripts(
    _ scripts: [RandomTranscript.Script] = RandomTranscript.Script.allCases,
    _ times: [RandomTranscript.Times] = RandomTranscript.Times.allCases, gaps: Bool = false,
    seeds: Range<UInt64> = 0..<6
  ) -> [(RandomTranscript.Script, RandomTranscript)] {
    scripts.flatMap { script in
      times.flatMap { times in
        seeds.map { (script, RandomTranscript(script, times, seed: $0, gaps: gaps)) }
      }
    }
  }

  @Test("Nothing is lost, repeated or cut inside a character", arguments: styles)
  func text(_ style: Style) {
    for (script, random) in transcripts(gaps: true) {
      let cues = CueLayout(style.style).cues(random.transcript).filter { !$0.isGap }
      let written = cues.flatMap { cue in
        cue.text.split(separator: "\n").flatMap { RandomTranscript.visible(String($0)) }
      }
      #expect(written == random.characters, "\(script)")
    }
  }

  @Test(
    "Cues are in order, apart and within the recording, whatever the times are", arguments: styles)
  func times(_ style: Style) {
    for (script, random) in transcripts(gaps: true) {
      let cues = CueLayout(style.style).cues(random.transcript)
      for (left, right) in zip(cues, cues.dropFirst()) {
        #expect(left.range.end <= right.range.start, "\(script)")
      }
      #expect(cues.allSatisfy { $0.range.length >= 16 && $0.range.start >= 0 }, "\(script)")
      #expect(cues.allSatisfy { $0.lines.allSatisfy { !$0.isEmpty } })
    }
    for (script, random) in transcripts(times: [.words, .segments]) {
      let cues = CueLayout(style.style).cues(random.transcript)
      #expect((cues.last?.range.end ?? 0) <= random.transcript.length, "\(script)")
    }
  }

  private func transcripts(times: [RandomTranscript.Times])
    -> [(RandomTranscript.Script, RandomTranscript)]
  {
    transcripts(RandomTranscript.Script.allCases, times)
  }

  @Test("Gaps are shown where they are", arguments: styles)
  func gaps(_ style: Style) {
    for (_, random) in transcripts([.english, .chinese], [.words, .segments], gaps: true) {
      let cues = CueLayout(style.style).cues(random.transcript).filter(\.isGap)
      #expect(cues.map(\.range) == random.transcript.gaps.map(\.range))
      for cue in cues {
        #expect(
          String(cue.text.filter { !$0.isWhitespace }).contains("transcribed:it<broke>")
        )
      }
    }
  }

  @Test(
    "Lines are within the width and the number of the profile",
    arguments: [SubtitleProfile.standard, .netflix, .bbc])
  func lines(_ profile: SubtitleProfile) {
    for (script, random) in transcripts() {
      let most =
        switch (profile, script) {
        case (.netflix, .japanese): 23
        case (.bbc, .english), (.bbc, .german), (.bbc, .arabic), (.bbc, .hindi): 37
        default: script.lineLength
        }
      for cue in CueLayout(profile.style).cues(random.transcript) {
        #expect(cue.lines.count <= 2)
        guard let most else { continue }
        for line in cue.text.split(separator: "\n") { #expect(line.count <= most, "\(line)") }
      }
    }
  }

  @Test("A width that is asked for holds for every script, in columns")
  func width() {
    var style = SubtitleProfile.standard.style
    style.maximumLineWidth = 20
    for (script, random) in transcripts([.english, .chinese, .korean, .thai], [.words]) {
      for line in CueLayout(style).cues(random.transcript).flatMap({
        $0.text.split(separator: "\n")
      }) {
        let wide = line.count { $0.unicodeScalars.first.map { $0.value >= 0x2E80 } ?? false }
        #expect(line.count + wide <= 20, "\(script) \(line)")
      }
    }
  }

  @Test("Words of scripts with spaces are never parted, and counted where there is a cap")
  func words() {
    var style = SubtitleProfile.standard.style
    style.maximumWordsPerLine = 4
    for (_, random) in transcripts([.english, .korean, .arabic], [.words, .segments]) {
      let said = random.transcript.segments.flatMap { $0.text.split(separator: " ") }
      let lines = CueLayout(style).cues(random.transcript).flatMap {
        $0.text.split(separator: "\n")
      }
      #expect(lines.flatMap { $0.split(separator: " ") } == said)
      #expect(lines.allSatisfy { $0.split(separator: " ").count <= 4 })
    }
  }

  @Test(
    "Cues last between 5/6 s and 7 s, and are either apart or close to each other",
    arguments: [SubtitleProfile.standard, .netflix])
  func durations(_ profile: SubtitleProfile) {
    var count = 0
    var short = 0
    for (script, random) in transcripts(
      [.english, .german, .chinese, .japanese, .korean, .thai, .arabic, .hindi],
      [.words, .segments])
    {
      let cues = CueLayout(profile.style).cues(random.transcript)
      count += cues.count
      short += cues.count { $0.range.length < 834 * 16 }
      #expect(cues.allSatisfy { $0.range.seconds <= 7 })
      for (left, right) in zip(cues, cues.dropFirst()) {
        let gap = right.range.start - left.range.end
        #expect(
          gap == 84 * 16 || gap >= 8_000 || left.range.seconds == 7
            || left.range.length <= 834 * 16, "\(script) \(gap) \(left.range.seconds)")
      }
    }
    // Where a recording ends with a word, or much is said between two long pauses.
    #expect(short * 200 <= count, "\(short) of \(count)")
  }

  @Test("The BBC's gaps are none, or a second")
  func gapsOfTheBBC() {
    for (_, random) in transcripts([.english, .chinese], [.words]) {
      let cues = CueLayout(SubtitleProfile.bbc.style).cues(random.transcript)
      for (left, right) in zip(cues, cues.dropFirst()) {
        let gap = right.range.start - left.range.end
        #expect(gap == 0 || gap >= 16_000 || left.range.seconds == 7, "\(gap)")
      }
    }
  }

  @Test("Cues are shown when they are said")
  func synchrony() {
    for (script, random) in transcripts(
      [.english, .chinese, .korean], [.words])
    {
      let words = random.transcript.words
      for profile in SubtitleProfile.allCases where profile != .plain {
        var position = 0
        for cue in CueLayout(profile.style).cues(random.transcript) {
          var rest = RandomTranscript.visible(cue.text).count
          let first = words[position]
          while rest > 0, position < words.count {
            rest -= words[position].text.count
            position += 1
          }
          #expect(abs(cue.range.start - first.range.start) <= 8_000, "\(script)")
          #expect(cue.range.end - words[position - 1].range.end <= 2 * 16_000, "\(script)")
        }
      }
    }
  }

  @Test(
    "With highlighted words each cue shows the text of its subtitle and underlines the next word")
  func highlights() {
    var style = SubtitleProfile.standard.style
    let layout = CueLayout(style)
    style.highlightsWords = true
    for (_, random) in transcripts([.english, .chinese, .mixed], RandomTranscript.Times.allCases) {
      let whole = layout.cues(random.transcript)
      let cues = CueLayout(style).cues(random.transcript)
      var shown: [String] = []
      for cue in cues where shown.last != cue.text { shown.append(cue.text) }
      var expected: [String] = []
      for cue in whole where expected.last != cue.text { expected.append(cue.text) }
      #expect(shown == expected)
      #expect(cues.allSatisfy { cue in cue.lines.joined().contains(where: \.isHighlighted) })
      #expect(
        cues.flatMap {
          $0.lines.joined().filter(\.isHighlighted).flatMap { RandomTranscript.visible($0.text) }
        }
          == random.characters)
      for (left, right) in zip(cues, cues.dropFirst()) {
        #expect(left.range.end <= right.range.start)
      }
    }
  }

  @Test("The same transcript gives the same cues, and a long one is done in no time")
  func determinism() {
    let random = RandomTranscript(.mixed, .words, seed: 99)
    let layout = CueLayout(SubtitleProfile.standard.style)
    #expect(layout.cues(random.transcript) == layout.cues(random.transcript))
  }
}

import Longscribe
import LongscribeTerminal
import Testing

/// Progress as text: what is drawn for what is known.
struct ProgressTextTests {
  /// A recording of ten minutes in ten chunks, of which some are done.
  private static func progress(
    name: String = "talk.mp3", done: Int, heard: Int = 10, isListened: Bool = true,
    price: String = "0USD/min"
  ) -> TranscriptionProgress {
    let rate = CallRate.Price(price).map { CallRate(price: $0, metering: .exact, source: "test") }
    var progress = TranscriptionProgress(name: name, rate: rate)
    let minute = 60 * Timeline.sampleRate
    for index in 0..<heard {
      let range = TimelineRange(Int64(index) * minute, Int64(index + 1) * minute)
      let chunk = Chunk(index: index, audio: range, owned: range, seam: nil)
      progress.take(.planned(chunk))
      progress.take(.heard(samples: range.end))
      progress.take(.started(chunk, attempt: 1))
      if index < done { progress.take(.answered(chunk, Recognition(text: "words"))) }
    }
    if isListened {
      var report = DecodeReport()
      report.length = Int64(heard) * minute
      progress.take(.listened(report))
    }
    return progress
  }

  @Test
  func `a wide terminal shows all that is known`() {
    let progress = Self.progress(done: 4, price: "0.01USD/min")
    #expect(
      ProgressText.line(progress, after: 8, columns: 200)
        == "talk.mp3  4 of 10 chunks  0:04:00 of 0:10:00  40 %  30 × real time  0.04 USD  0:00:12 left"
    )
  }

  @Test
  func `before the end is heard, the plan may grow and the length is not known`() {
    let progress = Self.progress(done: 1, heard: 3, isListened: false)
    #expect(
      ProgressText.line(progress, after: 4, columns: 200)
        == "talk.mp3  1 of 3+ chunks  0:01:00  heard 0:03:00  15 × real time")
  }

  @Test
  func `what may have been charged costs something, and what was kept from before does not`() {
    let rate = CallRate.Price("0.01USD/min").map {
      CallRate(price: $0, metering: .exact, source: "test")
    }
    var progress = TranscriptionProgress(name: "talk.mp3", rate: rate)
    #expect(progress.cost == "0.00 USD")
    let range = TimelineRange(0, 60 * Timeline.sampleRate)
    let chunk = Chunk(index: 0, audio: range, owned: range, seam: nil)
    progress.take(.started(chunk, attempt: 1))
    progress.take(
      .retrying(chunk, RecognitionFailure(.overloaded, message: "busy", retry: .now), seconds: 1))
    progress.take(.started(chunk, attempt: 2))
    progress.take(.reused(chunk, Recognition(text: "words")))
    #expect(progress.cost == "0.00 USD")
    let lost = RecognitionFailure(
      .unreachable, message: "lost", retry: .now, charge: .unknown)
    progress.take(.started(chunk, attempt: 3))
    progress.take(.retrying(chunk, lost, seconds: 1))
    progress.take(.started(chunk, attempt: 4))
    progress.take(.answered(chunk, Recognition(text: "words")))
    // Given up without having been sent, because something else ended the run.
    progress.take(.failed(chunk, lost))
    #expect(progress.cost == "0.02 USD")
    #expect(progress.usage.calls == 2)
    #expect(progress.calls == 3)
    #expect(progress.callsOfUnknownFate == 1)
  }

  @Test
  func `nothing is measured before there is something to measure`() {
    #expect(
      ProgressText.line(Self.progress(done: 0), after: 60, columns: 200)
        == "talk.mp3  0 of 10 chunks  0:00:00 of 0:10:00  0 %")
    #expect(
      ProgressText.line(Self.progress(done: 3), after: 1, columns: 200)
        == "talk.mp3  3 of 10 chunks  0:03:00 of 0:10:00  30 %")
  }

  @Test(arguments: [
    (
      90,
      "talk.mp3  4 of 10 chunks  0:04:00 of 0:10:00  40 %  30 × real time  0.04 USD  0:00:12 left"
    ),
    (79, "talk.mp3  4/10 chunks  0:04:00/0:10:00  40 %  30 ×  0.04 USD  0:00:12 left"),
    (70, "talk.mp3  4/10 chunks  0:04:00/0:10:00  40 %  0.04 USD  0:00:12 left"),
    (60, "talk.mp3  4/10 chunks  0:04:00/0:10:00  40 %  0:00:12 left"),
    (40, "talk.mp3  4/10 chunks  40 %"),
    (28, "talk.mp3  4/10 chunks  40 %"),
    (21, "talk.mp3  4/10 chunks"),
    (19, "talk.mp3"),
  ])
  func `the least important goes first where there is no room`(_ columns: Int, _ line: String) {
    let progress = Self.progress(done: 4, price: "0.01USD/min")
    #expect(ProgressText.line(progress, after: 8, columns: columns) == line)
  }

  @Test(arguments: [
    "talk.mp3", "第十二讲：线性代数与矩阵的特征值（下）.mp4", "강의 녹음 파일 이름이 아주 깁니다.m4a",
    "👩‍🏫👩‍🏫👩‍🏫👩‍🏫👩‍🏫👩‍🏫👩‍🏫👩‍🏫 lecture.mov", "cafe\u{301} a\u{1B}[31m.ogg", String(repeating: "x", count: 300),
  ])
  func `no line is wider than the terminal, whatever the name and the text`(_ name: String) {
    var progress = Self.progress(name: name, done: 4)
    for text in ["", "so we come to", "接下来我们来看矩阵的特征值", String(repeating: "字", count: 200)] {
      progress.take(.provisional(text))
      for columns in 19...240 {
        let line = ProgressText.line(progress, after: 8, columns: columns)
        #expect(DisplayWidth.of(line) <= columns)
        #expect(!line.contains("\u{1B}"))
        #expect(line.contains("4 of 10 chunks") || line.contains("4/10 chunks") || columns < 30)
      }
    }
  }

  @Test
  func `provisional text fills the rest of the line, its end first`() {
    var progress = Self.progress(done: 4)
    progress.take(.provisional(String(repeating: "word ", count: 50) + "and the end"))
    let line = ProgressText.line(progress, after: 1, columns: 79)
    #expect(line.hasSuffix("and the end"))
    #expect(line.contains("40 %  …"))
    #expect(DisplayWidth.of(line) == 79)
  }

  @Test
  func `a log has all of it on a line of its own`() {
    #expect(
      ProgressText.plain(Self.progress(done: 4), after: 8)
        == "talk.mp3: 4 of 10 chunks, 0:04:00 of 0:10:00, 40 %, 30 × real time, 0:00:12 left")
  }

  @Test(arguments: [
    ("abc", 3), ("汉字", 4), ("ｆｕｌｌ", 8), ("ｶﾅ", 2), ("한글", 4), ("e\u{301}", 1), ("a\u{200B}b", 2),
    ("😀", 2), ("👩‍🏫", 2), ("…–×", 3), ("", 0),
  ])
  func `columns are counted as terminals do`(_ text: String, _ columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test(arguments: [
    ("汉字汉字", 5, "汉字…"), ("汉字汉字", 4, "汉…"), ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("x", 0, ""),
  ])
  func `a clipped text never ends in half a character`(
    _ text: String, _ columns: Int, _ clipped: String
  ) {
    #expect(DisplayWidth.clipped(text, to: columns) == clipped)
  }
}

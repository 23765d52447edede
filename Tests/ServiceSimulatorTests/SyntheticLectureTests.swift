import Foundation
import SyntheticLecture
import Testing

@Suite(.timeLimit(.minutes(10)))
struct SyntheticLectureTests {
  @Test(arguments: SyntheticLecture.Language.allCases)
  func `the seed decides everything`(language: SyntheticLecture.Language) throws {
    let one = try Recording(seed: 3, seconds: 40, language: language)
    let two = try Recording(seed: 3, seconds: 40, language: language)
    let other = try Recording(seed: 4, seconds: 40, language: language)
    #expect(one.lecture.words == two.lecture.words)
    #expect(one.samples(0, 640_000) == two.samples(0, 640_000))
    #expect(one.lecture.words != other.lecture.words)
  }

  @Test(arguments: SyntheticLecture.Language.allCases)
  func `words are ordered, apart, and inside the recording`(
    language: SyntheticLecture.Language
  ) throws {
    let lecture = SyntheticLecture(seed: 8, seconds: 600, language: language)
    var end: Int64 = 0
    for word in lecture.words {
      // At least 20 ms apart, to the sample.
      #expect(word.start >= end + 319)
      #expect(word.end > word.start + 1600)
      end = word.end
    }
    #expect(end <= lecture.sampleCount)
    #expect(lecture.words.count > 1000)
    #expect(lecture.words.count { $0.text.count > 1 && !($0.text.last?.isLetter ?? true) } > 150)
    #expect(lecture.text.hasSuffix(language == .english ? "." : "。"))
  }

  @Test
  func `there are pauses, and long stretches without any`() throws {
    let lecture = SyntheticLecture(seed: 8, seconds: 900, language: .english)
    var longest = 0.0
    var stretchStart = 0.0
    var pauses = 0
    for (before, after) in zip(lecture.words, lecture.words.dropFirst()) {
      let gap = Double(after.start - before.end) / 16_000
      if gap > 0.0602 {
        longest = max(longest, Double(before.end) / 16_000 - stretchStart)
        stretchStart = Double(after.start) / 16_000
      }
      if gap >= 0.5 { pauses += 1 }
      #expect(gap <= 1.21)
    }
    #expect(longest >= 70)
    #expect(longest < 125)
    #expect(pauses > 50)
  }

  @Test
  func `speech is loud and pauses are quiet`() throws {
    let recording = try Recording(seed: 21, seconds: 60, language: .english)
    func decibels(_ start: Int, _ count: Int) -> Double {
      let power = recording.samples(start, count).withUnsafeBytes { bytes in
        bytes.bindMemory(to: Int16.self).reduce(0.0) { $0 + Double($1) * Double($1) }
      }
      return 10 * log10(power / Double(count) / (32_768 * 32_768))
    }
    for index in 0..<recording.lecture.words.count - 1 {
      let word = recording.word(index)
      let next = recording.word(index + 1)
      #expect((-36 ... -14).contains(decibels(word.start, word.end - word.start)))
      if next.start - word.end > 1600 {
        #expect((-64 ... -56).contains(decibels(word.end, next.start - word.end)))
      }
    }
  }

  @Test
  func `an hour is written within seconds`() throws {
    let folder = try TestFolder()
    let lecture = SyntheticLecture(seed: 1, seconds: 3600, language: .chinese)
    let start = ContinuousClock.now
    try lecture.write(wav: folder.path("a.wav"))
    // 200 times as fast as it plays.
    #expect(ContinuousClock.now - start < .seconds(18))
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path("a.wav"))
    #expect(attributes[.size] as? Int == 44 + 3600 * 32_000)
  }

  @Test
  func `the list of words has the times in seconds`() throws {
    let recording = try Recording(seed: 2, seconds: 20, language: .english)
    let lines = try String(contentsOfFile: recording.words, encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == recording.lecture.words.count)
    for (line, word) in zip(lines, recording.lecture.words) {
      let columns = line.split(separator: "\t")
      #expect(columns.count == 3)
      let start = try #require(Double(columns[0]))
      #expect(abs(start - Double(word.start) / 16_000) < 0.00001)
      #expect(columns[0].split(separator: ".").last?.count == 5)
      #expect(columns[2] == word.text)
    }
  }

  @Test
  func `a folder that is not there is reported`() {
    let lecture = SyntheticLecture(seed: 1, seconds: 1, language: .english)
    #expect(throws: LectureWriteError.self) { try lecture.write(wav: "/nonexistent/a.wav") }
  }
}

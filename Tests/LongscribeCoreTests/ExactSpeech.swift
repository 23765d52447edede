import LongscribeCore
import TestSupport

/// A recording in which every word is another one, and recognisers that hear it as it is, chunk by chunk.
///
/// Words that a chunk's edge cuts are not heard. What else is wrong with an answer is for the test to say.
struct ExactSpeech {
  struct Word: Sendable, Hashable {
    var text: String
    var range: TimelineRange
  }

  /// A segment as a chunk's recogniser told it.
  struct Told {
    var words: Range<Int>
    var range: TimelineRange
  }

  var words: [Word] = []
  var envelope = Envelope()
  var length: Int64 { Int64(envelope.levels.count) * Timeline.frameLength }

  /// Levels of the voice and of the room (−25 and −70 dBFS).
  static let voice = 190
  static let room = 100

  /// A recording of so many seconds.
  ///
  /// - Parameters:
  ///   - pause: How long the speaker pauses after each 20 words, in frames.
  ///   - voice: How loud a second of the recording is.
  init(seconds: Int, pause: Int = 0, voice: (Int) -> Int = { _ in Self.voice }) {
    var levels = [UInt8](repeating: UInt8(Self.room), count: seconds * 100)
    var frame = 30
    var random = SeededGenerator(seed: 11)
    while true {
      let text = Self.word(words.count)
      let count = Int.random(in: 20...40, using: &random)
      guard frame + count + 30 < levels.count else { break }
      let range = TimelineRange(Int64(frame) * 160, Int64(frame + count - 3) * 160)
      words.append(Word(text: text, range: range))
      for index in frame..<frame + count - 3 {
        levels[index] = UInt8(clamping: voice(frame / 100) + Int.random(in: -8...8, using: &random))
      }
      frame += count + (words.count.isMultiple(of: 20) ? pause : 0)
    }
    envelope = Envelope(levels: levels)
  }

  /// The word with a number: three syllables, no two numbers the same below 343,000.
  static func word(_ number: Int) -> String {
    let consonants = Array("bdfgklmnprstvz")
    let vowels = Array("aeiou")
    var rest = number * 7919 % 343_000
    var text = ""
    for _ in 0..<3 {
      text.append(consonants[rest % 70 / 5])
      text.append(vowels[rest % 5])
      rest /= 70
    }
    return text
  }

  var text: String { words.map(\.text).joined(separator: " ") }

  /// The same recording after some silence, in frames.
  func delayed(byFrames frames: Int) -> ExactSpeech {
    var speech = self
    let offset = Int64(frames) * Timeline.frameLength
    for index in words.indices {
      speech.words[index].range = words[index].range.shifted(by: offset)
    }
    speech.envelope.levels =
      [UInt8](repeating: UInt8(Self.room), count: frames) + envelope.levels
    return speech
  }

  /// Chunks that own so many seconds each and overlap by so many.
  func chunks(of seconds: Double, overlap: Double, seam: Seam = .forced) -> [Chunk] {
    let step = Timeline.samples(seconds)
    let reach = Timeline.samples(overlap / 2)
    return stride(from: 0, to: length, by: Int(step)).enumerated().map { index, start in
      let owned = TimelineRange(Int64(start), min(length, Int64(start) + step))
      return Chunk(
        index: index,
        audio: TimelineRange(max(0, owned.start - reach), min(length, owned.end + reach)),
        owned: owned, seam: index == 0 ? nil : seam)
    }
  }

  /// The words that lie in a chunk's audio as a whole.
  func heard(_ chunk: Chunk) -> Range<Int> {
    let first = words.firstIndex { $0.range.start >= chunk.audio.start } ?? words.count
    let end = words[first...].firstIndex { $0.range.end > chunk.audio.end } ?? words.count
    return first..<end
  }

  /// What a chunk's recogniser says that tells times in a form.
  func answer(_ chunk: Chunk, _ form: SeamFixture.Form) -> Recognition {
    answer(chunk, form, Array(words[heard(chunk)]))
  }

  /// What a chunk's recogniser says that heard these words.
  func answer(_ chunk: Chunk, _ form: SeamFixture.Form, _ words: [Word]) -> Recognition {
    let text = words.map(\.text).joined(separator: " ")
    switch form {
    case .text: return Recognition(text: text)
    case .words:
      return Recognition(
        text: text,
        words: words.map {
          Recognition.Word(range: $0.range.shifted(by: -chunk.audio.start), text: $0.text)
        })
    case .segments:
      let starts = stride(from: 0, to: words.count, by: 8 + chunk.index % 3)
      let segments = starts.map { start in
        let part = words[start..<min(words.count, start + 8 + chunk.index % 3)]
        let range = TimelineRange(
          part.first?.range.start ?? 0, part.map(\.range.end).max() ?? 0)
        return Recognition.Segment(
          range: range.shifted(by: -chunk.audio.start),
          text: part.map(\.text).joined(separator: " "))
      }
      return Recognition(text: text, segments: segments)
    }
  }

  /// The segments that a chunk's recogniser tells whose times are off by up to `error` samples.
  func told(
    _ chunk: Chunk, error: Int64, using random: inout SeededGenerator
  ) -> [Told] {
    var told: [Told] = []
    var rest = heard(chunk)
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 5...12, using: &random))
      rest = rest.dropFirst(part.count)
      let start =
        words[part.lowerBound].range.start + Int64.random(in: -error...error, using: &random)
      let end =
        words[part.upperBound - 1].range.end + Int64.random(in: -error...error, using: &random)
      told.append(
        Told(words: part, range: TimelineRange(start, end).intersection(chunk.audio)))
    }
    return told
  }

  /// An answer of such segments.
  func answer(_ chunk: Chunk, _ told: [Told]) -> Recognition {
    let segments = told.map { part in
      Recognition.Segment(
        range: part.range.shifted(by: -chunk.audio.start),
        text: words[part.words].map(\.text).joined(separator: " "))
    }
    return Recognition(text: segments.map(\.text).joined(separator: " "), segments: segments)
  }

  /// A record of chunks without answers.
  func record(_ chunks: [Chunk]) -> JobRecord {
    JobRecord(chunks: chunks, of: envelope, length: length)
  }

  /// The transcript of chunks, each answered as a test says.
  func transcript(_ chunks: [Chunk], _ answer: (Chunk) -> Recognition) -> Transcript {
    var record = record(chunks)
    for chunk in chunks { record.outcomes[chunk.index] = .answered(answer(chunk)) }
    return record.transcript()
  }
}

extension TimelineRange {
  /// The same stretch so many samples later.
  func shifted(by offset: Int64) -> TimelineRange {
    TimelineRange(start + offset, end + offset)
  }
}

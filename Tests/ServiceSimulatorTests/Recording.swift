import Foundation
import Glibc
import ServiceSimulator
import SyntheticLecture

/// A made-up recording on disk, and pieces of it.
final class Recording: Sendable {
  static let rate = SyntheticLecture.sampleRate

  let lecture: SyntheticLecture
  let wav: String
  let words: String
  private let folder: TestFolder
  private let pcm: Data

  init(seed: UInt64, seconds: Double, language: SyntheticLecture.Language) throws {
    folder = try TestFolder()
    wav = folder.path("recording.wav")
    words = folder.path("words.tsv")
    lecture = SyntheticLecture(seed: seed, seconds: seconds, language: language)
    try lecture.write(wav: wav)
    try lecture.write(words: words)
    pcm = try Data(contentsOf: URL(fileURLWithPath: wav), options: .mappedIfSafe).dropFirst(44)
  }

  /// Four minutes for the tests that need just any recording.
  static let english: Result<Recording, any Error> = Result {
    // Objects in static storage are never released.
    atexit { Recording.removeFiles(of: Recording.english) }
    return try Recording(seed: 11, seconds: 240, language: .english)
  }
  static let chinese: Result<Recording, any Error> = Result {
    atexit { Recording.removeFiles(of: Recording.chinese) }
    return try Recording(seed: 12, seconds: 120, language: .chinese)
  }

  private static func removeFiles(of recording: Result<Recording, any Error>) {
    if case .success(let recording) = recording { recording.folder.remove() }
  }

  var answers: ServiceSimulator.Answers {
    .knownText(
      recording: wav,
      words: words,
      language: lecture.language == .english ? .english : .chinese
    )
  }

  /// A simulator that knows this recording.
  func simulator(
    _ change: (inout ServiceSimulator.Configuration) -> Void = { _ in }
  ) async throws -> ServiceSimulator {
    var configuration = ServiceSimulator.Configuration(answers: answers)
    change(&configuration)
    return try await ServiceSimulator.started(configuration)
  }

  /// The bytes of the samples from `start` on.
  func samples(_ start: Int, _ count: Int) -> Data {
    let first = pcm.startIndex + start * 2
    return Data(pcm[first..<first + count * 2])
  }

  /// Where a word begins and ends.
  func word(_ index: Int) -> (start: Int, end: Int, text: String) {
    let word = lecture.words[index]
    return (Int(word.start), Int(word.end), word.text)
  }

  /// Writes a WAV file with a piece and, after it, silence.
  func cut(
    start: Int,
    count: Int,
    silence: Int = 0,
    to path: String
  ) throws {
    try Wave.file(samples(start, count) + Data(count: silence * 2))
      .write(to: URL(fileURLWithPath: path))
  }
}

/// WAV files made by hand.
enum Wave {
  /// A file with 16-bit samples of one channel.
  static func file(_ pcm: Data, rate: Int = Recording.rate, claimedBytes: Int? = nil) -> Data {
    func bytes(_ value: Int, _ count: Int) -> Data {
      Data((0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) })
    }
    let size = claimedBytes ?? pcm.count
    return Data("RIFF".utf8) + bytes(36 + size, 4) + Data("WAVEfmt ".utf8) + bytes(16, 4)
      + bytes(1, 2) + bytes(1, 2) + bytes(rate, 4) + bytes(rate * 2, 4) + bytes(2, 2)
      + bytes(16, 2) + Data("data".utf8) + bytes(size, 4) + pcm
  }
}

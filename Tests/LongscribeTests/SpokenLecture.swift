import Foundation
import LongscribeCore
import ServiceSimulator
import SyntheticLecture
import TestSupport

/// A recording whose words are known, in several containers, and a simulated service that knows it.
final class SpokenLecture: Sendable {
  let lecture: SyntheticLecture
  let folder: TemporaryFolder
  private let language: SyntheticLecture.Language

  /// How each container is made from the recording, by the ffmpeg program.
  static let encodings: [String: String] = [
    "wav": "-c:a copy",
    "m4a": "-c:a aac -b:a 48k",
    "mp3": "-c:a libmp3lame -b:a 48k -compression_level 9",
    "opus": "-c:a libopus -b:a 24k -compression_level 0",
    "mkv": "-map 0:v -map 1:a -c:v mpeg4 -c:a aac -b:a 48k -shortest",
  ]

  init(seed: UInt64, seconds: Double, language: SyntheticLecture.Language) throws {
    self.language = language
    lecture = SyntheticLecture(seed: seed, seconds: seconds, language: language)
    folder = try TemporaryFolder()
    try lecture.write(wav: folder.file("lecture.wav"))
    try lecture.write(words: folder.file("words.tsv"))
  }

  /// The recording in a container.
  func recording(_ container: String) async throws -> String {
    let path = folder.file("lecture.\(container)")
    guard !FileManager.default.fileExists(atPath: path) else { return path }
    let video =
      container == "mkv"
      ? "-f lavfi -i testsrc=s=64x64:r=2:d=\(Double(lecture.sampleCount) / 16_000)" : ""
    try await Programs.shell(
      "ffmpeg -nostdin -v error -y \(video) -i \(folder.file("lecture.wav")) "
        + "\(Self.encodings[container] ?? "") \(path)")
    return path
  }

  /// A simulator that answers for this recording.
  func simulator(
    segments: Bool = true, latency: Double = 0, faults: [Fault] = [],
    _ change: (inout ServiceSimulator.Configuration) -> Void = { _ in }
  ) async throws -> ServiceSimulator {
    var configuration = ServiceSimulator.Configuration(
      answers: .knownText(
        recording: folder.file("lecture.wav"), words: folder.file("words.tsv"),
        language: language == .english ? .english : .chinese),
      segments: segments, latency: latency, faults: faults)
    change(&configuration)
    return try await ServiceSimulator.started(configuration)
  }

  /// Where a transcript differs from what was said, in short; empty if it does not.
  func differences(from text: String) -> String {
    let said = lecture.words.flatMap { Tokenizer.tokens(of: $0.text, segment: 0).map(\.key) }
    let heard = Tokenizer.tokens(of: text, segment: 0).map(\.key)
    guard said != heard else { return "" }
    return heard.difference(from: said).prefix(8).map { change in
      switch change {
      case .insert(let offset, let word, _): "+\(word)@\(offset)"
      case .remove(let offset, let word, _): "-\(word)@\(offset)"
      }
    }.joined(separator: " ")
  }

  /// How far each segment's start is from when its first word was really said, in seconds.
  ///
  /// Only meaningful for a transcript without differences.
  func startErrors(_ segments: [TranscriptSegment]) -> [Double] {
    var errors: [Double] = []
    var token = 0
    let starts = lecture.words.flatMap { word in
      Tokenizer.tokens(of: word.text, segment: 0).map { _ in word.start }
    }
    for segment in segments {
      guard starts.indices.contains(token) else { break }
      errors.append(abs(Timeline.seconds(segment.range.start - starts[token])))
      token += Tokenizer.tokens(of: segment.text, segment: 0).count
    }
    return errors
  }
}

import Foundation
import ServiceSimulator
import SyntheticLecture
import TestSupport

/// A made-up talk of 150 s whose words are known, and simulators that know them too.
final class Talk: Sendable {
  static let seconds = 150.0

  private let lecture: SyntheticLecture
  let wav: String
  private let words: String
  private let folder: TemporaryFolder

  private init() throws {
    folder = try TemporaryFolder()
    wav = folder.file("talk.wav")
    words = folder.file("words.tsv")
    lecture = SyntheticLecture(seed: 7, seconds: Self.seconds, language: .english)
    try lecture.write(wav: wav)
    try lecture.write(words: words)
  }

  private static let made = Result {
    // Nothing that a type holds is released when a process ends.
    atexit { try? FileManager.default.removeItem(atPath: Talk.shared.folder.path) }
    return try Talk()
  }

  /// Its words, with their punctuation.
  var said: [String] { lecture.words.map(\.text) }

  /// The words that lie wholly outside of a range, in seconds.
  func said(before start: Double, after end: Double) -> [String] {
    let rate = Double(SyntheticLecture.sampleRate)
    return lecture.words.filter { Double($0.end) / rate <= start || Double($0.start) / rate >= end }
      .map(\.text)
  }

  /// The talk, made once for all tests.
  static var shared: Talk { get throws { try made.get() } }

  func simulator(
    faults: [Fault] = [], _ change: (inout ServiceSimulator.Configuration) -> Void = { _ in }
  ) async throws -> ServiceSimulator {
    var configuration = ServiceSimulator.Configuration(
      answers: .knownText(recording: wav, words: words, language: .english), faults: faults)
    change(&configuration)
    return try await ServiceSimulator.started(configuration)
  }
}

/// Something did not happen in time.
struct Missing: Error, CustomStringConvertible {
  var description: String
}

extension ServiceSimulator {
  /// The options that lead here.
  var options: [String] { ["--provider", "glm", "--base-url", baseURL] }

  /// Waits for the first request that has come whole.
  func firstRequest(within seconds: Double = 30) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !requests.contains(where: { $0.text != nil }) {
      guard ContinuousClock.now < deadline else {
        throw Missing(description: "no request came within \(seconds) s")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

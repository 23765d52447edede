import Foundation
import ServiceSimulator
import SyntheticLecture
import TestSupport

/// A made-up talk of 100 s whose words are known, and simulators that know them too.
final class ShortTalk: Sendable {
  let wav: String
  /// Its words, with their punctuation.
  let said: [String]
  private let words: String
  private let folder: TemporaryFolder

  private init() throws {
    folder = try TemporaryFolder()
    wav = folder.file("talk.wav")
    words = folder.file("words.tsv")
    let lecture = SyntheticLecture(seed: 11, seconds: 100, language: .english)
    said = lecture.words.map(\.text)
    try lecture.write(wav: wav)
    try lecture.write(words: words)
  }

  private static let made = Result {
    // Nothing that a type holds is released when a process ends.
    atexit { try? FileManager.default.removeItem(atPath: ShortTalk.shared.folder.path) }
    return try ShortTalk()
  }

  /// The talk, made once for all tests.
  static var shared: ShortTalk { get throws { try made.get() } }

  /// Works with a simulator of GLM, and stops it.
  func simulating<Result>(
    faults: [Fault] = [], _ change: (inout ServiceSimulator.Configuration) -> Void = { _ in },
    _ work: (ServiceSimulator) async throws -> Result
  ) async throws -> Result {
    var configuration = ServiceSimulator.Configuration(
      answers: .knownText(recording: wav, words: words, language: .english), faults: faults)
    change(&configuration)
    let simulator = try await ServiceSimulator.started(configuration)
    do {
      let result = try await work(simulator)
      await simulator.stopped()
      return result
    } catch {
      await simulator.stopped()
      throw error
    }
  }
}

/// The two files that the programs read.
struct Requests {
  let folder: TemporaryFolder
  var options: String { folder.file("options.json") }
  var request: String { folder.file("request.json") }

  init(_ options: [String: Any], _ request: [String: Any]) throws {
    folder = try TemporaryFolder()
    for (value, path) in [(options, self.options), (request, self.request)] {
      try JSONSerialization.data(withJSONObject: value).write(to: URL(fileURLWithPath: path))
    }
  }

  /// Requests for a simulator.
  init(
    _ simulator: ServiceSimulator, _ more: [String: Any] = [:], _ request: [String: Any] = [:]
  ) throws {
    let options: [String: Any] = [
      "provider": "glm", "base_url": simulator.baseURL, "key": "simulator-key",
    ]
    try self.init(
      options.merging(more) { $1 }, ["input": try ShortTalk.shared.wav].merging(request) { $1 })
  }
}

/// Words without what a service may write otherwise.
func bareWords(_ text: String) -> [String] {
  text.split(whereSeparator: \.isWhitespace).map { word in
    word.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}

import Foundation
import ServiceSimulator
import SyntheticLecture
import TestSupport

/// A made-up talk of ten minutes that is sent in about a hundred chunks, and what an undisturbed run makes of it.
final class LongTalk: Sendable {
  static let seconds = 600.0
  /// Seconds of the longest chunk.
  static let chunkLength = 6.5

  let wav: String
  private let words: String
  private let folder: TemporaryFolder

  private init() throws {
    folder = try TemporaryFolder()
    wav = folder.file("talk.wav")
    words = folder.file("words.tsv")
    let lecture = SyntheticLecture(seed: 61, seconds: Self.seconds, language: .english)
    try lecture.write(wav: wav)
    try lecture.write(words: words)
  }

  private static let made = Result {
    // Nothing that a type holds is released when a process ends.
    atexit { try? FileManager.default.removeItem(atPath: LongTalk.shared.folder.path) }
    return try LongTalk()
  }

  /// The talk, made once for all tests.
  static var shared: LongTalk { get throws { try made.get() } }

  /// A simulator that knows its words.
  func simulator(
    latency: Double = 0.02, faults: [Fault] = [],
    _ change: (inout ServiceSimulator.Configuration) -> Void = { _ in }
  ) async throws -> ServiceSimulator {
    var configuration = ServiceSimulator.Configuration(
      answers: .knownText(recording: wav, words: words, language: .english), latency: latency,
      faults: faults)
    // What a killed program has sent is still being worked on when the next one begins.
    configuration.inFlightLimit = 64
    configuration.readsPlainWave = true
    change(&configuration)
    return try await ServiceSimulator.started(configuration)
  }

  /// What a run makes that nothing disturbs.
  static let reference = Reference()

  /// The outputs of an undisturbed run, made once.
  actor Reference {
    private var made: Task<Outputs, any Error>?

    func outputs() async throws -> Outputs {
      if let made { return try await made.value }
      let task = Task {
        let simulator = try await LongTalk.shared.simulator()
        let place = try Place()
        let result = try await place.run(simulator)
        await simulator.stopped()
        guard result.status == 0, let outputs = try place.outputs() else {
          throw Missing(description: "an undisturbed run failed: \(result.errors)")
        }
        return outputs
      }
      made = task
      return try await task.value
    }
  }
}

/// Something did not happen.
struct Missing: Error, CustomStringConvertible {
  var description: String
}

/// Transcripts, but for what may differ: what they cost and what is said about it.
struct Outputs: Equatable {
  private static let formats = ["txt", "srt", "json"]
  private var texts: [String: String] = [:]

  /// The names of the files.
  static func names(_ stem: String) -> [String] { formats.map { "\(stem).\($0)" }.sorted() }

  init(folder: String, stem: String) throws {
    for format in Self.formats {
      let text = try String(contentsOfFile: "\(folder)/\(stem).\(format)", encoding: .utf8)
      texts[format] = format == "json" ? Self.withoutCosts(text) : text
    }
  }

  /// The document without the lines about calls, what was billed, and warnings; each is one line.
  private static func withoutCosts(_ json: String) -> String {
    json.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      !["\"calls\":", "\"billed_seconds\":", "\"warnings\":"].contains {
        line.drop { $0 == " " }.hasPrefix($0)
      }
    }.joined(separator: "\n")
  }

  /// Where they differ from others first, for messages.
  func difference(from other: Outputs) -> String {
    for format in Self.formats where texts[format] != other.texts[format] {
      let mine = (texts[format] ?? "").split(separator: "\n")
      let theirs = (other.texts[format] ?? "").split(separator: "\n")
      for (left, right) in zip(mine, theirs) where left != right {
        return "\(format): \(left) | \(right)"
      }
      return "\(format): \(mine.count) lines, not \(theirs.count)"
    }
    return ""
  }
}

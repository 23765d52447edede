import Foundation
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

/// A made-up recording of 12 minutes whose words are known, and simulators that know them too.
final class Speech: Sendable {
  static let seconds = 720.0
  /// Two minutes a chunk: six or seven calls.
  static let chunks = ["--chunk-length", "120"]

  let wav: String
  /// Its beginning, for whoever sends one file.
  let piece: String
  private let lecture: SyntheticLecture
  private let words: String
  private let folder: TemporaryFolder

  private init() throws {
    folder = try TemporaryFolder()
    wav = folder.file("speech.wav")
    words = folder.file("words.tsv")
    piece = folder.file("piece.wav")
    lecture = SyntheticLecture(seed: 21, seconds: Self.seconds, language: .english)
    try lecture.write(wav: wav)
    try lecture.write(words: words)
    let rate = SyntheticLecture.sampleRate
    let bytes = try Data(contentsOf: URL(fileURLWithPath: wav), options: .mappedIfSafe)
    let samples = bytes.dropFirst(44).prefix(25 * rate * 2)
    var head = Data(bytes.prefix(44))
    head.replaceSubrange(4..<8, with: Self.bytes(36 + samples.count))
    head.replaceSubrange(40..<44, with: Self.bytes(samples.count))
    try (head + samples).write(to: URL(fileURLWithPath: piece))
  }

  private static func bytes(_ count: Int) -> Data {
    withUnsafeBytes(of: UInt32(count).littleEndian) { Data($0) }
  }

  private static let made = Result {
    // Nothing that a type holds is released when a process ends.
    atexit { try? FileManager.default.removeItem(atPath: Speech.shared.folder.path) }
    return try Speech()
  }

  /// The recording, made once for all tests.
  static var shared: Speech { get throws { try made.get() } }

  /// All its words, with their punctuation.
  var said: [String] { lecture.words.map(\.text) }

  /// The words of the piece by itself, but for one that its end cuts in two.
  var saidInPiece: [String] {
    lecture.words.filter { $0.end <= 25 * Int64(SyntheticLecture.sampleRate) }.map(\.text)
  }

  /// Works with a simulator of a service, and stops it.
  func simulating<Result>(
    _ service: ServiceSimulator.Service = .openai, faults: [Fault] = [],
    _ change: (inout ServiceSimulator.Configuration) -> Void = { _ in },
    _ work: (ServiceSimulator) async throws -> Result
  ) async throws -> Result {
    var configuration = ServiceSimulator.Configuration(
      answers: .knownText(recording: wav, words: words, language: .english), service: service,
      faults: faults)
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

/// A transcript as `-f json` writes it, as far as the tests look at it.
struct JSONFile: Decodable {
  struct Segment: Decodable {
    var start: Double
    var end: Double
    var text: String
  }

  struct Word: Decodable {
    var word: String
    var start: Double
    var end: Double
  }

  var text: String
  var segments: [Segment]
  var words: [Word]?

  init(in folder: TemporaryFolder) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("speech.json")))
    self = try JSONDecoder().decode(Self.self, from: data)
  }
}

/// What a run of the executable gave.
struct Run {
  var result: ProgramResult
  var folder: TemporaryFolder

  /// Transcribes the recording through a server of OpenAI's kind.
  static func transcribe(
    _ baseURL: String, key: String? = "simulator-key", _ options: [String] = [],
    environment: [String: String] = [:]
  ) async throws -> Run {
    let folder = try TemporaryFolder()
    var variables = environment
    variables["OPENAI_API_KEY"] = key
    for name in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
      variables[name] = folder.file(name)
    }
    let result = try await Programs.run(
      Programs.longscribe,
      [
        "transcribe", try Speech.shared.wav, "--provider", "openai", "--base-url", baseURL,
        "-f", "json", "-o", folder.path,
      ] + Speech.chunks + options, environment: variables, limit: 240)
    return Run(result: result, folder: folder)
  }

  /// Everything was delivered: each word once, in order, with its time.
  func expectWhole(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    guard result.status == 0 else { return }
    let file = try JSONFile(in: folder)
    let said = try Speech.shared.said
    // A chunk that begins in the middle of a sentence comes back with a capital: words are compared, not their dress.
    #expect(
      file.text.split(whereSeparator: \.isWhitespace).map(Self.bare)
        == said.map { Self.bare($0[...]) }, sourceLocation: sourceLocation)
    #expect(file.segments.count > 20, sourceLocation: sourceLocation)
    #expect(file.words?.count == said.count, sourceLocation: sourceLocation)
    #expect((file.words?.last?.end ?? 0) > Speech.seconds - 30, sourceLocation: sourceLocation)
  }

  private static func bare(_ word: Substring) -> String {
    word.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// The lines of standard error that say what failed.
  var problems: [String] {
    result.errors.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Error: ") }
  }
}

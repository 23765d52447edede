import Foundation
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

@Suite("Memory and descriptors do not grow with the number of chunks", .serialized)
struct FlatJournalTests {
  /// What a run took.
  private struct Need {
    var chunks: Int
    var memory: Double
    var descriptors: Int
    var journal: Int
  }

  /// What few chunks took and what many did.
  private struct Growth {
    var few: Need
    var many: Need

    var isFlat: Bool {
      let descriptors = abs(many.descriptors - few.descriptors)
      return many.memory <= few.memory + 8_000_000 && descriptors <= 4
    }
  }

  /// Transcribes a recording in chunks of at most 2 s, and looks at the process every few milliseconds.
  private static func measure(seconds: Double) async throws -> Need {
    let folder = try TemporaryFolder()
    let (wav, words) = (folder.file("talk.wav"), folder.file("words.tsv"))
    let lecture = SyntheticLecture(seed: 62, seconds: seconds, language: .english)
    try lecture.write(wav: wav)
    try lecture.write(words: words)
    let place = try Place(input: wav)
    var configuration = ServiceSimulator.Configuration(
      answers: .knownText(recording: wav, words: words, language: .english))
    configuration.readsPlainWave = true
    let simulator = try await ServiceSimulator.started(configuration)
    let running = try place.start(
      place.arguments(simulator, chunkLength: 2) + ["--overlap", "0.5"])
    let watch = Task {
      var most = 0
      while !Task.isCancelled {
        let open = try? FileManager.default.contentsOfDirectory(
          atPath: "/proc/\(running.pid)/fd")
        most = max(most, open?.count ?? 0)
        try? await Task.sleep(for: .milliseconds(20))
      }
      return most
    }
    let result = try await running.result(limit: 170)
    watch.cancel()
    let descriptors = await watch.value
    await simulator.stopped()
    #expect(result.status == 0 || result.status == 3, "\(result.errors)")
    let view = try await JournalView.read(place.database)
    let files = try FileManager.default.attributesOfItem(atPath: place.database)
    return Need(
      chunks: view.jobs.first?.chunks ?? 0, memory: Double(result.peakMemory),
      descriptors: descriptors, journal: files[.size] as? Int ?? 0)
  }

  // What may grow are the answers, which are needed until the transcript is written (1 KB a chunk), and the envelope.
  @Test("2,000 chunks need at most 8 MB more than 200, and no more descriptors")
  func flat() async throws {
    // The process is looked at every few milliseconds: the peaks of the short run may be missed.
    try await expectBest(of: 3, meets: \.isFlat) {
      let few = try await Self.measure(seconds: 280)
      let many = try await Self.measure(seconds: 2800)
      for need in [few, many] {
        print(
          "\(need.chunks) chunks: \(Int(need.memory / 100_000)) tenths of a MB at the most, \(need.descriptors) descriptors, \(need.journal / 1000) KB of journal"
        )
      }
      #expect(few.chunks >= 180)
      #expect(many.chunks >= 1900)
      return Growth(few: few, many: many)
    }
  }
}

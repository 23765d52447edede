import Foundation
import TestSupport
import Testing

/// What `longscribe split` has left in a folder.
struct SplitFolder {
  /// `plan.json`, as another program reads it: every key is required.
  struct Plan: Decodable {
    struct Source: Decodable {
      var name: String
    }

    struct Chunk: Decodable {
      var index: Int
      var file: String
      var start: Double
      var end: Double
      var ownedStart: Double
      var ownedEnd: Double
      var seam: String?

      enum CodingKeys: String, CodingKey {
        case index, file, start, end, seam
        case ownedStart = "owned_start"
        case ownedEnd = "owned_end"
      }

      /// A time in samples at 16 kHz.
      func samples(_ time: KeyPath<Chunk, Double>) -> Int {
        Int((self[keyPath: time] * 16_000).rounded())
      }
    }

    var version: Int
    var source: Source
    var duration: Double
    var chunks: [Chunk]
    var envelope: Data
  }

  let folder: String
  let plan: Plan

  init(_ folder: String) throws {
    self.folder = folder
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/plan.json"))
    plan = try JSONDecoder().decode(Plan.self, from: data)
    // 'seam' was left out of the first chunk.
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let chunks = object?["chunks"] as? [[String: Any]]
    #expect(chunks?.allSatisfy { $0.keys.contains("seam") } == true)
  }

  /// Splits a recording, and reads what came of it.
  static func make(
    _ input: String, _ options: [String], in folder: String
  ) async throws -> (SplitFolder, ProgramResult) {
    let result = try await Command.run(["split", input, "-o", folder] + options)
    return (try SplitFolder(folder), result)
  }

  func path(_ chunk: Plan.Chunk) -> String { folder + "/" + chunk.file }

  /// The names of what is in it.
  var contents: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The owned parts of all chunks, which are WAV files, one after the other.
  func ownedSamples() throws -> [Int16] {
    try plan.chunks.flatMap { chunk in
      let samples = try Sound.samples(ofWave: path(chunk))
      #expect(samples.count == chunk.samples(\.end) - chunk.samples(\.start))
      let first = chunk.samples(\.ownedStart) - chunk.samples(\.start)
      let last = chunk.samples(\.ownedEnd) - chunk.samples(\.start)
      return samples[min(first, samples.count)..<min(last, samples.count)]
    }
  }

  /// Holds the plan against its promises, and the folder against the plan.
  func checkPlan(longest: Double) throws {
    #expect(plan.version == 1)
    #expect(!plan.source.name.isEmpty)
    #expect(contents == (plan.chunks.map(\.file) + ["plan.json"]).sorted())
    #expect(plan.envelope.count == Int((plan.duration * 100).rounded(.up)))
    var position = plan.chunks.first?.ownedStart
    for (index, chunk) in plan.chunks.enumerated() {
      #expect(chunk.index == index)
      #expect(chunk.ownedStart == position)
      #expect(chunk.start <= chunk.ownedStart && chunk.ownedEnd <= chunk.end)
      #expect(chunk.ownedStart < chunk.ownedEnd)
      #expect(chunk.end - chunk.start <= longest + 1e-9)
      #expect((chunk.seam == nil) == (index == 0))
      for time in [chunk.start, chunk.end, chunk.ownedStart, chunk.ownedEnd] {
        #expect(abs(time * 16_000 - (time * 16_000).rounded()) < 1e-6)
      }
      position = chunk.ownedEnd
    }
    #expect(position == plan.duration)
  }
}

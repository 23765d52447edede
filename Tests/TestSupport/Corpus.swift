import Foundation
import Testing

/// A file of the corpus, and what is expected of it: a row of `scripts/corpus.json`, which explains the fields.
package struct CorpusFile: Decodable, Sendable, CustomTestStringConvertible {
  package enum Health: String, Decodable, Sendable {
    case healthy, damaged, refused, sparse
  }

  /// Bursts of the master, and how late they are heard.
  package struct Stretch: Decodable, Sendable {
    package var first: Int
    package var last: Int
    /// Milliseconds.
    package var late: Double
    /// Milliseconds.
    package var within: Double
  }

  /// Something that is checked, as a key of `known`.
  package enum Check: String, Sendable {
    case opens, length, offset, filled, flags, warnings, peak, header, error, exit, pipe
  }

  package var row: Int
  package var file: String
  package var about: String
  package var container: String?
  package var health: Health
  package var rate: Int?
  package var samples: Int?
  package var tolerance: Int?
  package var heard: [Stretch]?
  package var likeness: Double?
  package var peak: [Double]?
  package var filled: [Double]?
  package var flags: Set<String>?
  package var may: Set<String>?
  package var warnings: [String]?
  package var header: Double?
  package var source: String?
  package var video: Bool?
  package var startOffset: Double?
  package var tracks: Int?
  package var error: String?
  package var exit: Int32?
  package var known: [String: String]?

  package var testDescription: String { "row \(row), \(file): \(about)" }

  /// Least and most samples at another rate.
  package func samples(at other: Int) -> ClosedRange<Int> {
    let scale = Double(other) / Double(rate ?? other)
    let middle = (Double(samples ?? 0) * scale).rounded()
    let reach = (Double(tolerance ?? 0) * scale).rounded(.up)
    return Int(middle - reach)...Int(middle + reach)
  }

  /// Checks something that the table may know to fail today: then it must fail, so that the mark goes when the fault does.
  package func check(_ check: Check, _ body: () throws -> Void) throws {
    guard let why = known?[check.rawValue] else { return try body() }
    withKnownIssue("\(file): \(why)", body)
  }

  /// The same for what has to be waited for.
  package func check(_ check: Check, _ body: () async throws -> Void) async throws {
    guard let why = known?[check.rawValue] else { return try await body() }
    await withKnownIssue("\(file): \(why)", body)
  }
}

/// Recordings of every kind, healthy, damaged and hostile, that `scripts/make-corpus` makes from fixed seeds.
package enum Corpus {
  private struct Table: Decodable {
    var files: [CorpusFile]
  }

  /// The rows of these kinds of health.
  package static func files(_ health: CorpusFile.Health...) throws -> [CorpusFile] {
    let table = try JSONDecoder().decode(
      Table.self,
      from: Data(contentsOf: URL(fileURLWithPath: "\(Programs.root)/scripts/corpus.json"))
    )
    return table.files.filter { health.isEmpty || health.contains($0.health) }
  }

  /// The row of a file.
  package static func file(_ name: String) throws -> CorpusFile {
    try #require(files().first { $0.file == name })
  }

  /// The folder, made when it is first asked for; the script makes only what is missing, and lets one process make it at a time.
  private static let making = Task {
    let folder = "\(Programs.root)/.build/corpus"
    try await Programs.shell("'\(Programs.root)/scripts/make-corpus' '\(folder)'")
    return folder
  }

  /// Where a file of the corpus lies.
  package static func path(_ name: String) async throws -> String {
    "\(try await making.value)/\(name)"
  }
}

import Foundation
import ServiceSimulator
import TestSupport

/// A split of the talk whose answers another program gets: curl.
struct AnsweredSplit {
  let folder: String
  let split: SplitFolder

  /// Splits the talk.
  init(_ options: [String], in folder: String) async throws {
    self.folder = folder
    (split, _) = try await SplitFolder.make(try Talk.shared.wav, options, in: folder)
  }

  var stems: [String] {
    split.plan.chunks.map { String($0.file.prefix { $0 != "." }) }
  }

  /// Sends each chunk file and saves what comes back, as it comes.
  func upload(
    to simulator: ServiceSimulator, fields: [String], extension ending: String
  ) async throws {
    for (chunk, stem) in zip(split.plan.chunks, stems) {
      let form = (fields + ["file=@\(split.path(chunk))"]).map { "--form '\($0)'" }
      try await Programs.shell(
        "curl --silent --show-error --fail --max-time 60 "
          + "--header 'Authorization: Bearer simulator-key' \(form.joined(separator: " ")) "
          + "--output '\(folder)/\(stem).\(ending)' \(simulator.baseURL)/audio/transcriptions")
    }
  }

  /// Writes answers of one's own.
  func write(_ text: String, to name: String) throws {
    try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
  }

  /// Gives each chunk a bare text of its own.
  func writeTexts(but missing: Set<Int> = []) throws {
    for (index, stem) in stems.enumerated() where !missing.contains(index) {
      try write("{\"text\":\"\(Self.words[index])\"}", to: "\(stem).json")
    }
  }

  /// The exit status where answers are far too short for the talk that they are to: speech remains that no text covers.
  static let tooShort: Int32 = 3

  static let words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"]

  func stitch(_ options: String..., in folder: String? = nil) async throws -> ProgramResult {
    try await Command.run(["stitch", self.folder] + options, folder: folder)
  }
}

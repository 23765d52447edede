import Foundation
import ServiceSimulator
import TestSupport

/// Folders of their own for a program's state, outputs and temporary files.
final class Place: Sendable {
  let folder: TemporaryFolder
  /// The recording.
  let input: String
  let key: String

  var state: String { folder.file("state") }
  var out: String { folder.file("out") }
  var temporary: String { folder.file("temporary") }
  /// The journal's folder.
  var journal: String { "\(state)/longscribe" }
  var database: String { "\(journal)/journal.sqlite3" }

  init(input: String? = nil, key: String = "simulator-key") throws {
    folder = try TemporaryFolder()
    self.input = try input ?? LongTalk.shared.wav
    self.key = key
    for name in ["out", "temporary"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: false)
    }
  }

  /// What the program needs to know about where it is.
  var environment: [String: String] {
    ["XDG_STATE_HOME": state, "TMPDIR": temporary, "ZHIPUAI_API_KEY": key]
  }

  /// The arguments of a run.
  func arguments(
    _ simulator: ServiceSimulator, input: String? = nil, out: String? = nil,
    chunkLength: Double = LongTalk.chunkLength, formats: String = "txt,srt,json"
  ) -> [String] {
    [
      "transcribe", input ?? self.input, "--provider", "glm", "--base-url", simulator.baseURL,
      "--chunk-length", "\(chunkLength)", "-f", formats, "-o", out ?? self.out,
    ]
  }

  /// Starts the program, under strace if some of its system calls are to be its last.
  func start(_ arguments: [String], strace: [String] = []) throws -> RunningProgram {
    let words = strace.isEmpty ? [] : ["/usr/bin/strace"] + strace
    let line = words + [Programs.longscribe] + arguments
    return try RunningProgram(line[0], Array(line.dropFirst()), environment: environment)
  }

  /// A run to the end.
  func run(
    _ simulator: ServiceSimulator, _ more: [String] = [], limit: Double = 150
  ) async throws -> ProgramResult {
    try await start(arguments(simulator) + more).result(limit: limit)
  }

  /// `longscribe jobs` and its like.
  func jobs(_ arguments: [String] = []) async throws -> ProgramResult {
    try await Programs.run(
      Programs.longscribe, ["jobs"] + arguments, environment: environment, limit: 20)
  }

  /// The transcripts, if all of them are there.
  func outputs(in folder: String? = nil, stem: String = "talk") throws -> Outputs? {
    let folder = folder ?? out
    guard
      Outputs.names(stem).allSatisfy({ FileManager.default.fileExists(atPath: "\(folder)/\($0)") })
    else { return nil }
    return try Outputs(folder: folder, stem: stem)
  }

  /// Files that nobody asked for: temporary ones, and those of an output folder that are no transcripts.
  var leftovers: [String] {
    let files = FileManager.default
    let temporary = (try? files.contentsOfDirectory(atPath: temporary)) ?? []
    let out = (try? files.contentsOfDirectory(atPath: out)) ?? []
    return temporary + out.filter { $0.hasPrefix(".") }
  }
}

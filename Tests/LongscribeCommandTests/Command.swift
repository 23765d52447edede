import Foundation
import TestSupport

/// Runs the executable under test.
enum Command {
  /// The key that simulators accept unless they are told otherwise.
  static let key = ["ZHIPUAI_API_KEY": "simulator-key"]

  static func run(
    _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
    folder: String? = nil, limit: Double = 60
  ) async throws -> ProgramResult {
    try await Programs.run(
      Programs.longscribe, arguments, environment: environment, input: input, folder: folder,
      limit: limit)
  }

  /// Runs a line of bash in which `$longscribe` is the executable.
  static func bash(
    _ line: String, environment: [String: String] = [:], folder: String? = nil
  ) async throws -> ProgramResult {
    try await Programs.run(
      "/bin/bash", ["-c", line],
      environment: environment.merging(["longscribe": Programs.longscribe]) { $1 }, folder: folder,
      limit: 60)
  }
}

extension ProgramResult {
  /// The lines of standard error.
  var errorLines: [String] { Self.lines(errors) }
  /// The lines of standard output.
  var outputLines: [String] { Self.lines(output) }

  /// The lines that say that something went wrong.
  var problems: [String] { errorLines.filter { $0.hasPrefix("Error: ") } }

  /// A JSON document or event on standard output.
  func json<T: Decodable>(_ type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(T.self, from: Data(output.utf8))
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast(
      text.hasSuffix("\n") || text.isEmpty ? 1 : 0)
  }
}

extension TemporaryFolder {
  /// The names of all that is in it, and the rights, times and contents of files.
  func listing() async throws -> String {
    let line =
      "find . | sort; find . -type f | sort | xargs ls -l --time-style=full-iso; "
      + "find . -type f | sort | xargs cat | sha1sum"
    return try await Command.bash(line, folder: path).output
  }
}

/// A file's text.
func text(of path: String) throws -> String {
  try String(contentsOfFile: path, encoding: .utf8)
}

/// Words without the white space between them.
func words(_ text: String) -> [String] {
  text.split { $0.isWhitespace }.map(String.init)
}

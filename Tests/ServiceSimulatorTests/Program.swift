import Foundation

/// Runs programs without blocking the threads that tests share.
enum Program {
  struct Result: Sendable {
    let status: Int32
    let output: String
  }

  static func run(_ name: String, _ arguments: [String]) async throws -> Result {
    let folder = try TestFolder()
    try Data().write(to: URL(fileURLWithPath: folder.path("output")))
    let output = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("output")))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    let status = try await withCheckedThrowingContinuation {
      (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    try output.close()
    let text = try String(contentsOfFile: folder.path("output"), encoding: .utf8)
    return Result(status: status, output: text)
  }

  static func isInstalled(_ name: String) -> Bool {
    ["/usr/bin", "/usr/local/bin", "/bin"]
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }
}

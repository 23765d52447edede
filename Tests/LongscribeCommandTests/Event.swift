import Foundation

/// A line of `--events jsonl`.
struct Event: Decodable {
  static let types: Set = [
    "plan", "chunk_start", "chunk_done", "chunk_failed", "retry", "warning", "text", "file_done",
    "file_failed", "summary", "replan", "silent", "partial",
  ]

  var v: Int
  var type: String
  var file: String?
  var chunk: Int?
  var repairs: Int?
  var start: Double?
  var end: Double?
  var attempt: Int?
  var wait: Double?
  var httpStatus: Int?
  var code: String?
  var message: String?
  var text: String?
  var calls: Int?
  var chunks: Int?
  var replaced: [Int]?
  var maximumSeconds: Double?
  var billedSeconds: Double?
  var duration: Double?
  var files: Int?
  var failed: Int?
  var exitCode: Int?

  enum CodingKeys: String, CodingKey {
    case v, type, file, chunk, start, end, attempt, wait, code, message, text, calls, duration,
      files, chunks, replaced, repairs
    case maximumSeconds = "maximum_seconds"
    case failed
    case httpStatus = "http_status"
    case billedSeconds = "billed_seconds"
    case exitCode = "exit_code"
  }

  /// All lines of an output, each of which has to be an object.
  static func all(_ output: String) throws -> [Event] {
    try output.split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
  }
}

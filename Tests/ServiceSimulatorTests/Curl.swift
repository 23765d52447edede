import Foundation

/// An answer as the curl program received it.
struct Answer: Sendable {
  /// 0 when there was none.
  let status: Int
  /// curl's own exit status.
  let exitStatus: Int32
  let headers: String
  let body: Data
  /// From the start of the program to its end.
  let seconds: Double

  var text: String { String(decoding: body, as: UTF8.self) }

  var object: [String: Any] {
    (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
  }

  var transcript: String? { object["text"] as? String }

  private var error: [String: Any] { object["error"] as? [String: Any] ?? [:] }
  var errorCode: String? { error["code"] as? String }
  var errorMessage: String { error["message"] as? String ?? "" }
}

/// Talks to the simulator with a client that shares no code with it.
enum Curl {
  /// Sends a request with any options of curl.
  static func run(_ options: [String]) async throws -> Answer {
    let folder = try TestFolder()
    let start = ContinuousClock.now
    let program = try await Program.run(
      "curl",
      [
        "--silent", "--show-error", "--max-time", "60", "--output", folder.path("body"),
        "--dump-header", folder.path("headers"), "--write-out", "%{http_code}",
      ] + options
    )
    let took = ContinuousClock.now - start
    return Answer(
      status: Int(program.output.suffix(3)) ?? 0,
      exitStatus: program.status,
      headers: (try? String(contentsOfFile: folder.path("headers"), encoding: .utf8)) ?? "",
      body: (try? Data(contentsOf: URL(fileURLWithPath: folder.path("body")))) ?? Data(),
      seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    )
  }

  /// Uploads a file as a client should.
  static func transcribe(
    _ file: String,
    at baseURL: String,
    model: String = "glm-asr",
    fields: [String] = []
  ) async throws -> Answer {
    let form = (["model=\(model)"] + fields + ["file=@\(file)"]).flatMap { ["--form", $0] }
    return try await run(
      ["--header", "Authorization: Bearer simulator-key"] + form
        + ["\(baseURL)/audio/transcriptions"]
    )
  }
}

import Foundation

/// An answer as the curl program received it.
struct Answer: Sendable {
  /// 0 when there was none.
  let status: Int
  /// curl's own exit status.
  let exitStatus: Int32
  let headers: String
  let body: Data
  /// How much of the request's body curl had sent when it stopped.
  let uploadedBytes: Int
  /// From the start of the program to its end.
  let seconds: Double

  var text: String { String(decoding: body, as: UTF8.self) }

  var object: [String: Any] {
    (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
  }

  var transcript: String? { object["text"] as? String }

  var error: [String: Any] { object["error"] as? [String: Any] ?? [:] }
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
        "--dump-header", folder.path("headers"), "--write-out", "%{size_upload} %{http_code}",
      ] + options
    )
    let took = ContinuousClock.now - start
    let figures = program.output.split(separator: " ")
    return Answer(
      status: figures.last.flatMap { Int($0) } ?? 0,
      exitStatus: program.status,
      headers: (try? String(contentsOfFile: folder.path("headers"), encoding: .utf8)) ?? "",
      body: (try? Data(contentsOf: URL(fileURLWithPath: folder.path("body")))) ?? Data(),
      uploadedBytes: figures.first.flatMap { Int($0) } ?? 0,
      seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
    )
  }

  /// Uploads a file as a client should; fields that hold "@" are files.
  static func transcribe(
    _ file: String,
    at baseURL: String,
    model: String = "glm-asr",
    fields: [String] = [],
    options: [String] = []
  ) async throws -> Answer {
    let named = model.isEmpty ? [] : ["model=\(model)"]
    return try await send(named + fields + ["file=@\(file)"], to: baseURL, options: options)
  }

  /// Sends a form with the right key.
  static func send(
    _ parts: [String],
    to baseURL: String,
    options: [String] = []
  ) async throws -> Answer {
    try await run(
      ["--header", "Authorization: Bearer simulator-key"] + options
        + parts.flatMap { ["--form", $0] } + ["\(baseURL)/audio/transcriptions"]
    )
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// A provider, and how a run with it may go wrong without the key getting out.
struct CanaryProvider: Sendable, CustomTestStringConvertible {
  var name: String
  var variable: String
  var service: ServiceSimulator.Service
  var takesStream = false

  var testDescription: String { name }

  static let all = [
    CanaryProvider(name: "glm", variable: "ZHIPUAI_API_KEY", service: .glm, takesStream: true),
    CanaryProvider(name: "coze", variable: "COZE_API_TOKEN", service: .coze),
    CanaryProvider(name: "siliconflow", variable: "SILICONFLOW_API_KEY", service: .siliconflow),
    CanaryProvider(name: "openai", variable: "OPENAI_API_KEY", service: .openai, takesStream: true),
    CanaryProvider(
      name: "chatanywhere", variable: "CHATANYWHERE_API_KEY", service: .chatanywhere,
      takesStream: true),
  ]
}

/// The key that must not be found, and the ways in which a service may repeat it.
enum Canary {
  /// With characters that JSON, HTML and addresses write in more than one way.
  static let key = "sk-canary/5f1d+7c9b=02"

  /// Spellings of the key that would give it away.
  static let spellings: [[UInt8]] = [
    key, key.replacingOccurrences(of: "/", with: "\\/"),
    Data(key.utf8).base64EncodedString(),
    // Half a key is a leak too.
    "canary/5f1d", "canary\\/5f1d", "7c9b=02",
  ].map { Array($0.utf8) }

  /// A whole answer.
  static func answer(_ status: String, _ type: String, _ body: String, _ headers: String = "")
    -> String
  {
    "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n"
      + "Connection: close\r\n\r\n\(body)"
  }

  private static let escaped = key.replacingOccurrences(of: "/", with: "\\/")
  /// Each character as JSON can write it as well.
  private static let encoded = key.utf16.map { unit in
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }.joined()

  /// An answer of a server that sends the same to everyone.
  struct Answer: Sendable {
    var name: String
    var bytes: String
    /// Whether the call is made again for it, with growing waits.
    var isRepeated = false

    init(_ name: String, _ bytes: String, isRepeated: Bool = false) {
      self.name = name
      self.bytes = bytes
      self.isRepeated = isRepeated
    }
  }

  /// Answers that repeat the key wherever an answer can.
  static let answers: [Answer] = {
    let json = "application/json"
    let trace = "x-request-id: \(key)\r\nx-log-id: \(key)\r\nx-tt-logid: \(key)\r\n"
    func error(_ key: String) -> String {
      #"{"error":{"code":"invalid_api_key","message":"Incorrect API key provided: \#(key)","#
        + #""type":"\#(key)","param":"\#(key)"},"code":4100,"msg":"\#(key)","message":"\#(key)","#
        + #""detail":{"logid":"\#(key)"},"request_id":"\#(key)"}"#
    }
    let page = "<html><head><title>Hello \(key)</title></head><body>\(key)</body></html>"
    let event = #"{"type":"error","error":{"code":"400","message":"\#(key)"}}"#
    return [
      Answer("json", answer("401 Unauthorized", json, error(key), trace)),
      Answer("escaped", answer("401 Unauthorized", json, error(escaped), trace)),
      Answer("encoded", answer("401 Unauthorized", json, error(encoded), trace)),
      Answer("bare string", answer("401 Unauthorized", json, "\"Bearer \(escaped)\"")),
      Answer("text", answer("403 Forbidden", "text/plain", "Authorization: Bearer \(key)")),
      Answer("page", answer("403 Forbidden", "text/html", page)),
      Answer("page as answer", answer("200 OK", "text/html", page), isRepeated: true),
      Answer("too large", answer("413 Payload Too Large", json, error(key), trace)),
      Answer("stream", answer("200 OK", "text/event-stream", "data: \(event)\n\n")),
      Answer("no answer", "\(key)\r\n\r\n", isRepeated: true),
      Answer(
        "status line", "HTTP/1.1 400 \(key)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    ]
  }()
}

/// A run of the executable of which everything that it leaves anywhere is looked through for the key.
struct CanaryRun {
  var result: ProgramResult
  /// Where the key was found.
  var finds: [String]

  /// - Parameters:
  ///   - inside: Looks through temporary files, open files and command lines, again and again while the program runs.
  static func run(
    _ arguments: [String], variable: String, config: String? = nil, limit: Double = 120
  ) async throws -> CanaryRun {
    let folder = try TemporaryFolder()
    var environment = [variable: Canary.key, "HOME": folder.file("home")]
    for (name, place) in [
      ("TMPDIR", "tmp"), ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config"),
      ("XDG_CACHE_HOME", "cache"), ("XDG_RUNTIME_DIR", "runtime"),
    ] {
      environment[name] = folder.file(place)
      try FileManager.default.createDirectory(
        atPath: folder.file("\(place)/longscribe"), withIntermediateDirectories: true)
    }
    if let config {
      try config.write(
        toFile: folder.file("config/longscribe/config.json"), atomically: false, encoding: .utf8)
    }
    let program = try RunningProgram(
      Programs.longscribe, arguments.map { $0 == "{out}" ? folder.file("out") : $0 },
      environment: environment)
    let watcher = Task { [pid = program.pid, path = folder.path] in
      var finds: Set<String> = []
      while !Task.isCancelled, kill(pid, 0) == 0 {
        finds.formUnion(CanarySearch.finds(ofProcess: pid) + CanarySearch.finds(inTree: path))
        try? await Task.sleep(for: .milliseconds(20))
      }
      return finds
    }
    let result: ProgramResult
    do {
      result = try await program.result(limit: limit)
    } catch {
      watcher.cancel()
      throw error
    }
    watcher.cancel()
    var finds = await watcher.value
    finds.formUnion(CanarySearch.finds(inTree: folder.path))
    if CanarySearch.isIn(Array(result.output.utf8)) { finds.insert("standard output") }
    if CanarySearch.isIn(Array(result.errors.utf8)) { finds.insert("standard error") }
    return CanaryRun(result: result, finds: finds.sorted())
  }
}

/// Looks for the key.
enum CanarySearch {
  static func isIn(_ bytes: [UInt8]) -> Bool {
    let data = Data(bytes)
    return Canary.spellings.contains { data.range(of: Data($0)) != nil }
  }

  /// In the names and bytes of all files.
  static func finds(inTree path: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.filter { name in
      isIn(Array(name.utf8)) || (contents("\(path)/\(name)").map(isIn) ?? false)
    }
  }

  /// In a process's command line and those of its children, and in what it holds open, deleted or not.
  static func finds(ofProcess pid: Int32) -> [String] {
    let children =
      (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
    var finds: [String] = []
    for id in [String(pid)] + children.split(separator: " ").map(String.init)
    where contents("/proc/\(id)/cmdline").map(isIn) == true {
      finds.append("command line")
    }
    let folder = "/proc/\(pid)/fd"
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let target =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")) ?? ""
      // Neither pipes nor devices: they would block, or never end.
      guard target.hasPrefix("/"), !target.hasPrefix("/dev/"), !target.hasPrefix("/proc/"),
        contents("\(folder)/\(name)").map(isIn) == true
      else { continue }
      finds.append("open file \(target)")
    }
    return finds
  }

  /// A file's bytes; `nil` for a folder or what is gone. Only the beginning of what is large: that is audio.
  private static func contents(_ path: String) -> [UInt8]? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    return (try? file.read(upToCount: 4 << 20)).map { Array($0) }
  }
}

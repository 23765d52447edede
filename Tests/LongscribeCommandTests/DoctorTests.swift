import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// What `longscribe doctor` finds, and whom it calls.
struct DoctorTests {
  struct Report: Decodable {
    struct Finding: Decodable {
      var subject: String
      var verdict: String
      var text: String
      var advice: String?
    }

    var version: Int
    var problems: Int
    var warnings: Int
    var findings: [Finding]

    func finding(_ subject: String) -> Finding? { findings.first { $0.subject == subject } }
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func doctor(
    _ arguments: [String] = [], _ environment: [String: String] = [:]
  ) async throws -> (report: Report, result: ProgramResult) {
    let base = ["HOME": folder.path, "TMPDIR": "/var/tmp"]
    let result = try await Command.run(
      ["doctor", "--json"] + arguments, environment: base.merging(environment) { $1 })
    return (try result.json(Report.self), result)
  }

  @Test
  func `on a machine that is set up there is no problem, and every line is an answer`() async throws
  {
    let (report, result) = try await doctor()
    #expect(report.problems == 0)
    #expect(result.status == 0)
    #expect(
      report.findings.map(\.subject) == [
        "libraries", "codecs", "offline recogniser", "configuration", "key of glm", "key of coze",
        "key of siliconflow", "key of openai", "key of chatanywhere", "journal", "temporary folder",
      ])
    let plain = try await Command.run(
      ["doctor"], environment: ["HOME": folder.path, "TMPDIR": "/var/tmp"])
    #expect(plain.outputLines.count >= report.findings.count)
    #expect(plain.output.contains("ok       codecs: all that common recordings and uploads need"))
    #expect(plain.status == 0)
    // Looking makes nothing.
    #expect(folder.contents.isEmpty)
  }

  @Test
  func `keys are told by their places, never by what they are`() async throws {
    let file = folder.file("key")
    try "canary-77".write(toFile: file, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
    let (report, result) = try await doctor(
      [],
      [
        "ZAI_API_KEY": "canary-78", "LONGSCRIBE_COZE_API_KEY_FILE": file,
        "LONGSCRIBE_OPENAI_API_KEY": "canary-79",
      ])
    #expect(report.finding("key of glm")?.text == "from ZAI_API_KEY")
    #expect(report.finding("key of openai")?.text == "from LONGSCRIBE_OPENAI_API_KEY")
    let shared = report.finding("key of coze")
    #expect(shared?.verdict == "warning")
    #expect(
      shared?.text == "from LONGSCRIBE_COZE_API_KEY_FILE (\(file)), which other users can read")
    #expect(shared?.advice == "'chmod 600' helps")
    #expect(!result.output.contains("canary"))
    #expect(result.status == 0)
  }

  @Test
  func `a key that a wanted service lacks is a problem`() async throws {
    let simulator = try await Talk.shared.simulator()
    let (report, result) = try await doctor(["-p", "coze", "--base-url", simulator.baseURL])
    #expect(report.finding("key of coze")?.verdict == "problem")
    #expect(report.finding("key of glm")?.verdict == "ok")
    #expect(report.problems == 1)
    #expect(result.status == 4)
    await simulator.stopped()
  }

  @Test
  func `an address is asked once, without a key, and only when it is named`() async throws {
    let simulator = try await Talk.shared.simulator()
    let key = ["ZHIPUAI_API_KEY": "canary-80"]
    let quiet = try await doctor([], key)
    #expect(quiet.report.finding("address") == nil)
    #expect(simulator.requests.isEmpty)
    let asked = try await doctor(["-p", "glm", "--base-url", simulator.baseURL], key)
    #expect(
      asked.report.finding("address")?.text
        .hasPrefix("\(simulator.baseURL) answers (status ") == true)
    #expect(asked.result.status == 0)
    await simulator.stopped()
    let gone = try await doctor(["--base-url", simulator.baseURL], key)
    let finding = gone.report.finding("address")
    #expect(finding?.verdict == "problem")
    #expect(finding?.text.contains("The connection could not be made") == true)
    #expect(gone.result.status == 4)
  }

  @Test
  func `no header with a key goes to an address that is only looked at`() async throws {
    let folder = try TemporaryFolder()
    let result = try await Command.bash(
      """
      python3 - "$longscribe" <<'PY'
      import socket, subprocess, sys
      server = socket.create_server(("127.0.0.1", 0))
      port = server.getsockname()[1]
      run = subprocess.Popen([sys.argv[1], "doctor", "-p", "glm", "--base-url", f"http://127.0.0.1:{port}/v4"],
                             env={"ZHIPUAI_API_KEY": "canary-81", "HOME": "\(folder.path)"}, stdout=subprocess.DEVNULL)
      server.settimeout(20)
      client, _ = server.accept()
      print(client.recv(65536).decode())
      client.sendall(b"HTTP/1.1 404 no\\r\\nContent-Length: 0\\r\\n\\r\\n")
      client.close()
      print("status", run.wait(20))
      PY
      """)
    #expect(result.output.hasPrefix("GET /v4 HTTP/1.1"))
    #expect(!result.output.contains("canary"))
    #expect(!result.output.lowercased().contains("authorization"))
    #expect(result.output.hasSuffix("status 0\n"))
  }

  @Test
  func `a configuration that is broken is found, and all else is looked at`() async throws {
    let path = folder.file(".config/longscribe")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try "{".write(toFile: "\(path)/config.json", atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: "\(path)/config.json")
    let (report, result) = try await doctor()
    #expect(report.finding("configuration")?.text == "\(path)/config.json: it is no JSON")
    #expect(report.problems == 1)
    #expect(report.finding("temporary folder") != nil)
    #expect(result.status == 4)
  }

  @Test
  func `a journal is looked at without being changed`() async throws {
    let state = ["XDG_STATE_HOME": folder.file("state")]
    try Silence.make(["a.wav"], in: folder)
    let run = try await Command.run(
      ["transcribe", folder.file("a.wav")], environment: state)
    #expect(run.status == 0)
    let whole = try await doctor([], state)
    #expect(whole.report.finding("journal")?.text == "\(folder.file("state"))/longscribe; 1 job")
    let journal = folder.file("state/longscribe/journal.sqlite3")
    let damaged = Data(repeating: 7, count: 100_000)
    try damaged.write(to: URL(fileURLWithPath: journal))
    for name in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: journal + name) }
    let broken = try await doctor([], state)
    #expect(broken.report.finding("journal")?.verdict == "problem")
    #expect(broken.result.status == 4)
    #expect(try Data(contentsOf: URL(fileURLWithPath: journal)) == damaged)
  }

  @Test(arguments: [
    (["XDG_STATE_HOME": "/proc/nowhere"], "journal", "problem"),
    (["TMPDIR": "/nowhere"], "temporary folder", "problem"),
    (["TMPDIR": "/dev/shm"], "temporary folder", "warning"),
  ])
  func `places that do not do are told of`(
    _ environment: [String: String], _ subject: String, _ verdict: String
  ) async throws {
    let (report, result) = try await doctor([], environment)
    #expect(report.finding(subject)?.verdict == verdict)
    #expect(report.finding(subject)?.advice?.isEmpty == false)
    #expect(result.status == (verdict == "problem" ? 4 : 0))
  }
}

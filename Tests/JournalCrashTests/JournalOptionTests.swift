import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite("What a user can ask of the journal", .serialized)
struct JournalOptionTests {
  /// A recording's first 40 s: seven chunks or so.
  private static let part = ["--end", "40"]

  @Test("Another format costs nothing, starting over costs all, and other chunks are another job")
  func again() async throws {
    let simulator = try await LongTalk.shared.simulator()
    let place = try Place()
    #expect(try await place.run(simulator, Self.part).status == 0)
    let chunks = simulator.requests.count
    let format = try await place.start(
      place.arguments(simulator, formats: "vtt,lrc,tsv") + Self.part
    ).result(limit: 30)
    #expect(format.status == 0, "\(format.errors)")
    #expect(format.errors.contains("0 calls, \(chunks) answers kept from before"))
    #expect(simulator.requests.count == chunks)
    for name in ["vtt", "lrc", "tsv"] {
      #expect(FileManager.default.fileExists(atPath: "\(place.out)/talk.\(name)"))
    }
    let fresh = try await place.run(simulator, Self.part + ["--fresh"])
    #expect(fresh.status == 0, "\(fresh.errors)")
    #expect(simulator.requests.count == 2 * chunks)
    let other = try await place.start(
      place.arguments(simulator, chunkLength: 12) + Self.part
    ).result(limit: 30)
    #expect(other.status == 0, "\(other.errors)")
    #expect(simulator.requests.count > 2 * chunks)
    #expect(try await JournalView.read(place.database).jobs.count == 2)
    // And the first is still there.
    let sent = simulator.requests.count
    #expect(try await place.run(simulator, Self.part).status == 0)
    #expect(simulator.requests.count == sent)
    await simulator.stopped()
  }

  @Test("A dry run counts what is still to be paid for, of copies too, and changes nothing")
  func dryRun() async throws {
    let simulator = try await LongTalk.shared.simulator()
    let place = try Place()
    let keyless = place.environment.filter { $0.key != "ZHIPUAI_API_KEY" }
    func dry(_ more: [String] = [], input: String? = nil) async throws -> ProgramResult {
      let result = try await Programs.run(
        Programs.longscribe,
        place.arguments(simulator, input: input) + Self.part + ["--dry-run"] + more,
        environment: keyless)
      #expect(result.status == 0, "\(result.errors)")
      return result
    }
    func calls(_ result: ProgramResult) -> Substring? {
      result.output.split(separator: "\n").first { $0.hasPrefix("  upload ") }?
        .dropFirst("  upload      ".count).prefix { $0 != "," }
    }
    let before = try await dry()
    #expect(!before.output.contains("journal"))
    #expect(!FileManager.default.fileExists(atPath: place.state))
    #expect(try await place.run(simulator, Self.part + ["--max-calls", "3"]).status == 8)
    let sent = simulator.requests.count
    #expect(sent == 3)
    let partly = try await dry()
    #expect(partly.errors.isEmpty)
    #expect(try await place.run(simulator, Self.part).status == 0)
    let chunks = simulator.requests.count
    #expect(calls(before) == "\(chunks) calls")
    #expect(calls(partly) == "\(chunks - 3) calls")
    #expect(partly.output.contains("  journal     has the answers to 3 of \(chunks) chunks\n"))
    #expect(partly.output.components(separatedBy: ", answered\n").count == 4)
    let after = try await dry(["--max-calls", "1"])
    #expect(calls(after) == "0 calls")
    #expect(after.output.contains("  billed      0 s\n"))
    #expect(!after.output.contains("budget"))
    let copy = place.folder.file("copy.wav")
    try FileManager.default.copyItem(atPath: place.input, toPath: copy)
    #expect(try await calls(dry(input: copy)) == "0 calls")
    // What a fresh start would ask for, and what one that has begun still has to.
    #expect(try await calls(dry(["--fresh"])) == "\(chunks) calls")
    #expect(try await calls(dry(["--no-journal"])) == "\(chunks) calls")
    #expect(
      try await place.run(simulator, Self.part + ["--fresh", "--max-calls", "2"]).status == 8)
    #expect(try await calls(dry()) == "\(chunks - 2) calls")
    #expect(simulator.requests.count == chunks + 2)
    await simulator.stopped()
  }

  @Test("Without a journal nothing is left but the output")
  func none() async throws {
    let simulator = try await LongTalk.shared.simulator()
    let place = try Place()
    let result = try await place.run(simulator, Self.part + ["--no-journal"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: place.state))
    #expect(place.leftovers.isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted() == [
        "out", "temporary",
      ])
    // Nor is anything added to one that is there.
    #expect(try await place.run(simulator, Self.part).status == 0)
    let before = try Data(contentsOf: URL(fileURLWithPath: place.database))
    let sent = simulator.requests.count
    #expect(try await place.run(simulator, Self.part + ["--no-journal"]).status == 0)
    #expect(simulator.requests.count > sent)
    #expect(try Data(contentsOf: URL(fileURLWithPath: place.database)) == before)
    let both = try await place.run(simulator, ["--no-journal", "--fresh"])
    #expect(both.status == 64)
    await simulator.stopped()
  }

  @Test("A recording that has changed is noticed, and only what sounds otherwise is sent again")
  func changed() async throws {
    let simulator = try await LongTalk.shared.simulator()
    let input = try TemporaryFolder()
    let path = input.file("talk.wav")
    try FileManager.default.copyItem(atPath: LongTalk.shared.wav, toPath: path)
    let place = try Place(input: path)
    #expect(try await place.run(simulator, Self.part).status == 0)
    let chunks = simulator.requests.count
    // Ten seconds from the middle of the talk take the place of others near the end.
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let second = 32_000
    bytes.replaceSubrange(
      44 + 30 * second..<44 + 40 * second, with: bytes[(44 + 300 * second)..<(44 + 310 * second)])
    try bytes.write(to: URL(fileURLWithPath: path))
    let result = try await place.run(simulator, Self.part)
    #expect([0, 3].contains(result.status), "\(result.errors)")
    #expect(result.errors.contains("the file that was transcribed before under this name"))
    let more = simulator.requests.count - chunks
    #expect(more > 0 && more <= 4, "\(more) of \(chunks)")
    await simulator.stopped()
  }

  @Test("The key is in no file of the journal, and all of them are for their owner alone")
  func secrets() async throws {
    let key = "canary-0123456789abcdef"
    // Later answers are held back, so that it cannot be done before it is killed.
    let held = Fault(match: .after(20), action: .delay(60))
    let simulator = try await LongTalk.shared.simulator(faults: [held]) { $0.key = key }
    let place = try Place(key: key)
    let running = try place.start(place.arguments(simulator))
    for _ in 0..<2000 where simulator.requests.count <= 20 {
      try await Task.sleep(for: .milliseconds(5))
    }
    running.send(SIGKILL)
    _ = try await running.result(limit: 10)
    func check(_ files: [String]) async throws {
      let found = try await Programs.run("/bin/grep", ["-rac", key, place.state])
      #expect(found.status == 1, "\(found.output)")
      let listing = try await Programs.run(
        "/usr/bin/find", [place.state, "-printf", "%f %m\\n"])
      #expect(
        listing.output.split(separator: "\n").sorted().map(String.init)
          == (["longscribe 700", "state 700"] + files.map { "\($0) 600" }).sorted())
    }
    try await check([
      "journal.locks", "journal.sqlite3", "journal.sqlite3-shm", "journal.sqlite3-wal",
    ])
    try await simulator.rest()
    simulator.order(faults: [])
    #expect(try await place.run(simulator).status == 0)
    await simulator.stopped()
    try await check(["journal.locks", "journal.sqlite3"])
  }

  @Test("Jobs are listed, removed and pruned; what was removed is paid for again")
  func jobs() async throws {
    let simulator = try await LongTalk.shared.simulator()
    let place = try Place()
    #expect(try await place.jobs().errors == "There are no jobs.\n")
    #expect(!FileManager.default.fileExists(atPath: place.state), "looking leaves nothing")
    #expect(try await place.run(simulator, Self.part).status == 0)
    #expect(try await place.run(simulator, ["--end", "20"]).status == 0)
    let sent = simulator.requests.count
    struct Line: Decodable {
      var job: Int64
      var state: String
      var answered: Int
      var chunks: Int
      var calls: Int
    }
    let list = try await place.jobs(["--json"])
    let lines = try JSONDecoder().decode([Line].self, from: Data(list.output.utf8))
    #expect(lines.map(\.job) == [2, 1])
    #expect(lines.allSatisfy { $0.state == "done" && $0.answered == $0.chunks })
    #expect(lines.map(\.calls).reduce(0, +) == sent)
    #expect(try await place.jobs(["rm", "7"]).status == 66)
    #expect(try await place.jobs(["rm", "1"]).status == 0)
    #expect(try await JournalView.read(place.database).jobs.map(\.id) == [2])
    #expect(try await place.run(simulator, Self.part).status == 0)
    #expect(simulator.requests.count > sent)
    #expect(try await place.jobs(["prune", "--older-than", "1d"]).status == 0)
    #expect(try await JournalView.read(place.database).jobs.count == 2)
    let pruned = try await place.jobs(["prune", "--older-than", "0d"])
    #expect(pruned.status == 0)
    #expect(pruned.errors.hasPrefix("Removed 2 jobs and "))
    let view = try await JournalView.read(place.database)
    #expect(view.jobs.isEmpty && view.answers.isEmpty && view.calls.isEmpty)
    #expect(try await place.jobs(["prune"]).status == 64)
    await simulator.stopped()
  }

  @Test("Without a home there is no place for the journal, which is said before anything is sent")
  func homeless() async throws {
    let simulator = try await LongTalk.shared.simulator()
    let place = try Place()
    // An empty variable is as good as none, and a relative one is to be ignored.
    for state in ["", "relative"] {
      let environment = place.environment.merging(["XDG_STATE_HOME": state]) { $1 }
      let result = try await Programs.run(
        Programs.longscribe, place.arguments(simulator) + Self.part, environment: environment,
        folder: place.folder.path, limit: 30)
      #expect(result.status == 4, "\(result.errors)")
      #expect(result.errors.contains("set XDG_STATE_HOME or HOME, or use --no-journal"))
      #expect(!FileManager.default.fileExists(atPath: place.folder.file("relative")))
    }
    #expect(simulator.requests.isEmpty)
    var home = place.environment
    home["XDG_STATE_HOME"] = ""
    home["HOME"] = place.folder.path
    let result = try await Programs.run(
      Programs.longscribe, place.arguments(simulator) + Self.part, environment: home, limit: 30)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      FileManager.default.fileExists(
        atPath: place.folder.file(".local/state/longscribe/journal.sqlite3")))
    await simulator.stopped()
  }

  @Test("Of several recordings one that fails does not stop the others, unless that is asked for")
  func several() async throws {
    let simulator = try await LongTalk.shared.simulator()
    let place = try Place()
    let bad = place.folder.file("bad.wav")
    try "no recording".write(toFile: bad, atomically: true, encoding: .utf8)
    let rest = ["-f", "txt", "-o", place.out, "--provider", "glm", "--base-url", simulator.baseURL]
    let inputs = [bad, place.input]
    let stopped = try await place.start(
      ["transcribe"] + inputs + rest + Self.part + ["--fail-fast"]
    ).result(limit: 30)
    #expect(stopped.status == 3 || stopped.status == 65, "\(stopped.errors)")
    #expect(simulator.requests.isEmpty)
    #expect(stopped.errors.contains("1 not tried"))
    let both = try await place.start(["transcribe"] + inputs + rest + Self.part).result(limit: 30)
    #expect(both.status == 3, "\(both.errors)")
    #expect(both.errors.contains("1 of 2 recordings transcribed, 1 failed"))
    #expect(FileManager.default.fileExists(atPath: "\(place.out)/talk.txt"))
    await simulator.stopped()
  }
}

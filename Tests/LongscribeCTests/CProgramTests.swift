import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Programs in C that use the library.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CProgramTests {
  private static func run(_ requests: Requests) async throws -> ProgramAnswer {
    let program = try await CLibrary.shared.compiled("transcribe", in: requests.folder)
    let result = try await Programs.run(program, [requests.options, requests.request], limit: 120)
    #expect(result.errors.isEmpty, "the library prints nothing")
    return try ProgramAnswer(c: result)
  }

  @Test
  func `a recording comes back whole, with its events, in every format asked for`() async throws {
    let talk = try ShortTalk.shared
    try await talk.simulating { simulator in
      let answer = try await Self.run(Requests(simulator, [:], ["formats": ["srt", "txt"]]))
      #expect(answer.status == 0)
      #expect(bareWords(answer.text ?? "") == talk.said.flatMap(bareWords))
      let formats = answer.answer["formats"] as? [String: String]
      #expect(formats?.keys.sorted() == ["srt", "txt"])
      #expect(formats?["srt"]?.contains("00:01:") == true)
      #expect(answer.types.first == "plan")
      #expect(answer.types.last == "summary")
      #expect(Set(answer.types).isSuperset(of: ["chunk_start", "chunk_done", "text", "file_done"]))
    }
  }

  @Test
  func `events are the lines of the command line`() async throws {
    let talk = try ShortTalk.shared
    // A chunk that fails for good, and one that works at the second try.
    let faults = [
      Fault(match: .matchedStart(20...75), action: .status(400, code: "1214", message: "no")),
      Fault(
        match: .matchedStart(0...1), action: .status(500, code: "500", message: "busy"), times: 1),
    ]
    func lines(_ run: (ServiceSimulator) async throws -> [String]) async throws -> [String] {
      try await talk.simulating(faults: faults) { try await run($0) }
    }
    let own = try await lines { simulator in
      let answer = try await Self.run(Requests(simulator, ["concurrency": 1]))
      #expect(answer.status == 3)
      return try answer.events.map { try Self.comparable($0) }
    }
    let command = try await lines { simulator in
      let result = try await Programs.run(
        Programs.longscribe,
        [
          "transcribe", talk.wav, "-p", "glm", "--base-url", simulator.baseURL, "--concurrency",
          "1", "--events", "jsonl",
        ], environment: ["ZHIPUAI_API_KEY": "simulator-key"])
      #expect(result.status == 3)
      return try result.output.split(separator: "\n").map {
        try Self.comparable(try ProgramAnswer.object(String($0)))
      }
    }
    // Plans and calls run beside each other, so only their own order is fixed.
    #expect(own.sorted() == command.sorted())
    #expect(own.contains { $0.contains("\"chunk_failed\"") })
    #expect(own.contains { $0.contains("\"retry\"") })
  }

  @Test
  func `with a journal nothing is paid for twice, and bounds hold across runs`() async throws {
    let journal = try TemporaryFolder()
    let kept: [String: Any] = ["journal": journal.file("kept")]
    try await ShortTalk.shared.simulating { simulator in
      let bounded = try await Self.run(
        Requests(simulator, kept.merging(["max_calls": 1, "concurrency": 1]) { $1 }))
      #expect(bounded.status == 8)
      #expect(simulator.requests.count == 1)
      let rest = try await Self.run(Requests(simulator, kept))
      #expect(rest.status == 0)
      let calls = simulator.requests.count
      #expect(calls > 1)
      let again = try await Self.run(Requests(simulator, kept))
      #expect(again.status == 0)
      #expect(again.text == rest.text)
      #expect(simulator.requests.count == calls)
      #expect(simulator.paidRepeatedly == [])
      let fresh = try await Self.run(Requests(simulator, kept, ["fresh": true]))
      #expect(fresh.text == rest.text)
      #expect(simulator.requests.count == 2 * calls)
    }
  }

  @Test(arguments: [
    (["max_cost": "5EUR", "rate": "0.006USD/min"], 64, "'max_cost' is in EUR"),
    (["max_cost": "a lot"], 64, "'max_cost' is 'a lot'"),
    (["rate": "cheap"], 64, "'rate' is 'cheap'"),
    (["max_cost": "5USD"], 64, "no rate is known"),
    (["journal": "/proc/none"], 73, "/proc/none"),
  ])
  func `bounds and journals that cannot be are told when a handle is opened`(
    _ options: [String: String], _ status: Int32, _ message: String
  ) async throws {
    try await ShortTalk.shared.simulating { simulator in
      let answer = try await Self.run(Requests(simulator, options))
      #expect(answer.status == status)
      #expect((answer.error?["message"] as? String)?.contains(message) == true)
      #expect(simulator.requests.isEmpty)
    }
  }

  /// An event without what chance decides.
  private static func comparable(_ event: [String: Any]) throws -> String {
    var event = event
    event["wait"] = nil
    event["message"] = (event["message"] as? String)?.replacing(/request [-\w]+/, with: "request")
    return String(
      decoding: try JSONSerialization.data(withJSONObject: event, options: .sortedKeys),
      as: UTF8.self)
  }

  @Test
  func `the recogniser of this machine works without any option`() async throws {
    let answer = try await Self.run(
      Requests([:], ["input": Programs.fixture("lecture.m4a"), "end": 20]))
    #expect(answer.status == 0)
    #expect((answer.text ?? "").split(separator: " ").count > 15)
    let own = answer.transcript?["longscribe"] as? [String: Any]
    #expect(own?["provider"] as? String == "offline")
  }

  @Test(arguments: [
    ("/nonexistent/talk.wav", 66, "not_found"), ("FIXTURE", 65, "not_media"),
  ])
  func `what cannot be heard is told with status, kind and file`(
    _ input: String, _ status: Int32, _ code: String
  ) async throws {
    let input = input == "FIXTURE" ? Programs.fixture("lecture.txt") : input
    let answer = try await Self.run(Requests([:], ["input": input]))
    #expect(answer.status == status)
    #expect(answer.error?["status"] as? Int == Int(status))
    #expect(answer.error?["code"] as? String == code)
    #expect(answer.error?["file"] as? String == input)
    #expect(answer.types == ["file_failed", "summary"])
  }

  @Test
  func `a refused key is told with what a person needs, and without the key`() async throws {
    let canary = "canary-\(UUID().uuidString)"
    let text = try await ShortTalk.shared.simulating { simulator in
      let requests = try Requests(simulator, ["key": canary])
      let program = try await CLibrary.shared.compiled("transcribe", in: requests.folder)
      let result = try await Programs.run(program, [requests.options, requests.request])
      let answer = try ProgramAnswer(c: result)
      #expect(answer.status == 4)
      #expect(answer.error?["code"] as? String == "authentication")
      #expect(answer.error?["http_status"] as? Int == 401)
      #expect(answer.error?["provider"] as? String == "glm")
      #expect(answer.error?["retry"] as? Bool == false)
      #expect((answer.error?["message"] as? String)?.isEmpty == false)
      return result.output + result.errors
    }
    #expect(!text.contains(canary))
  }

  @Test
  func `nothing that a caller does wrong does harm`() async throws {
    let talk = try ShortTalk.shared
    try await talk.simulating { simulator in
      try await talk.simulating {
        $0.latency = 60
      } _: { slow in
        let requests = try Requests(simulator)
        let waiting = try Requests(slow)
        let program = try await CLibrary.shared.compiled("contract", in: requests.folder)
        let result = try await Programs.run(
          program, [requests.options, waiting.options, talk.wav], limit: 120)
        #expect(result.output == "")
        #expect(result.errors == "")
        #expect(result.status == 0)
      }
    }
  }

  @Test
  func `memory, threads and files do not grow with the number of handles`() async throws {
    try await ShortTalk.shared.simulating { simulator in
      let requests = try Requests(simulator)
      let program = try await CLibrary.shared.compiled("leak", in: requests.folder)
      let result = try await Programs.run(
        program, [requests.options, requests.request, "50"], limit: 240)
      #expect(result.status == 0, "\(result.output)")
      let rows = result.output.split(separator: "\n").map { line in
        line.split(separator: " ").compactMap { Int($0) }
      }
      try #require(rows.count == 5 && rows.allSatisfy { $0.count == 4 })
      // The first ten fill caches and heaps.
      #expect(rows[4][1] - rows[0][1] < 6_000, "kB: \(rows.map { $0[1] })")
      // Threads that have nothing to do end by themselves, and close their connections, but not at once: of forty handles that kept one
      // each there would be forty more.
      #expect(rows[4][2] < rows[0][2] + 10, "threads: \(rows.map { $0[2] })")
      #expect(rows[4][3] < rows[0][3] + 10, "files: \(rows.map { $0[3] })")
    }
  }
}

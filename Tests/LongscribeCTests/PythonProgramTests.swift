import Foundation
import ServiceSimulator
import TestSupport
import Testing

/// Python programs that use the library through ctypes.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct PythonProgramTests {
  private static func run(
    _ requests: Requests, _ more: [String] = []
  ) async throws -> (answer: ProgramAnswer, own: Bool?) {
    let result = try await Programs.run(
      "/usr/bin/env",
      [
        "python3", "\(Programs.root)/Tests/LongscribeCTests/Programs/transcribe.py",
        try await CLibrary.shared.library, requests.options, requests.request,
      ] + more, environment: ["PYTHONDONTWRITEBYTECODE": "1"], limit: 100)
    #expect(result.errors.isEmpty)
    let answer = try ProgramAnswer(python: result)
    return (answer, try ProgramAnswer.object(result.output)["own_thread"] as? Bool)
  }

  @Test
  func `a recording comes back whole, and events come on the thread that asked`() async throws {
    let talk = try ShortTalk.shared
    try await talk.simulating { simulator in
      let (answer, own) = try await Self.run(Requests(simulator))
      #expect(answer.status == 0)
      #expect(bareWords(answer.text ?? "") == talk.said.flatMap(bareWords))
      #expect(answer.types.last == "summary")
      #expect(own == true)
    }
  }

  @Test
  func `names and texts keep their characters`() async throws {
    let talk = try ShortTalk.shared
    let folder = try TemporaryFolder()
    let input = folder.file("讲座 “ä”.wav")
    try FileManager.default.createSymbolicLink(atPath: input, withDestinationPath: talk.wav)
    try await talk.simulating { simulator in
      let (answer, _) = try await Self.run(Requests(simulator, [:], ["input": input]))
      #expect(answer.status == 0)
      #expect(answer.events.first?["file"] as? String == input)
    }
  }

  @Test
  func `another thread cancels`() async throws {
    let talk = try ShortTalk.shared
    try await talk.simulating {
      $0.latency = 60
    } _: { simulator in
      let start = ContinuousClock.now
      let (answer, _) = try await Self.run(Requests(simulator), ["2"])
      #expect(answer.status == 130)
      #expect(answer.error?["code"] as? String == "cancelled")
      #expect(answer.types.last == "summary")
      #expect(ContinuousClock.now - start < .seconds(40))
    }
  }

  @Test
  func `a recording is probed and planned, and answers are stitched, without any service`()
    async throws
  {
    let talk = try ShortTalk.shared
    let result = try await Programs.run(
      "/usr/bin/env",
      [
        "python3", "\(Programs.root)/Tests/LongscribeCTests/Programs/stitch.py",
        try await CLibrary.shared.library, talk.wav,
      ], environment: ["PYTHONDONTWRITEBYTECODE": "1"], limit: 100)
    #expect(result.errors.isEmpty)
    let all = try ProgramAnswer.object(result.output)
    func part(_ name: String) throws -> (status: Int, answer: [String: Any]) {
      let pair = try #require(all[name] as? [Any])
      return (
        try #require(pair[0] as? Int), try #require(pair[1] as? [String: Any])
      )
    }
    let probe = try part("probe")
    #expect(probe.status == 0)
    let format = (probe.answer["probe"] as? [String: Any])?["format"] as? [String: Any]
    #expect(format?["duration"] as? Double == 100)
    let plan = try part("plan").answer["plan"] as? [String: Any]
    #expect(plan?["duration"] as? Double == 90)
    #expect(plan?["provider"] as? String == "glm")
    #expect((plan?["chunks"] as? [Any])?.count == 2)

    let whole = try part("whole")
    let transcript = whole.answer["transcript"] as? [String: Any]
    #expect((transcript?["text"] as? String)?.contains("second") == true)
    #expect(whole.answer["missing"] as? [Int] == [])
    #expect((whole.answer["formats"] as? [String: String])?["txt"]?.isEmpty == false)
    #expect(
      try part("text").answer["transcript"] as? NSDictionary == transcript as NSDictionary?)
    let gap = try part("gap")
    #expect(gap.status == 3)
    #expect(gap.answer["missing"] as? [Int] == [1])
    let unreadable = try part("unreadable")
    #expect(unreadable.status == 3)
    #expect((unreadable.answer["unreadable"] as? [[String: Any]])?.first?["chunk"] as? Int == 1)
    #expect(unreadable.answer["missing"] as? [Int] == [])
    #expect(try part("stranger").status == 64)
    #expect(try part("nothing").status == 66)
    #expect(try part("bad").status == 65)
  }
}

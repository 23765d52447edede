import Foundation
import Glibc
import LongscribeCore
import ServiceSimulator
import SyntheticLecture
import TestSupport
import Testing

@Suite("One pass: the first upload starts early and memory is flat", .serialized)
struct FlatAndEarlyTests {
  private static func arguments(_ input: String, _ simulator: ServiceSimulator) -> [String] {
    [
      "transcribe", input, "--provider", "glm", "--base-url", simulator.baseURL, "-f", "json", "-o",
      NSTemporaryDirectory() + "longscribe-flat-\(getpid())",
    ]
  }

  @Test("The first chunk is uploaded while three quarters of the recording have not arrived")
  func uploadsBeforeTheEnd() async throws {
    let lecture = try SpokenLecture(seed: 51, seconds: 1200, language: .english)
    let data = try Data(contentsOf: URL(fileURLWithPath: try await lecture.recording("mp3")))
    let simulator = try await lecture.simulator()
    let pipe = try SlowPipe(lecture.folder.file("pipe.mp3"))
    let running = try RunningProgram(
      Programs.longscribe, Self.arguments(pipe.path, simulator),
      environment: ["ZHIPUAI_API_KEY": "simulator-key"])
    try await pipe.send(data, upTo: data.count / 4)
    let deadline = ContinuousClock.now + .seconds(30)
    while simulator.requests.isEmpty, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(!simulator.requests.isEmpty, "an upload arrived while the pipe was stalled at 25 %")
    try await pipe.send(data, upTo: data.count)
    pipe.end()
    let result = try await running.result(limit: 120)
    #expect(result.status == 0, "\(result.errors)")
    await simulator.stopped()
  }

  @Test("When the disk fills up on the way, what was paid for is delivered, and the rest is a gap")
  func diskFillsUp() async throws {
    let lecture = try SpokenLecture(seed: 53, seconds: 600, language: .english)
    let data = try Data(contentsOf: URL(fileURLWithPath: try await lecture.recording("mp3")))
    let small = lecture.folder.file("small")
    // 14 MB hold 40 % of the recording and a few chunks, but not all of it.
    let mounted = try await Programs.run(
      "/bin/bash", ["-c", "mkdir -p \(small) && mount -t tmpfs -o size=14m longscribe \(small)"])
    guard mounted.status == 0 else {
      print("not run, because no file system can be mounted here: \(mounted.errors)")
      return
    }
    let simulator = try await lecture.simulator()
    let pipe = try SlowPipe(lecture.folder.file("pipe.mp3"))
    let running = try RunningProgram(
      Programs.longscribe,
      [
        "transcribe", pipe.path, "--provider", "glm", "--base-url", simulator.baseURL, "-f", "json",
        "-o",
        lecture.folder.path,
      ],
      environment: ["ZHIPUAI_API_KEY": "simulator-key", "TMPDIR": small])
    try await pipe.send(data, upTo: data.count * 2 / 5)
    let deadline = ContinuousClock.now + .seconds(30)
    while simulator.requests.count(where: { $0.finish != nil }) < 2, ContinuousClock.now < deadline
    {
      try await Task.sleep(for: .milliseconds(10))
    }
    try await pipe.send(data, upTo: data.count, to: running)
    pipe.end()
    let result = try await running.result(limit: 60)
    try await Programs.shell("umount \(small)")
    await simulator.stopped()
    #expect(result.status == 3, "\(result.errors)")
    let json = try String(contentsOfFile: lecture.folder.file("pipe.json"), encoding: .utf8)
    #expect(json.contains("no room for temporary files"))
    let first = try #require(simulator.requests.first { $0.number == 1 }?.text)
    let words = Tokenizer.tokens(of: first, segment: 0).dropFirst(2).prefix(20).map(\.key)
    let heard = Tokenizer.tokens(of: json, segment: 0).map(\.key)
    #expect(
      heard.indices.contains { heard[$0...].starts(with: words) },
      "the first chunk's words are there")
  }

  // Listening itself is flat. What grows is the envelope (0.4 MB an hour) and the answers, which are kept whole until the end.
  @Test(
    "Three hours need no more memory than ten minutes and the answers", arguments: ["mp3", "opus"])
  func flatMemory(container: String) async throws {
    // The peak is looked at every 10 ms: that of the short run may be missed.
    let isFlat = { (peaks: [Int64]) in
      peaks[1] <= peaks[0] + 8_000_000 && peaks[1] <= 80_000_000
    }
    try await expectBest(of: 3, meets: isFlat) {
      var peaks: [Int64] = []
      for seconds in [600.0, 10_800] {
        let lecture = try SpokenLecture(seed: 52, seconds: seconds, language: .english)
        let simulator = try await lecture.simulator()
        let input = try await lecture.recording(container)
        let result = try await Programs.run(
          Programs.longscribe, Self.arguments(input, simulator),
          environment: ["ZHIPUAI_API_KEY": "simulator-key"], limit: 600)
        #expect(result.status == 0, "\(result.errors)")
        peaks.append(result.peakMemory)
        await simulator.stopped()
      }
      print("peak memory of \(container): \(peaks.map { $0 / 1_000_000 }) MB")
      return peaks
    }
  }
}

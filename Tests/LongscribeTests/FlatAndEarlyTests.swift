import Foundation
import Glibc
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
    let pipe = lecture.folder.file("pipe.mp3")
    #expect(mkfifo(pipe, 0o600) == 0)
    let running = try RunningProgram(
      Programs.longscribe, Self.arguments(pipe, simulator),
      environment: ["ZHIPUAI_API_KEY": "simulator-key"])
    let writer = open(pipe, O_RDWR | O_NONBLOCK)
    defer { close(writer) }
    var sent = 0
    func send(upTo end: Int) async throws {
      let deadline = ContinuousClock.now + .seconds(60)
      while sent < end, ContinuousClock.now < deadline {
        let count = data.withUnsafeBytes {
          write(writer, $0.baseAddress?.advanced(by: sent), min(65_536, end - sent))
        }
        if count > 0 { sent += count } else { try await Task.sleep(for: .milliseconds(2)) }
      }
    }
    try await send(upTo: data.count / 4)
    let deadline = ContinuousClock.now + .seconds(30)
    while simulator.requests.isEmpty, ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(sent == data.count / 4)
    #expect(!simulator.requests.isEmpty, "an upload arrived while the pipe was stalled at 25 %")
    try await send(upTo: data.count)
    close(writer)
    let result = try await running.result(limit: 120)
    #expect(result.status == 0, "\(result.errors)")
    await simulator.stopped()
  }

  @Test("Three hours need no more memory than ten minutes", arguments: ["mp3", "opus"])
  func flatMemory(container: String) async throws {
    var peaks: [Double] = []
    for seconds in [600.0, 10_800] {
      let lecture = try SpokenLecture(seed: 52, seconds: seconds, language: .english)
      let simulator = try await lecture.simulator()
      let input = try await lecture.recording(container)
      let result = try await Programs.run(
        Programs.longscribe, Self.arguments(input, simulator),
        environment: ["ZHIPUAI_API_KEY": "simulator-key"], limit: 600)
      #expect(result.status == 0, "\(result.errors)")
      peaks.append(Double(result.peakMemory))
      await simulator.stopped()
    }
    print("peak memory of \(container): \(peaks.map { Int($0 / 1_000_000) }) MB")
    #expect(peaks[1] <= peaks[0] * 1.1)
  }
}

import Foundation
import ServiceSimulator
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct EventStreamTests {
  private static func events(_ text: String) -> [String] {
    text.split(separator: "\n\n").map { String($0.dropFirst("data: ".count)) }
  }

  private static func object(_ event: String) -> [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(event.utf8))) as? [String: Any] ?? [:]
  }

  @Test
  func `a stream has deltas, the whole text and an end mark`() async throws {
    let recording = try Recording.english.get()
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    try recording.cut(start: 160_000, count: 320_000, to: folder.path("a.wav"))
    let answer = try await Curl.transcribe(
      folder.path("a.wav"), at: simulator.baseURL, fields: ["stream=true"])
    let whole = try await Curl.transcribe(folder.path("a.wav"), at: simulator.baseURL)
    #expect(answer.headers.lowercased().contains("content-type: text/event-stream"))
    let events = Self.events(answer.text)
    #expect(events.count > 5)
    #expect(events.last == "[DONE]")
    let done = Self.object(events[events.count - 2])
    #expect(done["type"] as? String == "transcript.text.done")
    #expect(done["text"] as? String == whole.transcript)
    let deltas = events.dropLast(2).map(Self.object)
    #expect(deltas.allSatisfy { $0["type"] as? String == "transcript.text.delta" })
    #expect(deltas.compactMap { $0["delta"] as? String }.joined() == whole.transcript)
    #expect(Set(deltas.compactMap { $0["id"] as? String }).count == 1)
    await simulator.stopped()
  }

  @Test
  func `a stream comes in many reads that cut through characters`() async throws {
    let recording = try Recording.chinese.get()
    let simulator = try await recording.simulator { $0.streamPause = 0.01 }
    let request = RawConnection.form(
      path: "/api/paas/v4/audio/transcriptions",
      fields: [("model", "glm-asr"), ("stream", "true")],
      wav: Wave.file(recording.samples(160_000, 320_000))
    )
    // Whoever reads late reads several pieces as one.
    await expectBest(of: 3, meets: { $0.reads > 5 && $0.cut >= 2 }) {
      let reads = await RawConnection.reads(port: simulator.port, request: request)
      // A read that begins with a continuation byte, after the line with the chunk's size.
      let cut = reads.count { read in
        guard let line = read.firstIndex(of: 0x0A), line + 1 < read.count else { return false }
        return read[line + 1] & 0xC0 == 0x80
      }
      return (reads: reads.count, cut: cut)
    }
    await simulator.stopped()
  }
}

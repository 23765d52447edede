import Foundation
import ServiceSimulator
import SyntheticLecture
import Testing

@Suite(.timeLimit(.minutes(10)))
struct LongChunkTests {
  struct Piece: Sendable, CustomStringConvertible {
    let service: ServiceSimulator.Service
    let suffix: String
    /// Seconds.
    let start: Double
    let length: Double

    var description: String { "\(length) s at \(start) s, \(suffix), \(service.rawValue)" }
  }

  static let pieces: [Piece] = [
    Piece(service: .coze, suffix: "ogg", start: 17.25, length: 1200),
    Piece(service: .coze, suffix: "mp3", start: 3001.5, length: 1199.3),
    Piece(service: .coze, suffix: "m4a", start: 2400.125, length: 300),
    Piece(service: .siliconflow, suffix: "mp3", start: 700, length: 3600),
    Piece(service: .openai, suffix: "flac", start: 4000, length: 900),
    Piece(service: .openai, suffix: "webm", start: 350.5, length: 65),
  ]

  @Test
  func `pieces of up to an hour are found to the millisecond in two hours`() async throws {
    let recording = try Recording(seed: 6, seconds: 7200, language: .english)
    let folder = try TestFolder()
    for service in [ServiceSimulator.Service.coze, .siliconflow, .openai] {
      let simulator = try await recording.simulator { $0.service = service }
      for piece in Self.pieces where piece.service == service {
        let wav = folder.path("piece.wav")
        let file = folder.path("piece.\(piece.suffix)")
        try recording.cut(
          start: Int(piece.start * 16_000), count: Int(piece.length * 16_000), to: wav)
        let bitRate = piece.suffix == "flac" ? [] : ["-b:a", "32k"]
        try await Media.encode(wav, to: file, Media.options(for: piece.suffix) + bitRate)
        let answer = try await Curl.transcribe(
          file, at: simulator.baseURL, model: ServiceFaultTests.model(service))
        #expect(answer.status == 200, "\(piece): \(answer.text)")
        let request = try #require(simulator.requests.last)
        let found = try #require(request.matchedStart, "\(piece) was not found")
        #expect(abs(found - piece.start) <= 0.002, "\(piece) was found at \(found)")
        print("\(piece): \(request.workSeconds ?? 0) s of work")
        // All words, to the last one: the piece was not cut short.
        let expected = recording.lecture.words.count {
          Double($0.start) / 16_000 >= piece.start
            && Double($0.end) / 16_000 <= piece.start + piece.length
        }
        let words = request.text?.split(separator: " ").count ?? 0
        #expect((expected...expected + 2).contains(words), "\(words) of \(expected) words")
      }
      await simulator.stopped()
    }
  }

  @Test
  func `a long piece with a strange part in it is refused`() async throws {
    let recording = try Recording(seed: 9, seconds: 1500, language: .english)
    let simulator = try await recording.simulator { $0.service = .coze }
    let folder = try TestFolder()
    let rate = 16_000
    let other = try Recording.english.get().samples(0, 30 * rate)
    // The strange part at the end, in the middle, and a part left out.
    let forms = [
      recording.samples(0, 600 * rate) + other,
      recording.samples(0, 300 * rate) + other + recording.samples(330 * rate, 300 * rate),
      recording.samples(0, 300 * rate) + recording.samples(310 * rate, 300 * rate),
    ]
    for (index, pcm) in forms.enumerated() {
      try Wave.file(pcm).write(to: URL(fileURLWithPath: folder.path("a.wav")))
      try await Media.encode(folder.path("a.wav"), to: folder.path("a.mp3"), ["-b:a", "48k"])
      let answer = try await Curl.transcribe(
        folder.path("a.mp3"), at: simulator.baseURL, model: "")
      #expect(answer.status == 400, "form \(index)")
      #expect(answer.text.contains("not one unbroken piece"), "form \(index): \(answer.text)")
    }
    await simulator.stopped()
  }
}

import Foundation
import ServiceSimulator
import SyntheticLecture
import Testing

@Suite(.timeLimit(.minutes(10)))
struct LocatingTests {
  struct Piece: Sendable, CustomStringConvertible {
    let start: Int
    let seconds: Double
    let isMP3: Bool

    var description: String { "\(seconds) s at \(start)\(isMP3 ? " mp3" : "")" }
  }

  /// Pieces of many lengths all over an hour.
  static let pieces: [Piece] = {
    let lengths = [0.5, 0.7, 1, 1.5, 2, 3, 4.5, 6, 9, 14, 20, 29.5, 45, 60]
    return (0..<48).map { index in
      let seconds = lengths[index % lengths.count]
      // Irregular steps, odd places.
      let start = (index * 36_893_489 + 1_234_567) % ((3600 - 61) * 16_000)
      return Piece(start: start, seconds: seconds, isMP3: index % 3 == 2)
    }
  }()

  @Test
  func `pieces are found to the millisecond in an hour, and fast`() async throws {
    let recording = try Recording(seed: 5, seconds: 3600, language: .english)
    let simulator = try await recording.simulator()
    let folder = try TestFolder()
    for piece in Self.pieces {
      var file = folder.path("piece.wav")
      try recording.cut(start: piece.start, count: Int(piece.seconds * 16_000), to: file)
      if piece.isMP3 {
        let wav = file
        file = folder.path("piece.mp3")
        let made = try await Program.run(
          "ffmpeg", ["-nostdin", "-y", "-v", "error", "-i", wav, "-b:a", "48k", file]
        )
        #expect(made.status == 0)
      }
      let answer = try await Curl.transcribe(file, at: simulator.baseURL)
      let request = try #require(simulator.requests.last)
      #expect(answer.status == 200, "\(piece): \(answer.text)")
      guard let found = request.matchedStart else {
        #expect(request.text == "", "\(piece) was not found")
        continue
      }
      let error = abs(found - Double(piece.start) / 16_000)
      #expect(error <= (piece.isMP3 ? 0.002 : 0.001), "\(piece) is off by \(error) s")
    }
    let times = simulator.requests.compactMap(\.workSeconds).sorted()
    let median = times[times.count / 2]
    print("work per piece: median \(median) s, longest \(times.last ?? 0) s")
    #expect(simulator.requests.count { $0.matchedStart != nil } >= 44)
    #expect(median < 0.5)
    await simulator.stopped()
  }
}

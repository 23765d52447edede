import Foundation
import LongscribeMedia
import TestSupport
import Testing

@Suite("Recordings with damage anywhere")
struct MutationTests {
  static let kinds = [
    "a.m4a -c:a aac", "a.mp3 -q:a 4", "a.opus -c:a libopus", "a.ogg -c:a libvorbis",
    "a.flac -c:a flac",
    "a.webm -c:a libopus", "a.ts -c:a aac", "a.wav -c:a pcm_s16le",
    "frag.mp4 -c:a aac -movflags +frag_keyframe+empty_moov",
    "a.avi -c:a libmp3lame", "a.wv -c:a wavpack", "a.ac3 -c:a ac3", "a.wma -c:a wmav2",
    "a.flv -c:a aac", "a.caf -c:a alac",
  ]

  @Test(
    "They are heard as far as they go, or refused, and no damaged time makes more than an hour of silence",
    arguments: kinds)
  func mutations(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    let name = String(kind.prefix { $0 != " " })
    try WaveFile(Array(Master.at16000.prefix(48_000)), rate: 16_000).write(to: folder.file("m.wav"))
    try await Programs.shell(
      "cd \(folder.path); ffmpeg -v error -y -nostdin -i m.wav \(kind.drop { $0 != " " }) \(name)")
    let original = try Bytes.of(folder.file(name))
    var random = SeededGenerator(seed: 99)
    for round in 0..<24 {
      var data = original
      if round.isMultiple(of: 4) {
        data = data.prefix(Int.random(in: 1..<data.count, using: &random))
      }
      // Headers are where most can go wrong.
      let reach = round.isMultiple(of: 3) ? min(2000, data.count) : data.count
      for _ in 0..<20 {
        data[Int.random(in: 0..<reach, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let path = folder.file("\(round)-\(name)")
      try Bytes.write(data, to: path)
      do {
        let heard = try await Heard.hear(path)
        #expect(heard.levels.count == (heard.samples.count + 159) / 160)
        #expect(heard.samples.count < 3700 * 16_000, "\(round) \(heard.report)")
      } catch let error as MediaError {
        #expect(!error.description.isEmpty)
      }
    }
  }
}

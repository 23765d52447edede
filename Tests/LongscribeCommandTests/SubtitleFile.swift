import TestSupport
import Testing

/// What readers find in subtitle files.
enum SubtitleFile {
  /// Start and end in milliseconds, and the text.
  struct Cue: Equatable {
    var start: Int
    var end: Int
    var text: String
  }

  /// The cues of a SubRip text, also as ffmpeg writes it.
  static func cues(srt: String) -> [Cue] {
    // Inside a cue ffmpeg writes the line ends of Windows.
    srt.replacing("\r\n", with: "\n").split(separator: "\n\n").compactMap { block in
      let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
      guard lines.count >= 3 else { return nil }
      let times = lines[1].split(separator: " --> ").map { milliseconds(String($0)) }
      guard times.count == 2 else { return nil }
      return Cue(start: times[0], end: times[1], text: lines[2...].joined(separator: "\n"))
    }
  }

  private static func milliseconds(_ clock: String) -> Int {
    let parts = clock.split { ":,.".contains($0) }.compactMap { Int($0) }
    guard parts.count == 4 else { return -1 }
    return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]
  }

  /// What ffmpeg reads from a subtitle file.
  static func ffmpeg(_ path: String) async throws -> [Cue] {
    let result = try await Programs.run(
      "/usr/bin/ffmpeg", ["-nostdin", "-v", "error", "-i", path, "-f", "srt", "-"])
    #expect(result.errors.isEmpty)
    return cues(srt: result.output)
  }
}

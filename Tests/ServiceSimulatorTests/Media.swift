import Foundation

/// Makes files of all formats.
enum Media {
  /// Encodes a piece of a recording; ffmpeg goes by the name's ending, or by `options`.
  static func encode(
    _ wav: String,
    to path: String,
    _ options: [String] = []
  ) async throws {
    let made = try await Program.run(
      "ffmpeg", ["-nostdin", "-y", "-v", "error", "-i", wav] + options + [path])
    if made.status != 0 { throw Failure(path: path) }
  }

  struct Failure: Error {
    let path: String
  }

  /// What ffmpeg needs to know beside a name.
  static func options(for suffix: String) -> [String] {
    switch suffix {
    case "opus", "ogg", "oga": ["-c:a", "libopus", "-b:a", "32k", "-f", "ogg"]
    case "mpga", "mpeg", "mp3": ["-f", "mp3", "-b:a", "64k"]
    case "m4a", "mp4": ["-c:a", "aac", "-b:a", "64k"]
    case "webm": ["-c:a", "libopus"]
    case "raw", "pcm": ["-f", "s16le"]
    default: []
    }
  }
}

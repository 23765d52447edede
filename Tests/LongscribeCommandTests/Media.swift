import Foundation
import TestSupport

/// Files that are no recordings, each wrong in its own way, and short ones that are.
enum Media {
  /// Makes a file in a folder and returns its path.
  static func make(_ name: String, in folder: TemporaryFolder) async throws -> String {
    let path = folder.file(name)
    let ffmpeg = "ffmpeg -nostdin -v error -y"
    switch name {
    case "missing.mp3": break
    case "folder":
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    case "empty.mp3": try write("", to: path)
    case "text.mp3": try write("These are words, but nobody speaks them.\n", to: path)
    case "playlist.mp3": try write("#EXTM3U\nhttp://127.0.0.1:9/one.mp3\n", to: path)
    case "picture.mp3":
      try await Programs.shell(
        "\(ffmpeg) -f lavfi -i color=red:s=64x64 -frames:v 1 -f image2 \(path)")
    case "mute.mp4":
      try await Programs.shell("\(ffmpeg) -f lavfi -i color=red:s=64x64:d=1 -an \(path)")
    case "zero.wav": try await Programs.shell("\(ffmpeg) -f lavfi -i anullsrc -t 0 \(path)")
    default:
      try await Programs.shell("\(ffmpeg) -f lavfi -i sine=d=3 -ac 1 -ar 16000 \(path)")
    }
    return path
  }

  private static func write(_ text: String, to path: String) throws {
    try text.write(toFile: path, atomically: false, encoding: .utf8)
  }
}

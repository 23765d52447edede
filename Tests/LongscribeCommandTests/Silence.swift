import Foundation
import TestSupport

/// Recordings in which nobody speaks: they are transcribed at once, by nobody, and their files appear all the same.
enum Silence {
  private static let wav: Data = {
    let samples = 16_000
    func bytes(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var data = Data("RIFF".utf8)
    data += bytes(36 + samples * 2, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4)
    data += bytes(1, 2) + bytes(1, 2) + bytes(16_000, 4) + bytes(32_000, 4) + bytes(2, 2)
    data += bytes(16, 2) + Array("data".utf8) + bytes(samples * 2, 4)
    return data + Data(count: samples * 2)
  }()

  /// Makes recordings under names in a folder, and the folders that they lie in.
  static func make(_ names: [String], in folder: TemporaryFolder) throws {
    for name in names {
      let path = folder.file(name)
      try FileManager.default.createDirectory(
        atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
        withIntermediateDirectories: true)
      try wav.write(to: URL(fileURLWithPath: path))
    }
  }

  /// The recordings that a run speaks of, in its order.
  static func heard(_ result: ProgramResult) -> [String] {
    let end = ": nobody speaks in it, so nothing is sent"
    return result.errorLines.filter { $0.hasSuffix(end) }.map {
      String($0.dropFirst("Warning: ".count).dropLast(end.count))
    }
  }
}

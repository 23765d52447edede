import Foundation
import TestSupport

/// Swift's own programs, run on the modules that were built.
enum Toolchain {
  /// Arguments that lead to the C modules which ours import.
  static var moduleMaps: [String] {
    let sources = "\(Programs.root)/Sources"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: sources)) ?? []
    var maps = folders.map { "\(sources)/\($0)/module.modulemap" }
    maps.append("\(Programs.products)/CMediaShim.build/module.modulemap")
    return maps.filter(FileManager.default.fileExists).flatMap { map in
      ["-Xcc", "-fmodule-map-file=\(map)"]
    }
  }

  /// The programs' folder: where `swift` leads to.
  static func program(_ name: String) async throws -> String {
    let result = try await Programs.run(
      "/bin/bash", ["-c", "dirname \"$(readlink -f \"$(command -v swift)\")\""])
    let folder = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    return "\(folder)/\(name)"
  }
}

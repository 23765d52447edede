import Foundation
import TestSupport

/// A disk in memory that is soon full.
final class SmallDisk: Sendable {
  let path: String

  /// Mounts it on a folder; `nil`, with a line, where that is not allowed.
  init?(_ path: String, kilobytes: Int) async throws {
    self.path = path
    let result = try await Programs.run(
      "/bin/bash",
      [
        "-c",
        "mkdir -p '\(path)' && mount -t tmpfs -o mode=0700,size=\(kilobytes)k longscribe '\(path)'",
      ])
    guard result.status == 0 else {
      print("not run, because no file system can be mounted here: \(result.errors)")
      return nil
    }
  }

  /// Makes room, or takes it away.
  func resize(kilobytes: Int) async throws {
    try await Programs.shell("mount -o remount,size=\(kilobytes)k '\(path)'")
  }

  /// Mounts it so that nothing can be written, or lets things be written again.
  func setReadOnly(_ isReadOnly: Bool) async throws {
    try await Programs.shell("mount -o remount,\(isReadOnly ? "ro" : "rw") '\(path)'")
  }

  func unmount() async throws { try await Programs.shell("umount -l '\(path)'") }
}

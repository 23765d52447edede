import Glibc
import Longscribe

/// Finds the recordings of a folder and of those below it, in the order of their names' bytes.
///
/// Links to files are followed, links to folders are not: they may lead round in circles.
enum RecordingFolder {
  /// Folders within folders, before the rest is taken for a mistake.
  private static let mostLevels = 64

  /// Whether a path leads to a folder.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return FileName.withBytes(path) { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The recordings' paths, which begin with the folder's as it was given.
  ///
  /// - Throws: `UsageError` if a folder cannot be read: what is in it would be missing without a word.
  static func recordings(in folder: String) throws(UsageError) -> [String] {
    var found: [String] = []
    try search(folder, level: 0, into: &found)
    return found
  }

  private static func search(
    _ folder: String, level: Int, into found: inout [String]
  ) throws(UsageError) {
    guard level < mostLevels else {
      throw UsageError("'\(folder)' lies more than \(mostLevels) folders deep")
    }
    let names = try names(in: folder)
    let isSplit = names.contains(RecordingNames.plan)
    for name in names where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      var status = stat()
      guard FileName.withBytes(path, { lstat($0, &status) }) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        try search(path, level: level + 1, into: &found)
        continue
      }
      guard RecordingNames.isRecording(name), !(isSplit && RecordingNames.isChunk(name)),
        FileName.withBytes(path, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG
      else { continue }
      found.append(path)
    }
  }

  private static func names(in folder: String) throws(UsageError) -> [String] {
    guard let directory = FileName.withBytes(folder, { opendir($0) }) else {
      throw UsageError("the folder '\(folder)' cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = readdir(directory) {
      names.append(withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) })
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }.map { FileName.text($0) }
  }
}

import Longscribe
import LongscribeOffline

/// The versions of what the program builds on.
enum LibraryVersions {
  /// A line for each, with its end.
  static var lines: [String] {
    let ffmpeg = MediaLibraries.versions.map { "\($0.name) \($0.version)" }
    let sphinx =
      OfflineHealth.problem == nil ? "libpocketsphinx 3 with the model en-us" : "not installed"
    return [
      "FFmpeg \(MediaLibraries.release): \(ffmpeg.joined(separator: ", "))\n",
      "\(Reachability.version)\n", "SQLite \(JournalHealth.version)\n", "PocketSphinx: \(sphinx)\n",
    ]
  }
}

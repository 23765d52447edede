import Longscribe
import LongscribeOffline

/// Looks at the software that the program builds on.
enum SoftwareChecks {
  static var findings: [Finding] {
    var findings = [
      Finding.ok(
        "libraries",
        "FFmpeg \(MediaLibraries.release), \(curl), SQLite \(JournalHealth.version)")
    ]
    let missing = MediaLibraries.missing
    findings.append(
      missing.isEmpty
        ? .ok("codecs", "all that common recordings and uploads need")
        : .problem(
          "codecs", "FFmpeg was built without \(missing.joined(separator: ", "))",
          "install Debian's libavcodec59 and libavformat59, which have them"))
    findings.append(
      OfflineHealth.problem.map {
        .warning("offline recogniser", $0, "only --provider offline needs it")
      } ?? .ok("offline recogniser", "PocketSphinx and its English model are there"))
    return findings
  }

  private static var curl: String {
    Reachability.version.split(separator: " ").prefix(2).joined(separator: " ")
  }
}

import Glibc
import Longscribe

/// Looks at the folders that runs write to.
enum FolderChecks {
  /// Free bytes below which the journal's folder is told of: answers of some hundred hours.
  private static let journalRoom: UInt64 = 100_000_000
  /// Free bytes below which the temporary folder is told of: ten hours of decoded audio.
  private static let temporaryRoom: UInt64 = 1_200_000_000

  /// The journal's folder.
  static func state(_ surroundings: Surroundings) -> [Finding] {
    let subject = "journal"
    guard let folder = JournalChoice.folder(surroundings) else {
      return [
        .problem(
          subject, "there is no place for it", "set XDG_STATE_HOME or HOME, or use --no-journal")
      ]
    }
    let place = existing(folder)
    if let reason = WriteTrial.problem(in: place) {
      return [
        .problem(
          subject, "\(place) cannot be written to: \(reason)",
          "set XDG_STATE_HOME to another place, or use --no-journal")
      ]
    }
    var findings: [Finding] = []
    switch JournalHealth.check(folder: folder) {
    case .none: findings.append(.ok(subject, "\(folder); there is none yet"))
    case .whole(let jobs):
      findings.append(.ok(subject, "\(folder); \(jobs == 1 ? "1 job" : "\(jobs) jobs")"))
    case .newer:
      findings.append(
        .problem(
          subject, "\(folder): a newer version of Longscribe made it",
          "use that version, or set XDG_STATE_HOME to another place"))
    case .unreadable(let reason):
      findings.append(
        .problem(
          subject, "\(folder): it cannot be read: \(reason)",
          "the next run sets it aside and saves what can still be read"))
    }
    if let network = NetworkFileSystem.name(at: place) {
      findings.append(
        .warning(
          subject, "\(place) lies on a network file system (\(network))",
          "set XDG_STATE_HOME to a place on this machine: it is faster, and safe with several runs")
      )
    }
    if let free = freeBytes(place), free < journalRoom {
      findings.append(
        .warning(subject, "\(megabytes(free)) are free at \(place)", "make room, or move it"))
    }
    return findings
  }

  /// The folder for decoded recordings.
  static func temporary(_ surroundings: Surroundings) -> [Finding] {
    let subject = "temporary folder"
    let folder =
      PlanOptions.temporaryFolder(surroundings) ?? Transcriber.Options.standardTemporaryFolder
    guard RecordingFolder.isFolder(folder), WriteTrial.problem(in: folder) == nil else {
      return [
        .problem(
          subject, "\(folder) is no folder that can be written to", "set TMPDIR to one that can")
      ]
    }
    var findings: [Finding] = []
    if MemoryFileSystem.holds(folder) {
      findings.append(
        .warning(
          subject, "\(folder) is memory, and an hour of a recording takes 115 MB of it",
          "set TMPDIR to a folder on a disk, such as /var/tmp"))
    }
    if let free = freeBytes(folder), free < temporaryRoom {
      findings.append(
        .warning(
          subject, "\(megabytes(free)) are free in \(folder); an hour of a recording takes 115 MB",
          "make room, or set TMPDIR to another folder"))
    }
    return findings.isEmpty ? [.ok(subject, "\(folder), \(room(folder)) free")] : findings
  }

  /// The folder, or the nearest one above it that exists.
  private static func existing(_ folder: String) -> String {
    var path = folder
    while !InputCheck.exists(path), let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      path = String(path[..<slash])
    }
    return InputCheck.exists(path) ? path : "/"
  }

  private static func room(_ folder: String) -> String {
    freeBytes(folder).map(megabytes) ?? "an unknown number of bytes"
  }

  private static func megabytes(_ bytes: UInt64) -> String { "\(bytes / 1_000_000) MB" }

  /// What is free for us, not for root alone.
  private static func freeBytes(_ path: String) -> UInt64? {
    var status = statvfs()
    guard FileName.withBytes(path, { statvfs($0, &status) }) == 0 else { return nil }
    return UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
      .partialValue
  }
}

import Glibc
import Longscribe

/// Finds out whether files can be made in a folder.
///
/// Asking for permission is not enough: a read-only or full disk says no only when a file is made, and root may do anything.
enum WriteTrial {
  /// Why none can; `nil` if one was made, and removed again.
  static func problem(in folder: String) -> String? {
    let trial = "\(folder)/.longscribe-\(getpid())-trial"
    let descriptor = FileName.withBytes(trial) {
      open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    close(descriptor)
    _ = FileName.withBytes(trial) { unlink($0) }
    return nil
  }
}

import Glibc
import Longscribe
import LongscribeInterchange
import Synchronization

/// Standard output and standard error.
///
/// Standard output carries what was asked for, standard error all else. A progress line is erased before anything else is written.
final class Console: Sendable {
  private let progress = Mutex(false)
  private let isQuiet: Bool
  /// Whether standard error is a terminal that can show a line which changes.
  let showsProgress: Bool

  init(isQuiet: Bool, terminal: String?) {
    self.isQuiet = isQuiet
    showsProgress = !isQuiet && isatty(STDERR_FILENO) == 1 && terminal != "dumb" && terminal != nil
  }

  /// Gives closed standard descriptors to /dev/null, before something that is opened gets their numbers and messages are
  /// written into it.
  static func holdDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // Opened the wrong way round, so that using it fails as it does with a closed one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Makes sure that standard output takes something, before anything is paid for.
  func checkOutput() throws(CommandFailure) {
    guard Glibc.write(STDOUT_FILENO, "", 0) == 0 else { throw Self.outputFailure() }
  }

  /// Writes to standard output.
  ///
  /// - Throws: `CommandFailure` if nobody takes it, or the disk behind it is full.
  func output(_ text: String) throws(CommandFailure) {
    erase()
    guard Self.write(text, to: STDOUT_FILENO) else { throw Self.outputFailure() }
  }

  private static func outputFailure() -> CommandFailure {
    CommandFailure(
      code: .cannotWrite,
      message: "cannot write to standard output: \(String(cString: strerror(errno)))")
  }

  /// Says something that is worth knowing.
  func note(_ line: String) {
    if !isQuiet { error(line) }
  }

  /// Says what went wrong, on one line whatever is in the names of files and the messages of services.
  func error(_ line: String) {
    erase()
    _ = Self.write(FileName.printable(line) + "\n", to: STDERR_FILENO)
  }

  /// Shows help to somebody who did not ask for it.
  func help(_ text: String) {
    _ = Self.write(text, to: STDERR_FILENO)
  }

  /// Shows a line that the next one replaces.
  func show(_ line: String) {
    guard showsProgress else { return }
    progress.withLock { isShown in
      isShown = true
      // Longer lines would wrap, and then could not be erased.
      let text = FileName.printable(line).prefix(78)
      _ = Self.write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
    }
  }

  /// Removes the progress line.
  func erase() {
    progress.withLock { isShown in
      if isShown { _ = Self.write("\r\u{1B}[K", to: STDERR_FILENO) }
      isShown = false
    }
  }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}

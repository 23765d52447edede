import Glibc
import Longscribe
import LongscribeInterchange
import Synchronization

/// Standard output and standard error.
///
/// Standard output carries what was asked for, standard error all else. A progress line is erased before anything else is written.
final class Console: Sendable {
  /// Held while something is written to standard error, so that no progress line comes between its erasure and what follows.
  private let turn = Mutex(())
  /// Held while something is written to standard output, whose reader may take its time.
  private let outputTurn = Mutex(())
  /// Whether a progress line is on the terminal. There is one terminal, whoever asks.
  private static let isShown = Atomic(false)
  private let isQuiet: Bool
  /// Whether what is done is told step by step.
  let isVerbose: Bool
  /// Whether standard error is a terminal that can show a line which changes.
  let showsProgress: Bool
  /// `COLUMNS` of the environment.
  private let columns: String?

  init(isQuiet: Bool, isVerbose: Bool = false, terminal: String?, columns: String? = nil) {
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
    self.columns = columns
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
    let isWritten = outputTurn.withLock { _ in Self.write(text, to: STDOUT_FILENO) }
    guard isWritten else { throw Self.outputFailure() }
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
    turn.withLock { _ in
      Self.clean()
      _ = Self.write(FileName.printable(line) + "\n", to: STDERR_FILENO)
    }
  }

  /// Says what is being done, to whoever wants to know.
  func detail(_ line: @autoclosure () -> String) {
    if isVerbose { error(line()) }
  }

  /// Shows help to somebody who did not ask for it.
  func help(_ text: String) {
    _ = Self.write(text, to: STDERR_FILENO)
  }

  /// Shows a line that the next one replaces.
  func show(_ line: String) {
    show { _ in line }
  }

  /// Shows a line that is made for the terminal's width; the next one replaces it.
  ///
  /// - Parameter line: Makes the line for so many columns.
  func show(_ line: (_ columns: Int) -> String) {
    guard showsProgress else { return }
    turn.withLock { _ in
      // Longer lines would wrap, and then could not be erased.
      let columns = TerminalSize.columns(columns) - 1
      let text = DisplayWidth.clipped(FileName.printable(line(columns)), to: columns)
      Self.isShown.store(true, ordering: .sequentiallyConsistent)
      _ = Self.write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
    }
  }

  /// Removes the progress line.
  func erase() {
    turn.withLock { _ in Self.clean() }
  }

  /// Removes the progress line, also just before the process is ended in the middle of something.
  static func clean() {
    guard isShown.exchange(false, ordering: .sequentiallyConsistent) else { return }
    _ = write("\r\u{1B}[K", to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        // Whoever has the other end has made it so that it does not wait; it takes more later.
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wanted, 1, -1)
        continue
      }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}

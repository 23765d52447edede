import LongscribeInterchange
import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first cancels the work, a second ends the process at once.
struct Signals {
  /// Signals come to the process, so there is one first for all of it.
  private static let first = Mutex<ExitCode?>(nil)
  /// Seconds that cancelled work has to end. Some of it cannot be cancelled: opening a pipe that nobody writes to, say, or
  /// reading a key from a terminal.
  private static let patience = 1.0

  private let sources: [any DispatchSourceSignal]

  /// The status of the first signal that came, if one did.
  static var received: ExitCode? { first.withLock { $0 } }

  /// - Parameter cancel: Called once, at the first signal.
  init(cancel: @escaping @Sendable () -> Void) {
    let table: [(number: Int32, code: ExitCode)] = [(SIGINT, .interrupted), (SIGTERM, .terminated)]
    sources = table.map { row in
      signal(row.number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: row.number, queue: .global())
      source.setEventHandler {
        let isFirst = Self.first.withLock { code in
          defer { code = code ?? row.code }
          return code == nil
        }
        guard isFirst else { _exit(row.code.rawValue) }
        cancel()
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) {
          _exit(row.code.rawValue)
        }
      }
      source.resume()
      return source
    }
  }
}

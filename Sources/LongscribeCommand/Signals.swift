import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first cancels the work, a second ends the process at once.
struct Signals {
  private final class First: Sendable {
    let code = Mutex<ExitCode?>(nil)
  }

  private let first = First()
  private let sources: [any DispatchSourceSignal]

  /// The status of the first signal that came, if one did.
  var received: ExitCode? { first.code.withLock { $0 } }

  /// - Parameter cancel: Called once, at the first signal.
  init(cancel: @escaping @Sendable () -> Void) {
    let table: [(number: Int32, code: ExitCode)] = [(SIGINT, .interrupted), (SIGTERM, .terminated)]
    sources = table.map { [first] row in
      signal(row.number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: row.number, queue: .global())
      source.setEventHandler {
        let isFirst = first.code.withLock { code in
          defer { code = code ?? row.code }
          return code == nil
        }
        guard isFirst else { _exit(row.code.rawValue) }
        cancel()
      }
      source.resume()
      return source
    }
  }
}

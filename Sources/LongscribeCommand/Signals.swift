import Dispatch
import Glibc
import Longscribe
import LongscribeInterchange
import Synchronization

/// SIGINT and SIGTERM: the first ends the work in good order, a second ends the process at once.
struct Signals {
  /// Signals come to the process, so there is one first for all of it.
  private static let first = Mutex<ExitCode?>(nil)
  /// What asks running transcriptions to end with what they have; none while nothing is being transcribed.
  private static let request = Mutex<(request: StopRequest, told: @Sendable () -> Void)?>(nil)
  /// Seconds that cancelled work has to end. Some of it cannot be cancelled: opening a pipe that nobody writes to, say, or
  /// reading a key from a terminal.
  private static let patience = 1.0
  /// Seconds that it takes to write what there is, beyond the time that calls under way are given.
  private static let writing = 5.0

  private let sources: [any DispatchSourceSignal]

  /// The status of the first signal that came, if one did.
  static var received: ExitCode? { first.withLock { $0 } }

  /// From now on the first signal makes this request instead of cancelling the work; `nil` ends that.
  ///
  /// - Parameter told: Called when that has happened, for a word to whoever waits.
  static func stop(through request: StopRequest?, told: @escaping @Sendable () -> Void = {}) {
    Self.request.withLock { $0 = request.map { ($0, told) } }
    // It may have come just before.
    if received != nil { request?.stop() }
  }

  /// - Parameter cancel: Called once, at the first signal, where nothing is being transcribed.
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
        guard isFirst else { Self.leave(row.code) }
        let graceful = Self.request.withLock { $0 }
        let patience = graceful.map { $0.request.grace + Self.writing } ?? Self.patience
        // First the deadline: what follows may have to wait.
        DispatchQueue.global().asyncAfter(deadline: .now() + patience) {
          Self.leave(row.code)
        }
        guard let graceful else { return cancel() }
        graceful.request.stop()
        // A terminal that takes nothing keeps nobody from the second signal.
        DispatchQueue.global().async { graceful.told() }
      }
      source.resume()
      return source
    }
  }

  /// Ends the process at once, but not with half a line on the terminal.
  private static func leave(_ code: ExitCode) -> Never {
    Console.clean()
    _exit(code.rawValue)
  }
}

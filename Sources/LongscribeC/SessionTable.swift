import LongscribeInterchange
import Synchronization

/// The handles that are open.
///
/// A handle is a number that is never used twice, and not the address of anything. So whatever a caller gives, the handle of a session that
/// was closed included, is found here or is not, and no memory is touched that is not ours.
enum SessionTable {
  private struct State {
    var sessions: [UInt: Session] = [:]
    var count: UInt = 0
  }

  private static let state = Mutex(State())

  /// What is said of a handle that is not open.
  static let notOpen = CallFailure(.usage, "the handle is not open")

  /// Gives a session a handle.
  static func add(_ session: Session) -> OpaquePointer? {
    state.withLock { state in
      state.count += 1
      state.sessions[state.count] = session
      return OpaquePointer(bitPattern: state.count)
    }
  }

  /// The session of a handle.
  static func session(_ handle: OpaquePointer?) -> Session? {
    let number = UInt(bitPattern: handle)
    return state.withLock { $0.sessions[number] }
  }

  /// Takes a handle back; `nil` if it is not open, or if somebody else was quicker.
  static func remove(_ handle: OpaquePointer?) -> Session? {
    let number = UInt(bitPattern: handle)
    return state.withLock { $0.sessions.removeValue(forKey: number) }
  }
}

import Synchronization

/// The ordered faults and how often each has happened.
final class FaultScript: Sendable {
  private struct Entry: Sendable {
    let fault: Fault
    var happened = 0
  }

  private let entries: Mutex<[Entry]>

  init(_ faults: [Fault]) {
    entries = Mutex(faults.map { Entry(fault: $0) })
  }

  /// Forgets all faults and their counts and takes these.
  func replace(with faults: [Fault]) {
    entries.withLock { $0 = faults.map { Entry(fault: $0) } }
  }

  /// What befalls the request: delays add up; of all others the first in the list happens.
  func draw(
    request number: Int,
    matchedStart: Double?
  ) -> (delay: Double, action: Fault.Action?) {
    entries.withLock { entries in
      var delay = 0.0
      var action: Fault.Action?
      for index in entries.indices {
        let fault = entries[index].fault
        guard fault.befalls(request: number, matchedStart: matchedStart),
          entries[index].happened < fault.times ?? .max
        else { continue }
        if case .delay(let seconds) = fault.action {
          delay += seconds
        } else if action == nil {
          action = fault.action
        } else {
          continue
        }
        entries[index].happened += 1
      }
      return (delay, action)
    }
  }
}

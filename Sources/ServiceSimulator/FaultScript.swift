import Synchronization

/// The ordered faults and how often each has happened.
final class FaultScript: Sendable {
  /// Which audio a request is about, the same for each repetition.
  struct Chunk: Sendable, Hashable {
    let key: UInt64

    /// Audio found in the recording is known by its place, rounded; other audio by its bytes.
    init(matchedStart: Double?, content: ArraySlice<UInt8>) {
      if let matchedStart {
        key = UInt64(bitPattern: Int64((matchedStart * 10).rounded()))
      } else {
        // FNV-1a
        key = content.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      }
    }

    init(requestNumber: Int) {
      key = UInt64(requestNumber)
    }
  }

  /// What is known about a request.
  private struct Subject {
    let number: Int
    let matchedStart: Double?
    let chunk: Chunk
    /// How often the chunk was asked before.
    let asked: Int

    func chance(_ seed: UInt64, _ purpose: UInt64) -> Double {
      Chance(
        Int(bitPattern: UInt(chunk.key ^ seed &* 0xD6E8_FEB8_6659_FD93)), asked
      ).unit(purpose)
    }
  }

  private struct Entry: Sendable {
    let fault: Fault
    var happened = 0
    var happenedTo: [Chunk: Int] = [:]
    var doubtsOf: [Chunk: Int] = [:]

    func isBefalling(_ subject: Subject) -> Bool {
      guard happened < fault.times ?? .max,
        happenedTo[subject.chunk, default: 0] < fault.timesPerChunk ?? .max
      else { return false }
      return switch fault.match {
      case .requestNumber(let wanted): subject.number == wanted
      case .first(let count): subject.number <= count
      case .after(let count): subject.number > count
      case .every(let step): step > 0 && subject.number.isMultiple(of: step)
      case .always: true
      case .matchedStart(let range):
        subject.matchedStart.map { range.contains($0) } ?? false
      case .share(let share, let seed): subject.chance(seed, 10) < share
      }
    }

    /// What happens to the request; nil when all that could would leave too many doubts.
    func action(for subject: Subject) -> Fault.Action? {
      let mayDoubt = doubtsOf[subject.chunk, default: 0] < fault.doubtsPerChunk ?? .max
      guard case .oneOf(let actions, let seed) = fault.action else {
        return mayDoubt || !fault.action.leavesDoubt ? fault.action : nil
      }
      let possible = mayDoubt ? actions : actions.filter { !$0.leavesDoubt }
      guard !possible.isEmpty else { return nil }
      return possible[Int(subject.chance(seed, 11) * Double(possible.count))]
    }

    mutating func count(_ action: Fault.Action, for chunk: Chunk) {
      happened += 1
      happenedTo[chunk, default: 0] += 1
      if action.leavesDoubt { doubtsOf[chunk, default: 0] += 1 }
    }
  }

  private struct State: Sendable {
    var entries: [Entry]
    var asked: [Chunk: Int] = [:]
  }

  private let state: Mutex<State>

  init(_ faults: [Fault]) {
    state = Mutex(State(entries: faults.map { Entry(fault: $0) }))
  }

  /// Forgets all faults and their counts and takes these.
  func replace(with faults: [Fault]) {
    state.withLock { $0 = State(entries: faults.map { Entry(fault: $0) }) }
  }

  /// What befalls a request whose body has not been read.
  func drawBeforeBody(request number: Int) -> Fault.Action? {
    state.withLock { state in
      let subject = Subject(
        number: number, matchedStart: nil, chunk: Chunk(requestNumber: number), asked: 0)
      for index in state.entries.indices
      where state.entries[index].fault.action.isBeforeBody
        && state.entries[index].isBefalling(subject)
      {
        let action = state.entries[index].fault.action
        state.entries[index].count(action, for: subject.chunk)
        return action
      }
      return nil
    }
  }

  /// What befalls the request: delays add up; of all others the first in the list happens.
  func draw(
    request number: Int,
    matchedStart: Double?,
    chunk: Chunk
  ) -> (delay: Double, action: Fault.Action?) {
    state.withLock { state in
      let subject = Subject(
        number: number, matchedStart: matchedStart, chunk: chunk,
        asked: state.asked[chunk, default: 0])
      state.asked[chunk, default: 0] += 1
      var delay = 0.0
      var happening: Fault.Action?
      for index in state.entries.indices {
        let entry = state.entries[index]
        guard !entry.fault.action.isBeforeBody, entry.isBefalling(subject),
          let action = entry.action(for: subject)
        else { continue }
        if case .delay(let seconds) = action {
          delay += seconds
        } else if happening == nil {
          happening = action
        } else {
          continue
        }
        state.entries[index].count(action, for: chunk)
      }
      return (delay, happening)
    }
  }
}

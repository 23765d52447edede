private import CDispatch
private import Dispatch
private import Synchronization

/// Hands blocks from one thread to another, a few ahead at the most.
///
/// One thread puts, one takes. Whoever has to wait blocks its thread, so both run on lanes.
package final class BlockQueue<Block: Sendable>: Sendable {
  private struct State {
    var blocks: [Block] = []
    var isEnded = false
    var isComplete = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let room: DispatchSemaphore
  private let filled = DispatchSemaphore(value: 0)
  private let most: Int

  /// - Parameter most: Blocks that may wait.
  package init(most: Int) {
    self.most = most
    // A semaphore must not be destroyed below its first value, so the room is signalled into it.
    room = DispatchSemaphore(value: 0)
    for _ in 0..<most { room.signal() }
  }

  /// Puts a block at the end; waits for room. `false` if nobody will take it.
  package func put(_ block: Block) -> Bool {
    room.wait()
    let isOpen = state.withLock { state in
      if !state.isClosed { state.blocks.append(block) }
      return !state.isClosed
    }
    // Whoever puts next must not wait either.
    if isOpen { filled.signal() } else { room.signal() }
    return isOpen
  }

  /// No further block will be put. What is said first holds.
  ///
  /// - Parameter isComplete: Whether the blocks are all that there should be.
  package func end(isComplete: Bool) {
    state.withLock { state in
      if !state.isEnded { state.isComplete = isComplete }
      state.isEnded = true
    }
    filled.signal()
  }

  /// Whether all blocks that there should be have been put.
  package var isComplete: Bool { state.withLock { $0.isComplete } }

  /// Takes the first block; waits for one. `nil` when all have been taken and no more will come.
  package func take() -> Block? {
    while true {
      filled.wait()
      let (block, isOver) = state.withLock { state in
        state.blocks.isEmpty
          ? (nil, state.isEnded || state.isClosed) : (state.blocks.removeFirst(), false)
      }
      if let block {
        room.signal()
        return block
      }
      if isOver { return nil }
    }
  }

  /// Nobody will take any more: puts come back at once.
  package func close() {
    state.withLock { state in
      state.isClosed = true
      state.blocks = []
    }
    // One waiting put, and every later one finds room.
    for _ in 0...most { room.signal() }
  }
}

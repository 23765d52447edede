import Foundation
import Synchronization

/// A named pipe that a thread of its own writes to.
final class Pipe: Sendable {
  let path: String
  private let isDone = DispatchSemaphore(value: 0)
  private let isUnwanted = Atomic<Bool>(false)

  init(in folder: String) throws {
    path = "\(folder)/pipe"
    unlink(path)
    guard mkfifo(path, 0o600) == 0 else { throw POSIXError(.EIO) }
  }

  /// Writes bytes in pieces and closes the pipe.
  func feed(_ bytes: [UInt8], pieces: Int) {
    Thread.detachNewThread { [self] in
      defer { isDone.signal() }
      var descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      while descriptor < 0, !isUnwanted.load(ordering: .relaxed) {
        usleep(200)
        descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      }
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      var position = 0
      while position < bytes.count, !isUnwanted.load(ordering: .relaxed) {
        let count = min(pieces, bytes.count - position)
        let written = bytes[position..<position + count].withUnsafeBytes {
          write(descriptor, $0.baseAddress, $0.count)
        }
        if written > 0 { position += written }
        // Full, or nobody reads.
        if written < 0, errno != EAGAIN { return }
        if written < 0 { usleep(200) }
      }
    }
  }

  /// Stops writing and waits for the thread.
  func end() {
    isUnwanted.store(true, ordering: .relaxed)
    isDone.wait()
    unlink(path)
  }
}

package import Foundation
import Glibc

/// A named pipe that is fed bit by bit, so that a test decides how much of a recording has arrived.
package final class SlowPipe: @unchecked Sendable {  // used by one test, one call at a time
  package let path: String
  private var descriptor: Int32
  private var sent = 0

  package init(_ path: String) throws {
    self.path = path
    guard mkfifo(path, 0o600) == 0 else { throw ProgramError(description: "mkfifo \(path)") }
    // Open for reading too: otherwise opening would wait for the reader.
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
  }

  deinit { end() }

  /// Sends bytes of the data up to an index; waits, for a minute at the most, while the pipe is full.
  ///
  /// - Parameter reader: Nothing more is sent once it has ended. (The pipe itself cannot tell, because it is open for reading here.)
  package func send(
    _ data: Data, upTo end: Int, to reader: RunningProgram? = nil
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while sent < end, reader?.isRunning != false {
      guard ContinuousClock.now < deadline else {
        throw ProgramError(description: "nobody reads \(path)")
      }
      let count = data.withUnsafeBytes { bytes in
        write(descriptor, bytes.baseAddress?.advanced(by: sent), min(65_536, end - sent))
      }
      if count > 0 {
        sent += count
      } else {
        try await Task.sleep(for: .milliseconds(2))
      }
    }
  }

  /// Ends the stream.
  package func end() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}

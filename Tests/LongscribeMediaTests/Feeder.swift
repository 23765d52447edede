import Foundation

/// Writes to pipes, on threads of its own.
enum Feeder {
  /// Writes bytes to a pipe in pieces, then closes it.
  ///
  /// - Parameters:
  ///   - sizes: Sizes of the pieces, in turn.
  ///   - waits: Whether to wait for a reader.
  static func feed(_ data: Data, to path: String, sizes: [Int] = [65_536], waits: Bool = true) {
    Thread.detachNewThread {
      // A reader that gives up must not kill the tests.
      signal(SIGPIPE, SIG_IGN)
      let descriptor = open(path, O_WRONLY | (waits ? 0 : O_NONBLOCK))
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      var position = 0
      var turn = 0
      while position < data.count {
        let piece = data.dropFirst(position).prefix(sizes[turn % sizes.count])
        let written = piece.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written > 0 else { return }
        position += written
        turn += 1
      }
    }
  }

  /// Opens a pipe for writing, writes a little, and holds it open in silence until the value is gone.
  final class Silent: Sendable {
    private let descriptor: Int32

    init(_ path: String, saying data: Data) {
      signal(SIGPIPE, SIG_IGN)
      // Opening for both does not wait for the other side.
      descriptor = open(path, O_RDWR)
      _ = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    deinit { close(descriptor) }
  }
}

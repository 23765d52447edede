private import Glibc
private import Synchronization

/// The recording as 16 kHz mono signed 16 bit samples on disk, written once, front to back.
///
/// One thread appends; any thread reads what has been appended.
package final class Spool: Sendable {
  private let storage: TemporaryFile
  private let written = Mutex<Int64>(0)

  package init(in folder: String) throws(StorageError) {
    storage = try TemporaryFile(in: folder)
  }

  /// Samples that can be read.
  package var length: Int64 { written.withLock { $0 } }

  /// Appends samples. Called by one thread only.
  package func append(_ samples: UnsafeBufferPointer<Int16>) throws(StorageError) {
    let position = length
    try storage.write(UnsafeRawBufferPointer(samples), at: position * 2)
    written.withLock { $0 = position + Int64(samples.count) }
  }

  /// Leaves out what comes before a position, so that positions stay those of the timeline. The file has a hole there.
  package func skip(to position: Int64) {
    written.withLock { $0 = max($0, position) }
  }

  /// Copies samples from `position` on into the buffer and returns how many: fewer than asked for only at the end.
  package func read(
    at position: Int64, into buffer: UnsafeMutableBufferPointer<Int16>
  ) throws(StorageError) -> Int {
    try storage.read(at: position * 2, into: UnsafeMutableRawBufferPointer(buffer)) / 2
  }
}

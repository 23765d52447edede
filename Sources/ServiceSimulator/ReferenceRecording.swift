import Glibc

/// A long recording, decoded once: 16 kHz, one channel, 16 bits.
///
/// The samples are in a file without a name, mapped into memory, so that hours of audio do not
/// have to fit.
// Unchecked: the mapping is read-only and lives as long as the object.
final class ReferenceRecording: @unchecked Sendable {
  let samples: UnsafeBufferPointer<Int16>
  private let mapping: UnsafeMutableRawPointer?
  private let byteCount: Int

  /// Decodes the recording; takes about a second for an hour.
  init(path: String, tools: MediaTools) throws(SimulatorError) {
    let file = try TemporaryFile()
    let decoding = try tools.decode(path, into: file)
    let size = file.size / 2 * 2
    guard decoding.succeeded, size > 0 else {
      throw .unreadableRecording(path: path, reason: decoding.lastMessage)
    }
    guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, file.descriptor, 0),
      address != MAP_FAILED
    else {
      throw .unreadableRecording(path: path, reason: String(cString: strerror(errno)))
    }
    mapping = address
    byteCount = size
    samples = UnsafeBufferPointer(
      start: UnsafePointer(address.assumingMemoryBound(to: Int16.self)),
      count: size / 2
    )
  }

  deinit {
    munmap(mapping, byteCount)
  }

  /// The samples of a range as numbers; zeros where the range reaches beyond the recording.
  func floats(_ range: Range<Int>) -> [Float] {
    range.map { samples.indices.contains($0) ? Float(samples[$0]) : 0 }
  }
}

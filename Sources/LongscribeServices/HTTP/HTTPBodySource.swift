/// Bytes that can be read from any place, as often as needed: the content of a file part.
package protocol HTTPBodySource: Sendable {
  /// The size of the content in bytes. It is read once, before the request starts.
  var byteCount: Int64 { get }

  /// Copies bytes from `offset` on into `buffer`.
  ///
  /// Called on the client's network thread, which all transfers share: it may read a local file, but
  /// must not wait for anything slower.
  ///
  /// - Parameters:
  ///   - offset: Where to start, in bytes, from 0 to below `byteCount`.
  ///   - buffer: Where to put the bytes; never empty, and never larger than what is left.
  /// - Returns: How many bytes were copied. It may be fewer than fit, but 0 means that the content
  ///   ended before `byteCount`, which fails the request.
  /// - Throws: Any error; the request then fails as ``HTTPFailure/Code/bodyUnreadable``.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A body that is already in memory.
package struct HTTPBytes: HTTPBodySource {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  package var byteCount: Int64 { Int64(bytes.count) }

  package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let start = Int(exactly: offset), bytes.indices.contains(start) else { return 0 }
    let count = Swift.min(buffer.count, bytes.count - start)
    buffer.copyBytes(from: bytes[start..<start + count])
    return count
  }
}

private import CMediaShim
package import LongscribeCore

/// SHA-256 of bytes that come in pieces.
package struct Digest: ~Copyable {
  private let handle: OpaquePointer

  /// - Parameter fileName: The recording's name, for the error if there is no memory.
  package init(fileName: String) throws(MediaError) {
    handle = try Self.make(fileName)
  }

  private static func make(_ fileName: String) throws(MediaError) -> OpaquePointer {
    guard let handle = ls_digest_create() else {
      throw MediaError(.limit, file: fileName, detail: "out of memory")
    }
    return handle
  }

  deinit { ls_digest_free(handle) }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let address = bytes.baseAddress else { return }
    ls_digest_add(handle, address.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// The digest in hexadecimal digits. Nothing can be added after it.
  package consuming func finish() -> String {
    var result = [UInt8](repeating: 0, count: Int(LS_DIGEST_BYTES))
    ls_digest_finish(handle, &result)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: result.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of a text.
  package static func of(_ text: String) throws(MediaError) -> String {
    var digest = try Digest(fileName: "text")
    Array(text.utf8).withUnsafeBytes { digest.add($0) }
    return digest.finish()
  }

  /// The digest of all bytes of a file. Blocks.
  ///
  /// - Parameters:
  ///   - fileName: The file's name, for errors.
  ///   - flag: Raised to stop.
  package static func of(
    _ bytes: any AudioBytes, fileName: String, flag: CancelFlag? = nil
  ) throws(MediaError) -> String {
    var digest = try Digest(fileName: fileName)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var position: Int64 = 0
    while true {
      try flag?.check(fileName)
      let count: Int
      do {
        count = try bytes.read(at: position, into: buffer)
      } catch {
        throw MediaError(
          .notReadable, file: fileName, detail: (error as? StorageError)?.detail ?? "\(error)")
      }
      guard count > 0 else { return digest.finish() }
      digest.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      position += Int64(count)
    }
  }
}

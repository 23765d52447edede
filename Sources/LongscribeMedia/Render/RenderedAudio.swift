import LongscribeCore

/// A finished file on temporary storage.
package struct RenderedAudio: AudioBytes {
  private let storage: TemporaryFile
  package let byteCount: Int64

  init(storage: TemporaryFile) {
    self.storage = storage
    byteCount = storage.byteCount
  }

  package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try storage.read(at: offset, into: buffer)
  }
}

/// A file of the user's that goes out as it is.
package struct OriginalAudio: AudioBytes {
  private let file: MediaFile
  package let byteCount: Int64

  package init?(_ file: MediaFile) {
    guard let byteCount = file.byteCount else { return nil }
    self.file = file
    self.byteCount = byteCount
  }

  package func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = try file.read(at: offset, into: buffer)
    // Looked at afterwards: what was read before a change is what was planned.
    guard file.isUnchanged else { throw StorageError(detail: "the file was changed meanwhile") }
    return count
  }
}

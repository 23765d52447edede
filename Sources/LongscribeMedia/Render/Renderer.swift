package import LongscribeCore

/// Turns a stretch of the spool into a finished file. Each call blocks and is independent of all others.
package struct Renderer: Sendable {
  private let spool: Spool
  private let fileName: String
  private let temporaryFolder: String

  /// Samples read at a time.
  private static let block = 32_768

  /// - Parameters:
  ///   - spool: The recording.
  ///   - fileName: The recording's name, for errors.
  ///   - temporaryFolder: Where finished files lie until they are sent.
  package init(spool: Spool, fileName: String, temporaryFolder: String) {
    self.spool = spool
    self.fileName = fileName
    self.temporaryFolder = temporaryFolder
  }

  /// Renders a range that has been spooled.
  ///
  /// - Parameters:
  ///   - range: What to render.
  ///   - minimum: Shortest length in samples; silence is added at the end up to it.
  package func render(
    _ range: TimelineRange, as format: AudioFormat, minimum: Int64
  ) throws(MediaError) -> AudioUpload {
    let storage = try makeStorage()
    let written = try render(
      range, as: format, minimum: minimum, to: AudioWriter.Output(storage))
    return AudioUpload(
      format: format, samples: written.frames, bytes: RenderedAudio(storage: storage))
  }

  /// Renders a range that has been spooled to an empty file.
  ///
  /// - Parameter flag: Raised to stop.
  package func render(
    _ range: TimelineRange, as format: AudioFormat, minimum: Int64, flag: CancelFlag? = nil,
    to output: AudioWriter.Output
  ) throws(MediaError) -> AudioWriter.Written {
    let length = max(range.length, minimum)
    var writer = try AudioWriter(
      format, rate: Int(Timeline.sampleRate), channels: 1, frames: length, to: output,
      fileName: fileName)
    var buffer = [Int16](repeating: 0, count: Self.block)
    var position: Int64 = 0
    while position < length {
      try flag?.check(fileName)
      let count = Int(min(Int64(Self.block), length - position))
      try buffer.withUnsafeMutableBufferPointer { buffer throws(MediaError) in
        let block = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        try fill(block, with: range, from: position)
        try writer.write(UnsafeBufferPointer(block))
      }
      position += Int64(count)
    }
    return try writer.finish()
  }

  /// The digest of what is sent: the samples that a rendered range holds, silence at its end included, or the file's bytes.
  ///
  /// - Parameter original: The recording itself, where it goes out as it is.
  package func digest(
    _ range: TimelineRange, original: AudioUpload?, minimum: Int64
  ) throws(MediaError) -> String {
    if let original { return try Digest.of(original.bytes, fileName: fileName) }
    var digest = try Digest(fileName: fileName)
    let length = max(range.length, minimum)
    var buffer = [Int16](repeating: 0, count: Self.block)
    var position: Int64 = 0
    while position < length {
      let count = Int(min(Int64(Self.block), length - position))
      try buffer.withUnsafeMutableBufferPointer { buffer throws(MediaError) in
        let block = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
        try fill(block, with: range, from: position)
        digest.add(UnsafeRawBufferPointer(block))
      }
      position += Int64(count)
    }
    return digest.finish()
  }

  private func makeStorage() throws(MediaError) -> TemporaryFile {
    do throws(StorageError) {
      return try TemporaryFile(in: temporaryFolder)
    } catch {
      throw MediaError(.storage, file: fileName, detail: error.detail)
    }
  }

  /// Copies the range from `position` on into the block, and silence where it or the spool has ended.
  private func fill(
    _ block: UnsafeMutableBufferPointer<Int16>, with range: TimelineRange, from position: Int64
  ) throws(MediaError) {
    let wanted = Int(max(0, min(Int64(block.count), range.length - position)))
    var got = 0
    if wanted > 0 {
      do throws(StorageError) {
        got = try spool.read(
          at: range.start + position,
          into: UnsafeMutableBufferPointer(rebasing: block[..<wanted]))
      } catch {
        throw MediaError(.storage, file: fileName, detail: error.detail)
      }
    }
    UnsafeMutableBufferPointer(rebasing: block[got...]).update(repeating: 0)
  }
}

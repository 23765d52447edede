private import CMediaShim
private import Glibc
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
    let length = max(range.length, minimum)
    var problem: MediaError?
    let upload: AudioUpload
    do throws(StorageError) {
      let storage = try TemporaryFile(in: temporaryFolder)
      switch format {
      case .pcm: try copy(range, paddedTo: length, to: storage, at: 0)
      case .wav:
        let header = WaveHeader(samples: length).bytes
        try header.withUnsafeBufferPointer { bytes throws(StorageError) in
          try storage.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
        try copy(range, paddedTo: length, to: storage, at: Int64(header.count))
      case .mp3:
        if let error = try encode(range, paddedTo: length, to: storage) { problem = error }
      }
      upload = AudioUpload(format: format, samples: length, bytes: RenderedAudio(storage: storage))
    } catch {
      throw MediaError(.storage, file: fileName, detail: error.detail)
    }
    if let problem { throw problem }
    return upload
  }

  private func copy(
    _ range: TimelineRange, paddedTo length: Int64, to storage: TemporaryFile, at offset: Int64
  ) throws(StorageError) {
    var position = offset
    try forEachBlock(of: range, paddedTo: length) { samples throws(StorageError) in
      let bytes = UnsafeRawBufferPointer(samples)
      try storage.write(bytes, at: position)
      position += Int64(bytes.count)
    }
  }

  private func encode(
    _ range: TimelineRange, paddedTo length: Int64, to storage: TemporaryFile
  ) throws(StorageError) -> MediaError? {
    var error = ls_error()
    let encoder = ls_encoder_open_mp3(
      storage.descriptor, Int32(Timeline.sampleRate), AudioFormat.mp3BitRate, &error)
    guard let encoder else { return MediaError(error, name: fileName) }
    defer { ls_encoder_free(encoder) }
    var works = true
    try forEachBlock(of: range, paddedTo: length) { samples throws(StorageError) in
      works =
        works && ls_encoder_write(encoder, samples.baseAddress, Int64(samples.count), &error)
    }
    works = works && ls_encoder_finish(encoder, &error)
    return works ? nil : MediaError(error, name: fileName)
  }

  private func forEachBlock(
    of range: TimelineRange, paddedTo length: Int64,
    _ body: (UnsafeBufferPointer<Int16>) throws(StorageError) -> Void
  ) throws(StorageError) {
    var buffer = [Int16](repeating: 0, count: Self.block)
    var position: Int64 = 0
    while position < length {
      let count = Int(min(Int64(Self.block), length - position))
      try buffer.withUnsafeMutableBufferPointer { buffer throws(StorageError) in
        let wanted = Int(max(0, min(Int64(count), range.length - position)))
        var got = 0
        if wanted > 0 {
          let target = UnsafeMutableBufferPointer(rebasing: buffer[0..<wanted])
          got = try spool.read(at: range.start + position, into: target)
        }
        for index in got..<count { buffer[index] = 0 }
        try body(UnsafeBufferPointer(rebasing: buffer[0..<count]))
      }
      position += Int64(count)
    }
  }
}

/// The 44 bytes before the samples of a WAV file, with true sizes.
struct WaveHeader {
  let bytes: [UInt8]

  init(samples: Int64) {
    let size = UInt32(clamping: samples * 2)
    var bytes: [UInt8] = []
    func append(_ text: String) { bytes += Array(text.utf8) }
    func append<T: FixedWidthInteger>(_ number: T) {
      withUnsafeBytes(of: number.littleEndian) { bytes += Array($0) }
    }
    append("RIFF")
    append(UInt32(clamping: Int64(size) + 36))
    append("WAVEfmt ")
    append(UInt32(16))
    append(UInt16(1))  // PCM
    append(UInt16(1))  // mono
    append(UInt32(Timeline.sampleRate))
    append(UInt32(Timeline.sampleRate * 2))
    append(UInt16(2))  // bytes of a sample of all channels
    append(UInt16(16))  // bits of a sample
    append("data")
    append(size)
    self.bytes = bytes
  }
}

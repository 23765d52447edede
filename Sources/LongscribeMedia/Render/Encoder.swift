private import CMediaShim
import LongscribeCore

/// Encodes samples to a file. Used by one thread.
struct Encoder: ~Copyable {
  private let handle: OpaquePointer
  private let channels: Int
  private let fileName: String

  /// - Returns: `nil` if FFmpeg is not asked to write files of that format.
  init?(
    _ format: AudioFormat, rate: Int, channels: Int, bitRate: Int64, descriptor: Int32,
    fileName: String
  ) throws(MediaError) {
    guard let kind = Self.kinds[format] else { return nil }
    var error = ls_error()
    let handle = ls_encoder_open(
      descriptor, ls_file_format(rawValue: kind), Int32(clamping: rate), Int32(clamping: channels),
      bitRate, &error)
    guard let handle else { throw Self.problem(error, fileName) }
    self.handle = handle
    self.channels = channels
    self.fileName = fileName
  }

  deinit { ls_encoder_free(handle) }

  /// Appends interleaved samples.
  func write(_ samples: UnsafeBufferPointer<Int16>) throws(MediaError) {
    var error = ls_error()
    let frames = Int64(samples.count / channels)
    guard ls_encoder_write(handle, samples.baseAddress, frames, &error) else {
      throw Self.problem(error, fileName)
    }
  }

  /// Writes what is left, and the true header.
  func finish() throws(MediaError) {
    var error = ls_error()
    guard ls_encoder_finish(handle, &error) else { throw Self.problem(error, fileName) }
  }

  private static let kinds: [AudioFormat: UInt32] = [
    .mp3: LS_FILE_MP3.rawValue, .ogg: LS_FILE_OGG.rawValue, .flac: LS_FILE_FLAC.rawValue,
    .m4a: LS_FILE_M4A.rawValue,
  ]

  /// Whatever the system says about a file that is being written, it is the place for it that is lacking.
  private static func problem(_ error: ls_error, _ fileName: String) -> MediaError {
    var problem = MediaError(error, name: fileName)
    if error.failure == LS_FAILURE_IO { problem.code = .storage }
    return problem
  }
}

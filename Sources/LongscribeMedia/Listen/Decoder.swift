import CMediaShim

/// Decodes one audio track, front to back. Used by one thread; must not outlive its demuxer.
struct Decoder: ~Copyable {
  /// What reading gave.
  enum Result {
    case frame(ls_frame)
    case bad
    case end
  }

  let handle: OpaquePointer
  private let file: MediaFile

  init(_ demuxer: borrowing Demuxer, stream: Int) throws(MediaError) {
    var error = ls_error()
    guard let handle = ls_decoder_open(demuxer.media, Int32(clamping: stream), &error) else {
      throw MediaError(error, file: demuxer.file)
    }
    self.handle = handle
    file = demuxer.file
  }

  deinit { ls_decoder_close(handle) }

  /// The next frame; it stays inside the decoder until the next call.
  func read() throws(MediaError) -> Result {
    var frame = ls_frame()
    var error = ls_error()
    switch ls_decoder_read(handle, &frame, &error) {
    case LS_READ_FRAME: return .frame(frame)
    case LS_READ_END: return .end
    case LS_READ_BAD: return .bad
    default: throw MediaError(error, file: file)
    }
  }

  /// What has gone through up to the frame that was read last.
  var tally: ls_tally {
    var tally = ls_tally()
    ls_decoder_tell(handle, &tally)
    return tally
  }
}

import CMediaShim
private import Glibc

/// Raised by any thread to stop reading and decoding.
package final class CancelFlag: @unchecked Sendable {  // the flag behind the pointer is atomic
  fileprivate let handle: OpaquePointer?

  package init() {
    handle = ls_cancel_create()
  }

  deinit { ls_cancel_free(handle) }

  package func raise() {
    if let handle { ls_cancel_raise(handle) }
  }

  /// Raises the flag by itself after so many seconds.
  package func raise(after seconds: Double) {
    let bounded = seconds.isNaN ? 1e9 : min(max(seconds, 0.001), 1e9)
    if let handle { ls_cancel_after(handle, Int64(bounded * 1e9)) }
  }

  /// Throws if it has been raised, with the reason.
  package func check(_ fileName: String) throws(MediaError) {
    guard let handle, ls_cancel_is_raised(handle) else { return }
    throw isExpired ? .expired(fileName) : MediaError(.cancelled, file: fileName)
  }

  /// Whether it was time that raised it.
  package var isExpired: Bool { handle.map { ls_cancel_is_expired($0) } ?? false }
}

extension MediaError {
  /// The time that was allowed is over.
  static func expired(_ fileName: String) -> MediaError {
    MediaError(.limit, file: fileName, detail: "it takes longer than allowed")
  }
}

/// An open container. Owns the demuxer and what it reads from; used by one thread at a time.
package struct Demuxer: ~Copyable {
  let file: MediaFile
  private let spool: TemporaryFile?
  private let source: UnsafeMutablePointer<ls_source>
  private let flag: CancelFlag
  let media: OpaquePointer

  /// Opens a file. A pipe is spooled while it is read; if its format cannot be read front to back, it is opened again with
  /// what has arrived, and waits for the parts that lie further on.
  ///
  /// - Parameter temporaryFolder: Where the bytes of a pipe are kept.
  package init(_ file: MediaFile, flag: CancelFlag, temporaryFolder: String) throws(MediaError) {
    let opened = try Self.open(file, flag: flag, temporaryFolder: temporaryFolder)
    self.file = file
    self.flag = flag
    spool = opened.spool
    source = opened.source
    media = opened.media
  }

  private struct Opened {
    var spool: TemporaryFile?
    var source: UnsafeMutablePointer<ls_source>
    var media: OpaquePointer
  }

  private static func open(
    _ file: MediaFile, flag: CancelFlag, temporaryFolder: String
  ) throws(MediaError) -> Opened {
    if let code = ForeignKind.code(file.head(ForeignKind.reach)) {
      throw MediaError(code, file: file.displayName)
    }
    guard let cancel = flag.handle else {
      throw MediaError(.limit, file: file.displayName, detail: "no memory")
    }
    let spool: TemporaryFile?
    do {
      spool = file.isPipe ? try TemporaryFile(in: temporaryFolder) : nil
    } catch {
      throw MediaError(.storage, file: file.displayName, detail: error.detail)
    }
    let source = UnsafeMutablePointer<ls_source>.allocate(capacity: 1)
    source.initialize(
      to: ls_source(
        fd: file.descriptor, spool_fd: spool?.descriptor ?? -1, seekable: !file.isPipe, spooled: 0,
        ended: false))
    var error = ls_error()
    if let media = ls_media_open(source, cancel, &error) {
      return Opened(spool: spool, source: source, media: media)
    }
    if file.isPipe, error.failure != LS_FAILURE_CANCELLED {
      source.pointee.seekable = true
      if let media = ls_media_open(source, cancel, &error) {
        return Opened(spool: spool, source: source, media: media)
      }
    }
    let isEmptyPipe = file.isPipe && source.pointee.ended && source.pointee.spooled == 0
    source.deallocate()
    if isEmptyPipe { throw MediaError(.empty, file: file.displayName) }
    // What a pipe holds is known only now.
    let head = spool.map { MediaFile.head(of: $0.descriptor, ForeignKind.reach) } ?? []
    if let code = ForeignKind.code(head) { throw MediaError(code, file: file.displayName) }
    throw MediaError(error, file: file)
  }

  /// What the recording begins with; of a pipe, as much of it as has arrived.
  func head(_ count: Int) -> [UInt8] {
    spool.map { MediaFile.head(of: $0.descriptor, count) } ?? file.head(count)
  }

  /// Whether the container, or the index of one of its streams, speaks of bytes beyond the end of the file.
  func isCutOff(stream: Int) -> Bool {
    guard let bytes = file.byteCount else { return false }
    if let end = ContainerEnd.position(head(4096)), end > bytes { return true }
    return ls_media_is_cut_off(media, Int32(clamping: stream))
  }

  deinit {
    ls_media_close(media)
    source.deallocate()
  }

  /// Facts that the timeline depends on.
  var timelineFacts: TimelineFacts {
    var info = ls_media_info()
    ls_media_describe(media, &info)
    var videoStart: Int64?
    var stream = ls_stream_info()
    for index in 0..<info.streams where ls_media_stream(media, index, &stream) {
      guard stream.kind == LS_STREAM_VIDEO, stream.start_ns != Int64.min else { continue }
      videoStart = min(videoStart ?? stream.start_ns, stream.start_ns)
    }
    // What is known of a pipe may be the duration of its first fragment.
    let isClaimed = info.duration_source == LS_DURATION_HEADER && !file.isPipe
    return TimelineFacts(
      videoStart: videoStart, timesAreMadeUp: info.raw_timestamps, mayJump: info.discontinuous,
      claimed: isClaimed ? info.duration_ns : nil)
  }

  /// A C character array as text, made safe to print: it comes from the file.
  static func text<T>(_ array: T) -> String {
    withUnsafeBytes(of: array) { bytes in
      FileName.printable(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    }
  }
}

extension MediaError {
  /// The error that the shim reports.
  init(_ error: ls_error, file: MediaFile) {
    self.init(error, name: file.displayName)
  }

  /// The error that the shim reports about a recording of this name.
  init(_ error: ls_error, name: String) {
    let text = Demuxer.text(error.text)
    let detail = text.isEmpty ? nil : text
    let code: Code =
      switch error.failure {
      case LS_FAILURE_NO_INDEX: .incomplete
      case LS_FAILURE_UNSUPPORTED: .unsupported
      case LS_FAILURE_LIMIT, LS_FAILURE_MEMORY: .limit
      case LS_FAILURE_CANCELLED: .cancelled
      case LS_FAILURE_SPOOL: .storage
      case LS_FAILURE_IO:
        error.system_error == ENOSPC || error.system_error == EDQUOT ? .storage : .notReadable
      default: .notMedia
      }
    self.init(code, file: name, detail: code == .notMedia ? nil : detail)
  }
}

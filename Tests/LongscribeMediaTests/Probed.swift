import LongscribeMedia
import LongscribeThreads
import TestSupport

/// What probing a file gave.
enum Probed {
  /// Probes a file on a thread of its own, since probing blocks.
  static func probe(
    _ path: String, exact: Bool = false
  ) async throws -> MediaDescription {
    try await ThreadLanes(name: "probe", most: 1).run { () -> Result<MediaDescription, any Error> in
      Result { try probeBlocking(path, exact: exact, flag: CancelFlag()) }
    }.get()
  }

  private static func probeBlocking(
    _ path: String, exact: Bool, flag: CancelFlag
  ) throws(MediaError) -> MediaDescription {
    try Prober(file: try MediaFile(path: path), isExact: exact, temporaryFolder: "/tmp")
      .probe(flag: flag)
  }

  /// The error that an exact probe gives, on this thread.
  static func failureBlocking(_ path: String, flag: CancelFlag) -> MediaError? {
    do throws(MediaError) {
      _ = try probeBlocking(path, exact: true, flag: flag)
      return nil
    } catch {
      return error
    }
  }

  /// The error that a file gives; `nil` if it gives none.
  static func failure(
    _ path: String, exact: Bool = false
  ) async throws -> MediaError? {
    do {
      _ = try await probe(path, exact: exact)
      return nil
    } catch let error as MediaError {
      return error
    }
  }

  /// Samples at the file's own rate that the ffmpeg program decodes from its first audio track.
  static func decodedByFFmpeg(_ path: String, in folder: TemporaryFolder) async throws -> Int64 {
    let raw = folder.file("decoded.raw")
    try await Programs.shell(
      "ffmpeg -v quiet -y -nostdin -i '\(path)' -map 0:a:0 -ac 1 -f s16le '\(raw)'")
    return Int64(try Bytes.of(raw).count / 2)
  }
}

import LongscribeMedia

extension MediaFile {
  /// A spool for this recording, or the error that names it.
  func makeSpool(in folder: String) throws(MediaError) -> Spool {
    do {
      return try Spool(in: folder)
    } catch {
      throw MediaError(.storage, file: displayName, detail: error.detail)
    }
  }

  /// Which input a job about this recording has.
  func source(track: Int, selection: AudioSelection) -> JobRecord.Source {
    JobRecord.Source(
      name: name, byteCount: byteCount, modified: modified, track: track, selection: selection)
  }
}

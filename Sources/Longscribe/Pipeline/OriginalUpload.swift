private import LongscribeMedia

/// Decides whether a recording can be sent as it is, byte for byte.
enum OriginalUpload {
  /// The upload, if all of this holds: one chunk, one audio stream and nothing else, decoded cleanly to the end, within
  /// the service's limits in seconds and bytes, and in a format on its list.
  static func upload(
    _ file: MediaFile, _ description: MediaDescription, _ report: DecodeReport, chunks: [Chunk],
    selection: AudioSelection, limits: ServiceLimits
  ) -> AudioUpload? {
    guard chunks.count == 1, selection.isWhole, report.antiPhaseSamples == 0, report.isClean,
      let format = description.uploadFormat,
      limits.formats.contains(format),
      report.length >= limits.minimumSamples,
      report.length <= limits.maximumSamples - limits.marginSamples,
      let bytes = OriginalAudio(file), bytes.byteCount <= limits.maximumFileBytes
    else { return nil }
    return AudioUpload(format: format, samples: report.length, bytes: bytes)
  }
}

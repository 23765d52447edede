private import LongscribeMedia

/// Decides whether a recording can be sent as it is, byte for byte.
enum OriginalUpload {
  /// Containers and codecs that are the same file for every service that lists the format.
  private static let sameFile: [(container: String, codec: String, format: AudioFormat)] = [
    ("wav", "pcm_s16le", .wav),
    ("mp3", "mp3", .mp3),
  ]

  /// The upload, if all of this holds: one chunk, one audio stream and nothing else, decoded cleanly to the end, within
  /// the service's limits in seconds and bytes, and in a format on its list.
  static func upload(
    _ file: MediaFile, _ description: MediaDescription, _ report: DecodeReport, chunks: [Chunk],
    limits: ServiceLimits
  ) -> AudioUpload? {
    guard chunks.count == 1, description.tracks.count == 1, description.otherStreams == 0,
      report.isClean, let track = description.tracks.first,
      let row = sameFile.first(where: {
        description.format == $0.container && track.codec == $0.codec
      }),
      limits.formats.contains(row.format),
      report.length >= limits.minimumSamples,
      report.length <= limits.maximumSamples - limits.marginSamples,
      let bytes = OriginalAudio(file), bytes.byteCount <= limits.maximumFileBytes
    else { return nil }
    return AudioUpload(format: row.format, samples: report.length, bytes: bytes)
  }
}

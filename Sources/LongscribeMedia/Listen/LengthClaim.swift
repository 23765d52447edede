import LongscribeCore

/// What a container says about a track's length, as far as it can be held against the data.
struct LengthClaim: Sendable {
  /// The claimed length in samples of the timeline, and how much shorter the data may be without being cut off.
  private let claim: (length: Int64, slack: Int64)?
  /// The padding that may follow the track.
  let endPadding: EndPadding?
  private let isPartial: Bool
  private let isOgg: Bool
  /// Whether the priming is in the sound, because the file does not tell of it.
  let keepsPriming: Bool
  /// Whether times are made up from the byte stream, so that what is lost moves all that follows.
  let timesAreMadeUp: Bool

  init(
    _ description: MediaDescription, _ track: MediaDescription.Track, head: [UInt8],
    isCutOff: Bool
  ) {
    isOgg = description.format == "ogg" && description.tracks.count == 1
    // The header of a fragmented mp4 speaks of the first fragments, that of an Ogg of the first link.
    isPartial =
      description.format == "ogg" || description.format.hasPrefix("mov,") && track.packets == nil
    timesAreMadeUp = description.timesAreMadeUp
    // libavformat gives an mp3 with a LAME header the start time at which its sound begins.
    keepsPriming = timesAreMadeUp && track.codec == "mp3" && (track.startTime ?? 0) == 0
    if let own = track.duration {
      // It begins with the track, the timeline with the video.
      let length = Timeline.samples(own + max(0, track.startOffset ?? 0))
      // Headers are off by priming and padding; a second, or one percent, is not.
      claim = (length, max(Timeline.sampleRate, length / 100))
    } else if let seconds = WaveClaim.seconds(head: head, bytesPerSecond: track.bytesPerSecond) {
      claim = (Timeline.samples(seconds), Timeline.sampleRate / 10)
    } else if description.durationSource == .header, let duration = description.duration,
      isCutOff || description.tracks.count == 1 && !description.hasVideo
    {
      // The container's duration is that of its longest stream, which may be another one; but not where its end is missing.
      let length = Timeline.samples(duration)
      claim = (length, max(Timeline.sampleRate, length / 100))
    } else {
      claim = nil
    }
    endPadding = EndPadding(description, track)
  }

  /// The bytes after the last packet that gave sound, if they are many: where an Ogg goes on with another codec, libavformat gives none.
  func unheard(after position: Int64, of file: MediaFile) -> Int64? {
    guard isOgg, position > 0, let bytes = file.byteCount else { return nil }
    // The last page of a link holds at most 64 kB.
    let rest = bytes - position
    return rest > 131_072 && rest > bytes / 50 ? rest : nil
  }

  /// The claimed length, if a recording that ends here is noticeably longer.
  func isExceeded(by length: Int64) -> Int64? {
    guard let claim, !isPartial, claim.length > 0, length - claim.length > claim.slack else {
      return nil
    }
    return claim.length
  }

  /// The claimed length, if a recording that ends here has been cut off.
  func missing(after length: Int64) -> Int64? {
    guard let claim, claim.length - length > claim.slack else { return nil }
    return claim.length
  }
}

import LongscribeCore

/// What a container says about a track's length, as far as it can be held against the data.
struct LengthClaim: Sendable {
  /// The claimed length in samples of the timeline, and how much shorter the data may be without being cut off.
  private let claim: (length: Int64, slack: Int64)?
  /// The padding that may follow the track.
  let endPadding: EndPadding?
  private let isChainable: Bool
  /// Whether the priming is in the sound, because the file does not tell of it.
  let keepsPriming: Bool
  /// Whether times are made up from the byte stream, so that what is lost moves all that follows.
  let timesAreMadeUp: Bool

  init(_ description: MediaDescription, _ track: MediaDescription.Track, head: [UInt8]) {
    isChainable = description.format == "ogg"
    timesAreMadeUp = description.timesAreMadeUp
    // libavformat gives an mp3 with a LAME header the start time at which its sound begins.
    keepsPriming = timesAreMadeUp && track.codec == "mp3" && (track.startTime ?? 0) == 0
    if let own = track.duration {
      let length = Timeline.samples(own)
      // Headers are off by priming and padding; a second, or one percent, is not.
      claim = (length, max(Timeline.sampleRate, length / 100))
    } else if let seconds = WaveClaim.seconds(head: head, bytesPerSecond: track.bytesPerSecond) {
      claim = (Timeline.samples(seconds), Timeline.sampleRate / 10)
    } else if description.durationSource == .header, description.tracks.count == 1,
      !description.hasVideo, let duration = description.duration
    {
      // The container's duration is that of its longest stream, which may be another one.
      let length = Timeline.samples(duration)
      claim = (length, max(Timeline.sampleRate, length / 100))
    } else {
      claim = nil
    }
    endPadding = EndPadding(description, track)
  }

  /// The claimed length, if a recording that ends here is noticeably longer. A chain of Oggs claims its first link's.
  func isExceeded(by length: Int64) -> Int64? {
    guard let claim, !isChainable, claim.length > 0, length - claim.length > claim.slack else {
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

/// What a container tells about the end of a track that its packets do not: where the sound ends and padding begins.
struct EndPadding: Sendable {
  /// Length of the track's presentation in nanoseconds.
  let trackLength: Int64
  /// The longest padding that encoders leave, in samples of the track: two of the longest AAC frames.
  let longest: Int64 = 4096

  /// In seconds. A header can say 292 years, which is no whole number of nanoseconds any more.
  private static let longestTrack = 1e9

  /// Containers that say how long a track is presented, although its packets hold more.
  private static let containers = ["mov,mp4,m4a,3gp,3g2,mj2"]

  /// `nil` where nothing but the packets tells the end.
  init?(_ description: MediaDescription, _ track: MediaDescription.Track) {
    // A fragmented file does not count its packets at its start; its length is only their sum.
    guard Self.containers.contains(description.format), track.codec == "aac", track.packets != nil,
      let duration = track.duration, duration < Self.longestTrack
    else { return nil }
    trackLength = Int64((duration * 1e9).rounded())
  }
}

private import CMediaShim

/// Tells what is in a recording, and how long it is as far as that can be known.
package struct Prober: Sendable {
  private let file: MediaFile
  private let isExact: Bool
  private let temporaryFolder: String

  /// Largest file whose packets are read without being asked for, in bytes, and how long that may take. A scan reads 0.15–1.1 GB a
  /// second of cached files, an hour of any kind in 0.05–0.25 s; a slow disk is noticed by the time.
  private static let cheapBytes: Int64 = 1_000_000_000
  private static let budget = Duration.seconds(1)

  /// - Parameters:
  ///   - file: The recording.
  ///   - isExact: Whether to count packets even where the header can be believed.
  ///   - temporaryFolder: Where a pipe's bytes are kept.
  package init(file: MediaFile, isExact: Bool, temporaryFolder: String) {
    self.file = file
    self.isExact = isExact
    self.temporaryFolder = temporaryFolder
  }

  /// Opens the recording and looks into it. Blocks.
  ///
  /// - Parameter flag: Raised to stop.
  /// - Throws: What decoding would refuse, as far as it shows. A recording without an audio track is not an error here.
  package func probe(flag: CancelFlag) throws(MediaError) -> MediaDescription {
    do throws(MediaError) {
      return try look(flag)
    } catch {
      guard error.code == .cancelled, flag.isExpired else { throw error }
      throw .expired(file.displayName)
    }
  }

  private func look(_ flag: CancelFlag) throws(MediaError) -> MediaDescription {
    let demuxer = try Demuxer(file, flag: flag, temporaryFolder: temporaryFolder)
    var description = demuxer.description
    guard let track = description.defaultTrack else { return description }
    try refuseAbsurd(track)
    if try measureBySize(demuxer, track, &description) { return description }
    let isCutOff = demuxer.isCutOff(stream: track.stream)
    let isDoubtful = isCutOff || Self.isDoubtful(description, demuxer.timelineFacts)
    if isExact || isDoubtful && isCheap(description) {
      let scanner = try PacketScanner(
        demuxer, stream: track.stream, padding: EndPadding(description, track))
      if let scan = try scanner.run(budget: isExact ? nil : Self.budget) {
        guard scan.packets > 0 else { throw MediaError(.noSamples, file: file.displayName) }
        description.take(scan)
        return description
      }
    }
    if isCutOff {
      description.warnings.append("it speaks of data beyond its end: the file seems cut off")
    }
    return description
  }

  /// The bounds of decoding.
  private func refuseAbsurd(_ track: MediaDescription.Track) throws(MediaError) {
    let detail: String? =
      // 0: to be found out by decoding.
      if track.sampleRate != 0, !(1000...768_000).contains(track.sampleRate) {
        "no recording has \(track.sampleRate) samples a second"
      } else if !(0...512).contains(track.channels) {
        "no recording has \(track.channels) channels"
      } else {
        nil
      }
    if let detail { throw MediaError(.limit, file: file.displayName, detail: detail) }
  }

  /// PCM in one piece needs no scan: its length is its size.
  private func measureBySize(
    _ demuxer: borrowing Demuxer, _ track: MediaDescription.Track,
    _ description: inout MediaDescription
  ) throws(MediaError) -> Bool {
    let samples = ls_media_pcm_samples(demuxer.media, Int32(clamping: track.stream))
    guard samples >= 0, track.sampleRate > 0 else { return false }
    guard samples > 0 else { throw MediaError(.noSamples, file: file.displayName) }
    let length = Double(samples) / Double(track.sampleRate)
    // FFmpeg counts durations in whole microseconds.
    let isConfirmed =
      description.durationSource == .header && abs((description.duration ?? 0) - length) < 2e-6
    let claim = WaveClaim.seconds(
      head: demuxer.head(WaveClaim.reach), bytesPerSecond: track.bytesPerSecond)
    if let claim, claim - length > 0.1 {
      description.duration = claim
      description.durationSource = .header
    }
    description.correct(to: length, isExact: true)
    if isConfirmed, !isExact { description.durationSource = .header }
    return true
  }

  /// Whether the container's own length is a guess, or of a kind that is often wrong.
  private static func isDoubtful(_ description: MediaDescription, _ facts: TimelineFacts) -> Bool {
    guard let duration = description.duration, duration > 0 else { return true }
    // Chained Ogg: the header speaks of the first link only.
    return description.durationSource != .header || facts.timesAreMadeUp
      || description.format == "ogg"
  }

  /// Whether a scan takes no time that anybody would notice: a video's packets are spread over all of a large file.
  private func isCheap(_ description: MediaDescription) -> Bool {
    guard let bytes = file.byteCount else { return false }
    return !description.hasVideo && bytes <= Self.cheapBytes
  }
}

extension MediaDescription {
  /// Takes over what a scan found.
  mutating func take(_ scan: PacketScan) {
    self.scan = scan
    if scan.duration > 0 { correct(to: scan.duration, isExact: scan.isExact) }
    if scan.corruptPackets > 0, !isDurationExact {
      let isOne = scan.corruptPackets == 1
      warnings.append(
        "\(scan.corruptPackets) packet\(isOne ? " is" : "s are") marked as damaged")
    }
    if scan.gaps > 0 {
      warnings.append(
        "\(scan.gaps) gap\(scan.gaps == 1 ? "" : "s") of \(Self.tenths(scan.gapSeconds)) in all")
    }
  }

  /// Replaces the container's length with what its data hold, and says so if they differ.
  fileprivate mutating func correct(to length: Double, isExact: Bool) {
    var isExact = isExact
    // With several tracks the header speaks of the longest one.
    if durationSource == .header, !hasVideo, tracks.count == 1, let told = duration,
      abs(told - length) > max(0.1, length * 0.001)
    {
      let isShort = length < told
      warnings.append(
        "the header says \(Self.tenths(told)), the data hold \(Self.tenths(length)): "
          + (isShort ? "the file seems cut off or damaged" : "the header is wrong"))
      // The last frame of what is cut off may not decode.
      if isShort, !uniformlyDecodable { isExact = false }
    }
    headerDuration = durationSource == .header ? duration : nil
    duration = length
    // FFmpeg's figure is the size over its own duration.
    if let byteCount, length > 0, Double(byteCount) / length < 1e15 {
      bitRate = Int64(Double(byteCount) * 8 / length)
    }
    durationSource = .packetScan
    isDurationExact = isExact
  }

  private var uniformlyDecodable: Bool { tracks.first?.codec.hasPrefix("pcm_") ?? false }

  private static func tenths(_ seconds: Double) -> String {
    let tenths = Int64((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }
}

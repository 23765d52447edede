private import CMediaShim
private import LongscribeCore

/// Hears a recording once, front to back: decodes it, lays it on the timeline, spools it and measures its loudness.
///
/// The thread that decodes is never the one that plans, renders or uploads, so the first chunk can be on its way while the
/// rest is still being heard.
package struct Listener: Sendable {
  /// What listening reports on the way.
  package enum Update: Sendable {
    /// The container was opened.
    case opened(MediaDescription, track: Int)
    /// The spool and the envelope have grown by these levels.
    case heard([UInt8])
  }

  private let file: MediaFile
  private let track: Int?
  private let temporaryFolder: String

  /// Errors in a row after which a file is given up.
  private static let mostErrorsInARow = 100
  /// Most of a timeline that is accepted, in samples (100 h): a bound for hostile files.
  private static let longest = 100 * 3600 * Timeline.sampleRate
  /// Fills that are kept one by one in the report.
  private static let mostFills = 1000

  /// - Parameters:
  ///   - file: The recording.
  ///   - track: Which audio track, from 0; `nil` for the default one.
  ///   - temporaryFolder: Where a pipe's bytes are kept.
  package init(file: MediaFile, track: Int?, temporaryFolder: String) {
    self.file = file
    self.track = track
    self.temporaryFolder = temporaryFolder
  }

  /// Hears the whole recording. Blocks; runs on a thread of its own.
  ///
  /// - Parameters:
  ///   - spool: Where the samples go.
  ///   - flag: Raised to stop.
  ///   - report: Called in order on this thread.
  package func listen(
    to spool: Spool, flag: CancelFlag, report: (Update) -> Void
  ) throws(MediaError) -> DecodeReport {
    let demuxer = try Demuxer(file, flag: flag, temporaryFolder: temporaryFolder)
    let description = demuxer.description
    let chosen = try choose(description)
    report(.opened(description, track: chosen.index))
    let decoder = try Decoder(demuxer, stream: chosen.stream)
    var hearing = Hearing(
      spool: spool, file: file, resampler: try Resampler(file: file),
      clock: FrameClock(facts: demuxer.timelineFacts))
    try hearing.run(decoder, report: report)
    return try hearing.finish(claimed: Self.claimed(description, chosen), report: report)
  }

  private func choose(_ description: MediaDescription) throws(MediaError) -> MediaDescription.Track
  {
    guard let standard = description.defaultTrack else {
      throw MediaError(.noAudio, file: file.displayName)
    }
    guard let track else { return standard }
    guard description.tracks.indices.contains(track) else {
      throw MediaError(
        .noSuchTrack, file: file.displayName, detail: "it has \(description.tracks.count)")
    }
    return description.tracks[track]
  }

  /// The length that the header promises, if it is of the kind that can be held against the data.
  private static func claimed(
    _ description: MediaDescription, _ track: MediaDescription.Track
  ) -> Int64? {
    // The container's duration is that of its longest stream, which may be another one.
    guard description.durationSource == .header, description.tracks.count == 1,
      !description.hasVideo
    else { return nil }
    return description.duration.map(Timeline.samples)
  }

  /// The state of one hearing.
  private struct Hearing: ~Copyable {
    let spool: Spool
    let file: MediaFile
    var resampler: Resampler
    var clock: FrameClock
    var meter = EnvelopeMeter()
    var levels: [UInt8] = []
    var result = DecodeReport()
    var errorsInARow = 0

    init(spool: Spool, file: MediaFile, resampler: consuming Resampler, clock: FrameClock) {
      self.spool = spool
      self.file = file
      self.resampler = resampler
      self.clock = clock
      // Blocks of PCM on their way to the spool.
      pending.reserveCapacity(Self.block)
    }

    private static let block = 32_768
    private var pending: [Int16] = []

    mutating func run(_ decoder: borrowing Decoder, report: (Update) -> Void) throws(MediaError) {
      while true {
        switch try decoder.read() {
        case .end: return
        case .bad:
          result.decodeErrors += 1
          errorsInARow += 1
          guard errorsInARow < Listener.mostErrorsInARow || result.frames > 0 else {
            throw MediaError(.damaged, file: file.displayName)
          }
        case .frame(let frame):
          errorsInARow = 0
          result.frames += 1
          try take(decoder, frame, report)
          try passOn(report)
          guard result.length < Listener.longest else {
            throw MediaError(.limit, file: file.displayName, detail: "it is longer than 100 hours")
          }
        }
      }
    }

    private mutating func take(
      _ decoder: borrowing Decoder, _ frame: ls_frame, _ report: (Update) -> Void
    ) throws(MediaError) {
      let rate = Int64(frame.rate)
      let placement = clock.place(
        time: frame.time_ns == Int64.min ? nil : frame.time_ns, samples: frame.samples, rate: rate)
      if !resampler.fits(decoder) {
        if result.frames > 1 { result.formatChanges += 1 }
        try resampler.drain(into: &pending)
        try resampler.setUp(for: decoder, rate: rate)
      }
      if placement.isJump { result.jumps += 1 }
      if placement.silence > 0 {
        let before = result.length + Int64(pending.count) + resampler.inside
        var left = resampler.samples(nanoseconds: placement.silence)
        while left > 0 {
          left = try resampler.pushSilence(left, into: &pending)
          try passOn(report)
        }
        if placement.isGap {
          let length = placement.silence / 1000 * Timeline.sampleRate / 1_000_000
          result.fillCount += 1
          result.filledSamples += length
          if result.fills.count < Listener.mostFills {
            result.fills.append(DecodeReport.Fill(position: before, length: length))
          }
        }
      }
      try resampler.push(decoder, samples: frame.samples, into: &pending)
    }

    /// Spools what is pending and reports their levels.
    private mutating func passOn(_ report: (Update) -> Void, all: Bool = false) throws(MediaError) {
      guard all || pending.count >= Self.block else { return }
      do throws(StorageError) {
        try pending.withUnsafeBufferPointer { samples throws(StorageError) in
          try spool.append(samples)
          levels += meter.append(samples)
        }
      } catch {
        throw MediaError(.storage, file: file.displayName, detail: error.detail)
      }
      result.length += Int64(pending.count)
      pending.removeAll(keepingCapacity: true)
      if all { levels += meter.finish() }
      report(.heard(levels))
      levels.removeAll(keepingCapacity: true)
    }

    /// Ends the hearing.
    ///
    /// - Parameter claimed: The length that the header promises, in samples.
    mutating func finish(
      claimed: Int64?, report: (Update) -> Void
    ) throws(MediaError) -> DecodeReport {
      try resampler.drain(into: &pending)
      try passOn(report, all: true)
      guard result.length > 0 else {
        if result.decodeErrors > 0 { throw MediaError(.damaged, file: file.displayName) }
        throw MediaError(.noSamples, file: file.displayName)
      }
      // ffmpeg's own rule: more than two errors for each good frame is not a recording.
      if result.decodeErrors > 2 * result.frames {
        throw MediaError(
          .damaged, file: file.displayName,
          detail: "\(result.decodeErrors) of \(result.decodeErrors + result.frames) packets")
      }
      // Headers are off by priming and padding; a second, or one percent, is not.
      if let claimed, claimed - result.length > max(Timeline.sampleRate, claimed / 100) {
        result.missingFrom = claimed
      }
      return result
    }
  }
}

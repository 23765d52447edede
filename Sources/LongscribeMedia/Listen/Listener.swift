private import CMediaShim
package import LongscribeCore

/// Hears a recording once, front to back: decodes it and lays it on the timeline.
///
/// The threads that decode are never those that plan, render or upload, so the first chunk can be on its way while the
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
  private let selection: AudioSelection
  private let stopsAtDamage: Bool
  private let temporaryFolder: String

  /// - Parameters:
  ///   - file: The recording.
  ///   - selection: Which part of it.
  ///   - stopsAtDamage: Whether anything that is not as it should be is an error.
  ///   - temporaryFolder: Where a pipe's bytes are kept.
  package init(
    file: MediaFile, selection: AudioSelection = AudioSelection(), stopsAtDamage: Bool = false,
    temporaryFolder: String
  ) {
    self.file = file
    self.selection = selection
    self.stopsAtDamage = stopsAtDamage
    self.temporaryFolder = temporaryFolder
  }

  /// Hears the recording into a spool, and measures its loudness. Blocks; runs on a thread of its own.
  ///
  /// What lies before the selection's start is not written, and counts as digital silence in the envelope; the start is moved back
  /// to a frame of the envelope.
  ///
  /// - Parameters:
  ///   - spool: Where the samples go.
  ///   - flag: Raised to stop.
  ///   - report: Called in order on this thread.
  package func listen(
    to spool: Spool, flag: CancelFlag, report: (Update) -> Void
  ) throws(MediaError) -> DecodeReport {
    let name = file.displayName
    let aligned = selection.aligned
    var meter = EnvelopeMeter()
    if aligned.start > 0 { spool.skip(to: aligned.start) }
    // Only once the start is reached: it may lie beyond the end, and beyond all bounds.
    var framesBefore = Int(aligned.start / Timeline.frameLength)
    let result = try Listener(aligned, of: self).listen(
      as: .timeline, flag: flag,
      opened: { report(.opened($0, track: $1)) },
      pass: { samples throws(MediaError) in
        if framesBefore > 0 { report(.heard([UInt8](repeating: 0, count: framesBefore))) }
        framesBefore = 0
        do throws(StorageError) {
          try spool.append(samples)
        } catch {
          throw MediaError(.storage, file: name, detail: error.detail)
        }
        report(.heard(meter.append(samples)))
      })
    report(.heard(meter.finish()))
    return result
  }

  private init(_ selection: AudioSelection, of listener: Listener) {
    self = Listener(
      file: listener.file, selection: selection, stopsAtDamage: listener.stopsAtDamage,
      temporaryFolder: listener.temporaryFolder)
  }

  /// Hears the recording in any form. Blocks; runs on a thread of its own.
  ///
  /// - Parameters:
  ///   - form: Rate and channels; called with what `opened` has told, so it may depend on the track.
  ///   - opened: Called once, before any samples.
  ///   - pass: Called in order with interleaved samples, on this thread.
  package func listen(
    as form: SampleForm, flag: CancelFlag,
    opened: (MediaDescription, Int) throws(MediaError) -> Void,
    pass: (UnsafeBufferPointer<Int16>) throws(MediaError) -> Void
  ) throws(MediaError) -> DecodeReport {
    do throws(MediaError) {
      return try hear(as: form, flag: flag, opened: opened, pass: pass)
    } catch {
      guard error.code == .cancelled, flag.isExpired else { throw error }
      throw .expired(file.displayName)
    }
  }

  private func hear(
    as form: SampleForm, flag: CancelFlag,
    opened: (MediaDescription, Int) throws(MediaError) -> Void,
    pass: (UnsafeBufferPointer<Int16>) throws(MediaError) -> Void
  ) throws(MediaError) -> DecodeReport {
    let demuxer = try Demuxer(file, flag: flag, temporaryFolder: temporaryFolder)
    let description = demuxer.description
    let track = try TrackChoice.track(selection.track, of: description, file: file)
    try TrackChoice.checkChannel(selection.channel, of: track, file: file)
    try opened(description, track.index)
    // All that the container tells, before the decoder's thread begins to change it.
    let claim = LengthClaim(
      description, track, head: demuxer.head(WaveClaim.reach),
      isCutOff: demuxer.isCutOff(stream: track.stream))
    let facts = demuxer.timelineFacts
    let decoder = try Decoder(demuxer, stream: track.stream)
    var builder = try TimelineBuilder(
      file: file, form: form, selection: selection, facts: facts, stopsAtDamage: stopsAtDamage)
    reading: while !builder.isOver {
      switch try decoder.read() {
      case .end: break reading
      case .bad: try builder.takeDamage()
      case .frame(let frame):
        try builder.take(decoder, frame, padding: claim.endPadding, pass: pass)
      }
    }
    let isPart = builder.isOver
    try builder.finish(pass: pass)
    return try judge(builder.result, decoder.tally, claim, isPart: isPart)
  }

  /// Completes the report, and refuses what is no recording.
  private func judge(
    _ heard: DecodeReport, _ tally: ls_tally, _ claim: LengthClaim, isPart: Bool
  ) throws(MediaError) -> DecodeReport {
    var result = heard
    guard result.length > selection.start else {
      if result.length > 0 {
        throw MediaError(
          .noSamples, file: file.displayName,
          detail: "it ends at \(TimeText.short(result.length)), before the start")
      }
      throw MediaError(result.decodeErrors > 0 ? .damaged : .noSamples, file: file.displayName)
    }
    // ffmpeg's own rule: more than two errors for each good frame is not a recording.
    if result.decodeErrors > 2 * result.frames {
      throw MediaError(
        .damaged, file: file.displayName,
        detail: "\(result.decodeErrors) of \(result.decodeErrors + result.frames) packets")
    }
    result.packets = tally.packets
    result.corruptPackets = tally.corrupt_packets
    result.keepsPriming = claim.keepsPriming
    result.timesAreMadeUp = claim.timesAreMadeUp
    result.isChanged = !file.isPipe && !file.isUnchanged
    if !isPart {
      result.unheardBytes = claim.unheard(after: tally.last_sound, of: file)
      result.missingFrom = claim.missing(after: result.length)
      result.claimedOnly = claim.isExceeded(by: result.length)
    }
    if stopsAtDamage, !result.isClean {
      throw MediaError(
        .notClean, file: file.displayName, detail: result.warnings.joined(separator: "; "))
    }
    return result
  }
}

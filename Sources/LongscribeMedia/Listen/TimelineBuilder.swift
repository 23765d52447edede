import CMediaShim
import LongscribeCore

/// Lays decoded frames on the timeline: fills gaps, mixes, resamples, and leaves out what is not wanted. Used by one thread.
struct TimelineBuilder: ~Copyable {
  /// What happened so far. Its length is brought up to date by `finish`.
  private(set) var result = DecodeReport()

  private let file: MediaFile
  private let form: SampleForm
  private let stopsAtDamage: Bool
  /// Where on the timeline hearing ends, if that was asked for: what lies beyond is read in part, but is nobody's concern.
  private let end: Int64?
  private var resampler: Resampler
  private var clock: FrameClock
  private var window: PresentationWindow
  private var pending: [Int16] = []
  private var errorsInARow = 0
  /// Whether sound came after the first damage: then something is missing in between, not at the end.
  private var soundFollowsDamage = false

  /// Samples that are gathered before they are passed on.
  private static let block = 32_768
  /// Samples of a frame that are mixed and resampled at a time: no codec's frames are longer.
  private static let slice: Int64 = 65_536
  /// Errors in a row after which a file without any sound is given up.
  private static let mostErrorsInARow = 100
  /// Most of a timeline that is accepted, in samples (100 h): a bound for hostile files.
  private static let longest = 100 * 3600 * Timeline.sampleRate
  /// Fills that are kept one by one in the report.
  private static let mostFills = 1000

  /// - Parameters:
  ///   - stopsAtDamage: Whether anything that is not as it should be is an error.
  init(
    file: MediaFile, form: SampleForm, selection: AudioSelection, facts: TimelineFacts,
    stopsAtDamage: Bool
  ) throws(MediaError) {
    self.file = file
    self.form = form
    self.stopsAtDamage = stopsAtDamage
    end = selection.end
    resampler = try Resampler(file: file, form: form, channel: selection.channel)
    clock = FrameClock(facts: facts)
    window = PresentationWindow(
      channels: form.channels, start: form.samples(timeline: selection.start),
      end: selection.end.map(form.samples(timeline:)))
    pending.reserveCapacity(Self.block + 4096)
  }

  /// Whether all that was asked for has been heard.
  var isOver: Bool { window.isOver }

  /// Notes a packet that could not be decoded.
  mutating func takeDamage() throws(MediaError) {
    guard !isBeyondEnd else { return }
    result.decodeErrors += 1
    errorsInARow += 1
    if result.firstDamage == nil { result.firstDamage = heard }
    guard errorsInARow < Self.mostErrorsInARow || result.frames > 0 else {
      throw MediaError(.damaged, file: file.displayName)
    }
    try stopIfDamaged()
  }

  /// Takes the decoder's frame.
  mutating func take(
    _ decoder: borrowing Decoder, _ frame: ls_frame, padding: EndPadding?,
    pass: PresentationWindow.Pass
  ) throws(MediaError) {
    let isBeyondEnd = isBeyondEnd
    errorsInARow = 0
    result.frames += 1
    if result.decodeErrors > 0, !isBeyondEnd { soundFollowsDamage = true }
    let placement = clock.place(
      time: frame.time_ns == Int64.min ? nil : frame.time_ns, samples: frame.samples,
      rate: Int64(frame.rate))
    if !resampler.fits(decoder) {
      if result.frames > 1, !isBeyondEnd { result.formatChanges += 1 }
      try resampler.drain(into: &pending)
      try resampler.setUp(for: decoder, rate: Int64(frame.rate))
    }
    if placement.isJump {
      if !isBeyondEnd { result.jumps += 1 }
      try flush(pass)
      try window.expectNoPadding(pass: pass)
    }
    if placement.silence > 0 { try fill(placement, pass) }
    if result.frames == 1, let padding { expect(padding, rate: frame.rate) }
    // A hostile frame can be as long as its file, and at 1 kHz become sixteen times as long here.
    var taken: Int64 = 0
    while taken < frame.samples {
      let count = min(Self.slice, frame.samples - taken)
      try resampler.push(decoder, from: taken, samples: count, into: &pending)
      taken += count
      if pending.count >= Self.block { try flush(pass) }
    }
    try stopIfDamaged()
    guard form.timeline(samples: window.length) < Self.longest else {
      throw MediaError(.limit, file: file.displayName, detail: "it is longer than 100 hours")
    }
  }

  /// Ends the timeline and tells what happened.
  mutating func finish(pass: PresentationWindow.Pass) throws(MediaError) {
    try resampler.drain(into: &pending)
    try flush(pass)
    let mixing = resampler.report
    result.clippedSamples = mixing.clipped
    result.nonFiniteSamples = mixing.non_finite
    result.antiPhaseSamples = form.timeline(samples: resampler.cancelled)
    result.length = form.timeline(samples: window.length)
    if soundFollowsDamage == false { result.firstDamage = nil }
  }

  /// Timeline position of what has been heard so far.
  private var heard: Int64 {
    form.timeline(
      samples: window.length + Int64(pending.count / form.channels) + resampler.inside)
  }

  private var isBeyondEnd: Bool { end.map { heard >= $0 } ?? false }

  private mutating func fill(
    _ placement: FrameClock.Placement, _ pass: PresentationWindow.Pass
  ) throws(MediaError) {
    let before = heard
    var left = resampler.samples(nanoseconds: placement.silence)
    while left > 0, !isOver {
      left = try resampler.pushSilence(left, into: &pending)
      if pending.count >= Self.block { try flush(pass) }
    }
    guard placement.isGap, before < end ?? .max else { return }
    let length = min(
      SampleForm.samples(nanoseconds: placement.silence, rate: Timeline.sampleRate),
      (end ?? .max) - before)
    result.fillCount += 1
    result.filledSamples += length
    if result.fills.count < Self.mostFills {
      result.fills.append(DecodeReport.Fill(position: before, length: length))
    }
  }

  private mutating func expect(_ padding: EndPadding, rate: Int32) {
    let length = SampleForm.samples(nanoseconds: padding.trackLength, rate: Int64(form.rate))
    let start = Int64(pending.count / form.channels) + window.length + resampler.inside
    window.expectPadding(
      from: start + length,
      most: SampleForm.scale(padding.longest, from: Int64(rate), to: Int64(form.rate)))
  }

  private mutating func flush(_ pass: PresentationWindow.Pass) throws(MediaError) {
    var samples: [Int16] = []
    swap(&samples, &pending)
    try samples.withUnsafeBufferPointer { block throws(MediaError) in
      try window.take(block, pass: pass)
    }
    samples.removeAll(keepingCapacity: true)
    swap(&samples, &pending)
  }

  private func stopIfDamaged() throws(MediaError) {
    guard stopsAtDamage, !result.isClean else { return }
    throw MediaError(
      .notClean, file: file.displayName,
      detail: "\(result.warnings.joined(separator: "; "))")
  }
}

/// Finds where uploaded audio lies in a reference recording, by its sound alone.
///
/// First the course of the loudness is searched in the whole recording, which gives candidates;
/// then the sound itself decides between them and gives the place to the sample.
struct ChunkLocator: Sendable {
  enum Outcome: Sendable {
    /// There is no speech in the audio.
    case silence
    case found(Place)
    case notFound(reason: String)
  }

  struct Place: Sendable, Hashable {
    /// The recording's sample at which the audio's first sample lies; negative if the audio
    /// begins before the recording.
    let start: Int
    /// The audio's samples that really are in it; silence added at either end is left out.
    let content: Range<Int>
  }

  private static let frame = LevelTrack.frameSamples
  /// Below this a place counts as not found. The sound of one piece in another encoding is above
  /// 0.8, that of other pieces below 0.2.
  private static let leastCorrelation: Float = 0.4
  /// A fraction of a second fits somewhere by chance.
  private static let leastCorrelationOfLittleSpeech: Float = 0.8
  /// Energy of -66 dB below full scale; anything quieter may be added silence.
  private static let addedSilence: Float = 270

  private let recording: ReferenceRecording
  private let energies: [Float]
  /// Energies up to this are taken as pauses.
  private let speechEnergy: Float
  /// 100 levels a second, and 25.
  private let fine: LevelTrack
  private let coarse: LevelTrack

  init(recording: ReferenceRecording) {
    self.recording = recording
    energies = LevelTrack.energies(of: recording.samples)
    // The quietest tenth is taken as the room's noise; speech is 6 dB louder at least.
    let noise = energies.isEmpty ? 0 : energies.sorted()[energies.count / 10]
    speechEnergy = max(64, noise * 4)
    fine = LevelTrack(energies: energies, floor: speechEnergy)
    coarse = fine.coarser
  }

  /// Finds the place of decoded audio (16 kHz).
  func locate(_ samples: [Int16]) -> Outcome {
    let energies = samples.withUnsafeBufferPointer { LevelTrack.energies(of: $0) }
    let speechFrames = energies.count { $0 > speechEnergy }
    guard speechFrames >= 5, let first = energies.firstIndex(where: { $0 > speechEnergy }),
      let last = energies.lastIndex(where: { $0 > speechEnergy })
    else { return .silence }
    let chunk = Chunk(
      samples: samples,
      energies: energies,
      track: LevelTrack(energies: energies, floor: speechEnergy),
      speech: first..<last + 1
    )
    let leastCorrelation =
      speechFrames < 40 ? Self.leastCorrelationOfLittleSpeech : Self.leastCorrelation
    var best = Fit(start: 0, correlation: -1)
    for window in windows(of: chunk) where best.correlation < leastCorrelation {
      best = max(best, bestFit(among: candidates(for: window, of: chunk), chunk))
    }
    if best.correlation < leastCorrelation, chunk.speech.count < 100 {
      best = max(best, bestFit(among: candidatesByLevel(chunk), chunk))
    }
    guard best.correlation >= leastCorrelation else {
      // A sliver of a word at an edge has too little in it to be found.
      if speechFrames < 20 { return .silence }
      return .notFound(
        reason: "the audio is no piece of the recording: the best place, "
          + "\(seconds(best.start)) s, fits only by \(best.correlation)"
      )
    }
    if let stranger = strangePart(chunk, at: best.start) {
      return .notFound(
        reason: "the audio begins like the recording at \(seconds(best.start)) s, but its second "
          + "\(stranger) is something else: it is not one unbroken piece"
      )
    }
    return .found(Place(start: best.start, content: content(of: chunk, at: best.start)))
  }

  // MARK: The course of the loudness

  private struct Chunk {
    let samples: [Int16]
    let energies: [Float]
    let track: LevelTrack
    /// Frames from the first with speech to the last.
    let speech: Range<Int>

    /// Samples as numbers; of an hour there would be too many to have all of them so.
    func floats(_ range: Range<Int>) -> [Float] {
      samples[range].map { Float($0) }
    }
  }

  /// Up to three pieces of about 8 s, in frames: those with the most varied levels first.
  private func windows(of chunk: Chunk) -> [Range<Int>] {
    let length = 800
    // The pauses around a few words help to find them, unless they are added silence.
    if chunk.speech.count < 400 {
      let lower = max(0, chunk.speech.lowerBound - 100)
      let upper = min(chunk.energies.count, chunk.speech.upperBound + 100)
      return [lower..<upper, Self.inner(chunk.speech)]
    }
    guard chunk.speech.count > length else { return [chunk.speech] }
    let starts = stride(
      from: chunk.speech.lowerBound, through: chunk.speech.upperBound - length,
      by: 25)
    let ordered = starts.map { $0..<$0 + length }
      .map { (range: $0, variation: chunk.track.variation(in: $0)) }
      .sorted { $0.variation > $1.variation }
    var chosen: [Range<Int>] = []
    for (range, _) in ordered where chosen.count < 3 {
      if chosen.allSatisfy({ abs($0.lowerBound - range.lowerBound) >= length / 2 }) {
        chosen.append(range)
      }
    }
    return chosen
  }

  /// Frames of the recording at which the chunk may begin, the likeliest first.
  private func candidates(for window: Range<Int>, of chunk: Chunk) -> [Int] {
    let levels = chunk.track.levels[window]
    if chunk.speech.count >= 400 {
      // Long enough for a quarter of the resolution; then all of the chunk decides.
      let piece = SignalMath.quarter(Array(levels))
      let fits = coarse.fits(of: piece[...], at: coarse.places(for: piece.count))
      return Self.peaks(of: fits, most: 16)
        .map { settle($0 * 4 - window.lowerBound, chunk) }
        .sorted { $0.fit > $1.fit }
        .prefix(4)
        .map(\.frame)
    }
    // The shorter the piece, the more places look like it.
    let most = chunk.speech.count >= 100 ? 100 : 1000
    let fits = fine.fits(of: levels, at: fine.places(for: levels.count))
    return Self.peaks(of: fits, most: most).map { $0 - window.lowerBound }
  }

  /// Candidates for a piece so short that its loudness hardly changes: places just as loud.
  private func candidatesByLevel(_ chunk: Chunk) -> [Int] {
    let inner = Self.inner(chunk.speech)
    let likeness = fine.likeness(
      of: chunk.track.levels[inner],
      at: fine.places(for: inner.count)
    )
    return Self.peaks(of: likeness, most: 3000).map { $0 - inner.lowerBound }
  }

  /// Speech without its first and last frames: where it was cut off, an encoder smears its end.
  private static func inner(_ speech: Range<Int>) -> Range<Int> {
    speech.count < 20 ? speech : speech.dropFirst(3).dropLast(3)
  }

  /// The best place for all of the chunk's speech near a candidate.
  private func settle(_ frame: Int, _ chunk: Chunk) -> (frame: Int, fit: Float) {
    let speech = chunk.track.levels[chunk.speech]
    let centre = frame + chunk.speech.lowerBound
    let allowed = fine.places(for: speech.count)
    let places = (centre - 6..<centre + 7).clamped(to: allowed)
    guard let best = fine.fits(of: speech, at: places).peak else { return (frame, -1) }
    return (places.lowerBound + best.index - chunk.speech.lowerBound, best.value)
  }

  /// The highest local maxima.
  private static func peaks(of values: [Float], most: Int) -> [Int] {
    values.indices
      .filter { index in
        let value = values[index]
        return value > 0.3 && (index == 0 || values[index - 1] <= value)
          && (index + 1 == values.count || values[index + 1] < value)
      }
      .sorted { values[$0] > values[$1] }
      .prefix(most)
      .map { $0 }
  }

  // MARK: The sound itself

  /// A sample at which the chunk may begin, and how well its sound fits there.
  private struct Fit: Comparable {
    let start: Int
    let correlation: Float

    static func < (left: Fit, right: Fit) -> Bool { left.correlation < right.correlation }
  }

  /// The best fit near any of the candidate frames.
  private func bestFit(among frames: [Int], _ chunk: Chunk) -> Fit {
    let section = loudest(seconds: 1.5, of: chunk)
    let samples = chunk.floats(section)
    let quarter = SignalMath.quarter(samples)
    var best = Fit(start: 0, correlation: -1)
    // In batches, because the right place is mostly among the first few.
    for batch in stride(from: 0, to: frames.count, by: 40) {
      let likely = frames[batch..<min(batch + 40, frames.count)]
        .flatMap { roughFits(near: $0 * Self.frame, slack: 160, section, quarter) }
        .sorted(by: >)
        .prefix(8)
      for fit in likely {
        best = max(best, exactFit(near: fit.start, section, samples))
      }
      if best.correlation > 0.95 { return best }
    }
    // Perhaps the candidate was a period of the pitch or two beside the right place.
    for fit in roughFits(near: best.start, slack: 640, section, quarter) {
      best = max(best, exactFit(near: fit.start, section, samples))
    }
    return best
  }

  /// The likely places within `slack` samples of a place, to a quarter of a millisecond.
  ///
  /// There can be several: a voice repeats itself with every period of its pitch.
  private func roughFits(
    near start: Int,
    slack: Int,
    _ section: Range<Int>,
    _ quarter: [Float]
  ) -> [Fit] {
    let fits = SignalMath.correlations(
      of: quarter,
      in: SignalMath.quarter(recording.floats(shift(section, by: start, slack: slack)))
    )
    return Self.peaks(of: fits, most: 6)
      .map { Fit(start: start - slack + $0 * 4, correlation: fits[$0]) }
  }

  /// The best place within half a millisecond.
  private func exactFit(near start: Int, _ section: Range<Int>, _ samples: [Float]) -> Fit {
    let slack = 8
    let fits = SignalMath.correlations(
      of: samples,
      in: recording.floats(shift(section, by: start, slack: slack))
    )
    guard let peak = fits.peak else { return Fit(start: start, correlation: -1) }
    return Fit(start: start - slack + peak.index, correlation: peak.value)
  }

  /// The samples of the loudest part of the chunk's speech.
  private func loudest(seconds: Double, of chunk: Chunk) -> Range<Int> {
    let length = min(chunk.speech.count, Int(seconds * 100))
    var sum = chunk.energies[chunk.speech.prefix(length)].reduce(0, +)
    var best = (start: chunk.speech.lowerBound, sum: sum)
    for start in chunk.speech.dropFirst().prefix(chunk.speech.count - length) {
      sum += chunk.energies[start + length - 1] - chunk.energies[start - 1]
      if sum > best.sum { best = (start, sum) }
    }
    return best.start * Self.frame..<(best.start + length) * Self.frame
  }

  private func shift(_ range: Range<Int>, by start: Int, slack: Int) -> Range<Int> {
    range.lowerBound + start - slack..<range.upperBound + start + slack
  }

  /// The first second of the chunk that has speech in it, but not the recording's.
  private func strangePart(_ chunk: Chunk, at start: Int) -> Int? {
    let length = AudioInspector.sampleRate
    for second in 0..<chunk.samples.count / length {
      let range = second * length..<(second + 1) * length
      let frames = range.lowerBound / Self.frame..<range.upperBound / Self.frame
      guard chunk.energies[frames].count(where: { $0 > speechEnergy * 4 }) >= 20 else { continue }
      let fit = SignalMath.correlations(
        of: chunk.floats(range),
        in: recording.floats(shift(range, by: start, slack: 0))
      )
      if fit.first ?? 0 < Self.leastCorrelation { return second }
    }
    return nil
  }

  // MARK: Added silence

  /// The chunk's samples without silence at its ends where the recording has speech.
  private func content(of chunk: Chunk, at start: Int) -> Range<Int> {
    let frames = chunk.energies.indices
    let silentHead = frames.prefix { chunk.energies[$0] < Self.addedSilence }
    let silentTail = frames.reversed().prefix { chunk.energies[$0] < Self.addedSilence }
    let lower = hasSpeech(silentHead, at: start) ? silentHead.upperBound * Self.frame : 0
    let upper =
      hasSpeech(silentTail, at: start)
      ? (silentTail.last ?? frames.upperBound) * Self.frame : chunk.samples.count
    return lower..<max(lower, upper)
  }

  /// Whether the recording has speech in frames of the chunk.
  private func hasSpeech(_ frames: some Sequence<Int>, at start: Int) -> Bool {
    let offset = Int((Double(start) / Double(Self.frame)).rounded())
    return frames.contains { frame in
      energies.indices.contains(frame + offset) && energies[frame + offset] > speechEnergy
    }
  }

  private func seconds(_ samples: Int) -> Double {
    Double(samples) / Double(AudioInspector.sampleRate)
  }
}

/// What the loudness of a stretch tells about whether somebody speaks in it.
///
/// # Note: Syllables
///
/// Speech opens and closes: its loudness rises and falls by many decibels several times a second, at no steady beat. How often, by 6 dB, in each second
/// of stretches of 3 s, measured with FFmpeg's noises and tones and with the spoken fixture:
///
/// | white noise, hum, chords, tremolo | pink noise | brown noise | speech: least, median, most | a beat of 120 a minute |
/// | --------------------------------- | ---------- | ----------- | --------------------------- | ---------------------- |
/// | 0                                 | 0–0.7      | 0–1.3       | 1.6, 3.3, 4.4               | 2                      |
///
/// The beat is as regular as it sounds; what lies between two syllables of speech differs from the mean by 15 % at the least in 3 s, and by a third as
/// a rule. Free music, laughter and applause cannot be told from speech for certain by their loudness. So there are two answers: what may be
/// speech is worth asking for again, and what rises, falls and is as loud as speech is worth a warning if nobody gave text for it.
struct SoundOfSpeech: Sendable, Hashable {
  /// Time that can be heard, in samples.
  let audible: Int64
  /// The part of it that is nearly as loud as the recording's speech.
  let loud: Int64
  /// Rises and falls by `swing`, in one second that can be heard.
  let syllables: Double
  /// How far the time from one to the next is from its mean, as a share of it.
  let unevenness: Double

  /// How far the loudness falls between syllables (6 dB).
  private static let swing = 6 * Envelope.stepsPerDecibel
  /// Frames that are averaged (50 ms): single periods of a low voice go, syllables stay.
  private static let smoothing = 5
  /// What is within this of the loud windows is nearly as loud (14 dB).
  private static let near = 14 * Envelope.stepsPerDecibel

  init(in range: TimelineRange, of envelope: Envelope, reference: Int) {
    let threshold = Audibility.threshold(under: reference)
    var audible = 0
    var loud = 0
    for (frames, level) in Audibility.windows(of: range, in: envelope) where level >= threshold {
      audible += frames.count
      if level >= reference - Self.near { loud += frames.count }
    }
    self.audible = Int64(audible) * Timeline.frameLength
    self.loud = Int64(loud) * Timeline.frameLength
    let peaks = Self.peaks(
      envelope.levels[range.frames(upTo: envelope.levels.count)], above: threshold)
    syllables = audible > 0 ? Double(peaks.count) * 100 / Double(audible) : 0
    let steps = zip(peaks, peaks.dropFirst()).map { Double($1 - $0) }
    let mean = steps.reduce(0, +) / Double(max(1, steps.count))
    unevenness =
      steps.isEmpty ? 0 : steps.reduce(0) { $0 + abs($1 - mean) } / Double(steps.count) / mean
  }

  /// Where the loudness is highest before it falls by `swing`, if that is above a level.
  private static func peaks(_ levels: ArraySlice<UInt8>, above threshold: Int) -> [Int] {
    var sum = 0
    var highest = (sum: 0, index: levels.startIndex)
    var lowest = 255 * smoothing
    var isRising = true
    var peaks: [Int] = []
    for index in levels.indices {
      sum += Int(levels[index])
      let first = index - smoothing + 1
      guard first >= levels.startIndex else { continue }
      if sum > highest.sum { highest = (sum, index) }
      lowest = min(lowest, sum)
      if isRising, sum <= highest.sum - swing * smoothing {
        if highest.sum >= threshold * smoothing { peaks.append(highest.index) }
        isRising = false
        lowest = sum
      } else if !isRising, sum >= lowest + swing * smoothing {
        isRising = true
        highest = (sum, index)
      }
      sum -= Int(levels[first])
    }
    return peaks
  }

  /// Rises and falls in a second that nothing but speech and what is like it reaches, and those that speech has.
  private static let least = 1.2
  private static let usual = 2.0
  private static let most = 9.0
  /// Unevenness below which it is a beat.
  private static let leastUnevenness = 0.15

  /// Of the rises and falls of what has text, the share that shows that it is the same kind of sound.
  private static let alike = 0.6

  /// Whether it sounds like something else that has text: in this recording that is what speech sounds like.
  func isLike(_ speech: SoundOfSpeech?) -> Bool {
    guard let speech, speech.syllables > 0 else { return false }
    return loud * 2 >= audible && unevenness >= Self.leastUnevenness
      && syllables >= Self.alike * speech.syllables
      && syllables * Self.alike <= speech.syllables
  }

  /// Whether it may be speech: something rises and falls.
  var mayBeSpeech: Bool { syllables >= Self.least }

  /// Whether it is nearly as loud as the recording's speech, and rises and falls as speech does.
  var isLikeSpeech: Bool {
    syllables >= Self.usual && syllables <= Self.most && loud * 2 >= audible
      && unevenness >= Self.leastUnevenness
  }
}

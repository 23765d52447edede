import Glibc

/// Speaks one word: a burst of sound that no other word of the lecture has.
///
/// A burst is a buzz of harmonics with a gliding pitch, plus noise of a narrow band, under an
/// envelope of one to three syllables.
struct WordVoice {
  /// One period of the buzz; the length is a power of two so that the phase can wrap by masking.
  private static let tableLength = 512
  private static let sineTable: [Float] = (0..<tableLength).map {
    Float(sin(2 * Double.pi * Double($0) / Double(tableLength)))
  }
  /// About -14 dB below full scale.
  private static let peak: Float = 0.2 * 32767

  private let seed: UInt64

  init(lectureSeed: UInt64) {
    seed = lectureSeed
  }

  /// Adds the word with the given index to `samples`, which holds just the word's time.
  func speak(wordIndex: Int, into samples: inout [Float]) {
    var generator = SeededGenerator(seed: seed ^ (UInt64(wordIndex) &+ 1) &* 0xA24B_AED4_963E_E407)
    let rate = Float(SyntheticLecture.sampleRate)
    let count = samples.count
    let pitch = Float(generator.number(in: 90...240))
    let glide = Float(generator.number(in: 0.8...1.25))
    let period = Self.period(pitch: pitch * max(1, glide), generator: &generator)
    let breath = Float(generator.number(in: 0.15...0.4))
    let envelope = Self.envelope(count: count, generator: &generator)

    // A resonator makes the noise of a band: two poles at the given angle and radius.
    let angle = 2 * Float.pi * Float(generator.number(in: 900...5000)) / rate
    let radius = Float(0.9)
    let first = 2 * radius * cos(angle)
    let second = -radius * radius
    var before = Float(0)
    var beforeThat = Float(0)

    var phase = Float(generator.unit()) * Float(Self.tableLength)
    var step = pitch / rate * Float(Self.tableLength)
    let stepFactor = pow(glide, 1 / Float(max(count, 1)))
    let mask = Self.tableLength - 1

    for index in 0..<count {
      let white = Float(Int32(truncatingIfNeeded: generator.next())) * 0x1p-31
      let band = white * 0.35 + first * before + second * beforeThat
      beforeThat = before
      before = band
      let buzz = period[Int(phase) & mask]
      phase += step
      if phase >= Float(Self.tableLength) { phase -= Float(Self.tableLength) }
      step *= stepFactor
      let sound = (1 - breath) * buzz + breath * max(-1, min(1, band))
      samples[index] += Self.peak * envelope[index] * sound
    }
  }

  /// One period of a buzz with up to 24 harmonics, loudest near two random formants; peak 1.
  private static func period(pitch: Float, generator: inout SeededGenerator) -> [Float] {
    let formants = [
      Float(generator.number(in: 250...900)), Float(generator.number(in: 900...2600)),
    ]
    let harmonics = max(3, min(24, Int(3400 / pitch)))
    var table = [Float](repeating: 0, count: tableLength)
    for harmonic in 1...harmonics {
      let frequency = Float(harmonic) * pitch
      var weight = Float(0.05)
      for formant in formants {
        let distance = (frequency - formant) / 220
        weight += 1 / (1 + distance * distance)
      }
      weight *= Float(generator.number(in: 0.5...1))
      let shift = generator.whole(in: 0...(tableLength - 1))
      for index in 0..<tableLength {
        table[index] += weight * sineTable[(index * harmonic + shift) & (tableLength - 1)]
      }
    }
    let loudest = table.reduce(Float(0)) { max($0, abs($1)) }
    guard loudest > 0 else { return table }
    return table.map { $0 / loudest }
  }

  /// Rises within 12 ms, falls within 20 ms, and dips between the syllables.
  private static func envelope(count: Int, generator: inout SeededGenerator) -> [Float] {
    let rate = Float(SyntheticLecture.sampleRate)
    let syllables = max(1, min(3, Int(Float(count) / rate / 0.17)))
    let depth = Float(generator.number(in: 0.35...0.6))
    let attack = 0.012 * rate
    let release = 0.02 * rate
    let humps = Float(syllables * tableLength) / Float(max(count, 1))
    return (0..<count).map { index in
      // A cosine that starts in a dip; its table is the sine's, a quarter of a period on.
      let place = Int(Float(index) * humps) + tableLength / 4
      let hump = 0.5 - 0.5 * sineTable[place & (tableLength - 1)]
      let rise = min(1, Float(index) / attack)
      let fall = min(1, Float(count - 1 - index) / release)
      return (1 - depth + depth * hump) * rise * fall
    }
  }
}

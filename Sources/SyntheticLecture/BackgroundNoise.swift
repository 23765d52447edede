/// The noise of the room: about -60 dB below full scale, never repeating.
struct BackgroundNoise {
  private var generator: SeededGenerator
  /// A uniform spread of this many steps to either side is 33 steps of effective value.
  private static let amplitude: Float = 57

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed ^ 0x5DEE_CE66_D1CE_4E5B)
  }

  mutating func add(to samples: inout [Float]) {
    for index in samples.indices {
      samples[index] +=
        Float(Int32(truncatingIfNeeded: generator.next())) * 0x1p-31
        * Self.amplitude
    }
  }
}

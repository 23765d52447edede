import LongscribeCore

/// Numbers that follow from a seed alone (SplitMix64), so that a seam that went wrong can be looked at again.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  /// A generator for one place of an experiment: neighbouring places have nothing in common.
  init(seed: UInt64, place: Int = 0) {
    state = seed
    for _ in 0..<2 {
      state = next() ^ UInt64(bitPattern: Int64(place)) &* 0xD134_2543_DE82_EF95
    }
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// A number in 0 ..< 1.
  mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Whether something happens that happens with a probability.
  mutating func happens(_ probability: Double) -> Bool {
    unit() < probability
  }

  /// A length between two numbers of seconds, in samples.
  mutating func length(_ seconds: ClosedRange<Double>) -> Int64 {
    Timeline.samples(seconds.lowerBound + unit() * (seconds.upperBound - seconds.lowerBound))
  }

  /// A number with mean 0 and standard deviation 1: the sum of twelve uniform ones is as good as normal here.
  mutating func normal() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + unit() }
  }
}

/// Returns noise over the full range of a sample, always the same.
func fullScaleNoise(count: Int) -> [Int16] {
  var state: UInt32 = 1
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int16(truncatingIfNeeded: state >> 16)
  }
}

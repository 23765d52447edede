/// Two decodings of one recording, held against each other. Pure: samples in, findings out.
struct SampleComparison {
  /// How far one lags behind the other at some place.
  struct Offset: Equatable {
    /// The place, in samples.
    var place: Int
    /// Samples by which ours come later; `nil` if they are not found there at all.
    var samples: Int?
  }

  /// Places that are looked at, if the recording is long enough.
  private static let places = 7

  let offsets: [Offset]
  /// The largest difference of two samples where both are at the same place, and where that is.
  let largest: (difference: Int, place: Int)?

  /// - Parameters:
  ///   - rate: Samples a second. Offsets are looked for within a quarter of a second of none, of the one before, and of the difference
  ///     of the lengths.
  ///   - channels: Interleaved channels of both; the first one decides about offsets.
  init(
    ours: UnsafeBufferPointer<Int16>, theirs: UnsafeBufferPointer<Int16>, rate: Int, channels: Int
  ) {
    let count = min(ours.count, theirs.count) / channels
    let window = min(rate / 2, count)
    let reach = rate / 4
    var offsets: [Offset] = []
    for index in 0..<Self.places where window > 0 {
      let place = (count - window) * index / max(1, Self.places - 1)
      if offsets.last?.place == place { continue }
      let guesses = [0, offsets.last?.samples ?? 0, (ours.count - theirs.count) / channels]
      let found = Set(guesses).sorted { abs($0) < abs($1) }.compactMap { guess in
        Self.lag(
          ours, theirs, at: place, around: guess, window: window, reach: reach, channels: channels)
      }
      // Where nothing but a tone is heard it is alike at many places: then the nearest, which comes first.
      let likeness = found.map(\.likeness).max() ?? 0
      let lag = found.first { $0.likeness > likeness - 1e-3 }?.samples
      offsets.append(Offset(place: place, samples: lag))
    }
    self.offsets = offsets
    // A difference means something only where nothing is displaced.
    let isAligned = offsets.allSatisfy { $0.samples == 0 }
    largest = isAligned && count > 0 ? Self.largest(ours, theirs, count * channels, channels) : nil
  }

  private static func largest(
    _ ours: UnsafeBufferPointer<Int16>, _ theirs: UnsafeBufferPointer<Int16>, _ count: Int,
    _ channels: Int
  ) -> (difference: Int, place: Int) {
    var largest = (difference: 0, place: 0)
    for index in 0..<count {
      let difference = abs(Int(ours[index]) - Int(theirs[index]))
      if difference > largest.difference { largest = (difference, index / channels) }
    }
    return largest
  }

  /// Where their window is found in ours: the lag of the greatest likeness, nearest to none.
  private static func lag(
    _ ours: UnsafeBufferPointer<Int16>, _ theirs: UnsafeBufferPointer<Int16>, at place: Int,
    around guess: Int, window: Int, reach: Int, channels: Int
  ) -> (likeness: Float, samples: Int)? {
    let wanted = (0..<window).map { Float(theirs[(place + $0) * channels]) }
    let first = max(0, place + guess - reach)
    let last = min(ours.count / channels, place + guess + window + reach)
    guard last - first >= window else { return nil }
    let around = (first..<last).map { Float(ours[$0 * channels]) }
    let energy = power(wanted[...])
    // Silence is everywhere.
    if energy == 0 { return guess == 0 && power(around[...]) == 0 ? (1, 0) : nil }
    // Below this it is something else that sounds a little alike.
    var best: (likeness: Float, lag: Int) = (0.8, .max)
    for start in 0...(around.count - window) {
      let candidate = around[start..<start + window]
      let product = wanted.withUnsafeBufferPointer { left in
        candidate.withUnsafeBufferPointer { right in dot(left, right) }
      }
      let likeness = product / (energy * power(candidate)).squareRoot()
      let lag = start + first - place
      let isBetter = likeness > best.likeness + 1e-5
      let isNearer = likeness > best.likeness - 1e-5 && abs(lag) < abs(best.lag)
      if isBetter || isNearer, likeness.isFinite { best = (max(likeness, best.likeness), lag) }
    }
    return best.lag == .max ? nil : (best.likeness, best.lag)
  }

  private static func power(_ samples: ArraySlice<Float>) -> Float {
    samples.withUnsafeBufferPointer { dot($0, $0) }
  }

  /// Eight sums, because a compiler may not reorder the additions of one.
  private static func dot(
    _ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>
  ) -> Float {
    var sums = SIMD8<Float>.zero
    var index = 0
    while index + 8 <= left.count {
      var a = SIMD8<Float>.zero
      var b = SIMD8<Float>.zero
      for lane in 0..<8 {
        a[lane] = left[index + lane]
        b[lane] = right[index + lane]
      }
      sums += a * b
      index += 8
    }
    var sum = sums.sum()
    while index < left.count {
      sum += left[index] * right[index]
      index += 1
    }
    return sum
  }
}

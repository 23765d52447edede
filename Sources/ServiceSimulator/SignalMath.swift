/// Sums over long rows of numbers, written for the processor's vector unit.
enum SignalMath {
  /// The sum of the products of two rows.
  static func dot(
    _ left: UnsafePointer<Float>,
    _ right: UnsafePointer<Float>,
    count: Int
  ) -> Float {
    // Four sums at a time, because each addition waits for the one before it.
    var sums = (
      SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero, SIMD4<Float>.zero
    )
    func four(_ row: UnsafePointer<Float>, _ index: Int) -> SIMD4<Float> {
      UnsafeRawPointer(row + index).loadUnaligned(as: SIMD4<Float>.self)
    }
    var index = 0
    while index + 16 <= count {
      sums.0 += four(left, index) * four(right, index)
      sums.1 += four(left, index + 4) * four(right, index + 4)
      sums.2 += four(left, index + 8) * four(right, index + 8)
      sums.3 += four(left, index + 12) * four(right, index + 12)
      index += 16
    }
    var rest: Float = 0
    while index < count {
      rest += left[index] * right[index]
      index += 1
    }
    return ((sums.0 + sums.1) + (sums.2 + sums.3)).sum() + rest
  }

  /// How well `section` fits each place of `region`: -1 to 1, 0 where either is silent.
  static func correlations(of section: [Float], in region: [Float]) -> [Float] {
    let count = section.count
    guard count > 0, region.count >= count else { return [] }
    return section.withUnsafeBufferPointer { section in
      region.withUnsafeBufferPointer { region in
        guard let left = section.baseAddress, let right = region.baseAddress else { return [] }
        let ownEnergy = dot(left, left, count: count)
        var energy = Double(dot(right, right, count: count))
        return (0...(region.count - count)).map { lag in
          if lag > 0 {
            let added = Double(right[lag + count - 1])
            let gone = Double(right[lag - 1])
            energy += added * added - gone * gone
          }
          let scale = (Double(ownEnergy) * energy).squareRoot()
          return scale < 1 ? 0 : Float(Double(dot(left, right + lag, count: count)) / scale)
        }
      }
    }
  }

  /// Means of four samples each: a quarter of the rate.
  static func quarter(_ samples: [Float]) -> [Float] {
    (0..<samples.count / 4).map { index in
      let place = index * 4
      return (samples[place] + samples[place + 1] + samples[place + 2] + samples[place + 3]) / 4
    }
  }
}

extension Array where Element == Float {
  /// The place and the value of the highest number.
  var peak: (index: Int, value: Float)? {
    indices.max { self[$0] < self[$1] }.map { ($0, self[$0]) }
  }
}

import Foundation
import TestSupport

/// The recording that the tests hide in every kind of file: a quiet tone, and in every second a burst of noise that is like no
/// other, so that offsets and losses can be measured.
///
/// It is a sum of sines, a function of time and not of samples, so it is known exactly at every rate without resampling.
enum Master {
  static let seconds = 20
  /// Begin of a burst after its second, and its length, in seconds.
  static let burstStart = 0.1
  static let burstLength = 0.25

  /// Not a whole number of seconds, of 16 kHz samples, or of any codec's frames.
  static func count(rate: Int) -> Int { seconds * rate + 123 * rate / 44_100 }

  static let at44100 = samples(rate: 44_100)
  static let at16000 = samples(rate: 16_000)
  static let at8000 = samples(rate: 8_000)

  private struct Partial {
    var frequency: Double
    var phase: Double
  }

  private static let bursts: [[Partial]] = (0..<seconds).map { second in
    var random = SeededGenerator(seed: UInt64(1000 + second))
    // Not `Double.random`, whose way from bits to numbers is Swift's own: scripts/make-corpus makes the same master.
    func share() -> Double { Double(random.next() >> 11) / Double(1 << 53) }
    return (0..<24).map { _ in
      Partial(frequency: 300 + 3100 * share(), phase: 2 * Double.pi * share())
    }
  }

  /// Samples between −1 and 1.
  static func samples(rate: Int) -> [Float] {
    var samples = (0..<count(rate: rate)).map { index in
      Float(0.05 * sin(2 * Double.pi * 220 * Double(index) / Double(rate)))
    }
    for second in 0..<seconds {
      let start = Int((Double(second) + burstStart) * Double(rate))
      for index in start..<start + Int(burstLength * Double(rate)) {
        samples[index] += Float(burst(second, at: Double(index) / Double(rate)))
      }
    }
    return samples
  }

  private static func burst(_ second: Int, at time: Double) -> Double {
    let inside = (time - Double(second) - burstStart) / burstLength
    guard inside > 0, inside < 1 else { return 0 }
    let window = 0.5 - 0.5 * cos(2 * Double.pi * inside)
    return bursts[second].reduce(0) {
      $0 + sin(2 * Double.pi * $1.frequency * time + $1.phase)
    } * window * 0.04
  }
}

/// Where a burst of the master was found.
struct Finding {
  /// Milliseconds by which it is late.
  var lateness: Double
  /// How alike both are; 1 for the same.
  var likeness: Double
}

extension Master {
  /// Looks for a second's burst in samples at 16 kHz.
  ///
  /// - Parameters:
  ///   - expected: Milliseconds by which the burst should be late.
  ///   - reach: Milliseconds around that in which it is looked for.
  static func find(
    _ second: Int, in samples: [Int16], expected: Double = 0, reach: Double = 60
  ) -> Finding {
    let start = Int((Double(second) + burstStart) * 16_000)
    let length = Int(burstLength * 16_000)
    let middle = start + Int(expected * 16)
    let lags = Int(reach * 16)
    var likeness = [Double](repeating: 0, count: 2 * lags + 1)
    at16000.withUnsafeBufferPointer { reference in
      samples.withUnsafeBufferPointer { heard in
        for lag in -lags...lags where middle + lag >= 0 && middle + lag + length <= heard.count {
          var product: Float = 0
          var own: Float = 1
          var theirs: Float = 1
          for index in 0..<length {
            let expected = reference[start + index]
            let found = Float(heard[middle + lag + index]) / 32_768
            product += expected * found
            own += expected * expected
            theirs += found * found
          }
          likeness[lag + lags] = Double(product / ((own - 1) * (theirs - 1) + 1e-12).squareRoot())
        }
      }
    }
    let best = likeness.indices.max { likeness[$0] < likeness[$1] } ?? lags
    var peak = Double(best)
    if best > 0, best < 2 * lags {
      let (before, top, after) = (likeness[best - 1], likeness[best], likeness[best + 1])
      let bend = before - 2 * top + after
      if bend < 0 { peak += 0.5 * (before - after) / bend }
    }
    return Finding(
      lateness: (Double(middle - start) + peak - Double(lags)) / 16, likeness: likeness[best])
  }
}

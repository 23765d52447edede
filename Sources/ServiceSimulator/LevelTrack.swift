import Glibc

/// The loudness of audio over time, and a search in it.
struct LevelTrack: Sendable {
  /// Samples of a frame at 16 kHz: 10 ms.
  static let frameSamples = 160

  /// Logarithms of the frames' energies.
  let levels: [Float]
  /// Sums of all levels, and of their squares, before each place.
  private let sums: [Double]
  private let squares: [Double]

  init(levels: [Float]) {
    self.levels = levels
    var sum = 0.0
    var square = 0.0
    var sums = [0.0]
    var squares = [0.0]
    sums.reserveCapacity(levels.count + 1)
    squares.reserveCapacity(levels.count + 1)
    for level in levels {
      sum += Double(level)
      square += Double(level) * Double(level)
      sums.append(sum)
      squares.append(square)
    }
    self.sums = sums
    self.squares = squares
  }

  /// The track of energies, with everything quieter than `floor` taken as just that.
  init(energies: [Float], floor: Float) {
    self.init(levels: energies.map { log2(max($0, floor)) })
  }

  /// The mean square of each whole frame.
  static func energies(of samples: UnsafeBufferPointer<Int16>) -> [Float] {
    (0..<samples.count / frameSamples).map { frame in
      var sum: Int64 = 0
      for sample in samples[(frame * frameSamples)..<((frame + 1) * frameSamples)] {
        let value = Int32(sample)
        sum &+= Int64(value &* value)
      }
      return Float(sum) / Float(frameSamples)
    }
  }

  /// The track with four frames made one.
  var coarser: LevelTrack {
    LevelTrack(levels: SignalMath.quarter(levels))
  }

  /// The sum of squared differences from the mean in a range.
  func variation(in range: Range<Int>) -> Double {
    let count = Double(range.count)
    let sum = sums[range.upperBound] - sums[range.lowerBound]
    return squares[range.upperBound] - squares[range.lowerBound] - sum * sum / count
  }

  /// How well a piece of another track fits at each place of `places`: -1 to 1.
  func fits(of piece: ArraySlice<Float>, at places: Range<Int>) -> [Float] {
    let count = piece.count
    let mean = piece.reduce(0, +) / Float(max(count, 1))
    let centred = piece.map { $0 - mean }
    let ownVariation = Double(centred.reduce(0) { $0 + $1 * $1 })
    return centred.withUnsafeBufferPointer { centred in
      levels.withUnsafeBufferPointer { levels in
        guard let left = centred.baseAddress, let right = levels.baseAddress else { return [] }
        return places.map { place in
          let variation = variation(in: place..<place + count)
          let scale = (variation * ownVariation).squareRoot()
          guard scale > 1e-3 else { return 0 }
          // The piece's mean is zero, so the track's mean need not be taken away.
          return Float(Double(SignalMath.dot(left, right + place, count: count)) / scale)
        }
      }
    }
  }

  /// How near the levels of a piece of another track are to this one's at each place: 1 for
  /// equal, 0.5 for an effective difference of 3 dB.
  func likeness(of piece: ArraySlice<Float>, at places: Range<Int>) -> [Float] {
    let count = piece.count
    let ownSquares = Double(piece.reduce(0) { $0 + $1 * $1 })
    return piece.withUnsafeBufferPointer { piece in
      levels.withUnsafeBufferPointer { levels in
        guard let left = piece.baseAddress, let right = levels.baseAddress else { return [] }
        return places.map { place in
          let product = Double(SignalMath.dot(left, right + place, count: count))
          let difference = squares[place + count] - squares[place] + ownSquares - 2 * product
          return Float(1 / (1 + max(0, difference) / Double(count)))
        }
      }
    }
  }

  /// The places at which a piece of that length can lie.
  func places(for count: Int) -> Range<Int> {
    0..<max(0, levels.count - count + 1)
  }
}

private import Foundation

/// What stands between two words, by how likely a speaker pauses there and for how long.
enum PauseMark: Int, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// Mark inside a sentence.
  case clause
  /// The end of a sentence.
  case sentence
  /// A new line.
  case paragraph

  /// What stands after a token, before the next.
  init(after token: Token, before next: Token) {
    var mark = PauseMark.none
    for character in token.trail {
      if character.isNewline { mark = .paragraph }
      if Script.endsSentence(character) { mark = max(mark, .sentence) }
      if Self.dividesClauses(character) { mark = max(mark, .clause) }
    }
    self = mark
  }

  private static func dividesClauses(_ character: Character) -> Bool {
    ",;:，；：、—–،؛".contains(character)
  }

  /// How likely somebody pauses there.
  private var probability: Double {
    switch self {
    case .none: lab[5]
    case .clause: lab[6]
    case .sentence: lab[7]
    case .paragraph: 0.97
    }
  }

  /// Median of such a pause in seconds, and the standard deviation of its logarithm.
  private var length: (median: Double, deviation: Double) {
    switch self {
    case .none: (lab[8], lab[9])
    case .clause: (lab[10], lab[11])
    case .sentence: (lab[12], lab[13])
    case .paragraph: (0.9, 0.65)
    }
  }

  /// What it costs that nobody pauses there, as a negative logarithm.
  var unbroken: Float { Float(-log(1 - probability)) }

  var odds: Float { Float(log(1 - probability) - log(probability)) }

  /// What a pause of some length in seconds costs there, over what it costs that there is none.
  func cost(ofPause seconds: Double) -> Float {
    let (median, deviation) = length
    let off = log(max(0.01, seconds) / median) / deviation
    return Float(off * off / 2 + log(deviation) - log(probability) + log(1 - probability))
  }
}

extension PauseMark: Comparable {
  static func < (left: PauseMark, right: PauseMark) -> Bool { left.rawValue < right.rawValue }
}

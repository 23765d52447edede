private import Foundation

/// What stands between two words, by how likely a speaker pauses there and for how long.
enum PauseMark: Int, Sendable, CaseIterable, Comparable {
  /// Nothing.
  case none
  /// A mark inside a sentence.
  case clause
  /// The end of a sentence.
  case sentence
  /// The end of a line.
  case paragraph

  static func < (left: PauseMark, right: PauseMark) -> Bool { left.rawValue < right.rawValue }

  /// What stands after each of some tokens; after the last, only what it brings itself.
  static func marks(of tokens: [Token]) -> [PauseMark] {
    var usesCapitals: Bool?
    return tokens.indices.map { index in
      let mark = PauseMark(in: tokens[index].trail)
      let next = index + 1
      guard next < tokens.count else { return mark }
      // In "example.com", "p.m." and "Node.js" the mark is part of the word.
      if mark != .none, isInsideWord(tokens[index].trail, before: tokens[next]) { return .none }
      guard mark == .sentence, isFullStop(tokens[index].trail) else { return mark }
      if isAbbreviation(tokens[index].core, before: tokens[next].core) { return .none }
      guard tokens[next].lead.isEmpty, tokens[next].core.first?.isLowercase ?? false else {
        return mark
      }
      // In a text without capitals a small letter says nothing.
      let capitals = usesCapitals ?? tokens.contains { $0.core.first?.isUppercase ?? false }
      usesCapitals = capitals
      return capitals ? .none : mark
    }
  }

  /// The strongest mark among what follows a word.
  private init(in trail: String) {
    var strongest = PauseMark.none
    if trail.utf8.allSatisfy({ $0 < 0x80 }) {
      for byte in trail.utf8 {
        switch byte {
        case 0x0A, 0x0D: strongest = .paragraph
        case 0x21, 0x2E, 0x3F: strongest = max(strongest, .sentence)
        case 0x2C, 0x3A, 0x3B: strongest = max(strongest, .clause)
        default: break
        }
      }
    } else {
      for character in trail {
        if character.isNewline {
          strongest = .paragraph
        } else if Script.endsSentence(character) {
          strongest = max(strongest, .sentence)
        } else if ",:;，：；、—–،؛".contains(character) {
          strongest = max(strongest, .clause)
        }
      }
    }
    self = strongest
  }

  /// Whether marks stand between letters, without a space: marks of scripts without spaces do not need one.
  private static func isInsideWord(_ trail: String, before next: Token) -> Bool {
    trail.utf8.allSatisfy { $0 > 0x20 && $0 < 0x80 } && next.lead.isEmpty
      && !next.isDense
  }

  /// Whether a full stop is all that ends the sentence: unlike other marks it stands in abbreviations, too.
  private static func isFullStop(_ trail: String) -> Bool {
    trail.utf8.first == 0x2E && trail.utf8.count { $0 == 0x21 || $0 == 0x2E || $0 == 0x3F } == 1
  }

  /// Titles before names. With single letters (initials, "e.g.", "a.m.") they are what is found in speech before a capital.
  private static let titles: Set<String> = [
    "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "rev", "gen", "sgt", "capt", "vs", "fig",
  ]

  private static func isAbbreviation(_ word: String, before next: String) -> Bool {
    // "a" and "I" are words.
    if word.utf8.count == 1 { return word != "a" && word != "I" && word.first?.isLetter ?? false }
    let word = word.lowercased()
    if word == "no" { return next.first?.isNumber ?? false }
    return titles.contains(word)
  }

  /// How likely somebody pauses there.
  private var probability: Double {
    switch self {
    case .none: 0.06
    case .clause: 0.6
    case .sentence: 0.84
    case .paragraph: 0.97
    }
  }

  /// Median of such a pause in seconds, and the standard deviation of its logarithm.
  private var length: (median: Double, deviation: Double) {
    switch self {
    case .none: (0.32, 1.4)
    case .clause: (0.3, 0.55)
    case .sentence: (0.55, 0.6)
    case .paragraph: (0.9, 0.65)
    }
  }

  /// How much likelier it is that there is a pause of whatever length than that there is none.
  var odds: Float { Float(probability / (1 - probability)) }

  /// The same for a pause of some length in seconds.
  func odds(ofPause seconds: Double) -> Float {
    let (median, deviation) = length
    let off = log(max(0.01, seconds) / median) / deviation
    return odds * Float(exp(-off * off / 2) / deviation)
  }
}

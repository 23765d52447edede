/// Counts the syllables of a word from its letters: groups of vowels, and the common exceptions.
struct Syllables {
  /// What a final e counts of a syllable: none in English and French, one in German and Italian.
  private static let finalE = 0.25

  /// Groups of vowels.
  private(set) var groups = 0
  /// Vowels inside a group that are a syllable of their own.
  private var apart = 0
  /// The latest letters of this part of the word, the last one lowest.
  private var latest: UInt32 = 0

  private func letter(_ back: Int) -> UInt8 { UInt8(truncatingIfNeeded: latest >> (8 * back)) }

  private static func isVowel(_ letter: UInt8) -> Bool { isOne(letter, of: "aeiouy") }

  private static func isOne(_ letter: UInt8, of letters: StaticString) -> Bool {
    letters.withUTF8Buffer { $0.contains(letter) }
  }

  /// Adds a small letter.
  mutating func add(_ next: UInt8) {
    if Self.isVowel(next) {
      if !Self.isVowel(letter(0)) {
        groups += 1
      } else if letter(0) == 0x69, letter(1) != 0, Self.isOne(next, of: "ao"),
        !Self.isOne(letter(1), of: "cgstx")
      {
        // As in "period" and "material", other than in "nation" and "special".
        apart += 1
      }
    }
    latest = latest << 8 | UInt32(next)
  }

  /// Begins another part of the word, after a hyphen or an apostrophe.
  mutating func endPart() { latest = 0 }

  /// How many are said, at least one.
  var spoken: Double { max(1, Double(groups + apart) + ending) }

  /// What the ending takes away, as the e of "time", "times" and "timed", or adds, as the a of "area".
  private var ending: Double {
    let silent = Self.finalE - 1
    let (last, second, third, fourth) = (letter(0), letter(1), letter(2), letter(3))
    switch (second, last) {
    case (_, 0x65):
      // Other than in "the" or "people".
      guard third != 0, !Self.isVowel(second) else { return 0 }
      return second == 0x6C && !Self.isVowel(third) ? 0 : silent
    case (0x65, 0x64):
      // Other than in "wanted" or "hundred".
      guard fourth != 0, !Self.isVowel(third), !Self.isOne(third, of: "td") else { return 0 }
      return Self.isOne(third, of: "rl") && !Self.isVowel(fourth) ? 0 : silent
    case (0x65, 0x73):
      // Other than in "changes".
      guard fourth != 0, !Self.isVowel(third) else { return 0 }
      return Self.isOne(third, of: "sxzcgh") ? 0 : silent
    case (0x65, 0x61): return groups > 1 ? 1 : 0
    default: return 0
    }
  }
}

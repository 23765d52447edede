private import Foundation

/// The smallest piece of text that stitching keeps or drops: a word, or one character of a script without spaces.
package struct Token: Sendable, Hashable {
  /// Opening marks before it.
  package var lead: String
  /// The word itself.
  package var core: String
  /// Punctuation and white space after it.
  package var trail: String
  /// The folded form that is compared; never shown.
  package var key: String
  /// The segment it belongs to, counted within its chunk.
  package var segment: Int
  /// When it was said, on the recording's timeline.
  package var range = TimelineRange(0, 0)

  /// The text as it came.
  package var text: String { lead + core + trail }

  /// Whether it is a character of a script without spaces.
  package var isDense: Bool { core.first.map(Script.isDense) ?? false }

  /// How much it proves when it is found in two chunks, in letters; one Han character counts for two.
  package var weight: Int {
    isDense ? 2 : min(12, core.count)
  }

  /// The middle of its time.
  package var middle: Int64 { (range.start + range.end) / 2 }
}

package enum Tokenizer {
  /// What a character does in a text.
  private enum Role: UInt8 {
    /// Part of a word; numbers can take marks that words cannot.
    case letter, digit
    /// A word by itself, in a script without spaces.
    case dense
    /// Holds a word together when letters or digits stand on both sides: apostrophes, hyphens.
    case joint
    /// The same between digits only.
    case decimalMark
    /// Part of a number before it.
    case percent
    /// Opens something and so belongs to the word after it.
    case opening
    /// Any other mark, and white space.
    case mark

    var isWordPart: Bool { rawValue <= Role.dense.rawValue }
  }

  private static let joints: Set<Character> = Set("'’-‐&_")
  private static let openings: Set<Character> = Set("([{<«“‘„‚¿¡「『（［｛〈《【〔〖")

  private static func role(_ character: Character) -> Role {
    if Script.isDense(character) { return .dense }
    if Script.isWordPart(character) { return character.isNumber ? .digit : .letter }
    if joints.contains(character) { return .joint }
    if openings.contains(character) { return .opening }
    return switch character {
    case ".", ",", ":": .decimalMark
    case "%", "％", "‰": .percent
    default: .mark
    }
  }

  private static let rolesOfASCII: [Role] = (UInt8(0)..<0x80).map {
    role(Character(Unicode.Scalar($0)))
  }

  /// A text's characters: what each does, and where it starts in the text's bytes.
  private struct Characters {
    let bytes: [UInt8]
    private(set) var roles: [Role] = []
    private var starts: [Int] = []

    init(_ text: String) {
      bytes = Array(text.utf8)
      // Unicode's tables are slow, and most text is plain.
      if bytes.allSatisfy({ $0 < 0x80 }) {
        roles = bytes.map { rolesOfASCII[Int($0)] }
        starts = Array(0...bytes.count)
      } else {
        starts = [0]
        for character in text {
          roles.append(role(character))
          starts.append(starts[starts.count - 1] + character.utf8.count)
        }
      }
    }

    func text(_ range: Range<Int>) -> String {
      range.isEmpty
        ? ""
        : String(
          decoding: bytes[starts[range.lowerBound]..<starts[range.upperBound]], as: UTF8.self)
    }
  }

  /// Cuts a text into tokens. Their texts put together are the text, to the letter.
  ///
  /// A text of nothing but marks, such as a note of music or three dots, is one token that equals no other.
  package static func tokens(of text: String, segment: Int) -> [Token] {
    let characters = Characters(text)
    let roles = characters.roles
    var tokens: [Token] = []
    var position = 0
    while position < roles.count {
      let lead = position
      while position < roles.count, !roles[position].isWordPart { position += 1 }
      guard position < roles.count else {
        let rest = characters.text(lead..<position)
        if !tokens.isEmpty {
          tokens[tokens.count - 1].trail += rest
        } else if rest.contains(where: { !$0.isWhitespace }) {
          tokens.append(Token(lead: "", core: rest, trail: "", key: "", segment: segment))
        }
        break
      }
      let end = wordEnd(in: roles, from: position)
      var trail = end
      while trail < roles.count, !roles[trail].isWordPart, roles[trail] != .opening { trail += 1 }
      let core = characters.text(position..<end)
      tokens.append(
        Token(
          lead: characters.text(lead..<position), core: core,
          trail: characters.text(end..<trail), key: fold(core), segment: segment))
      position = trail
    }
    return tokens
  }

  private static func wordEnd(in roles: [Role], from start: Int) -> Int {
    var end = start + 1
    guard roles[start] != .dense else { return end }
    func isLetter(_ place: Int) -> Bool {
      place < roles.count && (roles[place] == .letter || roles[place] == .digit)
    }
    while end < roles.count {
      switch roles[end] {
      case .letter, .digit: end += 1
      case .joint where isLetter(end + 1): end += 2
      case .decimalMark
      where roles[end - 1] == .digit && isLetter(end + 1) && roles[end + 1] == .digit:
        end += 2
      case .percent where roles[end - 1] == .digit: return end + 1
      default: return end
      }
    }
    return end
  }

  /// Marks of Arabic that are written or not, as the writer likes: vowels, and the bar that makes words longer.
  private static func isOptional(_ scalar: Unicode.Scalar) -> Bool {
    (0x064B...0x0652).contains(scalar.value) || scalar.value == 0x0670 || scalar.value == 0x0640
  }

  /// The form in which two chunks' words are compared: width and case do not matter, nor the kind of apostrophe.
  package static func fold(_ word: String) -> String {
    if word.utf8.allSatisfy({ $0 < 0x80 }) { return word.lowercased() }
    let folded = word.precomposedStringWithCompatibilityMapping.lowercased()
      .replacingOccurrences(of: "’", with: "'")
    guard folded.unicodeScalars.contains(where: isOptional) else { return folded }
    return String(String.UnicodeScalarView(folded.unicodeScalars.filter { !isOptional($0) }))
  }
}

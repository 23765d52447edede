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

  /// How much it proves when it is found in two chunks, in letters; one Han character counts for two.
  package var weight: Int {
    core.first.map(Script.isDense) ?? false ? 2 : min(12, core.count)
  }

  /// The middle of its time.
  package var middle: Int64 { (range.start + range.end) / 2 }
}

package enum Tokenizer {
  /// Marks that hold a word together when letters or digits stand on both sides.
  private static func joinsWords(_ mark: Character, before: Character, after: Character) -> Bool {
    switch mark {
    case "'", "’", "-", "‐", "&", "_": true
    case ".", ",", ":": before.isNumber && after.isNumber
    default: false
    }
  }

  /// Marks that open something and so belong to the word after them.
  private static func opens(_ mark: Character) -> Bool {
    if let ascii = mark.asciiValue { return openingASCII.contains(ascii) }
    return opening.contains(mark)
  }
  private static let openingASCII: [UInt8] = Array("([{<".utf8)
  private static let opening: Set<Character> = Set("«“‘„‚¿¡「『（［｛〈《【〔〖")

  /// Marks that are part of a number before them.
  private static func belongs(_ mark: Character, to number: Character) -> Bool {
    number.isNumber && "%％‰".contains(mark)
  }

  /// Cuts a text into tokens. Their texts put together are the text, to the letter.
  ///
  /// A text of nothing but marks, such as a note of music or three dots, is one token that equals no other.
  package static func tokens(of text: String, segment: Int) -> [Token] {
    let characters = Array(text)
    var tokens: [Token] = []
    var lead = ""
    var position = 0
    while position < characters.count {
      let character = characters[position]
      guard Script.isWordPart(character) else {
        if tokens.isEmpty || !lead.isEmpty || opens(character) {
          lead.append(character)
        } else {
          tokens[tokens.count - 1].trail.append(character)
        }
        position += 1
        continue
      }
      let end = wordEnd(in: characters, from: position)
      let core = String(characters[position..<end])
      tokens.append(Token(lead: lead, core: core, trail: "", key: fold(core), segment: segment))
      lead = ""
      position = end
    }
    if !tokens.isEmpty {
      tokens[tokens.count - 1].trail += lead
    } else if lead.contains(where: { !$0.isWhitespace }) {
      tokens.append(Token(lead: "", core: lead, trail: "", key: "", segment: segment))
    }
    return tokens
  }

  private static func wordEnd(in characters: [Character], from start: Int) -> Int {
    var end = start + 1
    guard !Script.isDense(characters[start]) else { return end }
    while end < characters.count {
      let character = characters[end]
      if Script.isWordPart(character) {
        if Script.isDense(character) { break }
        end += 1
      } else if end + 1 < characters.count, Script.isWordPart(characters[end + 1]),
        !Script.isDense(characters[end + 1]),
        joinsWords(character, before: characters[end - 1], after: characters[end + 1])
      {
        end += 2
      } else {
        return belongs(character, to: characters[end - 1]) ? end + 1 : end
      }
    }
    return end
  }

  /// The form in which two chunks' words are compared: width and case do not matter, nor the kind of apostrophe.
  package static func fold(_ word: String) -> String {
    if word.utf8.allSatisfy({ $0 < 0x80 }) { return word.lowercased() }
    return word.precomposedStringWithCompatibilityMapping.lowercased()
      .replacingOccurrences(of: "’", with: "'")
  }
}
